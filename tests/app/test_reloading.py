"""Edited settings come into force as a whole, or not at all; the core, its journal and the menus agree on when."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from acd.app import core_file, reloading
from acd.app.core_file import CoreStatus
from acd.app.customers import directory_of
from acd.app.live_settings import InForce, LiveSettings
from acd.app.prompt_build import build_whole
from acd.app.reloading import Places, Reloading, Unfit, passwords_of, rehearse
from acd.app.run_file import NotRunning
from acd.app.settings import settings_for
from acd.app.wanted import Wanted
from acd.config import load
from acd.core.events import PolicyAdopted
from acd.core.inputs import PolicyLoaded
from acd.journal.records import encode_memory
from ivr.telephone_audio import write_wav
from tests.app.small_home import SmallHome
from tests.config.small import SMALL, edited
from tests.fakes import SmallHotline, eventually, running, turns

BETTER = edited("needs: cards >= 3", "needs: cards >= 2")


class Core:
    """A core with its settings, as `acd.app.serve` puts them together, and nothing else."""

    def __init__(self, place: SmallHome) -> None:
        self.place = place
        config = load(place.settings)
        self.hotline = SmallHotline(config.policy())
        lengths = build_whole(config, place.home, place.cache)
        passwords = passwords_of(config, settings_for(config))
        self.live = LiveSettings(InForce(config, directory_of(config), passwords, lengths))
        self.wanted = Wanted()
        places = Places(place.settings, place.home, place.cache)
        self.reloading = Reloading(places, self.live, self.hotline.driver, self.wanted)
        self.hotline.feed.listen(self.reloading.hear)

    async def reload(self) -> CoreStatus:
        """Ask for one, and return what the core says of it."""
        before = self.reloading._status.loads
        self.wanted.read_settings()
        await eventually(lambda: self.reloading._status.loads > before)
        return await self.said(before + 1)

    async def said(self, loads: int) -> CoreStatus:
        """What stands in core.json once so many loads are done."""
        await eventually(lambda: written(self.place).loads >= loads)
        return written(self.place)


def written(place: SmallHome) -> CoreStatus:
    """What core.json says."""
    return core_file.parse((place.home / core_file.FILE).read_text("utf-8"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallHome:
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path / "home"))
    return SmallHome(tmp_path)


@asynccontextmanager
async def core_at_work(place: SmallHome) -> AsyncIterator[Core]:
    core = Core(place)
    async with running(core.hotline.driver), asyncio.TaskGroup() as tasks:
        at_work = tasks.create_task(core.reloading.run())
        await eventually((place.home / core_file.FILE).exists)
        yield core
        at_work.cancel()


async def test_an_edited_file_comes_into_force_by_way_of_the_journal(place: SmallHome) -> None:
    async with core_at_work(place) as core:
        place.write(BETTER)
        status = await core.reload()

        config = load(place.settings)
        assert (status.version, status.refused) == (config.version, ())
        assert core.live.now.config.version == config.version
        assert core.hotline.driver.router.memory.policy == config.policy()
        assert [entry.input for entry in core.hotline.journal.entries] == [PolicyLoaded(config.policy())]
        assert core.reloading.refused == 0


async def test_the_menus_follow_only_when_the_core_has_the_policy_written_down(place: SmallHome) -> None:
    async with core_at_work(place) as core:
        before = core.live.now
        place.write(BETTER)
        core.hotline.journal.hold()
        core.wanted.read_settings()
        await eventually(lambda: core.hotline.journal.asked)
        await turns()
        assert core.live.now is before
        core.hotline.journal.release()
        await eventually(lambda: core.live.now is not before)


async def test_a_file_that_says_nothing_new_for_the_core_is_no_input(place: SmallHome) -> None:
    async with core_at_work(place) as core:
        place.write(SMALL.replace("numbers:", "# Reviewed.\nnumbers:", 1))
        status = await core.reload()

        assert status.loads == 1
        assert core.hotline.journal.entries == []


async def test_an_edited_file_of_a_source_is_read_again_and_an_emergency_leaves_it_alone(place: SmallHome) -> None:
    file = place.settings.parent / "branches.yaml"
    file.write_text('- {id: "31", address: old}\n')
    async with core_at_work(place) as core:
        place.write(SMALL + SOURCE)
        await core.reload()
        first = core.live.now.sources
        (source,) = first.sources
        assert await source.source.find("", "31") == [{"id": "31", "address": "old"}]
        core.wanted.read_switches()
        await core.said(2)
        assert core.live.now.sources is first
        file.write_text('- {id: "31", address: new}\n')
        await core.reload()
        (source,) = core.live.now.sources.sources
        assert await source.source.find("", "31") == [{"id": "31", "address": "new"}]


def _broken_prompt(place: SmallHome) -> str:
    recordings = place.settings.parent / "prompts" / "zh"
    write_wav(recordings / "main-1-greeting.wav", [0.5] * 800)
    (recordings / "all_busy.wav").write_text("no sound")
    return "cannot be used as a prompt"


def _no_such_lane(place: SmallHome) -> str:
    place.settings.write_text(edited("default_lane: general", "default_lane: generals"))
    return f"{place.settings}:"


def _no_yaml(place: SmallHome) -> str:
    place.settings.write_text("lanes: [")
    return f"{place.settings}:1"


def _no_file(place: SmallHome) -> str:
    place.settings.unlink()
    return "cannot be read"


def _broken_customers(place: SmallHome) -> str:
    (place.settings.parent / "customers.csv").write_text("number,name,tier,language\n+861380,Li,gold,fr\n")
    place.settings.write_text(SMALL + "customers: customers.csv\n")
    return "customers.csv:2"


SOURCE = """\
directory:
  fields: {address: {label: {zh: 地址, en: Address}}}
  sources: {branches: {kind: file, path: branches.yaml, label: {zh: 网点, en: Branches}}}
