"""What the menus may ask about the hotline as it is: conditions, calendars, and who was asked what."""

from acd.config import loads
from acd.core.instants import seconds
from acd.core.language.facts import CallFacts
from acd.core.memory import Memory
from acd.core.names import LaneName
from acd.engine.view import CONDITIONS_AT_MOST, MemoryView
from tests.config.small import SMALL

CARDS = LaneName("cards")
MONDAY_NOON = seconds((4 * 24 + 12) * 3_600)
"""The 5th of January 1970, by UTC."""
OFFICE = 'calendars: {office: {open: ["mon-fri 09:00-18:00"]}}\n'


def looking(now: int = MONDAY_NOON) -> MemoryView:
    memory = Memory(loads(SMALL + OFFICE).policy())
    memory.asked_adverts["13800138000"] = 7
    return MemoryView(lambda: memory, lambda: now)


def test_conditions_are_about_the_caller_the_lane_and_the_floor() -> None:
    look = looking()
    gold = CallFacts(language="en", tier="gold", verified=True, menu=(("main", "2"),))

    assert look.holds("tier == gold and verified and menu.main == '2'".replace("'", '"'), gold, CARDS)
    assert not look.holds("tier == gold", CallFacts(), CARDS)
    assert look.holds("waiting(cards) == 0 and staffed(cards) == 0 and estimated_wait < 1m", gold, CARDS)
    assert look.holds("open(office) and day == mon and time > 11:00", gold, CARDS)


def test_a_condition_that_cannot_be_read_does_not_hold() -> None:
    assert not looking().holds("tier ==", CallFacts(), CARDS)


def test_a_calendar_is_open_by_the_local_time_and_an_unknown_one_always() -> None:
    assert looking().is_open("office")
    assert not looking(MONDAY_NOON + seconds(6 * 3_600)).is_open("office")
    assert looking(MONDAY_NOON + seconds(6 * 3_600)).is_open("another")


def test_who_was_asked_about_adverts_is_remembered_by_his_number() -> None:
    assert looking().asked_about_adverts("13800138000") == 7
    assert looking().asked_about_adverts("13900000000") is None


def test_however_many_conditions_are_asked_for_few_are_kept() -> None:
    look = looking()
    for number in range(CONDITIONS_AT_MOST + 50):
        assert not look.holds(f"waiting(cards) > {number}", CallFacts(), CARDS)
    assert len(look._conditions) <= CONDITIONS_AT_MOST
