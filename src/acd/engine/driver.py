"""The loop that makes the core live: take what came in, write it down, then act.

All that waits in the inbox is taken through the router together and written to the journal with one commit; only when
that is durable do the events go to the feed and the orders to the switch. Nothing is decided anywhere else. The
heartbeat that the dialplan watches is written by this very loop: when the loop stands still, so does the heartbeat.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from hashlib import blake2b

import structlog

from acd.core.events import AgentOffered, RequestRefused
from acd.core.inputs import QUIET, Input, TimePassed
from acd.core.instants import Instant
from acd.core.orders import CallCustomer, RingAgent, RingColleague
from acd.core.requests import Request
from acd.core.router import Router
from acd.core.step import Step
from acd.core.switch_events import SwitchEvent
from acd.engine.feed import Feed
from acd.engine.ports import Clock, Entry, Journal, Screens, Switch

POP_LIMIT = 0.150
"""Seconds that a phone waits for its agent's screen to show the caller, and not a moment longer."""

INBOX_LIMIT = 100_000
"""Facts that may wait for the core. Beyond it the link is dropped, for a survey tells more than a late flood."""

BATCH_LIMIT = 500
"""Inputs that go into one commit, so that the first of a flood need not wait for the last."""

BEAT_EVERY = 2.0
"""Seconds between two heartbeats."""

_log = structlog.get_logger(__name__)


def digest_of(step: Step) -> str:
    """Sixteen hex digits that name a step's outcome, for `hotline replay --verify`."""
    return blake2b(repr((step.events, step.orders)).encode(), digest_size=8).hexdigest()


class Driver:
    """One router, driven in real time."""

    def __init__(
        self, router: Router, journal: Journal, switch: Switch, screens: Screens, feed: Feed, clock: Clock
    ) -> None:
        self.router = router
        self._journal = journal
        self._switch = switch
        self._screens = screens
        self._feed = feed
        self._clock = clock
        self._inbox: deque[tuple[Instant, Input, asyncio.Future[str | None] | None]] = deque()
        self._news = asyncio.Event()
        self.beats = 0
        """How often the loop has come round to its heartbeat."""
        self.on_overflow: Callable[[], None] = lambda: None
        """Called when the inbox is full and has been emptied; the owner drops the link and surveys again."""
        self.on_beat: Callable[[int], None] = lambda _: None
        """Called with the heartbeat's counter every two seconds; synchronous, never blocks."""

    def submit(self, event: SwitchEvent) -> None:
        """Take note of what the switch saw; synchronous, never blocks, never raises."""
        self.enter(event)

    def enter(self, happened: Input) -> None:
        """Put any input into the inbox, stamped with the present time."""
        if len(self._inbox) >= INBOX_LIMIT:
            _log.error("the inbox is full; the link is dropped and surveyed again", limit=INBOX_LIMIT)
            kept = [each for each in self._inbox if not isinstance(each[1], SwitchEvent)]
            self._inbox.clear()
            self._inbox.extend(kept)
            self.on_overflow()
        self._inbox.append((self._clock.now(), happened, None))
        self._news.set()

    async def ask(self, request: Request) -> str | None:
        """Put a person's request to the core; returns why it was refused, or None when it was granted."""
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._inbox.append((self._clock.now(), request, answer))
        self._news.set()
        return await answer

    async def run(self) -> None:
        """Drive the core until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            next_beat = asyncio.get_running_loop().time()
            while True:
                await self._wait(next_beat)
                await self._work(tasks)
                if asyncio.get_running_loop().time() >= next_beat:
                    self.beats += 1
                    self.on_beat(self.beats)
                    next_beat = asyncio.get_running_loop().time() + BEAT_EVERY

    async def _wait(self, next_beat: float) -> None:
        """Sleep until something comes in, something falls due, or the heart must beat."""
        deadline = self.router.next_deadline()
        patience = next_beat - asyncio.get_running_loop().time()
        if deadline is not None:
            patience = min(patience, (deadline - self._clock.now()) / 1000)
        if self._inbox or patience <= 0:
            return
        self._news.clear()
        try:
            async with asyncio.timeout(patience):
                await self._news.wait()
        except TimeoutError:
            pass

    async def _work(self, tasks: asyncio.TaskGroup) -> None:
        taken: list[tuple[Entry, Step, asyncio.Future[str | None] | None]] = []
        while self._inbox and len(taken) < BATCH_LIMIT:
            at, happened, answer = self._inbox.popleft()
            entry, step = self._take(happened, at)
            # What comes round by itself is written down when something comes of it, and else leaves no trace.
            if step.events or step.orders or not isinstance(happened, QUIET):
                taken.append((entry, step, answer))
        if not self._inbox:
            entry, step = self._take(TimePassed(), self._clock.now())
            if step.events or step.orders:
                taken.append((entry, step, None))
        if not taken:
            return
        await self._journal.append([entry for entry, _, _ in taken])
        # Only this method takes inputs, so the memory still is what came of the entries just written.
        self._journal.checkpoint(self.router.memory)
        for entry, step, answer in taken:
            self._act(entry, step, tasks)
            if answer is not None and not answer.done():
                answer.set_result(_refusal_in(step))

    def _take(self, happened: Input, at: Instant) -> tuple[Entry, Step]:
        step = self.router.take(happened, at)
        return Entry(at, happened, digest_of(step)), step

    def _act(self, entry: Entry, step: Step, tasks: asyncio.TaskGroup) -> None:
        self._feed.publish(entry.at, step.events)
        offers = {event.offer: event for event in step.events if isinstance(event, AgentOffered)}
        for order in step.orders:
            match order:
                case RingAgent(offer=offer) | CallCustomer(offer=RingAgent(offer=offer)):
                    tasks.create_task(self._ring(order, offers[offer]))
                case RingColleague(agent=agent):
                    asked = self.router.offer_of(agent)
                    if asked is not None and asked.offer == order.offer:
                        tasks.create_task(self._ring(order, asked))
                case _:
                    self._switch.carry_out(order)

    async def _ring(self, order: RingAgent | CallCustomer | RingColleague, offer: AgentOffered) -> None:
        """Show the caller on the agent's screen, then ring the phone, if the offer still holds by then.

        Of a customer who is called back that is his own phone; the agent's follows when he answers.
        """
        try:
            async with asyncio.timeout(POP_LIMIT):
                await self._screens.show(offer)
        except TimeoutError:
            _log.warning("a screen did not show its call in time", agent=offer.agent)
        except Exception:  # noqa: BLE001 - whatever a screen does, the phone must ring
            _log.exception("a screen failed", agent=offer.agent)
        held = self.router.offer_of(offer.agent)
        if held is not None and held.offer == offer.offer and self.router.memory.switch_ready:
            self._switch.carry_out(order)


def _refusal_in(step: Step) -> str | None:
    return next((event.reason for event in step.events if isinstance(event, RequestRefused)), None)
