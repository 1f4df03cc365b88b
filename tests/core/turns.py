"""How often VIPs overtake, kept by the definition: whose turn it would be, who pays, and what is left to spend."""

from collections import defaultdict

from acd.core.calls import Call
from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.core.names import LaneName, VipClass
from acd.core.policy import Agent, Policy
from tests.core.slow_rules import best_call, lane_of

ONE_CALL = 100
FIVE_CALLS = 500


class Turns:
    """The account of every class with a bound, in every lane."""

    def __init__(self) -> None:
        self.accounts: dict[VipClass, dict[LaneName, int]] = {}
        """In percent of a call; every account begins with five calls."""
        self._beyond: dict[tuple[VipClass, LaneName], int] = defaultdict(int)
        """By how much the class has taken more than its share, over the stretch of turns where that is most."""

    def next(
        self, able: list[Call], agent: Agent, memory: Memory, now: Instant
    ) -> tuple[Call, LaneName, VipClass | None]:
        """Who of the able is next, whose turn that is, and the class that pays for it."""
        limited = {vip.name for vip in memory.policy.vip if vip.share_at_most < ONE_CALL}
        ordinary: frozenset[str] = frozenset()
        while True:
            first = best_call(able, agent, memory, now, ordinary)
            if first.vip is None or first.vip not in limited or first.vip in ordinary:
                return first, lane_of(first, memory.policy).name, None
            instead = best_call(able, agent, memory, now, ordinary | {first.vip})
            lane = lane_of(instead, memory.policy).name
            if instead is first:
                return first, lane, None
            if self.accounts.get(first.vip, {}).get(lane, FIVE_CALLS) >= ONE_CALL:
                return first, lane, first.vip
            ordinary |= {first.vip}

    def take(self, lane: LaneName, payer: VipClass | None, policy: Policy) -> None:
        """One turn of the lane is taken; of any `n` turns a class takes at most five calls and its share of n."""
        for vip in policy.vip:
            if vip.share_at_most >= ONE_CALL:
                continue
            account = self.accounts.setdefault(vip.name, {})
            account[lane] = min(FIVE_CALLS, account.get(lane, FIVE_CALLS) + vip.share_at_most)
            paid = ONE_CALL if vip.name == payer else 0
            account[lane] -= paid
            beyond = max(0, self._beyond[vip.name, lane] + paid - vip.share_at_most)
            self._beyond[vip.name, lane] = beyond
            assert beyond <= FIVE_CALLS, f"{vip.name} took more of {lane} than its share"
