"""A freed agent gets the caller whom a real bank's switch gave him, as often as the bank's own rule says.

The records do not come with this project; see `bench.real_bank` for where they are looked for and how it is counted.
"""

from datetime import date

import pytest

from acd.core.instants import seconds
from acd.simulator.bank_records import BankCall, CallType, Kind, Outcome, Priority, read_calls
from bench.real_bank import (
    CREDIT_BEGAN,
    NO_CREDIT,
    THE_BANKS_CREDIT,
    Agreement,
    Decision,
    agreement,
    brains_agreement,
    brains_picks,
    decisions,
    policy,
    queues,
    records_folder,
)
from tests.core.effort import NIGHTLY

EVERY = 1 if NIGHTLY else 10
TENTHS_OF_PERCENT = 0.05


@pytest.fixture(scope="module")
def days() -> list[list[BankCall]]:
    """The bank's queue of regular business, day by day; every tenth day, and all in the night."""
    folder = records_folder()
    if folder is None:
        pytest.skip("the bank's records are not here; HOTLINE_ANONBANK names the folder that holds them")
    by_day = queues(read_calls(folder))
    return [by_day[day] for day in sorted(by_day)[::EVERY]]


def both(days: list[list[BankCall]], credit: int) -> tuple[Agreement, Agreement]:
    """How often the brain and the plainly computed rule pick as the bank did; they must agree at every decision."""
    made: list[Decision] = []
    picks: dict[int, BankCall] = {}
    for day in days:
        of_this_day, picks_of_this_day = decisions(day), brains_picks(day, policy(credit))
        assert picks_of_this_day.keys() == {decision.taken.line for decision in of_this_day}
        for decision in of_this_day:
            assert picks_of_this_day[decision.taken.line] in decision.smallest(credit)
        made += of_this_day
        picks |= picks_of_this_day
    return brains_agreement(made, picks, credit), agreement(made, credit)


def test_a_credit_of_ninety_seconds_explains_the_banks_picks(days: list[list[BankCall]]) -> None:
    brain, plain = both(days, THE_BANKS_CREDIT)
    assert brain == plain
    assert brain.decisions == (20_757 if NIGHTLY else 2_847)
    assert brain.percent == pytest.approx(83.4 if NIGHTLY else 83.1, abs=TENTHS_OF_PERCENT)
    assert brain.percent_without_ties > 82


def test_first_come_first_served_explains_them_less_well(days: list[list[BankCall]]) -> None:
    brain, plain = both(days, NO_CREDIT)
    assert brain == plain
    assert brain.percent == pytest.approx(74.5 if NIGHTLY else 71.8, abs=TENTHS_OF_PERCENT)


def test_before_it_gave_credit_the_bank_served_first_come_first_served(days: list[list[BankCall]]) -> None:
    before = [day for day in days if day[0].day < CREDIT_BEGAN]
    assert both(before, NO_CREDIT)[0].percent > 99.9
    assert both(before, THE_BANKS_CREDIT)[0].percent < 80


# What is counted, on a day made up for it


def call(line: int, offered_at: int, wait: int, priority: Priority, kind: Kind = Kind.SERVED_AFTER_WAIT) -> BankCall:
    return BankCall(
        line=line,
        day=date(1999, 5, 2),
        vru_line="AA0101",
        call_id=1,
        customer=None,
        priority=priority,
        type=CallType.REGULAR,
        reached_menu_at=offered_at,
        menu=0,
        offered_at=offered_at,
        queued=True,
        wait=wait,
        outcome=Outcome.AGENT if kind is Kind.SERVED_AFTER_WAIT else Outcome.HANG,
        kind=kind,
        talk=0,
        agent=None,
        bad=False,
    )


def picked(*day: BankCall, credit: int = THE_BANKS_CREDIT) -> dict[int, int]:
    """Whom the brain picks at each decision of the day, both by their lines."""
    return {taken: pick.line for taken, pick in brains_picks(list(day), policy(credit)).items()}


def test_a_priority_customer_overtakes_whoever_came_less_than_his_credit_before() -> None:
    regular = call(1, 1_000, 500, Priority.REGULAR)
    assert picked(regular, call(2, 1_089, 100, Priority.PRIORITY)) == {2: 2}
    assert picked(regular, call(2, 1_091, 100, Priority.PRIORITY)) == {2: 1}
    assert picked(regular, call(2, 1_089, 100, Priority.PRIORITY), credit=NO_CREDIT) == {2: 1}
    assert picked(regular, call(2, 1_089, 100, Priority.UNIDENTIFIED)) == {2: 1}


def test_equal_standing_is_no_disagreement_but_is_counted() -> None:
    day = [call(1, 1_000, 500, Priority.REGULAR), call(2, 1_090, 100, Priority.PRIORITY)]
    (decision,) = decisions(day)
    assert decision.smallest(THE_BANKS_CREDIT) == tuple(day)
    assert agreement([decision], THE_BANKS_CREDIT) == Agreement(1, 1, 1)
    assert agreement([decision], seconds(89)) == Agreement(1, 0, 0)
    assert agreement([decision], seconds(91)) == Agreement(1, 1, 0)
    assert brains_agreement([decision], {2: day[0]}, THE_BANKS_CREDIT) == Agreement(1, 1, 1)
    assert brains_agreement([decision], {2: day[0]}, seconds(91)) == Agreement(1, 0, 0)


def test_whoever_leaves_in_the_same_second_is_no_candidate_and_whoever_comes_in_it_is() -> None:
    gone = call(1, 1_000, 100, Priority.REGULAR, Kind.ABANDONED_QUEUE)
    taken = call(2, 1_010, 90, Priority.REGULAR)
    taken_too = call(3, 1_020, 80, Priority.REGULAR)
    assert decisions([gone, taken, taken_too]) == []
    assert picked(gone, taken, taken_too) == {}
    comes = call(4, 1_100, 60, Priority.REGULAR)
    found = decisions([gone, taken, taken_too, comes])
    assert [decision.candidates for decision in found] == [(taken, comes), (taken_too, comes)]
    assert picked(gone, taken, taken_too, comes) == {2: 2, 3: 3}


def test_only_real_queued_calls_of_the_banks_regular_business_are_looked_at() -> None:
    waited = call(1, 1_000, 100, Priority.REGULAR)
    not_queued = call(2, 1_000, 0, Priority.REGULAR, Kind.SERVED_AT_ONCE)
    phantom = call(3, 1_000, 100, Priority.REGULAR, Kind.PHANTOM)
    assert queues([waited, not_queued, phantom]) == {date(1999, 5, 2): [waited]}
