"""A whole hotline for a test: a real Asterisk, a real core process that the test may kill, and agents at screens.

Everything lives in a folder of its own on ports of its own. The core is a child process, started and killed by the
test; nothing starts it again unless the test does.
"""

import asyncio
import contextlib
import http.client
import json
import os
import re
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import websockets

from acd.app import run_file
from acd.app.up import Prepared, core_command, prepare
from acd.asterisk.places import free_port
from acd.core.instants import Instant
from acd.demo.phone import Phone
from acd.demo.sipp import Server
from tests.cti.published import told

BANK = Path(__file__).parents[1] / "examples" / "bank" / "hotline.yaml"


def the_plainest_rules(bank: dict[str, Any]) -> None:
    """Take out of a bank what changes while callers wait; a test that is about it puts it in again."""
    for lane in bank["lanes"].values():
        for key in ("steps", "overflow", "limits", "when_full", "last_agent", "announce", "when_emergency"):
            lane.pop(key, None)
    for section in ("reserves", "surveys", "callbacks", "directory"):
        bank.pop(section, None)
    bank["vip"]["platinum"].pop("relationship_manager", None)
    bank["vip"]["platinum"].pop("share_at_most", None)


async def until(holds: Callable[[], bool], within: float = 10.0, what: str = "") -> None:
    """Wait until the condition holds; fails with `what` when it does not in time."""
    deadline = asyncio.get_running_loop().time() + within
    while not holds():
        assert asyncio.get_running_loop().time() < deadline, f"not within {within:g} s: {what or holds}"
        await asyncio.sleep(0.02)


