"""What the core is told of the caller's side is what the operator wrote of it."""

import pytest

from acd.config import HotlineConfig, loads
from acd.config.targets import Target, TargetKind, parse_target
from acd.core.names import AgentId, LaneName
from acd.core.policy import Announce, CallbackFirst, Callbacks, Survey
from tests.config.everything import EVERYTHING
from tests.config.lost import ASKS, with_menus
from tests.config.small import SMALL

DAY = 86_400_000


@pytest.fixture(scope="module")
def config() -> HotlineConfig:
    return loads(EVERYTHING)


def test_announcements_to_who_waits_are_those_of_the_lane(config: HotlineConfig) -> None:
    lanes = config.policy().lanes

    assert lanes[LaneName("cards")].announce == Announce(every=30_000, position=True, estimated_wait=True)
    assert lanes[LaneName("general")].announce is None


def test_callbacks_are_placed_as_the_operator_wrote(config: HotlineConfig) -> None:
    assert config.policy().callbacks == Callbacks(
        first=CallbackFirst.CUSTOMER,
        ring_for=25_000,
        attempts=2,
        retry_after=300_000,
        keep_for=8 * 3_600_000,
        hours="office",
        numbers=("+86",),
    )
    assert loads(SMALL).policy().callbacks is None


def test_surveys_are_told_to_the_core_which_asks_those_after_the_talk(config: HotlineConfig) -> None:
    asked, after = config.policy().surveys

    assert (asked.name, asked.after_talk) == ("asked", False)
    assert after == Survey(
        name="after",
        questions=1,
        share=25,
        lanes=frozenset({LaneName("cards")}),
        agents=frozenset({AgentId("anna")}),
        tiers=frozenset({"platinum"}),
        not_again_within=14 * DAY,
        unhappy_at=1,
        unhappy_of=(1,),
    )
    assert after.after_talk


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("cards", Target(TargetKind.LANE, "cards")),
        ("lane  cards", Target(TargetKind.LANE, "cards")),
        ("menu more", Target(TargetKind.MENU, "more")),
        ("say all_busy", Target(TargetKind.SAY, "all_busy")),
        ("number +862155555555", Target(TargetKind.NUMBER, "+862155555555")),
        *[(word, Target(TargetKind(word))) for word in ("next", "person", "repeat", "back", "hang-up")],
    ],
)
def test_a_way_on_is_a_short_text_and_is_told_as_it_is_written(written: str, target: Target) -> None:
    assert parse_target(written) == target
    assert parse_target(str(target)) == target


def test_what_is_not_written_of_a_menu_is_as_callers_expect_it() -> None:
    step = loads(with_menus(main=f'{ASKS}, keys: {{"1": cards}}')).menus["main"][0]

    assert step.model_dump(exclude={"say"}) == {
        "step": "menu",
        "keys": {"1": "lane cards"},
        "wait_for": 6_000,
        "attempts": 3,
        "barge_in": True,
        "otherwise": "next",
    }
