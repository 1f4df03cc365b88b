"""300 agents' screens on one server, twenty messages a second to each: how late they come, and what it costs.

The server is a process of its own (`bench.desks_served`) with the real screens, sockets and web server; the browsers
are 300 WebSockets of this process. One clock serves both, so a message's age is what that clock says on its arrival.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from websockets.asyncio.client import connect

from bench.figures import Figure, middle, quantile
from bench.machine import cpu_seconds


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many, how often, and for how many seconds."""

    agents: int = 300
    per_second: int = 20
    seconds: float = 20.0


QUICK = Sizes(seconds=5.0)
TINY = Sizes(agents=5, seconds=0.5)

SETTLE = 1.0
"""Seconds after the last screen has opened until counting begins."""


class Ages:
    """How old each message was when its screen had read it, in milliseconds, while it is counted."""

    def __init__(self) -> None:
        self.counting = False
        self.ages: list[float] = []

    async def read(self, url: str, opened: asyncio.Semaphore) -> None:
        """Be one screen until cancelled."""
        async with connect(url, proxy=None, compression=None) as socket:
            opened.release()
            async for text in socket:
                if self.counting:
                    now = time.monotonic_ns()
                    sent = json.loads(text).get("sent")
                    if sent is not None:
                        self.ages.append((now - sent) / 1_000_000)


async def measure(sizes: Sizes | None = None) -> list[Figure]:
    """The figures; raises whatever keeps the server from starting."""
    sizes = sizes or Sizes()
    async with _server(sizes) as (pid, port), asyncio.TaskGroup() as tasks:
        counted = Ages()
        opened = asyncio.Semaphore(0)
        screens = [
            tasks.create_task(counted.read(f"ws://127.0.0.1:{port}/agent-{number}", opened))
            for number in range(sizes.agents)
        ]
        for _ in screens:
            await opened.acquire()
        await asyncio.sleep(min(SETTLE, sizes.seconds))
        counted.counting = True
        began, used = time.monotonic(), cpu_seconds(pid)
        await asyncio.sleep(sizes.seconds)
        lasted, used = time.monotonic() - began, cpu_seconds(pid) - used
        counted.counting = False
        for screen in screens:
            screen.cancel()
    per_second = len(counted.ages) / lasted
    note = f"{sizes.agents} screens, {per_second:,.0f} messages a second arrived"
    what = f"a message to one of {sizes.agents} screens, from the outbox to the browser"
    return [
        Figure("desks", f"{what}, median", "ms", middle(counted.ages), note=note),
        Figure("desks", f"{what}, p99", "ms", quantile(counted.ages, 0.99), goal=100.0),
        Figure("desks", "the server's CPU, of one core", "%", 100 * used / lasted, goal=100 / 3),
    ]


@asynccontextmanager
async def _server(sizes: Sizes) -> AsyncIterator[tuple[int, int]]:
    """The other process: its number and its port."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.desks_served", str(sizes.agents), str(sizes.per_second)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield process.pid, int(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()
