"""A lane's emergency switch: thrown at once, whatever is being edited, and kept until somebody turns it back."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from acd.app import core_file, emergency, switches, telling
from acd.app.emergency import EmergencyRefused
from acd.app.switches import SwitchesUnreadable, as_switched, keep, state_of, switched_on
from acd.app.telling import ReloadRefused
from acd.config import load, loads
from acd.core.names import LaneName
from acd.core.outcomes import Outcome, OutcomeKind
from tests.app.core_alone import core_alone
from tests.app.small_home import SmallHome
from tests.app.test_reloading import core_at_work
from tests.config.small import SMALL, edited
from tests.fakes import eventually

CARDS, GENERAL = LaneName("cards"), LaneName("general")
SWITCHED = edited("    ring_for: 15s\n", "    ring_for: 15s\n    when_emergency: say all_busy\n")
SAID = Outcome(OutcomeKind.SAY, "all_busy")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallHome:
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path / "home"))
    place = SmallHome(tmp_path)
    place.write(SWITCHED)
    return place


def typed(place: SmallHome, command: str, lane: str = "cards") -> int:
    """What somebody types, in the home of `place`."""
    return emergency.turn(
        lane, on=command == "on", settings=place.settings, environment={"HOTLINE_HOME": str(place.home)}
    )


def shown(place: SmallHome, capsys: pytest.CaptureFixture[str]) -> dict[str, bool | None]:
    capsys.readouterr()
    emergency.show(place.settings, as_json=True, environment={"HOTLINE_HOME": str(place.home)})
    found: dict[str, bool | None] = json.loads(capsys.readouterr().out)
    return found


async def test_a_running_core_takes_the_switch_over_at_once_and_gives_it_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with core_alone(tmp_path, SWITCHED) as place:
        version = core_file.read(place.home).version
        assert await asyncio.to_thread(typed, place, "on") == 0
        assert "the emergency switch of lane cards is on\n" in capsys.readouterr().out
        assert core_file.read(place.home).emergency == {"cards": True, "general": None}
        assert core_file.read(place.home).version != version, "callers meet with something else"
        assert shown(place, capsys) == {"cards": True, "general": None}
        assert "emergency switches are in force" in (tmp_path / "core.log").read_text("utf-8")

        with pytest.raises(EmergencyRefused, match=r"there is no lane 'card' .did you mean cards"):
            await asyncio.to_thread(typed, place, "on", "card")
        with pytest.raises(EmergencyRefused, match="lane general has no `when_emergency`"):
            await asyncio.to_thread(typed, place, "on", "general")

        assert await asyncio.to_thread(typed, place, "off") == 0
        assert core_file.read(place.home).emergency == {"cards": False, "general": None}
        assert core_file.read(place.home).version == version


async def test_a_half_edited_file_neither_hinders_the_switch_nor_comes_into_force_by_it(place: SmallHome) -> None:
    async with core_at_work(place) as core:
        old = core.live.now.config
        for edit in ("lanes: [", edited("needs: cards >= 3", "needs: cards >= 2", SWITCHED)):
            place.settings.write_text(edit)
            keep(place.home, [CARDS])
            before = core.reloading._status.loads
            core.wanted.read_switches()
            await core.said(before + 1)

            policy = core.hotline.driver.router.memory.policy
            assert policy.lanes[CARDS].emergency == SAID
            assert policy.lanes[CARDS].needs == old.policy().lanes[CARDS].needs
            assert core.live.now.config.policy() == policy
            keep(place.home, [])
            core.wanted.read_switches()
            await core.said(before + 2)
            assert core.hotline.driver.router.memory.policy == old.policy()


async def test_settings_that_come_into_force_leave_the_switches_as_they_are(place: SmallHome) -> None:
    async with core_at_work(place) as core:
        keep(place.home, [CARDS, LaneName("a-lane-of-last-year")])
        core.wanted.read_switches()
        await core.said(1)
        place.write(edited("needs: cards >= 3", "needs: cards >= 2", SWITCHED))
        core.wanted.read_settings()
        await core.said(2)

        lane = core.hotline.driver.router.memory.policy.lanes[CARDS]
        assert (lane.emergency, lane.needs) == (SAID, "cards >= 2")


async def test_switches_and_settings_that_are_wanted_together_are_both_read(place: SmallHome) -> None:
    async with core_at_work(place) as core:
        place.write(edited("needs: cards >= 3", "needs: cards >= 2", SWITCHED))
        keep(place.home, [CARDS])
        core.wanted.read_settings()
        core.wanted.read_switches()
        await eventually(lambda: core.reloading._status.loads == 2)
        lane = core.hotline.driver.router.memory.policy.lanes[CARDS]
        assert (lane.emergency, lane.needs) == (SAID, "cards >= 2")


async def test_a_file_of_switches_that_cannot_be_read_changes_nothing_in_a_running_core(place: SmallHome) -> None:
    async with core_at_work(place) as core:
        keep(place.home, [CARDS])
        core.wanted.read_switches()
        await core.said(1)
        (place.home / switches.FILE).write_text("?")
        for want in (core.wanted.read_switches, core.wanted.read_settings):
            before = core.reloading._status.loads
            want()
            status = await core.said(before + 1)
            assert "emergency.json: cannot be used" in status.refused[0]
            assert core.hotline.driver.router.memory.policy.lanes[CARDS].emergency == SAID


def test_the_switch_outlives_a_restart(place: SmallHome, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(place, "on") == 0
    assert f"no core runs in {place.home}, so it holds from its next start" in capsys.readouterr().out
    assert (place.home / switches.FILE).stat().st_mode & 0o077 == 0

    config = as_switched(load(place.settings), place.home)
    assert config.policy().lanes[CARDS].emergency == SAID
    assert state_of(config) == {"cards": True, "general": None}
    assert shown(place, capsys) == {"cards": True, "general": None}

    typed(place, "off")
    assert as_switched(load(place.settings), place.home).policy().lanes[CARDS].emergency is None


def test_what_is_left_of_a_lane_that_is_gone_can_be_turned_off_and_nothing_else(place: SmallHome) -> None:
    keep(place.home, [LaneName("loans")])
    typed(place, "off", "loans")
    assert switched_on(place.home) == frozenset()
    with pytest.raises(EmergencyRefused, match="there is no lane 'loans'; the lanes are cards, general"):
        typed(place, "off", "loans")


def test_lanes_and_their_switches_are_listed_for_people(place: SmallHome, capsys: pytest.CaptureFixture[str]) -> None:
    typed(place, "on")
    capsys.readouterr()
    emergency.show(place.settings, as_json=False, environment={"HOTLINE_HOME": str(place.home)})
    assert [line.split() for line in capsys.readouterr().out.splitlines()[2:]] == [["cards", "on"]]
    place.write(SMALL)
    emergency.show(place.settings, as_json=False, environment={"HOTLINE_HOME": str(place.home)})
    assert "no lane has an emergency switch" in capsys.readouterr().out


def _none(path: Path) -> None:
    path.write_text('{"off": []}')


def _odd(path: Path) -> None:
    path.write_text('{"on": [1]}')


def _deep(path: Path) -> None:
    path.write_text("[" * 60_000)


def _long(path: Path) -> None:
    path.write_text('{"on": ["' + "a" * switches.LONGEST_FILE + '"]}')


def _bytes(path: Path) -> None:
    path.write_bytes(b"\xff\xfe")


def _folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("spoil", [_none, _odd, _deep, _long, _bytes, _folder])
def test_a_file_that_is_none_is_said_in_a_line_and_keeps_no_hotline_from_its_start(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(tmp_path / switches.FILE)
    with pytest.raises(SwitchesUnreadable, match=r"emergency\.json: cannot be used .* delete it"):
        switched_on(tmp_path)
    config = loads(SWITCHED)
    assert as_switched(config, tmp_path).policy() == config.policy()


def test_who_throws_it_while_others_reload_waits_for_them_and_not_for_ever(
    place: SmallHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "PATIENCE", 0.2)
    place.home.mkdir(exist_ok=True)
    with telling.alone(place.home), pytest.raises(ReloadRefused, match="another reload is under way"):
        typed(place, "on")
    assert switched_on(place.home) == frozenset()