class Screen:
    """An agent's browser, as far as the hotline can tell; acknowledges each pop at once unless told otherwise."""

    def __init__(self, house: "House", agent: str) -> None:
        self.agent = agent
        self.acknowledges = True
        self.states: list[dict[str, Any]] = []
        self.pops: list[tuple[Instant, dict[str, Any]]] = []
        """Each pop with the instant at which it came, by the clock that the scripted phones and callers go by."""
        self.customers: list[tuple[Instant, dict[str, Any]]] = []
        """What was told of the callers after their pops, and when."""
        self.ends: list[dict[str, Any]] = []
        self.refusals: list[dict[str, Any]] = []
        self.tickets: list[dict[str, Any]] = []
        self.said: list[dict[str, Any]] = []
        """What it was told of transfers and of orders that failed."""
        self._house = house
        self._socket: websockets.ClientConnection | None = None

    @property
    def state(self) -> str:
        """The last state shown, or empty."""
        return str(self.states[-1]["state"]) if self.states else ""

    @property
    def held(self) -> Instant | None:
        """Since when the last state shown says that the caller is on hold; None if he is not."""
        talk = self.states[-1]["talk"] if self.states else None
        return None if talk is None else talk["held"]

    async def say(self, kind: str, **fields: object) -> None:
        """Send one message, such as `ready`."""
        assert self._socket is not None
        await self._socket.send(json.dumps({"type": kind, **fields}))

    async def until_state(self, state: str, within: float = 10.0) -> None:
        """Wait until the screen shows this state."""
        await until(lambda: self.state == state, within, f"{self.agent} {state}; he is {self.state}")

    async def ready(self) -> None:
        """Become ready, and wait until the screen says so or has a call already."""
        await self.say("ready")
        await until(
            lambda: self.state in {"ready", "reserved", "ringing", "talking"}, 10, f"{self.agent} ready: {self.state}"
        )

    async def run(self) -> None:
        """Stay connected for ever, as a page does that reconnects after a restart of the core."""
        cookie = None
        while True:
            try:
                cookie = cookie or await asyncio.to_thread(self._log_in)
                headers = {"Cookie": cookie}
                async with websockets.connect(self._house.socket_address, additional_headers=headers) as self._socket:
                    async for text in self._socket:
                        await self._take(told(str(text)))
            except websockets.InvalidStatus:
                cookie = None
            except (OSError, websockets.WebSocketException, http.client.HTTPException):
                pass
            await asyncio.sleep(0.1)

    async def _take(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "state":
                self.states.append(message)
            case "pop":
                self.pops.append((time.time_ns() // 1_000_000, message))
                if self.acknowledges:
                    await self.say("shown", offer=message["offer"])
            case "customer":
                self.customers.append((time.time_ns() // 1_000_000, message))
            case "pop_end":
                self.ends.append(message)
            case "refused":
                self.refusals.append(message)
            case "ticket":
                self.tickets.append(message)
            case "transfer" | "control_failed":
                self.said.append(message)

    def _log_in(self) -> str:
        account = self._house.account(self.agent)
        status, headers, _ = self._house.request(
            "POST", "/api/v1/login", json.dumps({"name": self.agent, "password": account["web_password"]})
        )
        assert status < 300, f"{self.agent} was not let in: {status}"
        return headers["set-cookie"].split(";")[0]


class House:
    """One running hotline."""

    def __init__(self, prepared: Prepared, tasks: asyncio.TaskGroup) -> None:
        self.prepared = prepared
        self.home = prepared.home
        self.instance = prepared.instance
        self.run = prepared.run
        self.server = Server(prepared.ports.sip_host, prepared.ports.sip)
        self.core: asyncio.subprocess.Process | None = None
        self._tasks = tasks
        self._screens: list[asyncio.Task[None]] = []

    @property
    def socket_address(self) -> str:
        """Where an agent's page connects its WebSocket."""
        return f"ws://127.0.0.1:{self.prepared.http_port}/agent/ws"

    def account(self, agent: str) -> dict[str, Any]:
        """An agent's account, as run.json has it."""
        return next(account for account in self.run["accounts"] if account["agent"] == agent)

    def phone(self, agent: str, **script: Any) -> Phone:
        """The agent's phone with a script of its own, to be registered with `acd.demo.phone.registered`."""
        account = self.account(agent)
        return Phone(account["phone"], account["sip_secret"], **script)

    async def start_core(self) -> None:
        """Start the core process, and return when it is healthy."""
        command, environment = core_command(self.prepared)
        log = os.open(self.home / "core.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self.core = await asyncio.create_subprocess_exec(*command, env=environment, stdout=log, stderr=log)
        finally:
            os.close(log)
        if "PYTEST_XDIST_WORKER" in os.environ:
            # Its promises are those of a machine that is not shared with other tests. It takes root.
            with contextlib.suppress(PermissionError, ProcessLookupError):
                os.setpriority(os.PRIO_PROCESS, self.core.pid, -10)
        deadline = asyncio.get_running_loop().time() + 20
        while not await self.is_healthy():
            assert self.core.returncode is None, f"the core ended: {self.core_log()[-2000:]}"
            assert asyncio.get_running_loop().time() < deadline, f"the core is not healthy: {self.core_log()[-2000:]}"
            await asyncio.sleep(0.05)

    async def kill_core(self) -> None:
        """kill -9."""
        assert self.core is not None
        self.core.kill()
        await self.core.wait()

    async def stop_core(self) -> None:
        """End the core in good order, if it runs."""
        if self.core is not None and self.core.returncode is None:
            self.core.send_signal(signal.SIGCONT)
            self.core.terminate()
            await self.core.wait()

    def freeze_core(self) -> None:
        """SIGSTOP: the process is there, its ports are open, and it does nothing."""
        assert self.core is not None
        self.core.send_signal(signal.SIGSTOP)

    def thaw_core(self) -> None:
        """SIGCONT."""
        assert self.core is not None
        self.core.send_signal(signal.SIGCONT)

    def core_log(self) -> str:
        """All that the core has logged."""
        return (self.home / "core.log").read_text("utf-8", errors="replace")

    def screen(self, agent: str) -> Screen:
        """Open an agent's screen; it stays connected until the house is closed."""
        screen = Screen(self, agent)
        self._screens.append(self._tasks.create_task(screen.run()))
        return screen

    def close_screens(self) -> None:
        """Close all agents' screens."""
        for screen in self._screens:
            screen.cancel()
        self._screens.clear()

    def request(self, method: str, path: str, body: str | None = None) -> tuple[int, dict[str, str], str]:
        """One HTTP request to the core: status, headers in lower case, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.prepared.http_port, timeout=5)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return response.status, headers, response.read().decode("utf-8")
        finally:
            connection.close()

    async def is_healthy(self) -> bool:
        """Whether /healthz says that all is well."""
        try:
            status, _, _ = await asyncio.to_thread(self.request, "GET", "/healthz")
        except (OSError, http.client.HTTPException):
            return False
        return status == http.HTTPStatus.OK

    async def metrics(self) -> dict[str, float]:
        """All samples of /metrics: `name{label="value"}` and the number."""
        _, _, text = await asyncio.to_thread(self.request, "GET", "/metrics")
        samples = (re.fullmatch(r"([^# ]\S*(?: [^ ]*=[^ ]*)*) (\S+)", line) for line in text.splitlines())
        return {match[1]: float(match[2]) for match in samples if match}

    def channels(self) -> int:
        """How many channels Asterisk has."""
        count = re.match(r"(\d+) active channel", self.instance.command("core show channels count"))
        assert count is not None
        return int(count[1])

    async def until_empty(self, within: float = 10.0) -> None:
        """Wait until no channel is left."""
        deadline = asyncio.get_running_loop().time() + within
        while await asyncio.to_thread(self.channels):
            if asyncio.get_running_loop().time() > deadline:
                left = await asyncio.to_thread(self.instance.command, "core show channels verbose")
                raise AssertionError(f"channels are left\n{left}")
            await asyncio.sleep(0.1)


@asynccontextmanager
async def house(
    folder: Path, config: Path = BANK, *, with_core: bool = True, demo: bool = False
) -> AsyncIterator[House]:
    """A hotline below `folder`, gone without a trace of a process afterwards; `demo` lets in callers from browsers."""
    environment = dict(os.environ) | {
        "HOTLINE_HOME": str(folder / "home"),
        "HOTLINE_SIP_PORT": str(free_port(socket.SOCK_DGRAM)),
        "HOTLINE_HTTP_PORT": str(free_port()),
    }
    prepared = await asyncio.to_thread(partial(prepare, config, environment, demo=demo))
    try:
        await asyncio.to_thread(prepared.instance.start, prepared.files, prepared.ports)
        run_file.write(prepared.home, prepared.run)
        async with asyncio.TaskGroup() as tasks:
            built = House(prepared, tasks)
            try:
                if with_core:
                    await built.start_core()
                yield built
            finally:
                built.close_screens()
                await built.stop_core()
    finally:
        await asyncio.to_thread(prepared.instance.stop)
