"""Whatever callers, agents, link and operators do, and however late, doubled or wrong the news is: the rules hold.

Each step is held against the rules worked out slowly: `tests.core.audit` says what may be said and offered, at the
moment it is; `tests.core.reference` what must hold afterwards; `tests.core.exits` what must end by itself, and when.

Seen to fail, each with a bug planted in a copy of the core, when

* of shares: a class did not pay, earned its share twice, saved without bound, overtook with nothing left, paid in its
  own lane instead of the one whose turn it was, or paid though it overtook nobody;
* of standings: a bonus had no cap, or went on ageing at it; ageing, a priority or a step's credit was ignored; a VIP's
  priority stood in place of his lane's; an unproved caller was recognised, or the class with the lower priority;
* of kept calls: one was offered to another agent, kept for somebody who was not there, had gone or could not serve it,
  kept for too long, or for an agent of too long ago;
* of reserves: one was ignored when an agent became free, barred its own lane, was never kept back again, was not looked
  at when a caller came, or let nobody be served when it was let go;
* of steps: one took effect a second late, counted from the first lane, twice, or whatever its condition said; a look
  came a second late; a step of one look stayed open; `needs` narrowed undeclared, or widened though it narrows; `add`
  widened; `drop` and `lanes` did nothing; the language was asked for after `any_language`, or forgotten by any step;
  nobody was sought after a step, or in the old line; an announcement came twice;
* of ways out: the books of the old lane were not closed; an overflow lost the caller's place or was left out of the
  rolling window; a limit or a closed door let in; the longest wait was ignored or counted from the first lane; who was
  unstaffed was not looked at; the switch was not told; a callback was accepted in an offer;
* of what callers are told: it came at other times than the lane says, not at all, or twice at one instant; a place left
  out VIPs, or how callers age; a wait was foretold of callers whom a survey found, twice in one lane, or not for whom a
  reserve keeps back; an answer was booked to another lane; agents who pause were thought to be at work;
* of choices: the longest lane was the shortest, or the last of a tie; the best skill was the worst, or came before a
  priority; the round stood still; occupancy left out talks or began with the epoch; the fewest calls or skills were the
  most; the shortest idle agent was taken, or the best level ignored; a lane's own rule was ignored; the lanes that a
  reserve bars were forgotten among the sorted heads, or a line's next head was not shown;
* of reloads and restarts: waiting calls were lost, taken steps forgotten or numbered as before, VIP classes kept; no
  look was planned in a new process;
* of desks: a pause ended by itself, or had no limit after a call; a phone was heard during a call, or by an old survey;
  a phone was lost and its agent ready; a phone was free again and unheard; an agent was paused at his first miss, or
  his misses never forgotten; a wrap-up was lengthened twice.

And before there were such rules: when the last come was served first; a ringing agent was offered another call; an
agent who became ready was given nobody, nor the waiting after a survey or under a new policy; an offer had no deadline;
news of an old offer ended a new one; numbers of offers began anew with each process; a survey offered callers before it
was read to its end; a closed call came back by a late fact; calls were offered while the link was down; an agent was
not freed when his caller hung up, fell back, or when the switch refused an order; two talks were found at one desk.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from acd.core import estimate
from tests.core.day import Day
from tests.core.effort import NIGHTLY, effort
from tests.core.play import DAYS, MOVES, Move
from tests.core.policies import POLICIES


@pytest.fixture(autouse=True, scope="module")
def _waits_are_foretold_soon() -> Iterator[None]:
    """A history is too short for twenty outcomes in one lane, so here two are enough to foretell a wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(estimate, "SERVED_AT_LEAST", 1)
        patch.setattr(estimate, "SCORES_AT_LEAST", 2)
        patch.setattr(estimate, "SERVED_AT_MOST", 4)
        patch.setattr(estimate, "SCORES_AT_MOST", 5)
        patch.setattr(estimate, "TOO_WIDE", 60_000)
        yield


