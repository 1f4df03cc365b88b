"""The core's memory as screens, metrics and MQTT may look at it: never more than a look.

Every answer is made at the moment of the question, on the loop's own thread, so no view can go stale or disagree
with another. Nothing here changes the memory; who wants a change asks for it with a request.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from acd.core.agents import ON_A_CALL, Desk
from acd.core.calls import IN_LANE, OFF_THE_LINE, Call, Consult
from acd.core.events import AgentOffered
from acd.core.floor import Floor, shown_to
from acd.core.instants import Instant
from acd.core.language.conditions import Check, compile_condition
from acd.core.language.facts import CallFacts, FloorFacts
from acd.core.language.reading import ExpressionFault, read_condition
from acd.core.local_time import is_open
from acd.core.memory import Memory
from acd.core.names import AgentId, CallId, LaneName
from acd.core.policy import Policy, Reserve
from acd.core.service_level import LaneCounts, RecentCounts

CONDITIONS_AT_MOST = 1_024
"""Conditions kept compiled; beyond it all are compiled anew as they are asked for."""


@dataclass(frozen=True, slots=True)
class LaneNow:
    """One lane at this instant."""

    counts: LaneCounts
    """The core's own books, still being written: read them at once, keep a copy of what must last."""
    waiting: int
    """Calls found in the lane, counted anew; equal to `counts.waiting()` as long as the books balance."""
    oldest: Instant | None
    """When the caller who has waited longest entered the lane; None while nobody waits."""
    budget_burned: float = 0.0
    """Share of the misses that the promise allows for the calls of the rolling window and that have happened.

    1 is all of them. 0 while too few calls have left the lane; see `Policy.window` and `Policy.budget_from`.
    """

    def discrepancy(self) -> int:
        """By how many calls the books are off; 0 if they balance."""
        return self.counts.waiting() - self.waiting


@dataclass(frozen=True, slots=True)
class ReserveNow:
    """One reserve at this instant."""

    reserve: Reserve
    released: bool
    """Whether its agents are let go; else they are kept back."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is on a call, or is to be called back."""

    number: str
    """At which he is reached; empty for none."""
    customer: str
    """The id that goes with it; see `verified`."""
    verified: bool
    """Whether he has proved to be that customer; else he only says so."""
    lane: LaneName | None = None


