"""The ready agents, and which of them takes a call.

Who is ready is a whole number with one bit for each agent. Those who may serve a call are one `and` away; each rule of
choice then keeps the best of them, again as bits, until the longest idle of the rest is taken. When few are left they
are looked at one by one; when many are left, the ready are gone through in the order in which they became idle until
one of them comes. With `c` of `n` ready agents left, that is about the smaller of c and n / c.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Mapping
from typing import assert_never

from acd.core.agents import ABSENT, AgentState, Desk
from acd.core.instants import Instant
from acd.core.names import AgentId, LaneName
from acd.core.policy import AgentChoice
from acd.core.rules import NeedClass, Rules

FEW = 12
"""Agents who are looked at one by one rather than sought in the order of their idleness."""


class IdleAgents:
    """An index over the desks: `follow` is told of each desk that changed."""

    def __init__(self, rules: Rules, desks: Mapping[AgentId, Desk], last_chosen: Mapping[LaneName, AgentId]) -> None:
        self._rules = rules
        self._team = rules.team
        self._desks = desks
        self._last_chosen = last_chosen
        self.ready = 0
        """Bits of the ready agents."""
        self.staffed = 0
        """Bits of all who are logged in."""
        self.at_work = 0
        """Bits of those of them who neither pause nor have lost their phone."""
        self._order: list[tuple[Instant, int]] = []
        """The ready agents by since when they are idle, with their numbers."""
        self._since: dict[int, Instant] = {}
        for desk in desks.values():
            self.follow(desk)

    def follow(self, desk: Desk) -> None:
        """Take note of a desk's present state."""
        bit = self._team.bit(desk.agent)
        if not bit:
            return
        number = bit.bit_length() - 1
        if self.ready & bit:
            self.ready ^= bit
            del self._order[bisect_left(self._order, (self._since.pop(number), number))]
        if desk.state is AgentState.READY:
            self.ready |= bit
            self._since[number] = desk.idle_since
            insort(self._order, (desk.idle_since, number))
        self.staffed = self.staffed | bit if desk.state is not AgentState.LOGGED_OUT else self.staffed & ~bit
        self.at_work = self.at_work & ~bit if desk.state in ABSENT else self.at_work | bit

    def choose(self, able: int, needs: NeedClass, choice: AgentChoice, now: Instant) -> Desk | None:
        """The ready one of the agents `able` who takes a call of this class; None if none is ready."""
        left = able & self.ready
        if not left:
            return None
        if left & (left - 1):
            left = self._narrow(left, needs, choice, now)
        return self._desk(self._longest_idle(left))

    def _narrow(self, left: int, needs: NeedClass, choice: AgentChoice, now: Instant) -> int:
        match choice:
            case AgentChoice.LONGEST_IDLE:
                pass
            case AgentChoice.FEWEST_SKILLS:
                left = _first(_first(left, self._rules.breadths), needs.levels)
            case AgentChoice.MOST_SKILLS:
                left = _first(_first(left, self._rules.breadths[::-1]), needs.levels)
            case AgentChoice.BEST_LEVEL:
                left = _first(left, needs.levels)
            case AgentChoice.FEWEST_CALLS:
                left = self._least(left, lambda desk: desk.answered)
            case AgentChoice.OCCUPANCY:
                left = self._least(left, lambda desk: desk.occupancy(now))
            case AgentChoice.ROUND_ROBIN:
                last = self._last_chosen.get(needs.lane, "")
                beyond = left >> (begin := bisect_right(self._team.agents, last)) << begin
                left = (beyond or left) & -(beyond or left)
            case _:
                assert_never(choice)
        return left

    def _least(self, left: int, amount: Callable[[Desk], int]) -> int:
        amounts = [(amount(self._desk(number)), number) for number in _numbers(left)]
        least = min(amounts)[0]
        return sum(1 << number for found, number in amounts if found == least)

    def _longest_idle(self, left: int) -> int:
        """The number of the one who has been idle longest; the id, in whose order the numbers are, breaks a tie."""
        if left.bit_count() <= FEW:
            return min((self._since[number], number) for number in _numbers(left))[1]
        return next(number for _, number in self._order if left >> number & 1)

    def _desk(self, number: int) -> Desk:
        return self._desks[self._team.agents[number]]


def _first(left: int, groups: list[tuple[int, int]]) -> int:
    """The part of `left` that is in the first of the groups that has any of it; all of it if none has."""
    for _, group in groups:
        if kept := left & group:
            return kept
    return left


def _numbers(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
