"""The settings are edited while people are on the line: they come into force as a whole, and nobody loses his place."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from acd.app import core_file
from acd.app.run_file import asterisk_of
from acd.asterisk.instance import Instance
from acd.demo.caller import Caller, placed
from acd.demo.phone import registered
from tests.end_to_end.command_line import HOTLINE, Place, until_true, up
from tests.end_to_end.people import assert_nothing_is_left, at_desks, events, shared, until_events, until_metrics
from tests.end_to_end.quick_bank import STRAIGHT, write_quick_bank
from tests.house import House, Screen, house, until

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]

REFUSED = "hotline_settings_refused_total"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bank")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotline(folder: Path) -> AsyncIterator[House]:
    async for running in shared(house(folder, write_quick_bank(folder))):
        yield running


async def reload(home: Path) -> tuple[int, str, str]:
    """`hotline reload` in this home: its exit code, what it said, and what it complained of."""
    process = await asyncio.create_subprocess_exec(
        str(HOTLINE),
        "reload",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"HOTLINE_HOME": str(home)},
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def straight_to(lane: str, **skills: int) -> Any:
    """A change of the bank: whoever dials `STRAIGHT` waits in `lane`, and Frank has these skills."""

    def change(bank: dict[str, Any]) -> None:
        bank["default_lane"] = lane
        bank["agents"]["frank"]["skills"] = {**bank["agents"]["frank"]["skills"], **skills}
        for skill in [skill for skill, level in skills.items() if level == 0]:
            del bank["agents"]["frank"]["skills"][skill]

    return change


async def test_callers_whom_nobody_could_serve_are_served_in_their_order_once_the_rules_allow_it(
    hotline: House, folder: Path
) -> None:
    callers = [Caller(f"1390000000{number}", STRAIGHT, starts_after=number * 700) for number in (1, 2)]
    write_quick_bank(folder, straight_to("general", mandarin=0))
    assert (await reload(hotline.home))[0] in (0, 1)
    async with (
        registered([hotline.phone("frank", hangs_up_after=500)], hotline.server),
        at_desks(hotline, "frank") as desks,
        placed(callers, hotline.server) as calls,
    ):
        entered = await until_events(hotline, "CallEnteredLane", 2)
        assert not events(hotline, "AgentOffered"), "Frank speaks no Chinese any more"

        write_quick_bank(folder, straight_to("general", mandarin=5))
        code, said, complaints = await reload(hotline.home)

        assert (code, complaints) == (1, ""), said  # Ivy alone serves wealth in English here, and check says so.
        version = core_file.read(hotline.home).version
        assert f"version {version} is in force" in said
        frank = desks["frank"]
        await until(lambda: len(frank.pops) == 2, 20, "both served")
        await calls.finished()
        assert [pop["call"] for _, pop in frank.pops] == [event["call"] for event in entered]
        assert [pop["number"] for _, pop in frank.pops] == [caller.number for caller in callers]
        # Their waiting counts from when they came, not from the new rules.
        for at, pop in frank.pops:
            came = next(event["at"] for event in entered if event["call"] == pop["call"])
            assert abs((at - pop["waited_ms"]) - came) < 1_000
    assert events(hotline, "PolicyAdopted")[-1]["version"] == version
    await assert_nothing_is_left(hotline)


async def test_a_faulty_file_changes_nothing_and_a_talk_goes_on(hotline: House, folder: Path) -> None:
    path = write_quick_bank(folder, straight_to("general", mandarin=5))
    await reload(hotline.home)
    in_force = core_file.read(hotline.home)
    refused = (await hotline.metrics())[REFUSED]
    adopted = len(events(hotline, "PolicyAdopted"))
    async with (
        registered([hotline.phone("frank")], hotline.server),
        at_desks(hotline, "frank") as desks,
        placed([Caller("13900000003", STRAIGHT)], hotline.server) as calls,
    ):
        await desks["frank"].until_state("talking", within=20)
        path.write_text(path.read_text("utf-8").replace("default_lane: general", "default_lane: generals"), "utf-8")

        code, _, complaints = await reload(hotline.home)
        assert code == 2
        assert f"{path}:" in complaints
        assert "generals" in complaints
        assert (await hotline.metrics())[REFUSED] == refused + 1, "the core has heard of it, too"
        assert core_file.read(hotline.home).loads == in_force.loads + 1

        assert hotline.core is not None
        hotline.core.send_signal(signal.SIGHUP)
        await until_metrics(hotline, lambda samples: samples[REFUSED] == refused + 2, what="the refusal is counted")
        await until(lambda: core_file.read(hotline.home).loads == in_force.loads + 2, what="the core says so")

        now = core_file.read(hotline.home)
        assert now.version == in_force.version
        assert any("generals" in fault and fault.startswith(f"{path}:") for fault in now.refused)
        logged = [line for line in hotline.core_log().splitlines() if "the settings are refused" in line]
        assert any(f"{path}:" in json.loads(line)["fault"] for line in logged)
        assert len(events(hotline, "PolicyAdopted")) == adopted
        assert desks["frank"].state == "talking", "the talk knows nothing of it"
        calls.hang_up(0)
        await calls.finished()
    await assert_nothing_is_left(hotline)


async def test_what_needs_a_restart_is_said_and_the_rest_is_in_force(hotline: House, folder: Path) -> None:
    def change(bank: dict[str, Any]) -> None:
        bank["limits"] = {"calls": 50}
        bank["lanes"]["general"]["name"]["en"] = "Anything"
        bank["service_level"]["target"] = "70%"

    write_quick_bank(folder, change)

    code, said, _ = await reload(hotline.home)

    assert code == 1
    assert "needs a restart: limits; all else is in force" in said
    assert (await hotline.metrics())["hotline_service_level_target_ratio"] == 0.7


async def test_a_new_agent_whose_phone_asterisk_does_not_know_is_refused_as_a_whole(
    hotline: House, folder: Path
) -> None:
    in_force = core_file.read(hotline.home).version

    def change(bank: dict[str, Any]) -> None:
        bank["agents"]["zoe"] = {"name": "Zoe", "phone": "zoe", "skills": {"general": 5, "english": 5}}

    write_quick_bank(folder, change)

    code, _, complaints = await reload(hotline.home)

    assert code == 2
    assert "agents.zoe: Asterisk does not know the phone zoe" in complaints
    assert "run `hotline render`" in complaints
    assert core_file.read(hotline.home).version == in_force


async def test_under_up_a_new_agent_and_a_new_number_work_without_a_restart(tmp_path: Path) -> None:
    place = Place(tmp_path / "home")
    config = write_quick_bank(tmp_path)
    async with up(place, config=config):
        pids = place.run["pids"]

        def change(bank: dict[str, Any]) -> None:
            bank["agents"]["zoe"] = {"name": "Zoe", "phone": "zoe", "skills": {"general": 5, "mandarin": 5}}
            bank["numbers"]["95557"] = {"menu": "straight"}
            bank["trunks"]["another-carrier"] = {"match": ["203.0.113.9"]}
            bank["default_lane"] = "general"

        write_quick_bank(tmp_path, change)
        code, said, complaints = await reload(place.home)
        assert (code, complaints) == (1, ""), said  # Ivy alone serves wealth in English here, and check says so.
        assert place.run["pids"] == pids, "nothing was started again"
        assert "95557" in place.run["numbers"]
        asterisk = Instance(asterisk_of(place.run), place.home / "asterisk")
        assert "203.0.113.9" in await asyncio.to_thread(asterisk.command, "pjsip show identifies")
        assert asterisk.complaints() == []

        phone = await place.start("phone", "zoe", "--answer-after", "0.2", "--talk", "0.5")
        await phone.until_said("zoe is registered")
        zoe = Screen(place, "zoe")  # type: ignore[arg-type]
        async with asyncio.TaskGroup() as tasks:
            page = tasks.create_task(zoe.run())
            await until(lambda: bool(zoe.state), 10, "zoe logged in")
            await zoe.ready()
            call = await place.start("call", "95557", "--keys", "")
            assert await call.ended() == 0, call.said
            page.cancel()
        assert [pop["lane"] for _, pop in zoe.pops] == ["general"]
        phone.interrupt()
        await phone.ended()
        await until_true(place.is_healthy, 5, "healthy still")


async def test_without_a_running_core_there_is_nothing_to_reload(tmp_path: Path) -> None:
    code, _, complaints = await reload(tmp_path)

    assert code == 2
    assert "no core process runs" in complaints
