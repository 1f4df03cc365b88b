"""A hotline on which a story is played: the real router, a clock that the story turns, and a switch that does its part.

The switch rings whom it is told to ring, says so, and says after `ring_for` that nobody answered. Whatever a person
would notice is noted with its instant: who rings for whom, who is called back, what a caller hears, where he is sent,
what is refused.
"""

import heapq
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from acd.app.explain import told
from acd.core.callback_flow import entry_of
from acd.core.calls import Call, CallState
from acd.core.events import CallLeftLane, Event, PauseLimitPassed, RequestRefused
from acd.core.inputs import Input, PolicyLoaded, TimePassed
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, CallId, LaneName, LanguageName
from acd.core.orders import CallCustomer, DivertCaller, Order, RingAgent, SayToCaller
from acd.core.policy import Policy
from acd.core.router import Router
from acd.core.switch_events import (
    CallbackFailed,
    CallDiverted,
    CallEnded,
    CallStartedWaiting,
    OfferAnswered,
    OfferFailed,
    OfferFailure,
    OfferReached,
    SwitchSurveyed,
    TalkEnded,
)
from acd.engine.driver import digest_of
from acd.engine.ports import Entry
from acd.engine.view import MemoryView
from acd.journal import MemoryJournal
from acd.journal.story import tell


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as his channel says it."""

    name: str
    lane: str
    language: str
    tier: str = ""
    dialled: str = "95555"
    verified: bool = False
    manager: str = ""
    menu: tuple[tuple[str, str], ...] = ()


class Scene:
    """One hotline; `begin` is when its story begins."""

    def __init__(self, policies: Sequence[Policy], begin: Instant) -> None:
        self.begin = self.now = begin
        self.answer_at_once: Duration | None = None
        """How long whoever is rung talks, when everybody answers at once."""
        self.noticed: list[tuple[Instant, str]] = []
        """What a person would notice, in the words of a story."""
        self.left_because: dict[str, str] = {}
        """Why a caller was sent away from his lane, by his name."""
        self.router = Router.fresh(policies[0])
        self.view = MemoryView(lambda: self.router.memory, lambda: self.now)
        self._policies = list(policies[1:])
        self._journal: list[Entry] = []
        self._names: dict[CallId, str] = {}
        self._ids: dict[str, CallId] = {}
        self._numbers: dict[str, str] = {}
        self._called_back: dict[CallId, CallCustomer] = {}
        """Whose telephone rings, by the name of his entry."""
        self._ahead: list[tuple[Instant, int, Input]] = []
        """What the switch will say of itself, a heap."""
        self._count = itertools.count(1)
        self._first_policy = policies[0]
        self.take(SwitchSurveyed(self.now, ()))

    # Time

    def take(self, happened: Input) -> None:
        """Let something happen now."""
        step = self.router.take(happened, self.now)
        self._journal.append(Entry(self.now, happened, digest_of(step)))
        for event in step.events:
            self._notice_event(event)
        for order in step.orders:
            self._carry_out(order)

    def wait_until(self, at: Instant) -> None:
        """Let time pass, with all that falls due meanwhile."""
        while True:
            due = self.router.next_deadline()
            said = self._ahead[0][0] if self._ahead else None
            if due is not None and due <= at and (said is None or due <= said):
                self.now = due
                self.take(TimePassed())
            elif said is not None and said <= at:
                self.now, _, happened = heapq.heappop(self._ahead)
                self._say_if_true(happened)
            else:
                break
        self.now = at

    # The switch's part

    def _carry_out(self, order: Order) -> None:
        match order:
            case RingAgent():
                self._ring(order)
            case CallCustomer(call, offer=offer):
                reserved = "" if offer is None else f", {offer.agent} being reserved"
                self._notice(f"{self._name_of(call)} is called back{reserved}")
                self._called_back[call] = order
            case SayToCaller(call, said, _, offer_callback, position):
                heard = f"hears that he is number {position}" if position else f"hears {said}"
                self._notice(f"{self._name_of(call)} {'is offered a callback' if offer_callback else heard}")
            case DivertCaller(call):
                self._plan(self.now, CallDiverted(call))
            case _:
                pass

    def _ring(self, order: RingAgent) -> None:
        self._notice(f"{order.agent} rings for {self._name_of(order.call)}")
        self._plan(self.now, OfferReached(order.call, order.offer))
        self._plan(self.now + order.ring_for, OfferFailed(order.call, order.offer, OfferFailure.NO_ANSWER))
        if self.answer_at_once is not None:
            self._plan(self.now, OfferAnswered(order.call, order.offer))
            self._plan(self.now + self.answer_at_once, TalkEnded(order.call))

    def _name_of(self, call: CallId) -> str:
        return self._names[CallId(call.removeprefix(entry_of(CallId(""))))]

    def _plan(self, at: Instant, happened: Input) -> None:
        heapq.heappush(self._ahead, (at, next(self._count), happened))

    def _say_if_true(self, happened: Input) -> None:
        """Say what was planned unless it has not come to that: the phone was answered, the caller has gone."""
        call = self.router.memory.calls.get(getattr(happened, "call", CallId("")))
        match happened:
            case OfferReached(_, offer) | OfferAnswered(_, offer) | OfferFailed(_, offer):
                ringing = (CallState.OFFERED, CallState.CALLED)
                true = call is not None and call.state in ringing and call.offer == offer
            case TalkEnded():
                true = call is not None and call.state is CallState.TALKING
            case _:
                true = call is not None
        if true:
            self.take(happened)
            if isinstance(happened, TalkEnded):
                self.take(CallEnded(happened.call))

    def _notice(self, text: str) -> None:
        self.noticed.append((self.now, text))

    def _notice_event(self, event: Event) -> None:
        match event:
            case CallLeftLane(call, _, outcome, why):
                self._notice(f"{self._name_of(call)} is sent to {outcome}")
                self.left_because[self._name_of(call)] = str(why)
            case RequestRefused(_, agent, reason):
                self._notice(f"{agent} is refused: {reason}")
            case PauseLimitPassed(agent):
                self._notice(f"{agent} has paused too long")
            case _:
                pass

    # What people do

    def call_in(self, caller: Caller) -> None:
        """Somebody calls, and waits from now on."""
        call = CallId(f"hotline-{self.begin // 1000}.{100 + len(self._names)}")
        number = self._numbers.setdefault(caller.name, f"138000000{len(self._numbers):02}")
        self._names[call], self._ids[caller.name] = caller.name, call
        self.take(
            CallStartedWaiting(
                call,
                number,
                caller.name,
                caller.dialled,
                self.now,
                self.now,
                LaneName(caller.lane),
                LanguageName(caller.language),
                caller.tier,
                caller.verified,
                caller.manager,
                caller.menu,
            )
        )

    def hang_up_after(self, caller: str, patience: Duration) -> None:
        """A caller will not wait for longer than this, whether his agent's phone rings or not."""
        self._plan(self.now + patience, CallEnded(self.id_of(caller)))

    def answer(self, agent: str, talk_for: Duration | None) -> None:
        """An agent picks up; perhaps it is known how long he will talk."""
        call = self.call_of(agent)
        assert call.offer is not None
        self.take(OfferAnswered(call.id, call.offer))
        if talk_for is not None:
            self._plan(self.now + talk_for, TalkEnded(call.id))

    def fail(self, agent: str, cause: OfferFailure) -> None:
        """An agent's phone does not take the call."""
        call = self.call_of(agent)
        assert call.offer is not None
        self.take(OfferFailed(call.id, call.offer, cause))

    def pick_up(self, caller: str) -> None:
        """A customer who is called back answers: he waits, or the agent who is reserved for him is rung."""
        order = self._call_back_of(caller)
        if order.offer is not None:
            self._ring(order.offer)
            return
        self.take(
            CallStartedWaiting(
                order.call,
                order.number,
                "",
                order.dialled,
                order.arrived_at,
                order.entered_at,
                order.lane,
                order.language,
                order.tier,
            )
        )

    def ring_out(self, caller: str) -> None:
        """A customer who is called back does not answer."""
        order = self._call_back_of(caller)
        self.take(CallbackFailed(order.call, OfferFailure.NO_ANSWER))

    def _call_back_of(self, caller: str) -> CallCustomer:
        order = self._called_back.pop(entry_of(self.id_of(caller)), None)
        assert order is not None, f"{caller} is not being called back"
        return order

    def settle(self) -> None:
        """Let the switch say what it says at this very instant."""
        self.wait_until(self.now)

    def change_settings(self) -> None:
        """The next settings come into force."""
        assert self._policies, "there are no other settings for this story"
        self.take(PolicyLoaded(self._policies.pop(0)))

    # Questions

    def calls(self) -> list[tuple[str, CallId]]:
        """Every caller with the number of his last call."""
        return list(self._ids.items())

    def is_agent(self, name: str) -> bool:
        """Whether somebody works here."""
        return AgentId(name) in self.router.memory.desks

    def id_of(self, caller: str) -> CallId:
        """The number of a caller's last call."""
        assert caller in self._ids, f"{caller} has not called"
        return self._ids[caller]

    def call(self, caller: str) -> Call:
        """A caller's call, or the entry that keeps his place; it must not be over."""
        calls, call = self.router.memory.calls, self.id_of(caller)
        found = calls.get(call) or calls.get(entry_of(call))
        assert found is not None, f"{caller} has hung up"
        return found

    def call_of(self, agent: str) -> Call:
        """The call that an agent is offered or talks on."""
        desk = self.router.desk(AgentId(agent))
        assert desk is not None, f"there is no agent {agent}"
        assert desk.call is not None, f"{agent} has no call"
        return self.router.memory.calls[desk.call]

    async def explained(self, caller: str) -> list[str]:
        """What `hotline explain` says of a caller's call, from a journal of all that happened."""
        journal = MemoryJournal()
        journal.checkpoint(Router.fresh(self._first_policy).memory, now=True)
        await journal.append(self._journal)
        story = tell(journal, self.id_of(caller))
        assert story is not None
        return list(told(story))
