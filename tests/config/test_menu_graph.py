"""Where a caller may go on from each kind of step, and which menus he may come to."""

import pytest

from acd.config import HotlineConfig, loads
from acd.config.menu_graph import By, goes_on, reached_from, ways
from acd.config.menus import STEP_KINDS, Step
from tests.config.everything import EVERYTHING
from tests.config.lost import ASKS, SAYS, with_menus

ENDS = {"transfer", "message", "hang_up"}
"""Kinds of steps behind which nothing comes."""


@pytest.fixture(scope="module")
def config() -> HotlineConfig:
    return loads(EVERYTHING)


def steps_of(config: HotlineConfig) -> dict[str, Step]:
    """One step of each kind."""
    return {step.step: step for menu in reversed(config.menus.values()) for step in reversed(menu)}


def test_a_caller_comes_on_from_every_kind_of_step_but_the_ends(config: HotlineConfig) -> None:
    steps = steps_of(config)

    assert set(steps) == set(STEP_KINDS)
    assert {kind for kind, step in steps.items() if not goes_on(step)} == ENDS
    assert {kind for kind, step in steps.items() if not ways(step)} == ENDS - {"transfer"}


def test_every_way_that_is_written_is_known_with_its_place_in_the_step(config: HotlineConfig) -> None:
    written = {
        kind: {".".join(map(str, way.place)): str(way.target) for way in ways(step) if way.written}
        for kind, step in steps_of(config).items()
    }

    assert {kind: places for kind, places in written.items() if places} == {
        "menu": {"keys.1": "lane cards", "keys.0": "lane general"},
        "hours": {"open": "next", "closed": "menu desk"},
        "route": {"cases.0.to": "lane general", "cases.1.to": "menu desk", "otherwise": "lane cards"},
        "pin": {"verified": "next", "otherwise": "menu farewell"},
        "pin_change": {"changed": "lane general", "otherwise": "menu farewell"},
        "transfer": {"to": "number +862155555555"},
    }


def test_who_presses_nothing_comes_on_from_whatever_asks_him(config: HotlineConfig) -> None:
    steps = steps_of(config)

    for kind in set(STEP_KINDS) - ENDS:
        assert any(way.by is By.ITSELF for way in ways(steps[kind])), kind


def test_menus_are_as_far_away_as_the_shortest_way_to_them() -> None:
    menus = loads(
        with_menus(
            main=[f'{ASKS}, keys: {{"1": menu near, "2": menu far}}'],
            near=[f'{ASKS}, keys: {{"1": menu far, "2": menu farther}}', SAYS],
            far=SAYS,
            farther=SAYS,
            island=SAYS,
        )
    ).menus

    assert reached_from(menus, ["main"]) == {"main": 0, "near": 1, "far": 1, "farther": 2}
    assert reached_from(menus, ["nowhere", "island"]) == {"island": 0}
