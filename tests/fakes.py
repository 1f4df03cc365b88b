"""Fakes of the engine's ports: small, honest, and under the test's control. Nothing here sleeps."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from acd.core.events import AgentOffered, Event
from acd.core.instants import Duration, Instant
from acd.core.memory import Memory
from acd.core.names import AgentId, CallId
from acd.core.orders import Order, RingAgent
from acd.core.policy import Policy
from acd.core.requests import BecomeReady, LogIn
from acd.core.router import Router
from acd.core.switch_events import CallStartedWaiting, SwitchSurveyed
from acd.engine.driver import Driver
from acd.engine.feed import Feed
from acd.engine.ports import Clock, Entry
from tests.builders import CARDS, OPENING, ZH, policy


class FakeClock:
    """Stands still until it is told to go on."""

    def __init__(self, now: Instant = OPENING) -> None:
        self._now = now

    def now(self) -> Instant:
        return self._now

    def advance(self, by: Duration) -> None:
        self._now += by


class FakeJournal:
    """Keeps entries in a list; may be slow (`hold`, `release`) or broken (`error`)."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.commits: list[int] = []
        """How many entries each commit had."""
        self.asked = 0
        """How many entries were handed over, durable or not yet."""
        self.checkpoints: list[str] = []
        """The memories that were offered for keeping, as they looked then."""
        self.error: Exception | None = None
        self._open = asyncio.Event()
        self._open.set()

    def hold(self) -> None:
        """Nothing becomes durable until `release`."""
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    async def append(self, entries: Sequence[Entry]) -> None:
        self.asked += len(entries)
        await self._open.wait()
        if self.error is not None:
            raise self.error
        self.entries += entries
        self.commits.append(len(entries))

    def checkpoint(self, memory: Memory) -> None:
        self.checkpoints.append(repr(memory))


class FakeSwitch:
    """Takes orders and does nothing; `watch` is called with each."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.watch: Callable[[Order], None] = lambda _order: None

    def carry_out(self, order: Order) -> None:
        self.watch(order)
        self.orders.append(order)

    def rung(self) -> list[tuple[CallId, AgentId]]:
        """Whose phones were rung, and for whom."""
        return [(order.call, order.agent) for order in self.orders if isinstance(order, RingAgent)]


class FakeScreens:
    """Shows each offer at once, but for agents whose screen is `slow` until `wake`, or `broken`."""

    def __init__(self) -> None:
        self.asked: list[AgentOffered] = []
        self.shown: list[AgentOffered] = []
        self.slow: set[AgentId] = set()
        self.broken: set[AgentId] = set()
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """The slow screens show what they were asked for."""
        self._awake.set()

    async def show(self, offer: AgentOffered) -> None:
        self.asked.append(offer)
        if offer.agent in self.broken:
            raise ConnectionResetError("the screen is gone")
        if offer.agent in self.slow:
            await self._awake.wait()
        self.shown.append(offer)


class SmallHotline:
    """A driver with all its fakes; `running` drives it."""

    def __init__(self, rules: Policy | None = None, clock: Clock | None = None) -> None:
        self.rules = rules or policy()
        self.clock, self.journal, self.switch = FakeClock(), FakeJournal(), FakeSwitch()
        self._time = clock or self.clock
        self.screens, self.feed = FakeScreens(), Feed()
        self.said: list[Event] = []
        self.feed.listen(lambda _at, event: self.said.append(event))
        self.driver = Driver(Router.fresh(self.rules), self.journal, self.switch, self.screens, self.feed, self._time)

    def survey(self) -> None:
        """The switch is found empty, so routing may begin."""
        self.driver.submit(SwitchSurveyed(self._time.now(), ()))

    async def sit_down(self, *agents: AgentId) -> None:
        """Agents log in and are ready."""
        for agent in agents:
            assert await self.driver.ask(LogIn(agent)) is None
            assert await self.driver.ask(BecomeReady(agent)) is None

    def enter(self, call: CallId) -> None:
        """A caller begins to wait for somebody who knows about cards."""
        now = self._time.now()
        self.driver.submit(CallStartedWaiting(call, "13800000000", "Li", "95555", now, now, CARDS, ZH, ""))


@asynccontextmanager
async def running(driver: Driver) -> AsyncIterator[None]:
    """Drive the core for as long as the block lasts."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(driver.run())
        try:
            yield
        finally:
            task.cancel()


async def eventually(condition: Callable[[], object], within: float = 5.0) -> None:
    """Return as soon as the condition holds; fails after `within` seconds."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - a condition may be anything, not only an event
            await asyncio.sleep(0)


async def turns(count: int = 50) -> None:
    """Let everything run that can run without waiting for anything."""
    for _ in range(count):
        await asyncio.sleep(0)