class Hotline(RuleBasedStateMachine):
    """A history that Hypothesis looks for, and can shorten."""

    def __init__(self) -> None:
        super().__init__()
        self.day: Day | None = None

    @initialize(day=DAYS, surveyed=st.booleans(), agents=st.integers(1, 4))
    def open(self, day: int, surveyed: bool, agents: int) -> None:
        self.day = Day(day, agents, surveyed=surveyed, tell=note)

    @rule(moves=st.lists(MOVES, min_size=1, max_size=5))
    def happen(self, moves: list[Move]) -> None:
        """Things that a caller, an agent, an operator, the link or the clock may do."""
        assert self.day is not None
        for move in moves:
            self.day.play.move(*move)

    @rule(who=st.integers(0, 40), how=st.integers(0, 89))
    def lie(self, who: int, how: int) -> None:
        """A fact that fits nothing, or fits by accident."""
        assert self.day is not None
        self.day.play.lie(who, how)

    def teardown(self) -> None:
        if self.day is not None:
            self.day.end()


TestAnyHistory = Hotline.TestCase
TestAnyHistory.settings = effort(60)


@pytest.mark.parametrize("number", range(20_000 if NIGHTLY else 192))
def test_any_long_day(number: int) -> None:
    """Long days drawn by their number, of which each policy and each kind of day gets its part."""
    draw = random.Random(number)
    with a_day(number % (2 * len(POLICIES)), draw.randrange(1, 5), surveyed=draw.random() < 0.7) as day:
        for _ in range(draw.randrange(20, 120)):
            if draw.random() < 0.06:
                day.play.lie(draw.randrange(41), draw.randrange(90))
            else:
                day.play.move(draw.randrange(100), draw.randrange(121), draw.randrange(90))


@pytest.mark.parametrize("number", range(2_000 if NIGHTLY else 72))
def test_any_day_on_which_everything_goes_its_way(number: int) -> None:
    """On busy days many callers stand in line for two agents; on quiet days four agents are idle and one is chosen."""
    draw = random.Random(number)
    quiet = number // len(POLICIES) % 2
    with a_day(len(POLICIES) + number % len(POLICIES), 4 if quiet else 2, surveyed=True) as day:
        play = day.play
        for _ in range(draw.randrange(60, 160)):
            calls = [play.call_in] * (1 if quiet else 3)
            move = draw.choice([*calls, play.answer, play.end_talk, play.end_talk, play.hang_up, play.pass_time])
            move(draw.randrange(6) if move == play.pass_time else draw.randrange(121), draw.randrange(90))
            play.settle_down()
            if draw.random() < 0.05:
                play.request(draw.randrange(4), draw.randrange(90))
            elif draw.random() < 0.5:
                play.sit_down(draw.randrange(4 if quiet else 2), 0)


@pytest.mark.parametrize("number", range(2_000 if NIGHTLY else 72))
def test_any_day_on_which_agents_do_much_with_their_talks(number: int) -> None:
    """Callers are put on hold, taken back, sent from agent to agent and outside, and lost on the way."""
    draw = random.Random(number)
    with a_day(len(POLICIES) * (number % 2) + number // 2 % len(POLICIES), 4, surveyed=True) as day:
        play = day.play
        for _ in range(draw.randrange(60, 160)):
            talk = [play.control] * 3 + [play.consult] * 3 + [play.resume, play.ring_outside, play.key_pin]
            rare = [play.end_talk, play.hang_up, play.pass_time, play.fail, play.survey]
            move = draw.choice([play.call_in, play.answer, play.answer, play.carry_out, *talk, draw.choice(rare)])
            move(draw.randrange(5) if move == play.pass_time else draw.randrange(121), draw.randrange(90))
            if play.orderly or draw.random() < 0.5:
                play.settle_down()
            if draw.random() < 0.5:
                play.sit_down(draw.randrange(4), 0)


@contextmanager
def a_day(day: int, agents: int, *, surveyed: bool) -> Iterator[Day]:
    """A day to its end; if it breaks a rule, with what happened last."""
    story: list[str] = []
    try:
        hotline = Day(day, agents, surveyed=surveyed, tell=story.append)
        yield hotline
        hotline.end()
    except AssertionError as error:
        error.add_note("\n".join(["the last that happened on this day:", *story[-30:]]))
        raise
