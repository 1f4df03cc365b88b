"""Whatever callers, agents, link and operators do, and however late, doubled or wrong the news is: the rules hold.

Seen to fail, each with a bug planted in a copy of the core, when: the last come was served first; a credit counted
twice; the shortest idle agent was taken, or the one called anna; a ringing agent was offered another call; an agent who
became ready was given nobody, nor the waiting after a survey or under a new policy, or these in the wrong order; an
offer had no deadline, or ringing none after its first; news of an old offer ended a new one; the first answer counted
once only, a short abandon twice; numbers of offers began anew with each process; a survey offered callers before it
was read to its end; a closed call came back by a late fact; calls were offered while the link was down; an agent was
not freed when his caller hung up, fell back, or when the switch refused an order; two talks were found at one desk;
a dismissed agent became ready.
"""

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from acd.core.inputs import Input
from acd.core.router import Router
from acd.core.step import Step
from acd.core.switch_events import CallEnded
from tests.builders import OPENING
from tests.core.effort import EFFORT
from tests.core.play import MOVES, POLICIES, Move, Play
from tests.core.reference import Reference


class Hotline(RuleBasedStateMachine):
    """The hotline, and beside it a second router that never restarts and must always agree."""

    def __init__(self) -> None:
        super().__init__()
        self.reference = Reference()
        self.play = Play(self._watch)
        self.twin = Router.fresh(POLICIES[0])
        self.reference.look_before(self.play.router)

    def _watch(self, happened: Input, step: Step) -> None:
        note(f"{self.play.now - OPENING:>8} {happened}")
        twin = self.twin.take(happened, self.play.now)
        assert repr(twin) == repr(step), "the same inputs gave another outcome"
        self.reference.check(happened, step, self.play.router, self.play.now)
        self.reference.look_before(self.play.router)

    @initialize(surveyed=st.booleans(), agents=st.integers(1, 3))
    def open(self, surveyed: bool, agents: int) -> None:
        if surveyed:
            self.play.open(agents)

    @rule(move=MOVES)
    def happen(self, move: Move) -> None:
        """Something that a caller, an agent, an operator, the link or the clock may do."""
        self.play.move(*move)

    @rule(moves=st.lists(MOVES, min_size=5, max_size=5))
    def happen_often(self, moves: list[Move]) -> None:
        for move in moves:
            self.play.move(*move)

    @rule(who=st.integers(0, 40), how=st.integers(0, 89))
    def lie(self, who: int, how: int) -> None:
        """A fact that fits nothing, or fits by accident."""
        self.play.lie(who, how)

    def teardown(self) -> None:
        """At the end of the day everybody hangs up: no caller, no offer and no talk is left, and the books are even."""
        for call in sorted(self.play.router.memory.calls):
            self.play.take(CallEnded(call))
        assert not self.play.router.memory.calls
        assert not self.reference.ledger.offers
        assert not self.reference.ledger.talks
        assert all(counts.waiting() == 0 for counts in self.play.router.memory.counts.values())


TestAnyHistory = Hotline.TestCase
TestAnyHistory.settings = EFFORT
