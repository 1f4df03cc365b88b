"""The routing brain's one door: an input and the time go in, events and orders come out.

Rules: `take` is plain synchronous code and the only thing that changes the memory. A timer takes effect when it was
due, not when it was noticed: everything that fell due before an input is settled first, at its own instant. Between
"this agent is ready" and "this agent is reserved" nothing else can happen. Nothing is ever refused or raised because
of what the switch saw: a fact that does not fit becomes an `EventIgnored` with its reason.
"""

from acd.core.agents import OFFERED, AgentState, Desk
from acd.core.call_flow import CallFlow
from acd.core.calls import Call, CallState
from acd.core.deadlines import Due, Kind
from acd.core.desk_flow import DeskFlow
from acd.core.events import (
    AgentOffered,
    CallRepaired,
    EventIgnored,
    PolicyAdopted,
    RoutingPaused,
    RoutingResumed,
)
from acd.core.floor import Floor
from acd.core.inputs import QUIET, CoreStarted, Input, PolicyLoaded, TimePassed
from acd.core.instants import Duration, Instant
from acd.core.memory import Memory
from acd.core.names import AgentId, CallId
from acd.core.orders import SurveySwitch
from acd.core.policy import Policy
from acd.core.reconcile import missed
from acd.core.requests import BecomeReady, ExtendWrapUp, LogIn, LogOut, PauseAgent
from acd.core.step import Step
from acd.core.switch_events import PhoneChanged, SwitchLost, SwitchSurveyed

SURVEY_PAUSE: Duration = 1_000
"""At least this long between two surveys for the same ringing that does not end, in milliseconds."""


