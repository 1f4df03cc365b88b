"""What connects to the AGI port in tests: an Asterisk that keeps to the protocol, and a watch on the loop."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.ivr.agi_bytes import header


@dataclass
class Peer:
    """One connection to the server, seen from Asterisk's side."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def command(self) -> str:
        """The next command, or an empty text if the server closed the connection."""
        return (await self.reader.readline()).decode().rstrip("\n")

    async def closed(self) -> bool:
        """Wait until the server has closed the connection."""
        try:
            return await self.reader.read() == b""
        except ConnectionError:
            return True


@asynccontextmanager
async def connected(port: int, *, presents: bytes = header()) -> AsyncIterator[Peer]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(presents)
        yield Peer(reader, writer)
    finally:
        writer.transport.abort()


async def until(condition: Callable[[], bool], within: float = 10) -> None:
    """Wait for a condition; fail after `within` seconds."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - what is waited for is in another process, or keeps no event
            await asyncio.sleep(0.005)


@dataclass
class LoopWatch:
    """The longest that the loop did not come round: seconds of its own work, and seconds by the wall clock."""

    work: float = 0
    wall: float = 0
    turns: int = 0
    _work_mark: float = 0
    _wall_mark: float = 0

    def note(self) -> None:
        """The loop has come round."""
        self.turns += 1
        self.work = max(self.work, time.thread_time() - self._work_mark)
        self.wall = max(self.wall, time.monotonic() - self._wall_mark)
        self.mark()

    def mark(self) -> None:
        """Measure the next turn from here."""
        self._work_mark, self._wall_mark = time.thread_time(), time.monotonic()

    def forget(self) -> None:
        """Begin anew: what was done until now was the test's own work."""
        self.work = self.wall = self.turns = 0
        self.mark()


@asynccontextmanager
async def loop_watched() -> AsyncIterator[LoopWatch]:
    """Watch how long the loop is kept from its other callers.

    Its own work is counted in processor time of this thread, so that a busy machine fails no test.
    """
    watch = LoopWatch()
    done = asyncio.Event()

    async def tick() -> None:
        watch.mark()
        while not done.is_set():
            await asyncio.sleep(0.001)
            watch.note()

    # What earlier tests left behind is not this loop's work: searching it all for garbage takes 50 ms.
    gc.collect()
    gc.freeze()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(tick())
            try:
                yield watch
            finally:
                done.set()
    finally:
        gc.unfreeze()