"""


def _broken_source(place: SmallHome) -> str:
    (place.settings.parent / "branches.yaml").write_text("- {id: 31}\n")
    place.settings.write_text(SMALL + SOURCE)
    return "branches.yaml:1:8: [0].id"


def _unknown_phone(place: SmallHome) -> str:
    place.write(SMALL + "  zoe: {name: Zoe, phone: zoe, skills: {cards: 5, mandarin: 5}}\n")
    return "agents.zoe: Asterisk does not know the phone zoe"


@pytest.mark.parametrize(
    "spoil", [_broken_prompt, _no_such_lane, _no_yaml, _no_file, _broken_customers, _broken_source, _unknown_phone]
)
async def test_what_is_faulty_changes_nothing_and_is_told_and_counted(place: SmallHome, spoil: object) -> None:
    async with core_at_work(place) as core:
        before, sounds = core.live.now, sorted((place.home / "sounds").rglob("*.wav"))
        contents = [sound.read_bytes() for sound in sounds]
        assert callable(spoil)
        expected = spoil(place)

        status = await core.reload()

        assert any(expected in fault for fault in status.refused), status.refused
        assert core.live.now is before
        assert status.version == before.config.version
        assert core.hotline.journal.entries == []
        assert core.reloading.refused == 1
        assert [sound.read_bytes() for sound in sounds] == contents


async def test_a_failure_that_nobody_foresaw_refuses_the_file_and_the_core_works_on(
    place: SmallHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> NoReturn:
        raise ZeroDivisionError

    async with core_at_work(place) as core:
        before = core.live.now
        place.write(BETTER)
        with monkeypatch.context() as patch:
            patch.setattr(reloading, "directory_of", fail)
            status = await core.reload()

        assert status.refused == ("the settings cannot be made ready (ZeroDivisionError); this is a defect of ours",)
        assert core.reloading.refused == 1
        assert core.live.now is before
        assert (await core.reload()).version == load(place.settings).version


async def test_a_refused_file_that_was_mended_comes_into_force(place: SmallHome) -> None:
    async with core_at_work(place) as core:
        _no_such_lane(place)
        await core.reload()
        place.write(BETTER)
        status = await core.reload()

        assert status.refused == ()
        assert status.version == load(place.settings).version


async def test_a_new_agent_comes_in_once_asterisks_files_were_made_for_him(place: SmallHome) -> None:
    async with core_at_work(place) as core:
        _unknown_phone(place)
        place.know_everybody()
        status = await core.reload()

        assert status.refused == ()
        assert status.asterisk == ("agents",)
        assert "zoe" in core.hotline.driver.router.memory.desks
        assert all(core.live.now.passwords.values())


async def test_what_needs_a_restart_is_measured_by_the_settings_of_the_start(place: SmallHome) -> None:
    async with core_at_work(place) as core:
        place.write(SMALL + "limits: {calls: 77}\n")
        assert (await core.reload()).restart == ("limits",)
        place.write(BETTER + "limits: {calls: 77}\n")
        assert (await core.reload()).restart == ("limits",)
        place.write(SMALL)
        assert (await core.reload()).restart == ()


async def test_of_many_who_ask_during_a_reload_one_more_is_served(place: SmallHome) -> None:
    async with core_at_work(place) as core:
        place.write(BETTER)
        core.hotline.journal.hold()
        core.wanted.read_settings()
        await eventually(lambda: core.hotline.journal.asked)
        place.write(SMALL)
        for _ in range(3):
            core.wanted.read_settings()
        core.hotline.journal.release()
        status = await core.said(2)

        assert (status.loads, status.busy) == (2, False)
        assert status.version == load(place.settings).version
        versions = [event.version for event in core.hotline.said if isinstance(event, PolicyAdopted)]
        assert versions[-1] == status.version


def test_a_policy_over_which_the_core_would_fail_is_found_on_a_copy(place: SmallHome) -> None:
    router = SmallHotline(load(place.settings).policy()).driver.router
    policy = router.memory.policy
    lanes = {name: replace(lane, needs="cards >=") for name, lane in policy.lanes.items()}
    before = encode_memory(router.memory)

    with pytest.raises(Unfit, match="the core cannot take these settings"):
        rehearse(before, replace(policy, version="b", lanes=lanes))

    assert encode_memory(router.memory) == before


async def test_a_core_that_has_ended_leaves_no_word_of_its_settings(place: SmallHome) -> None:
    async with core_at_work(place):
        assert (place.home / core_file.FILE).stat().st_mode & 0o077 == 0
    with pytest.raises(NotRunning, match="no core process runs"):
        core_file.read(place.home)


def test_what_a_killed_core_left_behind_is_not_believed(place: SmallHome) -> None:
    core_file.write(place.home, CoreStatus(2**22 + 1, "hotline.yaml", "a"))
    with pytest.raises(NotRunning, match="has ended"):
        core_file.read(place.home)

    (place.home / core_file.FILE).write_text('{"pid": 7}')
    with pytest.raises(NotRunning, match="of another version"):
        core_file.read(place.home)
