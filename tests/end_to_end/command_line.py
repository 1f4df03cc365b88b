"""`hotline` as a person at a terminal runs it: a process with a home folder and ports of its own."""

import asyncio
import contextlib
import http.client
import json
import os
import signal
import socket
import stat
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from acd.asterisk.places import free_port
from tests.house import BANK

HOTLINE = Path(sys.executable).with_name("hotline")


class Command:
    """One running command, and what it has said."""

    def __init__(self, process: asyncio.subprocess.Process, out: Path, err: Path) -> None:
        self.process = process
        self._out = out
        self._err = err

    @property
    def said(self) -> str:
        """What it has written on its standard output."""
        return self._out.read_text("utf-8", errors="replace")

    @property
    def complaints(self) -> list[str]:
        """The lines that it has written on its standard error."""
        return self._err.read_text("utf-8", errors="replace").splitlines()

    def interrupt(self) -> None:
        """Ctrl-C, which a terminal sends to the whole group of the command."""
        os.killpg(self.process.pid, signal.SIGINT)

    async def until_said(self, words: str, within: float = 30.0) -> None:
        """Wait until it has said this."""
        deadline = asyncio.get_running_loop().time() + within
        while words not in self.said:
            ended = self.process.returncode is not None
            assert not ended, f"it ended before {words!r}: {self.said[-1000:]} {self.complaints}"
            assert asyncio.get_running_loop().time() < deadline, f"not within {within:g} s: {words!r}: {self.said}"
            await asyncio.sleep(0.02)

    async def ended(self, within: float = 30.0) -> int:
        """Its exit code, waited for."""
        async with asyncio.timeout(within):
            return await self.process.wait()


@dataclass
class Place:
    """A home folder and the ports of a hotline that is started from the command line."""

    home: Path
    sip_port: int = field(default_factory=lambda: free_port(socket.SOCK_DGRAM))
    http_port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    _serial: int = 0

    @property
    def run(self) -> dict[str, Any]:
        """What run.json says."""
        found: dict[str, Any] = json.loads((self.home / "run.json").read_text("utf-8"))
        return found

    @property
    def socket_address(self) -> str:
        """Where an agent's page connects its WebSocket."""
        return f"ws://127.0.0.1:{self.http_port}/agent/ws"

    def account(self, agent: str) -> dict[str, Any]:
        """An agent's account."""
        return next(account for account in self.run["accounts"] if account["agent"] == agent)

    def request(self, method: str, path: str, body: str | None = None) -> tuple[int, dict[str, str], str]:
        """One HTTP request: status, headers in lower case, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=5)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return response.status, headers, response.read().decode("utf-8")
        finally:
            connection.close()

    def is_healthy(self) -> bool:
        """Whether /healthz says that all is well."""
        try:
            return self.request("GET", "/healthz")[0] == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False

    def mode_of_run_file(self) -> int:
        """Who may read and write run.json."""
        return stat.S_IMODE((self.home / "run.json").stat().st_mode)

    async def start(self, *words: str, before: tuple[str, ...] = ()) -> Command:
        """Start `hotline` with these words; `before` is a command that starts it in turn."""
        self._serial += 1
        out, err = (self.home.parent / f"{self.home.name}-{self._serial}.{kind}" for kind in ("out", "err"))
        settings = {
            "HOTLINE_HOME": str(self.home),
            "HOTLINE_SIP_PORT": str(self.sip_port),
            "HOTLINE_HTTP_PORT": str(self.http_port),
        }
        with out.open("wb") as to_out, err.open("wb") as to_err:
            process = await asyncio.create_subprocess_exec(
                *before,
                str(HOTLINE),
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=to_out,
                stderr=to_err,
                env=os.environ | settings | self.environment,
                start_new_session=True,
            )
        return Command(process, out, err)

    def left_over(self) -> list[str]:
        """Processes that belong to this place, by their command lines: it names its folder to all of them."""
        mark = os.fsencode(self.home)
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal() and int(folder.name) != os.getpid():
                with contextlib.suppress(OSError):
                    words = (folder / "cmdline").read_bytes()
                    if mark in words or mark in (folder / "environ").read_bytes():
                        found.append(f"{folder.name} {words.replace(bytes(1), b' ').decode(errors='replace')}")
        return found

    def held_ports(self, run: dict[str, Any]) -> list[int]:
        """Those of its ports that somebody holds."""
        wanted = [(socket.SOCK_DGRAM, self.sip_port), (socket.SOCK_STREAM, self.http_port)]
        wanted += [(socket.SOCK_STREAM, run[kind]["port"]) for kind in ("ami", "agi")]
        return [port for kind, port in wanted if not _is_free(kind, port)]


def _is_free(kind: socket.SocketKind, port: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


async def until_true(holds: Callable[[], bool], within: float, what: str) -> None:
    """Wait for something that takes a moment to look at, such as an HTTP request."""
    deadline = asyncio.get_running_loop().time() + within
    while not await asyncio.to_thread(holds):
        assert asyncio.get_running_loop().time() < deadline, f"not within {within:g} s: {what}"
        await asyncio.sleep(0.05)


@asynccontextmanager
async def up(place: Place, *words: str, config: Path = BANK) -> AsyncIterator[Command]:
    """`hotline up`, ready; ended by Ctrl-C if the test has not done so, and nothing of it is left then."""
    command = await place.start("up", "--config", str(config), *words)
    try:
        await command.until_said("Ctrl-C ends everything", within=60)
        yield command
    finally:
        if command.process.returncode is None:
            command.interrupt()
            await command.ended()
    assert place.left_over() == []
