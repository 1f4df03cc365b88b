"""A hotline of real core code, with no switch and no journal: what happens on the line is said by the test."""

import asyncio
from dataclasses import dataclass, field, replace

from acd.core.events import AgentOffered, Event, RequestRefused
from acd.core.inputs import CoreStarted, Input, PolicyLoaded, TimePassed
from acd.core.instants import Instant
from acd.core.names import AgentId, CallId, LaneName, LanguageName, PhoneName, Skill, VipClass
from acd.core.orders import Order, RingAgent
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Agent, Lane, Limits, Policy, Preference, Reserve, RouteStep, Vip
from acd.core.requests import BecomeReady, ExtendWrapUp, LogIn, PauseAgent, Request
from acd.core.router import Router
from acd.core.switch_events import (
    CallArrived,
    CallEnded,
    CallStartedWaiting,
    OfferAnswered,
    OfferReached,
    PhoneChanged,
    PhoneState,
    SwitchLost,
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
            CARDS: Lane(CARDS, "cards", ring_for=15_000, wrap_up=20_000, wrap_up_extension=30_000),
            GENERAL: Lane(GENERAL, "general", ring_for=15_000, wrap_up=0),
        },
        agents={agent.id: agent for agent in agents},
        languages={MANDARIN: "", ENGLISH: ""},
        default_lane=GENERAL,
        default_language=MANDARIN,
        vip=(Vip(VipClass("platinum"), 90_000, frozenset({"platinum"})),),
        pause_reasons={"break": 900_000, "lunch": None},
    )


OUTSIDE = "85212345678"
"""A number outside, to which callers are sent who find the general lane full."""


def eventful_policy() -> Policy:
    """A hotline in which everything may happen to a caller: steps, a reserve, a last agent, other ways out."""
    plain = small_policy()
    cards = replace(
        plain.lanes[CARDS],
        steps=(
            RouteStep(after=5_000, when="waiting(general) > 9", once=True, credit=1_000),
            RouteStep(after=10_000, credit=5_000),
            RouteStep(after=20_000, overflow=Outcome(OutcomeKind.LANE, GENERAL)),
        ),
        last_agent=Preference(wait_for=8_000, within=3_600_000),
    )
    general = replace(plain.lanes[GENERAL], limits=Limits(length=1), when_full=Outcome(OutcomeKind.NUMBER, OUTSIDE))
    helpers = Reserve("helpers", "cards", "waiting(general) > 0", backup_for=GENERAL)
    return replace(plain, lanes={CARDS: cards, GENERAL: general}, reserves=(helpers,))


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

    def is_sent_outside(self, name: str) -> CallId:
        """Two callers choose the general lane of the eventful policy, which has room for the first alone."""
        self.call(f"{name}-before", GENERAL)
        return self.call(name, GENERAL)

    def everything_happens(self) -> None:
        """A day under the eventful policy in which the core says every kind of event that it has."""
        self.becomes_ready(ANNA, BEN)
        self.take(PolicyLoaded(replace(self.look.policy(), version="later")))
        self.take(PhoneChanged(PhoneName("anna"), PhoneState.BUSY))
        self.take(PhoneChanged(PhoneName("anna"), PhoneState.FREE))
        self.take(PauseAgent(BEN, "break"))
        self.sleep(900_000)
        self.take(PauseAgent(BEN, "because"))
        first = self.call("c1", tier="platinum")
        self.answers(first)
        self.talks_and_ends(first)
        self.take(ExtendWrapUp(ANNA))
        # The same caller again, while his agent writes her notes: kept for her, then handed on to the general lane.
        again = self.call("c2")
        self.sleep(5_000)
        self.sleep(15_000)
        outside = self.call("c3", GENERAL)
        self.hangs_up(outside)
        self.hangs_up(again)
        self.take(TalkEnded(again))
        self.call("c4")
        self.take(SwitchLost())
        self.sleep(10_000)
        self.take(SwitchSurveyed(self.time, ()))

    async def until_asked(self, request: Request) -> None:
        """Wait until somebody asks for this."""
        while request not in self.asked:
            self._news.clear()
            await self._news.wait()
