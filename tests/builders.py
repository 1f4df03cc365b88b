"""Builders: the small hotline that tests of the core are about, and its world in virtual time.

`World` plays the switch's part by hand: each method is a fact, a request, or time passing. It keeps the last step and
all that was ever said and ordered, so that a test can be read as a sentence about the contact centre. Nothing here
reads a clock.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from acd.core.agents import AgentState, Desk
from acd.core.calls import Call
from acd.core.events import AgentOffered, CallClosed, Event
from acd.core.inputs import Input, TimePassed
from acd.core.instants import Instant, seconds
from acd.core.names import AgentId, CallId, LaneName, LanguageName, OfferId, PhoneName, Skill, VipClass
from acd.core.orders import Order, RingAgent
from acd.core.policy import Agent, AgentChoice, Lane, Policy, Vip
from acd.core.requests import BecomeReady, LogIn, LogOut, PauseAgent
from acd.core.router import Router
from acd.core.step import Step
from acd.core.switch_events import (
    CallArrived,
    CallEnded,
    CallFellBack,
    CallSeen,
    CallStartedWaiting,
    OfferAnswered,
    OfferFailed,
    OfferFailure,
    OfferReached,
    OrderFailed,
    Stage,
    SwitchLost,
    SwitchSurveyed,
    TalkEnded,
)

OPENING: Instant = 1_795_000_000_000
"""When the tests' day begins; far from zero, so that a forgotten offset shows."""

CARDS, WEALTH, GENERAL = LaneName("cards"), LaneName("wealth"), LaneName("general")
ZH, EN = LanguageName("zh"), LanguageName("en")
ANNA, BEN, CHEN = AgentId("anna"), AgentId("ben"), AgentId("chen")
FIRST, SECOND, THIRD = CallId("hotline-1.1"), CallId("hotline-1.2"), CallId("hotline-1.3")
PLATINUM = VipClass("platinum")
PLATINUM_NUMBER = "4008885555"
EVERYBODYS_NUMBER = "95555"

Said = TypeVar("Said", bound=Event)


def at(count: float) -> Instant:
    """`count` seconds after the opening."""
    return OPENING + seconds(count)


def need(skill: str, level: int = 1) -> str:
    return f"{skill} >= {level}"


def agent(name: str, **skills: int) -> Agent:
    """An agent whose phone has the agent's name."""
    return Agent(AgentId(name), name.title(), PhoneName(name), {Skill(skill): level for skill, level in skills.items()})


def lane(name: str, *needs: str, ring_for: float = 15, wrap_up: float = 0, **more: Any) -> Lane:
    """A lane that asks for all of `needs`; `more` are fields of `Lane` as they are."""
    return Lane(LaneName(name), " and ".join(needs), seconds(ring_for), seconds(wrap_up), **more)


def policy(
    *,
    lanes: Iterable[Lane] = (lane("cards", need("cards")), lane("wealth", need("wealth")), lane("general")),
    agents: Iterable[Agent] = (
        agent("anna", cards=5, wealth=2, mandarin=5, english=3),
        agent("ben", cards=3, mandarin=4),
        agent("chen", wealth=4, english=5),
    ),
    credit: float = 90,
    version: str = "1",
    **more: Any,
) -> Policy:
    """A bank with three lanes and two languages; Anna can do all, Ben and Chen a part each. Who is idle longest is
    asked first, which is the simplest rule to tell a story about. `more` are fields of `Policy` as they are.
    """
    lanes, agents = tuple(lanes), tuple(agents)
    usual = Policy(
        version=version,
        lanes={each.name: each for each in lanes},
        agents={each.id: each for each in agents},
        languages={ZH: "mandarin", EN: "english"},
        default_lane=lanes[-1].name,
        default_language=ZH,
        choose_agent=AgentChoice.LONGEST_IDLE,
        vip=(Vip(PLATINUM, seconds(credit), frozenset({"platinum"}), frozenset({PLATINUM_NUMBER})),),
        cool_down={
            OfferFailure.BUSY: seconds(10),
            OfferFailure.DECLINED: seconds(20),
            OfferFailure.UNREACHABLE: seconds(30),
            OfferFailure.FAILED: seconds(5),
        },
        pause_reasons={"lunch": None, "meeting": None},
    )
    return replace(usual, **more)


def one_agent_policy(**changes: object) -> Policy:
    """Only Anna works here."""
    return replace(policy(agents=(agent("anna", cards=5, wealth=2, mandarin=5, english=3),)), **changes)  # type: ignore[arg-type]