class Router:
    """Driven by `take`, at the latest when `next_deadline` says so; all else only reads."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._floor = Floor(memory)
        self._call_flow = CallFlow(self._floor)
        self._wait_flow = self._call_flow.wait_flow
        self._desk_flow = DeskFlow(self._floor)

    @classmethod
    def fresh(cls, policy: Policy) -> "Router":
        """A router that has seen nothing yet."""
        router = cls(Memory(policy))
        router.take(PolicyLoaded(policy), 0)
        return router

    def take(self, happened: Input, now: Instant) -> Step:
        """Take one input at `now`; a time before the last input's counts as the last input's."""
        now = max(now, self.memory.now)
        if isinstance(happened, CoreStarted):
            self._begin(happened.epoch, now)
        self._settle(now)
        if self._floor.matching.rules.full:
            self._floor.rebuild_lines(now)
        settled_at, self.memory.now = self.memory.now, now
        said_before = self._floor.said
        match happened:
            case TimePassed() | CoreStarted():
                pass
            case PolicyLoaded(policy):
                self._adopt(policy, now)
            case LogIn() | LogOut() | BecomeReady() | PauseAgent() | ExtendWrapUp():
                self._desk_flow.take(happened, now)
            case PhoneChanged():
                self._desk_flow.hear_phone(happened, now)
            case SwitchLost():
                self._lose_switch(now)
            case SwitchSurveyed():
                self._survey(happened, now)
            case _:
                # What is said of one call, or asked for in the middle of a talk.
                self._call_flow.take(happened, now)
        if isinstance(happened, QUIET) and self._floor.said == said_before:
            self.memory.now = settled_at
        return self._floor.take_step()

    def next_deadline(self) -> Instant | None:
        """When `take(TimePassed(), …)` is due at the latest; None if nothing ends by itself."""
        due = self._floor.next_due()
        return None if due is None else due.at

    def desk(self, agent: AgentId) -> Desk | None:
        """How an agent's desk stands, or None for an unknown agent; not to be changed."""
        return self.memory.desks.get(agent)

    def offer_of(self, agent: AgentId) -> AgentOffered | None:
        """The offer that the agent holds at present."""
        desk = self.memory.desks.get(agent)
        return None if desk is None else self._floor.offer_of(desk)

    def waiting(self) -> list[CallId]:
        """All waiting calls in the order of their places."""
        return self._floor.matching.waiting(self.memory.now)

    @property
    def floor(self) -> Floor:
        """The indexes beside the memory, for explanations; not to be changed."""
        return self._floor

    def _adopt(self, policy: Policy, now: Instant) -> None:
        """Let another policy hold, for those who wait as well."""
        old = self.memory.policy
        # Nobody is offered a call before everybody stands where the new policy puts him.
        was_ready, self.memory.switch_ready = self.memory.switch_ready, False
        self._desk_flow.adopt(policy, now)
        self._floor.renew()
        self._wait_flow.adopt(old, now)
        self._call_flow.callback_flow.adopt(old, now)
        self.memory.switch_ready = was_ready
        self._floor.say(PolicyAdopted(policy.version))
        self._floor.serve_waiting(now)

    def _begin(self, epoch: int, now: Instant) -> None:
        self.memory.epoch = epoch
        self.memory.offers_made = 0
        self._lose_switch(now)

    def _settle(self, now: Instant) -> None:
        """Let everything that fell due until `now` take effect, each at its own instant."""
        while (due := self._floor.next_due()) is not None and due.at <= now:
            said_before = self._floor.said
            self._fall_due(due)
            if due.kind is Kind.AGENT or self._floor.said != said_before:
                # A look of which nothing comes leaves no trace: it is not written down either.
                self.memory.now = due.at

    def _fall_due(self, due: Due) -> None:
        match due.kind:
            case Kind.AGENT:
                self._end_state(self.memory.desks[AgentId(due.id)], due.at)
            case Kind.CALL:
                self._wait_flow.fall_due_together(self._calls_due(due), due.at)
            case Kind.LOOK:
                self._wait_flow.look(due.at)

    def _calls_due(self, first: Due) -> list[Call]:
        """All calls for which something is due at one instant, and no longer is."""
        found = []
        due: Due | None = first
        while due is not None and due.at == first.at and due.kind is Kind.CALL:
            self._floor.deadlines.set(Kind.CALL, due.id, None)
            found.append(self.memory.calls[CallId(due.id)])
            due = self._floor.next_due()
        return found

    def _end_state(self, desk: Desk, at: Instant) -> None:
        match desk.state:
            case AgentState.RESERVED:
                self._call_flow.give_up_arrival(desk, at)
            case AgentState.RINGING:
                # Its end must have been missed; only a survey can tell which end it was.
                self._floor.set_until(desk, at + max(self.memory.policy.ring_grace, SURVEY_PAUSE))
                self._floor.order(SurveySwitch())
            case AgentState.CONSULTED:
                self._call_flow.give_up_consult(desk, at)
            case AgentState.PAUSED:
                self._desk_flow.pause_too_long(desk)
            case _:
                self._floor.free(desk, at)

    def _lose_switch(self, now: Instant) -> None:
        self.memory.switch_lost_at = now
        for desk in self.memory.desks.values():
            if desk.state in OFFERED or desk.state is AgentState.CONSULTED:
                self._floor.set_until(desk, None)
        if self.memory.switch_ready:
            self.memory.switch_ready = False
            self._floor.say(RoutingPaused())

    def _survey(self, survey: SwitchSurveyed, now: Instant) -> None:
        """Catch up with all that the survey saw; nobody is offered a call before the last of it is known.

        Else a caller who hung up long ago, or who already talks, would be offered on the way to that knowledge, and
        callers would be served in the order of their ids.
        """
        if survey.asked_at < self.memory.switch_lost_at:
            self._floor.say(EventIgnored(type(survey).__name__, None, "asked for before the link was lost"))
            return
        was_ready, self.memory.switch_ready = self.memory.switch_ready, False
        repaired = self._repair(survey, now)
        for phone, state in survey.phones:
            repaired |= self._desk_flow.see_phone(phone, state, now, asked_at=survey.asked_at)
        self.memory.switch_ready = True
        if not was_ready:
            self._floor.say(RoutingResumed())
            for agent in sorted(self.memory.desks):
                desk = self.memory.desks[agent]
                if desk.state is AgentState.CONSULTED:
                    self._call_flow.go_on_consulting(desk, now)
                if desk.state in OFFERED:
                    # A customer who is called back may be rung for longer.
                    call = None if desk.call is None else self.memory.calls.get(desk.call)
                    called_until = call.contestable_at if call is not None and call.state is CallState.CALLED else now
                    self._floor.set_until(desk, max(called_until, now + self.memory.policy.arrival_limit))
        if repaired or not was_ready:
            self._floor.serve_waiting(now)

    def _repair(self, survey: SwitchSurveyed, now: Instant) -> bool:
        repaired = False
        seen = {call.call: call for call in survey.calls}
        for call in sorted(self.memory.calls.keys() | seen.keys()):
            if self._call_flow.has_ended(call, survey.asked_at):
                continue
            for event in missed(self.memory.calls.get(call), seen.get(call), survey.asked_at):
                if self._call_flow.apply(event, now):
                    self._floor.say(CallRepaired(call, type(event).__name__))
                    repaired = True
        return repaired
