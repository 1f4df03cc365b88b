"""A hotline of real core code, with no switch and no journal: what happens on the line is said by the test."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from acd.core.events import AgentOffered, Event, RequestRefused
from acd.core.inputs import CoreStarted, Input, PolicyLoaded, TimePassed
from acd.core.instants import Instant
from acd.core.names import AgentId, CallId, LaneName, LanguageName, OfferId, PhoneName, Skill, VipClass
from acd.core.orders import CallCustomer, Order, RingAgent, RingColleague
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import (
    Agent,
    Announce,
    Callbacks,
    Lane,
    Limits,
    Policy,
    Preference,
    Reserve,
    RouteStep,
    Survey,
    Vip,
)
from acd.core.requests import (
    AskForPin,
    BecomeReady,
    ConsultAgent,
    DialNumber,
    EndTalk,
    ExtendWrapUp,
    HoldCaller,
    LogIn,
    LogOut,
    PauseAgent,
    RaiseHand,
    Request,
    ResumeCaller,
    StartConference,
    TransferCaller,
)
from acd.core.router import Router
from acd.core.switch_events import (
    AdvertLeft,
    AgentLeft,
    AllTogether,
    CallArrived,
    CallbackAccepted,
    CallbackFailed,
    CallEnded,
    CallerHeld,
    CallerResumed,
    CallerSent,
    CallerVerified,
    CallStartedWaiting,
    ColleagueAnswered,
    NumberAnswered,
    OfferAnswered,
    OfferFailure,
    OfferReached,
    OrderFailed,
    PhoneChanged,
    PhoneState,
    SurveyTaken,
    SwitchLost,
    SwitchSurveyed,
    TalkEnded,
    Verdict,
)
from acd.core.talk_events import NumberDialled
from acd.core.transfers import Target, TransferKind
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

CUSTOMER = "70010001"
"""By what the directory knows a customer."""

CALLED_BACK_AT = "13900000777"
"""The number that a caller keyed at which he wants to be called back."""


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
        announce=Announce(30_000, position=True, estimated_wait=True),
    )
    general = replace(plain.lanes[GENERAL], limits=Limits(length=1), when_full=Outcome(OutcomeKind.NUMBER, OUTSIDE))
    helpers = Reserve("helpers", "cards", "waiting(general) > 0", backup_for=GENERAL)
    return replace(
        plain,
        lanes={CARDS: cards, GENERAL: general},
        reserves=(helpers,),
        callbacks=Callbacks(attempts=2, retry_after=600_000),
        surveys=(Survey("service", 2, unhappy_at=2),),
        transfer_numbers={"office": OUTSIDE},
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

    def call(
        self, name: str, lane: LaneName = CARDS, *, number: str = "+8613800000001", tier: str = "", **more: Any
    ) -> CallId:
        """A caller dials in, chooses a lane and waits; `more` is what else the menu has learned of him."""
        call = CallId(name)
        self.take(CallArrived(call, number, "Wang", "95555", self.time))
        start = CallStartedWaiting(call, number, "Wang", "95555", self.time, self.time, lane, MANDARIN, tier)
        self.take(replace(start, **more))
        return call

    def offer(self) -> AgentOffered:
        """The newest offer."""
        return [event for event in self.events if isinstance(event, AgentOffered)][-1]

    def answers(self, call: CallId) -> None:
        """The agent who is offered the call picks up."""
        rung = (order.offer if isinstance(order, CallCustomer) else order for order in reversed(self.orders))
        offer = next(ring.offer for ring in rung if isinstance(ring, RingAgent) and ring.call == call)
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

    def is_to_be_called_back(self, name: str, lane: LaneName = CARDS, **more: Any) -> CallId:
        """A waiting caller wishes it, and hangs up; what his entry is called."""
        call = self.call(name, lane, **more)
        self.take(CallbackAccepted(call, CALLED_BACK_AT))
        self.take(CallEnded(call))
        return CallId(f"cb-{call}")

    def is_asked_for_his_pin(self, call: CallId, verdict: Verdict) -> None:
        """The agent who talks with the caller wants it, and this is what comes of it."""
        desk = next(desk for desk in self.look.desks() if desk.call == call)
        self.take(AskForPin(desk.agent))
        self.take(CallerVerified(call, verdict, CUSTOMER))

    def everything_happens(self) -> None:
        """A day under the eventful policy in which the core says every kind of event that it has."""
        self.calls_are_routed()
        self.callers_are_cared_for()

    def callers_are_cared_for(self) -> None:
        """Adverts, a PIN, a survey and a callback, for callers of an agent who is ready again and again."""
        for name in [*self.router.memory.calls]:
            self.hangs_up(name)
        self.sleep(3_600_000)
        self.callers_are_served_evenly(26)
        self.take(LogOut(ANNA))
        call = self.call("c5", number="", advert="gold", advert_accepted=True)
        self.sleep(2_000)
        self.take(AdvertLeft(call))
        self.becomes_ready(ANNA)
        self.answers(call)
        self.is_asked_for_his_pin(call, Verdict.VERIFIED)
        self.take(TalkEnded(call))
        self.take(SurveyTaken(call, "service", (1, 0), comment=True))
        self.take(CallEnded(call))
        self.agents_do_much_with_a_talk()
        entry = self.is_to_be_called_back("c6", number="")
        self.sleep(20_000)
        self.take(CallbackFailed(entry, OfferFailure.NO_ANSWER))

    def is_held(self, call: CallId, agent: AgentId = ANNA) -> None:
        """The agent puts him on hold, and the switch does it."""
        self.take(HoldCaller(agent))
        self.take(CallerHeld(call))

    def asks(self, agent: AgentId, colleague: AgentId) -> OfferId:
        """An agent asks a colleague, his caller being on hold; by which number the switch speaks of it."""
        self.take(ConsultAgent(agent, colleague))
        return next(order.offer for order in reversed(self.orders) if isinstance(order, RingColleague))

    def asks_in_vain(self, agent: AgentId, colleague: AgentId) -> None:
        """The colleague answers, talks with the caller as well for a moment, and hangs up again."""
        self.becomes_ready(colleague)
        offer = self.asks(agent, colleague)
        asker = self.look.desk(agent)
        assert asker is not None
        assert asker.call is not None
        self.take(ColleagueAnswered(asker.call, offer))
        self.take(StartConference(agent))
        self.take(AllTogether(asker.call, offer))
        self.take(AgentLeft(asker.call, offer))

    def is_sent(self, call: CallId, target: Target, agent: AgentId = ANNA) -> None:
        """The agent sends him on, and the switch does it."""
        offer = self.router.memory.calls[call].offer
        assert offer is not None
        self.take(TransferCaller(agent, target))
        self.take(CallerSent(call, offer, target))

    def agents_do_much_with_a_talk(self) -> None:
        """The agent dials a customer in vain; then a caller is on hold for a while, and is sent outside."""
        self.take(DialNumber(ANNA, CALLED_BACK_AT))
        dialled = next(event.entry for event in self.events if isinstance(event, NumberDialled))
        self.take(CallbackFailed(dialled, OfferFailure.NO_ANSWER))
        self.take(BecomeReady(ANNA))
        call = self.call("c7", number="")
        self.answers(call)
        self.is_held(call)
        self.sleep(7_000)
        self.take(ResumeCaller(ANNA))
        self.take(CallerResumed(call))
        self.is_held(call)
        self.asks_in_vain(ANNA, BEN)
        self.take(RaiseHand(ANNA, raised=True))
        self.take(EndTalk(ANNA))
        self.take(OrderFailed(call, None))
        self.is_sent(call, Target(TransferKind.NUMBER, OUTSIDE))
        self.take(NumberAnswered(call))
        self.take(CallEnded(call))

    def callers_are_served_evenly(self, many: int) -> None:
        """Each waits for five seconds while the one before talks, so that the next one's wait can be foretold."""
        self.take(BecomeReady(ANNA))
        talks = self.call("even", number="")
        self.answers(talks)
        for number in range(many):
            waits = self.call(f"even-{number}", number="")
            self.talks_and_ends(talks, talked=5_000)
            self.take(BecomeReady(ANNA))
            self.answers(waits)
            talks = waits
        self.talks_and_ends(talks)

    def calls_are_routed(self) -> None:
        """A day of callers who wait, talk and hang up."""
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
