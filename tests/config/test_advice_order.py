"""An operator hears of classes, reserves and lengths of time with which somebody would not be served."""

import pytest

from tests.config.small import edited
from tests.config.staffed import STAFFED, advice, with_cards

GOLD = "  gold:\n    recognised_by: {verified: true}\n    credit: 30s\n"


def with_platinum(settings: str, text: str = STAFFED) -> str:
    return edited("    credit: 90s\n", f"    {settings}\n", text)


def test_shares_that_leave_nothing_for_others_are_a_warning_at_the_class_that_is_too_many() -> None:
    text = with_platinum("credit: 90s\n    share_at_most: 70%\n" + GOLD + "    share_at_most: 40%")

    assert advice(text) == [
        "vip.gold.share_at_most: the shares of all classes up to here are 110% of a lane's turns; nothing is left for "
        "callers of no class; keep them to less than 100% together"
    ]
    assert advice(text.replace("70%", "50%")) == []


def test_a_class_that_comes_before_all_others_without_a_bound_can_starve_them() -> None:
    told = advice(with_platinum("credit: 90s\n    priority: 1"))

    assert told[0].startswith("vip.platinum.priority: callers of platinum come before all others")
    assert advice(with_platinum("credit: 90s\n    priority: 1\n    share_at_most: 40%")) == []


def test_credit_that_is_longer_than_anybody_waits_is_a_warning_unless_something_bounds_it() -> None:
    assert advice(with_platinum("credit: 45m")) == [
        "vip.platinum.credit: 45m is longer than anybody waits, so it comes before all others; lower it, or add "
        "share_at_most"
    ]
    assert advice(with_platinum("credit: 45m\n    bonus_at_most: 5m")) == []
    assert advice(with_platinum("credit: 45m\n    share_at_most: 30%")) == []
    assert advice(with_cards("credit: 45m"))[0].startswith("lanes.cards.credit: 45m is longer")


@pytest.mark.parametrize(
    ("reserve", "told"),
    [
        ("{agents: cards >= 4, backup_for: cards}", "callers of cards; they wait until `budget_burned(cards) >= 100%`"),
        ("{agents: mandarin, only_for: cards, until: waiting(general) > 3}", "callers of general in zh; they wait"),
    ],
)
def test_a_reserve_that_keeps_back_everybody_of_a_lane_is_a_warning(reserve: str, told: str) -> None:
    found = advice(STAFFED + f"reserves:\n  desk: {reserve}\n")

    assert len(found) == 1
    assert found[0].startswith(f"reserves.desk.agents: keeps back everybody who can serve {told}")


def test_a_reserve_that_leaves_nobody_for_several_lanes_is_told_once() -> None:
    loans = edited(
        "default_lane:", "  loans:\n    name: {zh: 贷款, en: Loans}\n    needs: general\ndefault_lane:", STAFFED
    )
    text = loans.replace('"0": general}', '"0": general, "3": loans}')
    found = advice(text + "reserves:\n  desk: {agents: mandarin, only_for: cards, until: waiting(general) > 3}\n")

    assert [told.partition(";")[0] for told in found] == [
        "reserves.desk.agents: keeps back everybody who can serve callers of general in zh and loans in zh"
    ]


def test_a_reserve_that_leaves_somebody_is_none() -> None:
    assert advice(STAFFED + "reserves:\n  desk: {agents: cards >= 5, backup_for: cards}\n") == []


def test_two_reserves_that_keep_back_everybody_together_are_told_at_the_second() -> None:
    reserves = (
        "reserves:\n  one: {agents: cards >= 5, backup_for: cards}\n  two: {agents: cards == 4, backup_for: cards}\n"
    )
    found = advice(STAFFED + reserves)

    assert len(found) == 1
    assert "reserves.two.agents: keeps back everybody who can serve callers of cards together with the" in found[0]


def test_a_reserve_that_is_never_let_go_says_why() -> None:
    found = advice(STAFFED + "reserves:\n  desk: {agents: cards >= 5, backup_for: cards, until: waiting(cards) < 0}\n")

    assert found[0].startswith("reserves.desk.until: never holds: waiting(cards) is at least 0; the agents")


def test_a_call_cannot_be_kept_for_one_agent_longer_than_anybody_is_in_the_lane() -> None:
    limits = "limits: {wait: 30s}\nwhen_full: general"

    assert advice(with_cards(f"last_agent: {{wait_for: 40s}}\n{limits}")) == [
        "lanes.cards.last_agent.wait_for: keeps a call for one agent for 40s, but every caller has left cards after "
        "30s; shorten it"
    ]
    assert advice(with_cards(f"last_agent: {{wait_for: 20s}}\n{limits}")) == []
    told = advice(with_cards(limits, with_platinum("credit: 90s\n    relationship_manager: {wait_for: 31s}")))
    assert told[0].startswith("vip.platinum.relationship_manager.wait_for: keeps a call for one agent for 31s")


def test_notes_that_take_longer_than_half_an_hour_were_meant_in_another_unit() -> None:
    assert advice(with_cards("wrap_up: 45m"))[0].startswith("lanes.cards.wrap_up: keeps every agent away for 45m")
    assert advice(with_cards("wrap_up: 30m")) == []


def test_shares_of_exactly_everything_leave_nothing_for_others_either() -> None:
    text = with_platinum("credit: 90s\n    share_at_most: 60%\n" + GOLD + "    share_at_most: 40%")

    assert advice(text)[0].startswith("vip.gold.share_at_most: the shares of all classes up to here are 100%")


def test_a_class_that_grows_older_faster_without_an_end_can_starve_others() -> None:
    told = advice(with_platinum("credit: 0s\n    ageing: 200%"))

    assert len(told) == 1
    assert told[0].startswith("vip.platinum.ageing: callers of platinum grow older at 200% without an end")
    assert advice(with_platinum("credit: 0s\n    ageing: 200%\n    bonus_at_most: 5m")) == []
    assert advice(with_platinum("credit: 0s\n    ageing: 200%\n    share_at_most: 40%")) == []


ALL_SERVE_CARDS = STAFFED.replace("cards: 2, general: 3, english: 5", "cards: 4, general: 3, english: 5")


def test_a_lane_that_comes_first_says_who_waits_behind_it_when_nobody_is_there_for_them_alone() -> None:
    assert advice(with_cards("priority: 1", ALL_SERVE_CARDS)) == [
        "lanes.cards.priority: callers of cards come before those of general however long those wait, and everybody "
        "who serves general serves cards, too; keep somebody for them alone, or give credit instead"
    ]
    assert advice(with_cards("priority: 1")) == [], "Ben serves general alone"


def test_a_lane_that_grows_older_faster_without_an_end_says_who_waits_behind_it() -> None:
    told = advice(with_cards("ageing: 150%", ALL_SERVE_CARDS))

    assert len(told) == 1
    assert told[0].startswith("lanes.cards.ageing: callers of cards grow older at 150% without an end")
    assert "those of general wait behind them" in told[0]
    assert advice(with_cards("ageing: 150%\nbonus_at_most: 5m", ALL_SERVE_CARDS)) == []
