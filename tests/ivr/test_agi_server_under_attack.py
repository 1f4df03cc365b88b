"""Port scans, silence, floods and drips on the AGI port do not slow the loop that routes everybody's calls.

Each attack runs while a caller is in a dialogue, and while a watch measures how long the loop is kept busy.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from ivr.agi_call import AgiCall
from ivr.agi_commands import wait_for_digit
from ivr.agi_server import AgiLimits, AgiServer
from tests.ivr.agi_bytes import header
from tests.ivr.peers import LoopWatch, connected, loop_watched, until

LONGEST_TURN = 0.050
"""Seconds of work that the loop may have between two of its turns."""


async def ask_for_ever(call: AgiCall) -> None:
    while True:
        await call.ask(wait_for_digit(1_000))


@asynccontextmanager
async def attacked(
    limits: AgiLimits, first: Callable[[int], None] = lambda _: None
) -> AsyncIterator[tuple[AgiServer, LoopWatch]]:
    """A server with one caller in a dialogue, who must be there unharmed at the end.

    `first` is what happens at its port while the loop stands still, just before it is watched.
    """
    async with AgiServer({"ivr": ask_for_ever}, limits=limits) as server, connected(server.port) as caller:
        assert await caller.command()
        async with loop_watched() as watch:
            first(server.port)
            watch.forget()
            yield server, watch
            await until(lambda: watch.turns > 20)
            caller.send(b"200 result=0\n")
            assert await caller.command()
        assert watch.work < LONGEST_TURN
        assert watch.wall < 2


async def test_connect_and_close() -> None:
    def scan(port: int) -> None:
        for _ in range(200):
            socket.create_connection(("127.0.0.1", port), timeout=5).close()

    async with attacked(AgiLimits()) as (server, _):
        await asyncio.to_thread(scan, server.port)
        # A peer that has gone before it was accepted may have no name any more; it is turned away all the same.
        refused = server.statistics.refused
        await until(lambda: refused.total() == 200)
        assert refused["cut_off"] > 0
        assert set(refused) <= {"cut_off", "peer", "over_cap"}
        await until(lambda: server.statistics.open == 1)


async def test_a_silent_connection_is_closed_when_its_time_is_up() -> None:
    async with (
        attacked(AgiLimits(header_within=100)) as (server, _),
        connected(server.port, presents=b"") as silent,
    ):
        assert await silent.closed()
        assert server.statistics.refused == {"silent": 1}


async def test_a_slow_drip_gets_no_more_time_than_silence() -> None:
    async with attacked(AgiLimits(header_within=200)) as (server, _):
        async with connected(server.port, presents=b"") as drip:
            for byte in header():
                if drip.reader.at_eof() or server.statistics.refused:
                    break
                drip.send(bytes([byte]))
                await asyncio.sleep(0.002)
            assert await drip.closed()
        assert server.statistics.refused == {"silent": 1}


async def test_ten_megabytes_of_header_are_not_read() -> None:
    def flood(port: int, line: bytes) -> int:
        sent = 0
        data = line * (10_000_000 // len(line))
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            try:
                while sent < len(data):
                    sent += connection.send(data[sent : sent + 65_536])
            except (ConnectionError, TimeoutError):
                pass
        return sent

    async with attacked(AgiLimits()) as (server, _):
        sent = await asyncio.to_thread(flood, server.port, b"x" * 1_000)
        sent_in_lines = await asyncio.to_thread(flood, server.port, b"agi_callerid: 1\n")

        await until(lambda: server.statistics.refused["too_long"] == 2)
        # The rest of it went no further than the kernel's buffers.
        assert sent < 9_000_000
        assert sent_in_lines < 9_000_000


async def test_five_hundred_connections_at_once() -> None:
    connections: list[socket.socket] = []

    def crowd(port: int) -> None:
        for _ in range(500):
            connections.append(socket.create_connection(("127.0.0.1", port), timeout=10))  # noqa: PERF401

    async with attacked(AgiLimits(header_within=1_000), crowd) as (server, watch):
        try:
            refused = server.statistics.refused
            await until(lambda: refused.total() == 500)
            assert refused["over_cap"] >= 400
            assert set(refused) <= {"over_cap", "silent"}
            await until(lambda: server.statistics.open == 1)
            # They are taken a few at a time: 2 ms of work, where all at once would be 20.
            assert watch.work < LONGEST_TURN / 5
        finally:
            for connection in connections:
                connection.close()
