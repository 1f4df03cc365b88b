"""One day of the hotline with everybody who watches it: the reference, and a twin that must always agree."""

from collections.abc import Callable

from acd.core import idle, lines
from acd.core.calls import CallState
from acd.core.events import Event
from acd.core.inputs import CoreStarted, Input, TimePassed
from acd.core.orders import Order, SurveySwitch
from acd.core.router import Router
from acd.core.step import Step
from acd.core.switch_events import CallEnded, Stage
from tests.builders import OPENING
from tests.core.play import Play, is_orderly, rules_of
from tests.core.reference import Reference
from tests.core.same import assert_same


class Day:
    """The hotline, and beside it a second router that never restarts, often comes late, and must always agree."""

    def __init__(self, day: int, agents: int, *, surveyed: bool, tell: Callable[[str], None]) -> None:
        self.reference = Reference()
        self.twin = Router.fresh(rules_of(day))
        self.play = Play(rules_of(day), self._before, self._after, orderly=is_orderly(day))
        self._said: list[tuple[list[Event], list[Order]]] = [([], []), ([], [])]
        self._tell = tell
        if surveyed:
            self.play.open(agents)

    def _before(self, happened: Input) -> None:
        self._tell(f"{self.play.now - OPENING:>8} {happened}")
        self.reference.begin(happened, self.play.router, self.play.now)

    def _after(self, happened: Input, step: Step) -> None:
        self.reference.check(happened, step, self.play.router, self.play.now)
        self._write_down(0, step)
        if self.play.late and isinstance(happened, TimePassed):
            return
        if isinstance(happened, CoreStarted):
            # A process that was started anew had lived, and met its deadlines, until then.
            self._tell_twin(TimePassed())
        self._tell_twin(happened)
        if not isinstance(happened, TimePassed) or self.play.router.next_deadline() == self.twin.next_deadline():
            assert_same(self._said[0], self._said[1], what="the same inputs gave another outcome")
            self._said = [([], []), ([], [])]

    def _tell_twin(self, happened: Input) -> None:
        """The twin looks things up as if its floor were so large that looking at one after the other took too long."""
        few, lines.FEW, idle.FEW = (lines.FEW, idle.FEW), 0, 0
        try:
            self._write_down(1, self.twin.take(happened, self.play.now))
        finally:
            lines.FEW, idle.FEW = few

    def _write_down(self, whose: int, step: Step) -> None:
        """Surveys apart, of which one late step orders one instead of several."""
        self._said[whose][0].extend(step.events)
        self._said[whose][1].extend(order for order in step.orders if not isinstance(order, SurveySwitch))

    def _agrees_with_the_switch(self) -> None:
        """Whoever talks does so with whom we believe, and a colleague is asked by whom we believe."""
        for channel in self.play.switch.at(Stage.TALKING, Stage.HELD, Stage.CONFERENCE):
            call = self.play.router.memory.calls[channel.call]
            assert (call.state, call.agent, call.offer) == (CallState.TALKING, channel.phone, channel.offer)
            assert (call.held_since is not None) is (channel.stage is Stage.HELD)
            asked = None if call.consult is None else (call.consult.offer, call.consult.agent, call.consult.answered)
            assert asked == channel.colleague
            together = call.consult is not None and call.consult.together_since is not None
            assert together is (channel.stage is Stage.CONFERENCE)

    def end(self) -> None:
        """Everybody hangs up: no caller, no offer and no talk is left, the books are even, and the twin agrees."""
        self.play.pass_time(0, 1)
        if self.play.orderly and not self.play.lied_to:
            self._agrees_with_the_switch()
        for call in sorted(self.play.router.memory.calls):
            self.play.take(CallEnded(call))
        while called := [call.id for call in self.play.router.memory.calls.values() if call.state is CallState.CALLED]:
            self.play.take(CallEnded(called[0]))
        assert all(call.state is CallState.AWAY for call in self.play.router.memory.calls.values())
        assert not self.reference.ledger.offers
        assert not self.reference.ledger.talks
        assert all(counts.waiting() == 0 for counts in self.play.router.memory.counts.values())
        assert_same(self.play.router.memory, self.twin.memory, what="the twin remembers something else")
