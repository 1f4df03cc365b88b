"""Who may serve whom, and in which order: the waiting callers and the ready agents, brought together.

One order holds across all lanes. A freed agent takes, of all callers whom he may serve, the one of the highest
priority; among these, by default, the one with the largest standing (`acd.core.places`); the call's id breaks a tie.
A call goes to the agent whom its lane's rule of choice puts first (`acd.core.idle`).
"""

from collections.abc import Iterable
from typing import NamedTuple

from acd.core.agents import Desk
from acd.core.calls import Call, CallState
from acd.core.floor_now import FloorNow
from acd.core.idle import IdleAgents
from acd.core.instants import Instant
from acd.core.lines import Line, Lines, head_rank
from acd.core.memory import Memory
from acd.core.names import AgentId, CallId, LaneName, VipClass
from acd.core.places import Rank, rank_of
from acd.core.policy import CallbackFirst, CallChoice
from acd.core.reserves import Reserves
from acd.core.rules import NeedClass, Rules
from acd.core.shares import ONE_CALL, may_overtake, take_turn

NO_VIPS: frozenset[VipClass] = frozenset()


class Turn(NamedTuple):
    """Whom a freed agent takes."""

    call: Call
    passed_over: tuple[VipClass, ...]
    """Classes of callers who would have been taken before, had their share not been used up."""


class Matching:
    """The waiting lines and the ready agents: an index over the memory, made anew whenever the policy changes."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.rules = Rules(memory.policy)
        self.lines = Lines(self.rules)
        self.idle = IdleAgents(self.rules, memory.desks, memory.last_chosen)
        self.reserves = Reserves(memory, self.rules)
        self._limited = frozenset(vip.name for vip in memory.policy.vip if vip.share_at_most < ONE_CALL)

    def floor(self, now: Instant) -> FloorNow:
        """The floor as conditions see it at `now`."""
        return FloorNow(self._memory, self.rules, self.lines, self.idle, now)

    def able(self, call: Call) -> int:
        """The agents who may serve the waiting call at present, ready or not, as bits."""
        return self._able(call, self.rules.class_of(call))

    def agent_for(self, call: Call, now: Instant) -> Desk | None:
        """The ready agent who takes the call; None if nobody who may serve it is ready."""
        needs = self.rules.class_of(call)
        able = self._able(call, needs)
        if not able & self.idle.ready:
            return None
        choice = self.rules.lanes[needs.lane].lane.choose or self._memory.policy.choose_agent
        return self.idle.choose(able, needs, choice, now)

    def _able(self, call: Call, needs: NeedClass) -> int:
        able = needs.mask & ~self.reserves.barred(needs.lane) if self.reserves.exist else needs.mask
        return able if call.kept_for is None else able & self.rules.team.bit(call.kept_for)

    def call_for(self, agent: AgentId, now: Instant, *, entries: bool = True) -> Turn | None:
        """The waiting call that the agent takes, across all lanes; None if nobody waits whom he may serve.

        Without `entries`, callers on the line alone.
        Counts as a turn of the lane whose caller would be next if nobody were special; see `acd.core.shares`.
        """
        first = self._first(agent, now, NO_VIPS, entries)
        if first is None:
            return None
        passed_over: list[VipClass] = []
        while first.vip in self._limited:
            # Only who comes before somebody because of his class has to pay for it.
            plain = self._first(agent, now, frozenset({*passed_over, first.vip}), entries)
            assert plain is not None
            assert first.vip is not None
            if plain.places[0] == first.places[0]:
                break
            turn = plain.needs.lane
            if may_overtake(self._memory, first.vip, turn):
                return self._turn(first, turn, first.vip, passed_over)
            passed_over.append(first.vip)
            first = plain
        return self._turn(first, first.needs.lane, None, passed_over)

    def _turn(self, line: Line, lane: LaneName, payer: VipClass | None, passed_over: list[VipClass]) -> Turn:
        """The turn of the first of `line`, which counts as one of `lane`."""
        call, callbacks = self._head(line), self._memory.policy.callbacks
        only_rung = callbacks is not None and callbacks.first is CallbackFirst.CUSTOMER
        if call.state is not CallState.AWAY or not only_rung:
            # A customer who is only being rung takes no agent yet; he has his turn when he is on the line.
            take_turn(self._memory, lane, payer)
        return Turn(call, tuple(passed_over))

    def waiting(self, now: Instant) -> list[CallId]:
        """All waiting calls in the order in which an agent with every skill would take them."""
        return self.lines.in_order(now)

    def rank(self, call: Call, now: Instant, *, as_vip: bool = True) -> Rank:
        """The call's place among all at `now`."""
        return rank_of(call, self.rules.standing_of(call, as_vip=as_vip), now)

    def _head(self, line: Line) -> Call:
        return self._memory.calls[line.places[0].call]

    def _first(self, agent: AgentId, now: Instant, ordinary: frozenset[VipClass], entries: bool) -> Line | None:
        """The line whose head the agent takes, if callers of these classes were nobody special."""
        number = self.rules.team.number(agent)
        barred = self.reserves.lanes_barred_to(number)
        choice = self._memory.policy.choose_call
        if choice is CallChoice.LONGEST_WAITING:
            return self._smallest(self.lines.heads_for(agent, number, barred), now, ordinary, entries)
        lines = [line for line in self.lines.lines_for(agent, number, barred) if entries or not line.away]
        if not lines:
            return None
        # A strict priority comes before any rule of choice.
        ranks = [(self._rank(line, now, ordinary), line) for line in lines]
        highest = min(rank.priority for rank, _ in ranks)
        ranks = [each for each in ranks if each[0].priority == highest]
        if choice is CallChoice.BEST_SKILL:
            return min(ranks, key=lambda each: (-_mean_level(each[1].needs, number), each[0]))[1]
        return min(ranks, key=lambda each: (*self._length(each[1].needs.lane), each[0]))[1]

    def _length(self, lane: LaneName) -> tuple[int, LaneName]:
        """Smallest for the lane in which most callers wait."""
        return (-self.lines.waiting(lane), lane)

    def _smallest(
        self, rows: Iterable[Iterable[Line]], now: Instant, ordinary: frozenset[VipClass], entries: bool
    ) -> Line | None:
        best: tuple[Rank, Line] | None = None
        for row in rows:
            for line in row:
                if line.away and not entries:
                    continue
                rank = self._rank(line, now, ordinary)
                if best is None or rank < best[0]:
                    best = (rank, line)
                if line.vip not in ordinary:
                    # Whatever follows in this row has a larger rank, but for callers who are nobody special here.
                    break
        return None if best is None else best[1]

    def _rank(self, line: Line, now: Instant, ordinary: frozenset[VipClass]) -> Rank:
        if line.vip in ordinary:
            return self.rank(self._head(line), now, as_vip=False)
        return head_rank(line, now)


def _mean_level(needs: NeedClass, agent: int) -> int:
    """The agent's level in thousandths, as the mean of the skills: a lane that asks for more is not better for it."""
    return needs.level(agent) * 1000 // needs.skills
