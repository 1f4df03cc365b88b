"""A real Mosquitto for one test, on a free port, in a folder of its own."""

import asyncio
import json
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from acd.asterisk.places import free_port


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition that nobody announces; fails after ten seconds."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)


@dataclass
class Broker:
    """Started and stopped at will; always on the same port."""

    folder: Path
    port: int = field(default_factory=free_port)
    anonymous: bool = True
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        binary = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
        if binary is None:
            pytest.skip("needs mosquitto: apt-get install mosquitto")
        self.folder.mkdir(exist_ok=True)
        settings = self.folder / "mosquitto.conf"
        settings.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous {str(self.anonymous).lower()}\n")
        self.process = await asyncio.create_subprocess_exec(
            binary, "-c", str(settings), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(10):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except OSError:
                    await asyncio.sleep(0.02)
                else:
                    writer.close()
                    await writer.wait_closed()
                    return

    async def stop(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            await self.process.wait()

    def freeze(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def running_broker(folder: Path, *, anonymous: bool = True) -> AsyncIterator[Broker]:
    broker = Broker(folder, anonymous=anonymous)
    await broker.start()
    try:
        yield broker
    finally:
        await broker.stop()


@dataclass
class Listener:
    """Another system that follows the hotline."""

    client: aiomqtt.Client
    heard: list[tuple[str, dict[str, Any], bool]] = field(default_factory=list)

    async def hear(self, topic: str, **fields: object) -> dict[str, Any]:
        """Read until a message with these fields comes under this topic; fails after ten seconds."""
        async with asyncio.timeout(10):
            async for message in self.client.messages:
                assert isinstance(message.payload, bytes)
                said: dict[str, Any] = json.loads(message.payload)
                self.heard.append((message.topic.value, said, message.retain))
                if message.topic.value == topic and all(said.get(key) == value for key, value in fields.items()):
                    return said
        raise AssertionError(f"the broker went away before {topic} {fields}")

    def events(self) -> list[dict[str, Any]]:
        return [said for topic, said, _ in self.heard if topic.startswith("hotline/v1/events/")]


@asynccontextmanager
async def listener(broker: Broker, topics: str = "hotline/v1/#") -> AsyncIterator[Listener]:
    async with aiomqtt.Client("127.0.0.1", broker.port, protocol=aiomqtt.ProtocolVersion.V5, timeout=5) as client:
        await client.subscribe(topics, qos=1)
        yield Listener(client)
