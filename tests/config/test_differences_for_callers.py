"""An operator hears what an edit changes for callers: ways in menus, adverts, surveys, callbacks, emergencies."""

import pytest

from acd.config import loads
from acd.config.differences import differences
from acd.core.names import LaneName
from acd.core.outcomes import Outcome, OutcomeKind
from tests.config.everything import EVERYTHING
from tests.config.small import edited

CARDS, GENERAL = LaneName("cards"), LaneName("general")


def told(new: str, old: str = EVERYTHING) -> list[str]:
    """Each difference in one line."""
    return [f"{each.about} / {each.what}: {each.text}" for each in differences(loads(old), loads(new))]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"4": say closed', '"4": hang-up', "menu everything / [1].keys.4: hang-up instead of say closed"),
        ('        "6": repeat\n', "", "menu everything / [1].keys.6: none any more; it was repeat"),
        ("closed: menu desk", "closed: general", "menu everything / [2].closed: lane general instead of menu desk"),
        ("wait_for: 3s", "wait_for: 4s", "menu everything / [4].wait_for: 4s instead of 3s"),
        ("barge_in: true", "barge_in: false", "menu everything / [0].barge_in: false instead of true"),
        (
            "when: verified, to: menu desk",
            "when: verified, to: cards",
            "menu everything / [3].cases[1].to: lane cards instead of menu desk",
        ),
        ("not_again_within: 3", "not_again_within: 5", "advert spring / not_again_within: 5 instead of 3"),
        ("en: Two.", "en: Second.", "advert spring / spots[1].en: Second. instead of Two."),
        ("share: 25%", "share: 30%", "survey after / share: 30% instead of 25%"),
        ("keys: 3}", "keys: 4}", "survey after / questions[0].keys: 4 instead of 3"),
        ("locked_for: 12h", "locked_for: 6h", "pin / locked_for: 6h instead of 12h"),
        ("retry_after: 5m", "retry_after: 10m", "callbacks / retry_after: 10m instead of 5m"),
        ("first: customer", "first: agent", "callbacks / first: agent instead of customer"),
        ('numbers: ["+86"]', 'numbers: ["+86", "1"]', "callbacks / numbers: +86, 1 instead of +86"),
        (
            "when_emergency: say closed",
            "when_emergency: general",
            "lane cards / when_emergency: lane general instead of say closed",
        ),
        (
            "announce: {every: 30s, position: true,",
            "announce: {every: 1m, position: false,",
            "lane cards / announce: every 1m, position false, estimated_wait true instead of every 30s, position true, "
            "estimated_wait true",
        ),
    ],
)
def test_a_value_is_told_as_an_operator_writes_it_and_is_another_version(old: str, new: str, line: str) -> None:
    assert told(edited(old, new, EVERYTHING)) == [line]
    assert loads(edited(old, new, EVERYTHING)).version != loads(EVERYTHING).version


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"1": cards\n', '"1": lane  cards\n'),
        ("open: next, ", ""),
        ("{zh: 满意吗？, en: Happy?}", "{en: Happy?, zh: 满意吗？}"),
        ("estimated_wait: true}", "estimated_wait: true }"),
        ("locked_for: 12h", "locked_for: 720m"),
    ],
)
def test_another_way_to_write_the_same_is_no_difference(old: str, new: str) -> None:
    text = edited(old, new, EVERYTHING)

    assert told(text) == []
    assert loads(text).version == loads(EVERYTHING).version


def test_a_section_that_comes_or_goes_is_told() -> None:
    start, end = EVERYTHING.index("callbacks:\n"), EVERYTHING.index("agents:\n  anna")
    without = EVERYTHING[:start] + EVERYTHING[end:]

    (line,) = told(without)
    assert line.startswith("callbacks / : none any more; it was first customer, ring_for 25s, attempts 2")
    (line,) = told(EVERYTHING, without)
    assert line.startswith("callbacks / : first customer, ring_for 25s, attempts 2")


def test_an_emergency_is_another_version_that_sends_everybody_away() -> None:
    calm = loads(EVERYTHING)
    emergency = calm.with_emergencies([CARDS])

    assert emergency.policy().lanes[CARDS].emergency == Outcome(OutcomeKind.SAY, "closed")
    assert emergency.version == emergency.policy().version != calm.version
    assert [f"{each.about} / {each.what}: {each.text}" for each in differences(calm, emergency)] == [
        "lane cards / emergency: is switched on: every caller goes to `say closed`, also who waits already"
    ]
    assert [each.text for each in differences(emergency, calm)] == ["is switched off"]
    assert calm.policy().lanes[CARDS].emergency is None


def test_an_emergency_in_a_lane_that_says_nothing_of_one_changes_nothing() -> None:
    calm = loads(EVERYTHING)

    for lanes in ([GENERAL], [LaneName("nowhere")], []):
        assert calm.with_emergencies(lanes).version == calm.version
    assert calm.with_emergencies([CARDS]).with_emergencies([]).version == calm.version


def test_settings_with_an_emergency_know_their_folder_and_their_warnings() -> None:
    calm = loads(EVERYTHING)
    emergency = calm.with_emergencies([CARDS])

    assert emergency.warnings == calm.warnings != ()
    assert emergency.path_of("x") == calm.path_of("x")