class World:
    """A router, a virtual clock, and a switch that says exactly what the test says."""

    def __init__(self, rules: Policy | None = None, *, ready: Iterable[AgentId] = (), surveyed: bool = True) -> None:
        self.router = Router.fresh(rules or policy())
        self.now = OPENING
        self.said: list[Event] = []
        self.ordered: list[Order] = []
        self.step = Step()
        if surveyed:
            self.survey()
        for each in ready:
            self.log_in(each)
            self.ready(each)

    # Time

    def take(self, happened: Input) -> Step:
        """Let something happen now."""
        self.step = self.router.take(happened, self.now)
        self.said += self.step.events
        self.ordered += self.step.orders
        return self.step

    def wait(self, count: float) -> Step:
        """Let `count` seconds pass, with each deadline met punctually; the step is all that came of them."""
        until, events, orders = self.now + seconds(count), len(self.said), len(self.ordered)
        while (due := self.router.next_deadline()) is not None and due <= until:
            self.now = due
            self.take(TimePassed())
        self.now = until
        self.step = Step(tuple(self.said[events:]), tuple(self.ordered[orders:]))
        return self.step

    # Callers

    def arrive(self, call: CallId, *, number: str = "13800000000", dialled: str = EVERYBODYS_NUMBER) -> Step:
        return self.take(CallArrived(call, number, "", dialled, self.now))

    def enter(
        self,
        call: CallId,
        lane: LaneName = CARDS,
        *,
        language: LanguageName = ZH,
        tier: str = "",
        dialled: str = EVERYBODYS_NUMBER,
        waited: float = 0,
        menu: tuple[tuple[str, str], ...] = (),
        verified: bool = False,
    ) -> Step:
        """A caller begins to wait; `waited` seconds ago, if the news was slow."""
        since = self.now - seconds(waited)
        return self.take(
            CallStartedWaiting(
                call, "13800000000", "Li", dialled, since, since, lane, language, tier, verified, menu=menu
            )
        )

    def hang_up(self, call: CallId) -> Step:
        return self.take(CallEnded(call))

    def fall_back(self, call: CallId) -> Step:
        return self.take(CallFellBack(call))

    # Offers

    def reach(self, call: CallId) -> Step:
        """The call's channel arrives where its agent's phone is rung."""
        return self.take(OfferReached(call, self.offer(call)))

    def answer(self, call: CallId) -> Step:
        return self.take(OfferAnswered(call, self.offer(call)))

    def fail(self, call: CallId, cause: OfferFailure) -> Step:
        """The agent's phone did not answer, and the caller is back in the music."""
        return self.take(OfferFailed(call, self.offer(call), cause))

    def refuse_order(self, call: CallId) -> Step:
        return self.take(OrderFailed(call, self.offer(call)))

    def talk(self, call: CallId) -> None:
        """The phone rings and is picked up at once."""
        self.reach(call)
        self.answer(call)

    def end_talk(self, call: CallId) -> Step:
        """The agent hangs up; the caller is still on the line."""
        return self.take(TalkEnded(call))

    # Agents

    def log_in(self, agent: AgentId) -> Step:
        return self.take(LogIn(agent))

    def log_out(self, agent: AgentId) -> Step:
        return self.take(LogOut(agent))

    def ready(self, agent: AgentId) -> Step:
        return self.take(BecomeReady(agent))

    def pause(self, agent: AgentId, reason: str = "lunch") -> Step:
        return self.take(PauseAgent(agent, reason))

    # The link

    def lose_switch(self) -> Step:
        return self.take(SwitchLost())

    def survey(self, *seen: CallSeen, asked: float = 0) -> Step:
        """A survey asked for `asked` seconds ago comes in."""
        return self.take(SwitchSurveyed(self.now - seconds(asked), seen))

    # What became of it

    def call(self, call: CallId) -> Call:
        return self.router.memory.calls[call]

    def desk(self, agent: AgentId) -> Desk:
        desk = self.router.desk(agent)
        assert desk is not None
        return desk

    def state(self, agent: AgentId) -> AgentState:
        return self.desk(agent).state

    def offer(self, call: CallId) -> OfferId:
        """The number of the call's last offer."""
        offer = self.call(call).offer
        assert offer is not None
        return offer

    def news(self, kind: type[Said]) -> list[Said]:
        """What the last step said of this kind."""
        return [event for event in self.step.events if isinstance(event, kind)]

    def history(self, kind: type[Said]) -> list[Said]:
        """All that was ever said of this kind."""
        return [event for event in self.said if isinstance(event, kind)]

    def record(self, call: CallId) -> CallClosed:
        """The one record of a call that is over."""
        (record,) = (each for each in self.history(CallClosed) if each.call == call)
        return record

    def rung(self) -> list[tuple[CallId, AgentId]]:
        """Whose phone the last step had rung, and for whom."""
        return [(order.call, order.agent) for order in self.step.orders if isinstance(order, RingAgent)]

    def offered(self) -> list[tuple[CallId, AgentId]]:
        """Every offer that was ever made."""
        return [(event.call, event.agent) for event in self.history(AgentOffered)]


def seen(
    call: CallId,
    stage: Stage,
    *,
    offer: OfferId | None = None,
    phone: str | None = None,
    entered_at: Instant = OPENING,
    lane: LaneName = CARDS,
    language: LanguageName = ZH,
    tier: str = "",
    consult: OfferId | None = None,
) -> CallSeen:
    """A caller's channel as a survey finds it."""
    return CallSeen(
        call,
        stage,
        "13800000000",
        "Li",
        EVERYBODYS_NUMBER,
        entered_at,
        None if stage in (Stage.ARRIVED, Stage.IVR) else entered_at,
        lane,
        language,
        tier,
        offer,
        None if phone is None else PhoneName(phone),
        consult=consult,
    )
