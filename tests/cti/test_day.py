"""An agent's own day: what he is told of his talks, notes and pauses adds up to the time that he was there."""

from hypothesis import given
from hypothesis import strategies as st

from acd.core.agents import AgentState, Desk
from acd.core.events import AgentChanged
from acd.core.instants import Duration
from cti.day import COUNTED, Days
from tests.cti.small_hotline import ANNA

STATES = st.sampled_from([state for state in AgentState if state is not AgentState.LOGGED_OUT])
STAYS = st.lists(st.tuples(STATES, st.integers(0, 100_000)), min_size=1, max_size=30)


@given(STAYS, st.integers(0, 50_000))
def test_each_state_is_counted_for_as_long_as_it_lasted(stays: list[tuple[AgentState, int]], running: int) -> None:
    days, now = Days(), 1_000
    spent: dict[AgentState, Duration] = dict.fromkeys(AgentState, 0)
    for state, lasted in stays:
        days.hear(now, AgentChanged(ANNA, state, "", now, None))
        # Told twice, as when only the end of a state changes.
        days.hear(now, AgentChanged(ANNA, state, "", now, now + 5))
        spent[state] += lasted
        now += lasted
    last = stays[-1][0]
    spent[last] += running
    now += running
    day = days.of(Desk(ANNA, state=last), now)
    assert {state: day.so_far(state, now) for state in COUNTED} == {state: spent[state] for state in COUNTED}


def test_a_new_log_in_begins_a_new_day() -> None:
    days = Days()
    for at, state in enumerate((AgentState.PAUSED, AgentState.LOGGED_OUT, AgentState.PAUSED)):
        days.hear(at * 60_000, AgentChanged(ANNA, state, "", at * 60_000, None))
    day = days.of(Desk(ANNA, state=AgentState.PAUSED), 121_000)
    assert (day.since, day.so_far(AgentState.PAUSED, 121_000)) == (120_000, 1_000)


def test_of_whom_nothing_was_heard_the_day_begins_when_he_is_asked_for() -> None:
    days = Days()
    desk = Desk(ANNA, state=AgentState.TALKING, since=500)
    assert days.of(desk, 2_000).so_far(AgentState.TALKING, 2_000) == 1_500
    assert days.of(desk, 3_000).since == 2_000
