"""After any history, a survey tells the truth and the core believes it: no ghost of a call, offer or talk remains."""

from hypothesis import given
from hypothesis import strategies as st

from acd.core.agents import OFFERED, AgentState
from acd.core.calls import CallState
from acd.core.names import PhoneName
from acd.core.switch_events import Stage
from tests.core.effort import EFFORT
from tests.core.play import MOVES, Move, Play, played

BELIEVED = {
    Stage.ARRIVED: CallState.IN_MENU,
    Stage.IVR: CallState.IN_MENU,
    Stage.WAITING: CallState.WAITING,
    Stage.OFFERED: CallState.OFFERED,
    Stage.TALKING: CallState.TALKING,
    Stage.AFTER: CallState.AFTER_TALK,
    Stage.FALLBACK: CallState.FALLEN_BACK,
}


@EFFORT
@given(st.lists(MOVES, min_size=30, max_size=120))
def test_two_surveys_after_any_history_bring_the_memory_in_line_with_the_switch(moves: list[Move]) -> None:
    """Seen to fail when a call that no survey saw was left in the memory, when a talk was found at a desk that was in
    use, and when a caller in an offer that had been taken back was left there.
    """
    play = played(moves)
    play.facts.clear()
    _quiet_and_survey(play)
    play.settle_down()
    _quiet_and_survey(play)
    play.settle_down()
    _assert_in_line(play)


@EFFORT
@given(
    st.lists(MOVES, min_size=20, max_size=80), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 89)), max_size=20)
)
def test_when_all_callers_are_gone_not_even_lies_leave_a_ghost(moves: list[Move], lies: list[tuple[int, int]]) -> None:
    """Seen to fail when closing a call did not free the agent who was talking on it, and when falling back did not free
    the agent who was offered the call.
    """
    play = played(moves)
    for lie in lies:
        play.lie(*lie)
    play.switch.channels.clear()
    play.facts.clear()
    _quiet_and_survey(play)
    _quiet_and_survey(play)
    assert not play.router.memory.calls
    assert not play.router.waiting()
    for desk in play.router.memory.desks.values():
        assert desk.call is None
        assert desk.state not in OFFERED | {AgentState.TALKING}


def _quiet_and_survey(play: Play) -> None:
    """No news for twenty seconds, longer than any order or echo takes; then the switch is surveyed."""
    for _ in range(4):
        play.pass_time(5, 1)
        play.settle_down()
    play.surveys.clear()
    play.survey(0, 0)


def _assert_in_line(play: Play) -> None:
    memory, channels = play.router.memory, play.switch.channels
    assert memory.calls.keys() == channels.keys()
    for call in memory.calls.values():
        assert call.state is BELIEVED[channels[call.id].stage], call.id
        if call.state is CallState.OFFERED:
            assert call.offer == channels[call.id].offer
    for agent, desk in memory.desks.items():
        if desk.state is AgentState.TALKING:
            assert desk.call is not None
            assert channels[desk.call].phone == PhoneName(agent)
        if desk.state in OFFERED:
            assert desk.call is not None
            assert (channels[desk.call].stage, channels[desk.call].phone) == (Stage.OFFERED, PhoneName(agent))
    assert all(counts.waiting() >= 0 for counts in memory.counts.values())
