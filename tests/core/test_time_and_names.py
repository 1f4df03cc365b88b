"""What decides and what does not: not how punctual the timers are, not the process, not what anybody is called."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from acd.core.events import Event
from acd.core.inputs import CoreStarted, Input, TimePassed
from acd.core.instants import Instant
from acd.core.orders import Order, SurveySwitch
from acd.core.router import Router
from acd.core.step import Step
from tests.core.effort import effort
from tests.core.play import DAYS, MOVES, Move, played, rules_of
from tests.core.policies import POLICIES
from tests.core.same import assert_same

HISTORIES = st.lists(MOVES, min_size=40, max_size=120)
History = list[tuple[Instant, Input]]


@effort(40)
@given(DAYS, HISTORIES)
def test_timers_late_or_punctual_end_in_the_same_memory_and_the_same_orders(day: int, moves: list[Move]) -> None:
    """Seen to fail when a timer took effect at the time at which it was noticed."""
    history = [each for each in played(moves, day).history if not isinstance(each[1], TimePassed)]
    end = history[-1][0] + 100_000

    late, punctual = Router.fresh(rules_of(day)), Router.fresh(rules_of(day))
    late_steps = [late.take(*_swapped(each)) for each in _with_time(history, [], end)]
    punctual_steps = []
    for at, happened in _with_time(history, [], end):
        while (due := punctual.next_deadline()) is not None and due <= at:
            punctual_steps.append(punctual.take(TimePassed(), due))
        punctual_steps.append(punctual.take(happened, at))

    assert_same(late.memory, punctual.memory, what="memory")
    assert_same(_events(late_steps), _events(punctual_steps), what="events")
    assert_same(_orders(late_steps), _orders(punctual_steps), what="orders")


@effort(40)
@given(DAYS, HISTORIES)
def test_a_replay_from_the_journal_agrees_to_the_letter(day: int, moves: list[Move]) -> None:
    """Seen to fail when the routers of one process drew the numbers of their offers from one counter."""
    history = played(moves, day).history
    once, again = _replayed(history, day), _replayed(history, day)
    assert_same(once, again, what="the replay")


def test_another_process_decides_the_same() -> None:
    """Python shuffles its sets anew in each process; nothing may be decided by such an order.

    Seen to fail when a survey went through the calls in the order of a set.
    """
    program = "from tests.core.test_time_and_names import outcome_of_a_long_day; print(outcome_of_a_long_day())"
    outcomes = {
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert_same(min(outcomes), max(outcomes), what="another process")


def outcome_of_a_long_day() -> str:
    """All that was said and ordered on days of two hundred moves under many policies, the same ones each time."""
    moves = [(n * n * 31 + n // 3, n * 17 + n // 7, n * 53 + n // 2) for n in range(200)]
    days = [_replayed(played(moves, day).history, day) for day in range(0, 2 * len(POLICIES), 3)]
    return "\n".join(repr(step) for day in days for step in day)


@effort(40)
@given(DAYS, HISTORIES)
def test_new_names_change_nothing_but_the_names(day: int, moves: list[Move]) -> None:
    """Agents, lanes and calls get other names in the same alphabetical order, for ids break ties.

    Seen to fail when the agent called anna was preferred to those who had been idle longer, and when a survey went
    through the calls in the order of a set.
    """
    play = played(moves, day)
    names = {"anna": "p1", "ben": "p2", "chen": "p3", "dora": "p4", "cards": "q1", "general": "q2", "wealth": "q3"}
    renamed = Router.fresh(_renamed(rules_of(day), names))
    for (at, happened), step in zip(play.history, _replayed(play.history, day), strict=True):
        assert_same(renamed.take(_renamed(happened, names), at), _renamed(step, names), what="under other names")


def _replayed(history: History, day: int) -> list[Step]:
    router = Router.fresh(rules_of(day))
    return [router.take(happened, at) for at, happened in history]


def _with_time(history: History, sofar: History, end: Instant) -> History:
    """The history with its end; a process that was started anew had lived, and met its deadlines, until then."""
    for at, happened in history:
        if isinstance(happened, CoreStarted):
            sofar.append((at, TimePassed()))
        sofar.append((at, happened))
    return [*sofar, (end, TimePassed())]


def _swapped(entry: tuple[Instant, Input]) -> tuple[Input, Instant]:
    return entry[1], entry[0]


def _events(steps: list[Step]) -> list[Event]:
    return [event for step in steps for event in step.events]


def _orders(steps: list[Step]) -> list[Order]:
    """All orders but surveys, of which one late step asks for one instead of several."""
    return [order for step in steps for order in step.orders if not isinstance(order, SurveySwitch)]


def _renamed(thing: Any, names: Mapping[str, str]) -> Any:
    """A copy of any value of the core with its names changed."""
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{each.name: _renamed(getattr(thing, each.name), names) for each in fields(thing)})
    if isinstance(thing, Mapping):
        return {_renamed(key, names): _renamed(value, names) for key, value in thing.items()}
    if isinstance(thing, tuple):
        return tuple(_renamed(each, names) for each in thing)
    if isinstance(thing, str) and not isinstance(thing, Enum):
        # A name may stand by itself or among others in an expression. Entries that the core names keep their names, so
        # the new name of a call has to stand where the old one stood among those.
        return re.sub(r"[a-z][a-z0-9-]*", lambda word: names.get(word[0], word[0].replace("call-", "calm-")), thing)
    return thing
