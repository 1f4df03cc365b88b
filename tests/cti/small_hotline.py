"""A hotline of real core code, with no switch and no journal: what happens on the line is said by the test."""

import asyncio
from dataclasses import dataclass, field

from acd.core.events import AgentOffered, Event, RequestRefused
from acd.core.inputs import CoreStarted, Input, TimePassed
from acd.core.instants import Instant
from acd.core.names import AgentId, CallId, LaneName, LanguageName, PhoneName, Skill, VipClass
from acd.core.orders import Order, RingAgent
from acd.core.policy import Agent, Lane, Need, Policy, Vip
from acd.core.requests import BecomeReady, LogIn, Request
from acd.core.router import Router
from acd.core.switch_events import (
    CallArrived,
    CallEnded,
    CallStartedWaiting,
    OfferAnswered,
    OfferReached,
    SwitchSurveyed,
    TalkEnded,
)
from acd.engine.feed import Feed
from acd.engine.view import MemoryView

ANNA, BEN = AgentId("anna"), AgentId("ben")
CARDS, GENERAL = LaneName("cards"), LaneName("general")
MANDARIN, ENGLISH = LanguageName("zh"), LanguageName("en")
START: Instant = 1_800_000_000_000


def small_policy() -> Policy:
    agents = [
        Agent(ANNA, "Anna", PhoneName("anna"), {Skill("cards"): 5}),
        Agent(BEN, "Ben", PhoneName("ben"), {Skill("general"): 5}),
    ]
    return Policy(
        version="small",
        lanes={
            CARDS: Lane(CARDS, (Need(Skill("cards")),), ring_for=15_000, wrap_up=20_000),
            GENERAL: Lane(GENERAL, (Need(Skill("general")),), ring_for=15_000, wrap_up=0),
        },
        agents={agent.id: agent for agent in agents},
        languages={MANDARIN: (), ENGLISH: ()},
        default_lane=GENERAL,
        default_language=MANDARIN,
        vip=(Vip(VipClass("platinum"), 90_000, frozenset({"platinum"})),),
        pause_reasons=("break", "lunch"),
    )


@dataclass
class SmallHotline:
    """The real router behind the real feed. Time stands still unless the test moves `time`."""

    policy: Policy = field(default_factory=small_policy)
    time: Instant = START

    def __post_init__(self) -> None:
        self.router = Router.fresh(self.policy)
        self.feed = Feed()
        self.look = MemoryView(lambda: self.router.memory, lambda: self.time)
        self.orders: list[Order] = []
        self.events: list[Event] = []
        self.feed.listen(lambda _, event: self.events.append(event))
        self.asked: list[Request] = []
        self._news = asyncio.Event()
        self.take(CoreStarted(1))
        self.take(SwitchSurveyed(self.time, ()))

    def take(self, happened: Input) -> tuple[Event, ...]:
        step = self.router.take(happened, self.time)
        self.orders += step.orders
        self.feed.publish(self.time, step.events)
        self._news.set()
        return step.events

    async def ask(self, request: Request) -> str | None:
        self.asked.append(request)
        events = self.take(request)
        return next((event.reason for event in events if isinstance(event, RequestRefused)), None)

    def sleep(self, milliseconds: int) -> None:
        """Let time pass."""
        self.time += milliseconds
        self.take(TimePassed())

    def becomes_ready(self, *agents: AgentId) -> None:
        for agent in agents:
            self.take(LogIn(agent))
            self.take(BecomeReady(agent))

    def call(self, name: str, lane: LaneName = CARDS, *, number: str = "+8613800000001", tier: str = "") -> CallId:
        """A caller dials in, chooses a lane and waits."""
        call = CallId(name)
        self.take(CallArrived(call, number, "Wang", "95555", self.time))
        self.take(CallStartedWaiting(call, number, "Wang", "95555", self.time, self.time, lane, MANDARIN, tier))
        return call

    def offer(self) -> AgentOffered:
        """The newest offer."""
        return [event for event in self.events if isinstance(event, AgentOffered)][-1]

    def answers(self, call: CallId) -> None:
        """The agent who is offered the call picks up."""
        offer = next(
            order.offer for order in reversed(self.orders) if isinstance(order, RingAgent) and order.call == call
        )
        self.take(OfferReached(call, offer))
        self.time += 400
        self.take(OfferAnswered(call, offer))

    def talks_and_ends(self, call: CallId, talked: int = 60_000) -> None:
        self.time += talked
        self.take(TalkEnded(call))
        self.take(CallEnded(call))

    def hangs_up(self, call: CallId) -> None:
        self.take(CallEnded(call))

    async def until_asked(self, request: Request) -> None:
        """Wait until somebody asks for this."""
        while request not in self.asked:
            self._news.clear()
            await self._news.wait()
