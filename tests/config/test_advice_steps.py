"""An operator hears of steps that no caller comes to, that never hold, that change nothing, or shut everybody out."""

import pytest

from acd.config import ConfigRefused, loads
from tests.config.small import edited
from tests.config.staffed import STAFFED, advice, with_cards

OFFICE = 'calendars:\n  office: {open: ["mon-fri 09:00-18:00"], special: {"2026-12-19": "09:00-12:00"}}\n'
MORE = "announcements:\n  sorry: {zh: 请稍候。, en: Sorry.}\n"


def steps(*rows: str, more: str = "") -> list[str]:
    text = STAFFED.replace("announcements:\n", MORE)
    settings = "steps:\n" + "\n".join(f"  - {{{row}}}" for row in rows) + more
    calendars = OFFICE if "office" in settings else ""
    return [told.removeprefix("lanes.cards.") for told in advice(with_cards(settings, text) + calendars)]


def test_a_step_after_everybody_has_left_is_never_reached() -> None:
    told = (
        "no caller comes to this step after 90s; step 1 sends every caller on after 1m; let it come sooner or drop it"
    )
    assert steps("after: 60s, overflow: {to: general}", "after: 90s, announce: sorry") == [f"steps[1]: {told}"]

    told = told.replace("step 1", "overflow")
    assert steps("after: 90s, announce: sorry", more="\noverflow: {after: 60s, to: general}") == [f"steps[0]: {told}"]

    told = told.replace("overflow", "limits.wait")
    limits = "\nlimits: {wait: 60s}\nwhen_full: general"
    assert steps("after: 90s, announce: sorry", more=limits) == [f"steps[0]: {told}"]


def test_a_step_at_the_same_time_is_reached_only_when_it_stands_before_the_overflow() -> None:
    overflow, sorry = "after: 60s, overflow: {to: general}", "after: 60s, announce: sorry"

    assert steps(sorry, overflow) == []
    assert len(steps(overflow, sorry)) == 1


def test_an_overflow_with_a_condition_may_leave_somebody_for_the_next_step() -> None:
    sorry = "after: 90s, announce: sorry"

    assert steps("after: 60s, when: waiting(general) > 3, overflow: {to: general}", sorry) == []
    assert len(steps("after: 60s, when: waiting(general) >= 0, overflow: {to: general}", sorry)) == 1


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("waiting(general) < 0", "waiting(general) is at least 0"),
        ("waiting(cards) == 0", "waiting(cards) is at least 1 for a caller who waits in it himself"),
        ("longest_wait(cards) < 20s", "longest_wait(cards) is at least 20s for a caller who waits in it himself"),
        ("service_level(cards) > 100%", "service_level(cards) is at least 0% and at most 100%"),
        ("idle(cards) > 3", "idle(cards) is at most 3, as no more agents have what it asks for"),
        ("not idle(cards) >= 0", "idle(cards) is at most 3, as no more agents have what it asks for"),
        ("waiting(general) > 5 and waiting(general) < 3", "its parts contradict each other"),
        ("waiting(general) > 5 and waiting(general) < 6", "its parts contradict each other"),
        ("time < 09:00 and time >= 10:00", "its parts contradict each other"),
        ("day == mon and day in tue-thu", "its parts contradict each other"),
        ("language == en and language == zh", "its parts contradict each other"),
        ("open(office) and not open(office) and day in mon-fri and time in 10:00-11:00", ""),
    ],
)
def test_a_condition_that_cannot_hold_is_told_with_the_reason(when: str, why: str) -> None:
    told = steps(f'after: 20s, when: "{when}", credit: 5s')

    assert [each.partition(": ")[0] for each in told] == ["steps[0].when"]
    assert why in told[0]
    assert told[0].endswith("; correct it or drop the step")


@pytest.mark.parametrize(
    "when",
    [
        "waiting(general) == 0",
        "waiting(cards) == 1",
        "longest_wait(cards) <= 20s",
        "idle(cards) >= 3",
        "service_level(cards) > 99.99%",
        "service_level(cards) > 99% and service_level(cards) < 99.01%",
        "budget_burned(cards) >= 900%",
        "waiting(general) > 5 or waiting(general) < 0",
        "tier == platinum",
        "not verified",
        "time >= 23:59",
        "day == sat and open(office)",
        "open(office) and time >= 17:59",
        "estimated_wait > 2m",
    ],
)
def test_a_condition_that_may_hold_one_day_is_let_through(when: str) -> None:
    assert steps(f'after: 20s, when: "{when}", credit: 5s') == []


