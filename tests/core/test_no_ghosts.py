"""After any history, a survey tells the truth and the core believes it: no ghost of a call, offer or talk remains."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.core.agents import OFFERED, ON_A_CALL, AgentState
from acd.core.calls import OFF_THE_LINE, CallState
from acd.core.names import PhoneName
from acd.core.switch_events import Stage
from tests.core.effort import NIGHTLY, effort
from tests.core.play import DAYS, MOVES, Move, Play, played
from tests.core.policies import POLICIES

BELIEVED = {
    Stage.ARRIVED: CallState.IN_MENU,
    Stage.IVR: CallState.IN_MENU,
    Stage.WAITING: CallState.WAITING,
    Stage.OFFERED: CallState.OFFERED,
    Stage.TALKING: CallState.TALKING,
    Stage.VERIFYING: CallState.TALKING,
    Stage.HELD: CallState.TALKING,
    Stage.TRANSFERRED: CallState.TRANSFERRED,
    Stage.AFTER: CallState.AFTER_TALK,
    Stage.FALLBACK: CallState.FALLEN_BACK,
    Stage.DIVERTED: CallState.DIVERTED,
}


@effort(60)
@given(DAYS, st.lists(MOVES, min_size=30, max_size=120))
def test_two_surveys_after_any_history_bring_the_memory_in_line_with_the_switch(day: int, moves: list[Move]) -> None:
    """Seen to fail when a call that no survey saw was left in the memory, when a talk was found at a desk that was in
    use, and when a caller in an offer that had been taken back was left there.
    """
    _bring_in_line(played(moves, day))


@pytest.mark.parametrize("number", range(10_000 if NIGHTLY else 120))
def test_two_surveys_after_any_long_day_do_so_too(number: int) -> None:
    """Seen to fail when a caller who was to be sent away, and whose order was lost, was left to wait."""
    draw = random.Random(number)
    moves = [(draw.randrange(100), draw.randrange(121), draw.randrange(90)) for _ in range(60)]
    _bring_in_line(played(moves, number % len(POLICIES)))


@effort(60)
@given(
    DAYS,
    st.lists(MOVES, min_size=20, max_size=80),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 89)), max_size=20),
)
def test_when_all_callers_are_gone_not_even_lies_leave_a_ghost(
    day: int, moves: list[Move], lies: list[tuple[int, int]]
) -> None:
    """Seen to fail when closing a call did not free the agent who was talking on it, and when falling back did not free
    the agent who was offered the call.
    """
    play = played(moves, day)
    for lie in lies:
        play.lie(*lie)
    play.switch.channels.clear()
    play.facts.clear()
    _quiet_and_survey(play)
    _quiet_and_survey(play)
    assert all(call.state is CallState.AWAY for call in play.router.memory.calls.values())
    for desk in play.router.memory.desks.values():
        assert desk.call is None
        assert desk.state not in OFFERED | {AgentState.TALKING}


def _bring_in_line(play: Play) -> None:
    play.facts.clear()
    _quiet_and_survey(play)
    play.settle_down()
    _quiet_and_survey(play)
    play.settle_down()
    _assert_in_line(play)


def _quiet_and_survey(play: Play) -> None:
    """No news for twenty seconds, longer than any order or echo takes; then the switch is surveyed."""
    for _ in range(4):
        play.pass_time(5, 1)
        play.settle_down()
    play.surveys.clear()
    play.survey(0, 0)


def _assert_in_line(play: Play) -> None:
    memory, channels = play.router.memory, play.switch.channels
    on_the_line = {call.id: call for call in memory.calls.values() if call.state not in OFF_THE_LINE}
    assert on_the_line.keys() == channels.keys()
    for call in on_the_line.values():
        stage = channels[call.id].stage
        if call.state is CallState.DIVERTED and stage is Stage.FALLBACK:
            # The order to send him away was lost, and he left for the static queue; either way he is not ours any more.
            continue
        assert call.state is BELIEVED[stage], call.id
        assert (call.held_since is not None) is (stage is Stage.HELD), call.id
        if call.state is CallState.OFFERED:
            assert call.offer == channels[call.id].offer
    for agent, desk in memory.desks.items():
        if desk.state is AgentState.TALKING:
            assert desk.call is not None
            assert channels[desk.call].phone == PhoneName(agent)
        if desk.state in OFFERED:
            assert desk.call is not None
            assert (channels[desk.call].stage, channels[desk.call].phone) == (Stage.OFFERED, PhoneName(agent))
        if desk.state not in ON_A_CALL:
            assert desk.phone is play.switch.state_of(PhoneName(agent)), agent
    assert all(counts.waiting() >= 0 for counts in memory.counts.values())
