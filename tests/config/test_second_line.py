"""What an operator says of tickets and of who may grant what: refused where it makes no sense, told when it changes."""

import pytest

from acd.config import ConfigRefused, loads
from acd.config.differences import differences
from acd.config.second_line import minor_units
from tests.config.everything import EVERYTHING
from tests.config.small import SMALL, edited

QUEUE = "desk: {name: {zh: 二线, en: Desk}, lanes: [cards]}"


def fee(limits: str, more: str = "") -> str:
    return f"authority:\n  actions: {{fee: {{name: {{zh: 费用, en: Fee}}, unit: CNY, limits: {{{limits}}}{more}}}}}\n"


REFUSED = {
    "tickets:\n  queues:\n    desk: {name: {zh: 二线}, lanes: [card]}\n": [
        'tickets.queues.desk.lanes[0]: there is no lane "card" (did you mean cards?); known are cards, general',
        "tickets.queues.desk.name: has no text in en; a text is needed in every language",
    ],
    f"tickets:\n  queues:\n    {QUEUE}\n    {QUEUE.replace('desk', 'other')}\n": [
        'tickets.queues.other.lanes[0]: "cards" is used twice; already at tickets.queues.desk.lanes[0] on line 41',
    ],
    f"tickets:\n  queues: {{{QUEUE}}}\n  default_queue: desks\n  escalate: [{{after: 1h, to: heads}}]\n": [
        'tickets.default_queue: there is no queue "desks" (did you mean desk?); known are desk',
        'tickets.escalate[0].to: there is no queue "heads"; known are desk',
    ],
    "tickets:\n  escalate: [{to: desk}]\n": [
        "tickets.escalate[0]: must say one of before and after; {after: 0s} is at the promised time",
        'tickets.escalate[0].to: there is no queue "desk"; there are no `queues` at all',
    ],
    "tickets:\n  escalate: [{before: 4h}, {before: 240m}]\n": [
        "tickets.escalate: has two steps at the same time; write them as one",
    ],
    fee("1: 50"): [
        'authority.actions.fee.limits: the key 1 is not a text; write it in quotes: "1"',
    ],
    fee('"1": 12.5'): [
        'authority.actions.fee.limits.1: 12.5 may not mean what it says; write it in quotes: "12.50"',
    ],
    fee('"1": -5'): [
        "authority.actions.fee.limits.1: not an amount; write a whole number or, in quotes, one with decimals: "
        '50, "12.50"',
    ],
    fee('"10": 5'): [
        'authority.actions.fee.limits.10: "10": not a grade; allowed is "1" to "9", in quotes',
    ],
    fee('"1": 50, "2": 20'): [
        "authority.actions.fee.limits: grade 2 may grant less than grade 1; a higher grade may at least as much",
    ],
    fee('"1": 50', ", at_most: 20"): [
        "authority.actions.fee: grade 1 may grant 50, and nobody more than 20",
    ],
    fee('"1": "0.5"', ", decimals: 0"): [
        "authority.actions.fee: 0.5 has more decimals than the unit, which has 0",
    ],
}


@pytest.mark.parametrize("section", REFUSED)
def test_what_makes_no_sense_is_refused_at_its_place(section: str) -> None:
    with pytest.raises(ConfigRefused) as refused:
        loads(SMALL + section)

    assert sorted(f"{fault.path}: {fault.message}" for fault in refused.value.faults) == sorted(REFUSED[section])
    assert all(fault.line > SMALL.count("\n") for fault in refused.value.faults)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("english: 4}, line: second}", "english: 4}, line: second, grade: 2}", "agent anna / grade: 2 instead of 0"),
        ("{before: 2h}", "{before: 3h}", "tickets / escalate[0].before: 3h instead of 2h"),
        ("promise: 8h", "promise: 6h", "tickets / promise: 6h instead of 8h"),
        ('"1": 50,', '"1": 60,', "authority / actions.fee_waiver.limits.1: 60 instead of 50"),
        ("expires_after: 3m", "expires_after: 4m", "authority / expires_after: 4m instead of 3m"),
        ("from_surveys: true", "from_surveys: false", "tickets / from_surveys: false instead of true"),
    ],
)
def test_what_changes_is_told_and_is_another_version(old: str, new: str, line: str) -> None:
    before, after = loads(EVERYTHING), loads(edited(old, new, EVERYTHING))

    assert [f"{each.about} / {each.what}: {each.text}" for each in differences(before, after)] == [line]
    assert before.version != after.version


def test_limits_and_grades_that_are_of_no_use_are_warned_of() -> None:
    def advice(section: str, old: str = "cards: 2", new: str = "cards: 2") -> list[str]:
        found = loads(edited(old, new) + section).warnings
        return [f"{each.path}: {each.message}" for each in found if "grade" in each.message]

    limits = fee('"1": 50, "3": 80, "4": 90')
    nobody = "authority: no agent has a grade, so a supervisor is asked for everything; give agents a grade"
    assert advice(limits) == [nobody]
    anna, graded = "english: 4}}", "english: 4}, grade: %s}"
    assert advice(limits, anna, graded % 2) == [
        "authority.actions.fee.limits.3: no agent has grade 3 or a higher one; the highest is 2"
    ]
    assert advice(limits, anna, graded % 4) == []
    assert advice("", anna, graded % 4) == ["agents.anna.grade: grades are for `authority`, which has no actions"]


def test_amounts_are_whole_minor_units() -> None:
    assert [minor_units(text, 2) for text in ("50", "0.5", "12.50")] == [5_000, 50, 1_250]
    assert minor_units("3", 0) == 3
    with pytest.raises(ValueError, match=r"0\.555 has more decimals than the unit, which has 2"):
        minor_units("0.555", 2)
