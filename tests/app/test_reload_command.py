"""`hotline reload` and the core say the same of a file, also of one that is faulty."""

import asyncio
from pathlib import Path

import pytest

from acd.app import core_file, reload
from acd.app.check import ERRORS, WARNINGS
from acd.config import load
from ivr.prompt_names import prompts_of
from ivr.prompts import path_in
from tests.app.core_alone import core_alone
from tests.app.small_home import SmallHome
from tests.config.small import SMALL, edited


async def reloaded(place: SmallHome) -> int:
    """The command's exit code."""
    environment = {"HOTLINE_HOME": str(place.home), "HOTLINE_CACHE": str(place.cache)}
    return await asyncio.to_thread(reload.run, environment)


def no_such_lane(place: SmallHome) -> str:
    place.settings.write_text(edited("default_lane: general", "default_lane: generals"))
    return "generals"


def broken_customers(place: SmallHome) -> str:
    (place.settings.parent / "customers.csv").write_text("number,name,tier,language\n+861380,Li,gold,fr\n")
    place.settings.write_text(SMALL + "customers: customers.csv\n")
    return "customers.csv:2"


@pytest.mark.parametrize("spoil", [no_such_lane, broken_customers])
async def test_the_core_hears_of_a_file_that_the_command_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: object
) -> None:
    async with core_alone(tmp_path) as place:
        version = core_file.read(place.home).version
        assert callable(spoil)
        fault = spoil(place)

        assert await reloaded(place) == ERRORS

        said = capsys.readouterr().err
        assert said.count(fault) == 1
        status = core_file.read(place.home)
        assert (status.version, status.loads) == (version, 1)
        assert any(fault in line for line in status.refused)
        assert "the settings are refused" in (tmp_path / "core.log").read_text("utf-8")


async def test_every_recording_in_which_there_is_nothing_to_hear_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with core_alone(tmp_path) as place:
        one, two, *_ = (path_in(tmp_path / "prompts", each.prompt) for each in prompts_of(load(place.settings)))
        for recording in (one, two):
            recording.write_bytes(b"")

        assert await reloaded(place) == ERRORS

        said = capsys.readouterr().err.splitlines()
        assert [line.split(": ")[1] for line in said[:-1]] == [str(one), str(two)]


async def test_a_manager_who_has_left_is_a_warning_and_the_settings_come_into_force(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with core_alone(tmp_path) as place:
        (tmp_path / "customers.csv").write_text(
            "number,name,tier,language,manager,manager_until\n+861380,Li,platinum,en,nobody,\n"
        )
        place.write(SMALL + "customers: customers.csv\n")

        assert await reloaded(place) == WARNINGS

        printed = capsys.readouterr()
        assert printed.err == ""
        assert "warning: " in printed.out
        assert "customers.csv:2" in printed.out
        assert f"version {load(place.settings).version} is in force" in printed.out


async def test_a_screen_full_of_warnings_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with core_alone(tmp_path) as place:
        idle = "".join(f", skill{number}: 3" for number in range(60))
        place.write(edited("cards: 5, general: 3", f"cards: 5, general: 3{idle}"))

        assert await reloaded(place) == WARNINGS

        warnings = [line for line in capsys.readouterr().out.splitlines() if line.startswith("warning: ")]
        assert len(warnings) == reload.MOST_WARNINGS + 1
        assert warnings[-1].startswith("warning: … and ")
        assert warnings[-1].endswith(" more")
