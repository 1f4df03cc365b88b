"""One Asterisk with the bench's bank and the same agents in queues, a witness, and the core process when wanted."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from acd.app import run_file
from acd.app.up import Prepared, prepare
from acd.asterisk.places import free_port
from acd.demo.sipp import Server
from acd.demo.sipp import free_port as free_udp_port
from bench import bank
from bench.observer import Observer, Witness
from bench.parties import PHONES_HOST
from bench.screens import Screens, screens
from tests.house import House

_GONE_WITHIN = 20.0


class Floor:
    """What the live benchmarks measure on."""

    def __init__(self, house: House, witness: Witness, phones_port: int, agents: int) -> None:
        self.house = house
        self.witness = witness
        self.phones_port = phones_port
        self.agents = bank.agent_names(agents)

    @property
    def server(self) -> Server:
        """Where callers dial."""
        return self.house.server

    @property
    def asterisk_pid(self) -> int:
        """The Asterisk that both sides run on."""
        pid = self.house.instance.pid
        assert pid is not None, "Asterisk ended"
        return pid

    @property
    def core_pid(self) -> int | None:
        """The core process, or None while it does not run."""
        core = self.house.core
        return core.pid if core is not None and core.returncode is None else None

    @asynccontextmanager
    async def core(self) -> AsyncIterator[Screens]:
        """The core process and every agent's screen, while the block lasts."""
        await self.house.start_core()
        passwords = {account["agent"]: account["web_password"] for account in self.house.run["accounts"]}
        try:
            async with screens(self.house.prepared.http_port, passwords) as shown:
                yield shown
        finally:
            await self.house.stop_core()

    async def until_empty(self) -> None:
        """End what is left on the line, and wait until no channel is there."""
        await asyncio.to_thread(self.house.instance.command, "channel request hangup all")
        await self.house.until_empty(_GONE_WITHIN)


@asynccontextmanager
async def floor(agents: int, queues: list[int], more: Callable[[Path], str] = lambda _: "") -> AsyncIterator[Floor]:
    """The whole, in a folder of its own that is gone afterwards; without the core process.

    `more` is given that folder and says what else stands in the settings.
    """
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        prepared = await asyncio.to_thread(_prepare, folder, agents, more)
        phones_port, secret = free_udp_port(PHONES_HOST), bank.new_secret()
        files = bank.with_bench(prepared.files, queues, f"{PHONES_HOST}:{phones_port}", secret)
        prepared = replace(prepared, files=files)
        try:
            await asyncio.to_thread(prepared.instance.start, prepared.files, prepared.ports)
            run_file.write(prepared.home, prepared.run)
            _, observer = await asyncio.get_running_loop().create_connection(
                lambda: Observer(secret), prepared.ports.ami_host, prepared.ports.ami
            )
            await asyncio.wait_for(observer.ready, 5)
            async with asyncio.TaskGroup() as tasks:
                yield Floor(House(prepared, tasks), observer.witness, phones_port, agents)
        finally:
            await asyncio.to_thread(prepared.instance.stop)


def _prepare(folder: Path, agents: int, more: Callable[[Path], str]) -> Prepared:
    settings = folder / "bank.yaml"
    settings.write_text(bank.settings(agents) + more(folder), "utf-8")
    return prepare(
        settings,
        dict(os.environ)
        | {
            "HOTLINE_HOME": str(folder / "home"),
            "HOTLINE_SIP_PORT": str(free_udp_port("127.0.0.1")),
            "HOTLINE_HTTP_PORT": str(free_port()),
        },
    )
