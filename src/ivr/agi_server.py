"""The FastAGI server: a thin shell that takes connections, counts them and gives each its own task and time limits.

Asterisk is the only one who should ever connect, but a port scan, a health check or a mad process may. So: only
allowed addresses, at most `most_open` connections (one more is closed at once and counted), little time for the
header, an end to every conversation. Closing a connection is always safe: the dialplan goes on with the default lane
unless the script said that it was done. An error in one conversation is logged without the caller's data and touches
no other.
"""

import asyncio
import ipaddress
import os
import socket
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import structlog

from acd.core.instants import Duration
from ivr.agi_call import BYTES_AT_ONCE, AgiCall
from ivr.agi_errors import AgiError, CallerHungUp, ProtocolBroken, SwitchLeft, TookTooLong

Script = Callable[[AgiCall], Awaitable[None]]
"""Talks to one caller and returns when it is done with him."""

BACKLOG = 512
"""Connections that wait in the kernel. Beyond it a caller's connection is tried again by his kernel a second later, so
that a flood costs him that second."""

ACCEPTED_AT_ONCE = 8
"""Connections accepted in one turn of the loop at most, because the loop has other callers to look after."""

_ENDINGS = {CallerHungUp: "caller_hung_up", SwitchLeft: "switch_left", TookTooLong: "took_too_long"}
"""How a script may end early with nobody at fault, and the word for it in the statistics."""

_log = structlog.get_logger()


class AgiPortTaken(RuntimeError):
    """The server cannot listen; one line says where and why."""


@dataclass(frozen=True, slots=True)
class AgiLimits:
    """What one connection, and all together, may cost. Times in milliseconds."""

    most_open: int = 100
    header_within: Duration = 5_000
    done_within: Duration = 240_000
    allowed_peers: tuple[str, ...] = ("127.0.0.0/8", "::1/128")


@dataclass(slots=True)
class AgiStatistics:
    """Counts for the metrics. The keys are short fixed words, so there are never more than a few of them.

    `refused`: over_cap, peer, silent, shut_down, no_such_script or a word of Refusal: no script ever ran.
    `finished`: done, caller_hung_up, switch_left, took_too_long, protocol_broken, command_failed, failed, shut_down.
    """

    open: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    finished: Counter[str] = field(default_factory=Counter)


class AgiServer:
    """Answers Asterisk's FastAGI connections while it is entered as an async context manager.

    `scripts` maps the path in the dialplan's address to what answers it. Port 0 takes any free port; `port` says
    which. On leaving, the port closes first, then every conversation ends.
    """

    def __init__(
        self,
        scripts: Mapping[str, Script],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        limits: AgiLimits | None = None,
    ) -> None:
        self.statistics = AgiStatistics()
        self._scripts = dict(scripts)
        self._host = host
        self._wanted_port = port
        self._limits = limits or AgiLimits()
        self._peers = tuple(ipaddress.ip_network(peer) for peer in self._limits.allowed_peers)
        self._tasks: set[asyncio.Task[None]] = set()
        self._group = asyncio.TaskGroup()
        self._server: asyncio.Server | None = None
        self._closing = False

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._server is not None, "not listening"
        number: int = self._server.sockets[0].getsockname()[1]
        return number

    async def __aenter__(self) -> Self:
        """Start to listen. Raises AgiPortTaken."""
        try:
            listening = socket.create_server((self._host, self._wanted_port), backlog=BACKLOG)
        except OSError as error:
            raise AgiPortTaken(
                f"port {self._wanted_port}/tcp of {self._host} (IVR) cannot be had: {os.strerror(error.errno or 0)}"
            ) from None
        # A stream may hold twice this limit before it stops reading from its socket; more is never needed at once.
        self._server = await asyncio.start_server(
            self._connected, sock=listening, limit=BYTES_AT_ONCE, backlog=ACCEPTED_AT_ONCE
        )
        # asyncio takes one figure for both: how many wait in the kernel, and how many it accepts in one turn.
        listening.listen(BACKLOG)
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port and end every conversation; return when all of them have ended."""
        assert self._server is not None
        self._closing = True
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        # The group is not told of the error that ends us, or it would wrap it into a group of its own.
        await self._group.__aexit__(None, None, None)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        refusal = "shut_down" if self._closing else self._refusal(writer)
        if refusal is not None:
            self.statistics.refused[refusal] += 1
            writer.transport.abort()
            return
        self.statistics.open += 1
        task = self._group.create_task(self._converse(AgiCall(reader, writer)))
        self._tasks.add(task)

        def gone(ended: asyncio.Task[None]) -> None:
            # Here and not in the task, which may be cancelled before it has begun.
            self._tasks.discard(ended)
            self.statistics.open -= 1
            writer.close()

        task.add_done_callback(gone)

    def _refusal(self, writer: asyncio.StreamWriter) -> str | None:
        peer = writer.get_extra_info("peername")
        # A peer that has gone already has no name any more.
        if peer is None or not any(ipaddress.ip_address(peer[0]) in network for network in self._peers):
            return "peer"
        if self.statistics.open >= self._limits.most_open:
            return "over_cap"
        return None

    async def _converse(self, call: AgiCall) -> None:
        try:
            script = await self._script_of(call)
            if script is not None:
                self.statistics.finished[await self._run(script, call)] += 1
        except asyncio.CancelledError:
            self.statistics.finished["shut_down"] += 1
            raise

    async def _script_of(self, call: AgiCall) -> Script | None:
        try:
            async with asyncio.timeout(self._limits.header_within / 1000):
                await call.meet()
        except TimeoutError:
            self.statistics.refused["silent"] += 1
            return None
        except ProtocolBroken as error:
            self.statistics.refused[error.reason.value] += 1
            return None
        script = self._scripts.get(call.environment.path)
        if script is None:
            self.statistics.refused["no_such_script"] += 1
        return script

    async def _run(self, script: Script, call: AgiCall) -> str:
        """Run the script to its end, whatever that is, and say in a word how it ended."""
        deadline = asyncio.timeout(self._limits.done_within / 1000)
        try:
            async with deadline:
                await script(call)
        except AgiError as error:
            for kind, word in _ENDINGS.items():
                if isinstance(error, kind):
                    return word
            # Ours or the dialplan's fault, and our own words: no message of AgiError holds what the caller sent.
            _log.error("agi_script_ended", call=call.environment.call, error=type(error).__name__, why=str(error))
            return "protocol_broken" if isinstance(error, ProtocolBroken) else "command_failed"
        except Exception as error:  # noqa: BLE001 - whatever a script does wrong must not reach the other callers
            if deadline.expired():
                return "took_too_long"
            # Where it happened, but not the message: it may hold what the caller sent.
            frames = traceback.extract_tb(error.__traceback__, limit=-8)
            where = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
            _log.error("agi_script_failed", call=call.environment.call, error=type(error).__name__, where=where)
            return "failed"
        return "done"