class MemoryView:
    """Answers questions from the memory that `remember` returns, at the time that `now` returns.

    `floor` is the floor as the router's own conditions see it. Without it the indexes behind it are made for each
    question that needs them, which is for small hotlines and tests.
    """

    def __init__(
        self,
        remember: Callable[[], Memory],
        now: Callable[[], Instant],
        floor: Callable[[Instant], FloorFacts] | None = None,
    ) -> None:
        self._remember = remember
        self._now = now
        self._floor = floor or self._floor_made_anew
        self._conditions: dict[str, Check | None] = {}

    def _floor_made_anew(self, now: Instant) -> FloorFacts:
        return Floor(self._remember()).matching.floor(now)

    def now(self) -> Instant:
        """The present instant."""
        return self._now()

    def policy(self) -> Policy:
        """The operator's rules as they hold now."""
        return self._remember().policy

    def routing(self) -> bool:
        """Whether calls are being offered; not while the link to the switch is down."""
        return self._remember().switch_ready

    def desk(self, agent: AgentId) -> Desk | None:
        """An agent's state; None for an agent that the core does not know."""
        return self._remember().desks.get(agent)

    def desks(self) -> Iterable[Desk]:
        """The state of every agent that the core knows."""
        return self._remember().desks.values()

    def offer_of(self, agent: AgentId) -> AgentOffered | None:
        """What an agent's screen should show: the call he is offered or talks on. None if he has none."""
        memory = self._remember()
        desk = memory.desks.get(agent)
        if desk is None or desk.state not in ON_A_CALL or desk.call is None or desk.offer is None:
            return None
        call = memory.calls.get(desk.call)
        if call is None or call.lane is None or call.language is None or call.entered_at is None:
            return None
        return shown_to(agent, desk.offer, call, self._now())

    def held_since(self, agent: AgentId) -> Instant | None:
        """Since when the caller is on hold with whom an agent talks; None if he is not, or there is none."""
        call = self._talk_of(agent)
        return None if call is None else call.held_since

    def consult_of(self, agent: AgentId) -> Consult | None:
        """Whom an agent asks who has a caller on hold, or in which consult he is asked; None for neither."""
        memory = self._remember()
        desk = memory.desks.get(agent)
        call = None if desk is None or desk.call is None else memory.calls.get(desk.call)
        consult = None if call is None else call.consult
        return consult if call is not None and consult is not None and agent in (call.agent, consult.agent) else None

    def _talk_of(self, agent: AgentId) -> Call | None:
        memory = self._remember()
        desk = memory.desks.get(agent)
        call = None if desk is None or desk.call is None else memory.calls.get(desk.call)
        return call if call is not None and call.agent == agent else None

    def lanes(self) -> Mapping[LaneName, LaneNow]:
        """Every lane of the policy, and every lane that was ever counted, by name. Takes a look at each call."""
        memory = self._remember()
        waiting: dict[LaneName, int] = {}
        oldest: dict[LaneName, Instant] = {}
        for call in memory.calls.values():
            if call.state in IN_LANE and call.lane is not None and call.entered_at is not None:
                waiting[call.lane] = waiting.get(call.lane, 0) + 1
                oldest[call.lane] = min(call.entered_at, oldest.get(call.lane, call.entered_at))
        now = self._now()
        names = {*memory.policy.lanes, *memory.counts, *waiting}
        return {
            name: LaneNow(
                memory.counts.get(name, LaneCounts()),
                waiting.get(name, 0),
                oldest.get(name),
                _budget_burned(memory.recent.get(name, RecentCounts()), memory.policy, now),
            )
            for name in sorted(names)
        }

    def callbacks_waiting(self) -> Mapping[LaneName, int]:
        """How many wait in each lane to be called back, and are not on the line. Takes a look at each call."""
        found: dict[LaneName, int] = {}
        for call in self._remember().calls.values():
            if call.state in OFF_THE_LINE and call.lane is not None:
                found[call.lane] = found.get(call.lane, 0) + 1
        return found

    def caller(self, call: CallId) -> Caller | None:
        """Who is on a call, or is to be called back by an entry; None for a call that the core does not know."""
        found = self._remember().calls.get(call)
        return None if found is None else _caller(found)

    def callers(self) -> Mapping[CallId, Caller]:
        """The same for everybody. Takes a look at each call."""
        return {call: _caller(found) for call, found in self._remember().calls.items()}

    def holds(self, condition: str, call: CallFacts, lane: LaneName) -> bool:
        """See `acd.engine.ports.Situation`."""
        if condition not in self._conditions:
            if len(self._conditions) >= CONDITIONS_AT_MOST:
                self._conditions.clear()
            self._conditions[condition] = _compiled(condition)
        check = self._conditions[condition]
        return check is not None and check(self._floor(self._now()), call, lane)

    def is_open(self, calendar: str) -> bool:
        """See `acd.engine.ports.Situation`."""
        policy = self._remember().policy
        found = policy.calendars.get(calendar)
        return found is None or is_open(found, self._now(), policy.utc_offsets)

    def surveyed_at(self, number: str) -> Instant | None:
        """When a caller with this number was last asked how he was served; None if that is not remembered."""
        return self._remember().surveyed.get(number) if number else None

    def asked_about_adverts(self, number: str) -> Instant | None:
        """See `acd.engine.ports.Situation`."""
        return self._remember().asked_adverts.get(number)

    def reserves(self) -> Sequence[ReserveNow]:
        """Every reserve of the policy, in its order."""
        memory = self._remember()
        return [ReserveNow(each, memory.released.get(each.name, False)) for each in memory.policy.reserves]


def _caller(call: Call) -> Caller:
    number = call.number if call.callback is None else call.number_to_call
    return Caller(number, call.customer, call.verified, call.lane)


def _compiled(condition: str) -> Check | None:
    try:
        return compile_condition(read_condition(condition))
    except ExpressionFault:
        return None


def _budget_burned(recent: RecentCounts, policy: Policy, now: Instant) -> float:
    """What `budget_burned` means in conditions, as a share; a test holds the two together."""
    in_time, left = recent.sums(now, policy.window)
    if left < max(1, policy.budget_from):
        return 0.0
    allowed, missed = left * (100 - policy.target), 100 * (left - in_time)
    if allowed == 0:
        return 1.0 if missed else 0.0
    return missed / allowed