def test_a_time_at_which_the_lane_is_closed_never_meets_a_caller() -> None:
    hours = "\nhours: office\nwhen_closed: general"
    told = steps('after: 20s, when: "time in 22:00-06:00", credit: 5s', more=hours)

    assert told == [
        "steps[0].when: never holds: it may hold on Mon-Sun 22:00-06:00, but calendar office is open on "
        "Mon-Fri 09:00-18:00; correct it or drop the step"
    ]


def test_who_came_just_before_the_end_may_still_wait_after_it() -> None:
    hours = "\nhours: office\nwhen_closed: general"

    assert steps('after: 20s, when: "time >= 18:00", credit: 5s', more=hours) == []
    assert (
        len(
            steps(
                'after: 20s, when: "time >= 18:30", credit: 5s', more=f"{hours}\noverflow: {{after: 5m, to: general}}"
            )
        )
        == 1
    )


def test_a_day_with_hours_of_its_own_is_a_day_on_which_somebody_may_wait() -> None:
    hours = "\nhours: office\nwhen_closed: general"

    assert steps('after: 20s, when: "day == sat", credit: 5s', more=hours) == []
    assert len(steps('after: 20s, when: "day == sun", credit: 5s', more=hours)) == 1


def test_a_step_after_which_the_same_agents_may_serve_changes_nothing() -> None:
    told = steps("after: 20s, needs: cards >= 4")

    assert told == [
        "steps[0]: changes nothing for anybody; whoever may serve after it may serve before it; "
        "ask for less, name other lanes, or drop it"
    ]
    assert steps("after: 20s, needs: cards >= 2") == []
    assert steps("after: 20s, needs: cards >= 4, announce: sorry") == []


def test_a_step_that_helps_only_when_the_one_before_it_did_not_hold_changes_something() -> None:
    assert steps("after: 20s, when: waiting(cards) > 5, needs: cards", "after: 30s, needs: cards >= 2") == []


def test_a_step_that_changes_something_in_one_language_changes_something() -> None:
    assert steps("after: 20s, needs: cards >= 2 and english") == []


def test_needs_that_depend_on_the_caller_are_let_through() -> None:
    assert steps("after: 20s, needs: cards >= 4 and verified") == []


def test_a_level_that_nobody_reaches_is_told_once_for_its_step() -> None:
    told = steps("after: 20s, needs: cards >= 8")

    assert told == ["steps[0].needs: nobody reaches `cards >= 8`; the highest level of cards is 5"]


def test_a_step_that_leaves_nobody_says_for_whom() -> None:
    told = steps("after: 20s, add: not cards")

    assert told == ["steps[0]: leaves nobody who can serve callers of cards; ask for less, or leave out add"]
    told = steps("after: 20s, needs: cards < 3, narrows: true")
    assert told == ["steps[0]: leaves nobody who can serve callers of cards in zh; ask for less, or leave out narrows"]


def test_a_step_that_nobody_comes_to_is_told_for_that_alone() -> None:
    told = steps("after: 60s, overflow: {to: general}", 'after: 90s, when: "waiting(general) < 0", needs: cards >= 8')

    assert [each.partition(":")[0] for each in told] == ["steps[1]"]


def test_callers_who_go_round_in_a_circle_are_an_error_even_with_conditions() -> None:
    text = edited(
        "needs: general\n", "needs: general\n    overflow: {when: waiting(general) > 5, to: cards}\n", STAFFED
    )
    with pytest.raises(ConfigRefused, match="callers would go round"):
        loads(with_cards("steps: [{after: 9s, when: waiting(cards) > 5, overflow: {to: general}}]", text))


def test_who_has_no_number_stays_in_a_lane_that_sends_its_callers_to_a_callback() -> None:
    callback = "announcements:\n  callback: {zh: 再见。, en: We will call.}\n"
    text = STAFFED.replace("announcements:\n", MORE).replace("announcements:\n", callback)
    later = "{after: 90s, announce: sorry}"

    assert advice(with_cards(f"steps: [{{after: 60s, overflow: {{to: callback}}}}, {later}]", text)) == []
    limits = "limits: {wait: 60s}\nwhen_full: callback"
    assert advice(with_cards(f"steps: [{later}]\n{limits}", text)) == []


def test_two_announcements_at_one_moment_are_a_warning_at_the_second() -> None:
    told = steps("after: 60s, announce: sorry", "after: 60s, announce: all_busy")

    assert told == [
        "steps[1].announce: sorry and all_busy fall due together after 1m, and callers hear the last one alone; "
        "give one of them another time"
    ]
    assert steps("after: 60s, announce: sorry", "after: 61s, announce: all_busy") == []
    assert steps("after: 60s, announce: sorry", "after: 60s, when: waiting(cards) > 5, announce: all_busy") == []
