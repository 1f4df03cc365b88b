"""`hotline up` and its friends as a newcomer runs them, and what is left when it has ended: nothing."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from tests.end_to_end.command_line import Command, Place, until_true, up
from tests.end_to_end.people import shared
from tests.house import Screen, until

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("place") / "home")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotline(place: Place) -> AsyncIterator[Command]:
    async for running in shared(up(place)):
        yield running


async def test_it_says_where_it_is_and_writes_the_same_for_scripts_and_for_nobody_else(
    hotline: Command, place: Place
) -> None:
    run = place.run
    assert place.mode_of_run_file() == 0o600
    assert run["version"] == 1
    assert run["sip"] == {"host": "127.0.0.1", "port": place.sip_port}
    assert run["http"] == f"http://127.0.0.1:{place.http_port}"
    assert {"host", "port", "user", "secret"} <= run["ami"].keys()
    assert run["numbers"].keys() == {"95555", "4008885555"}
    assert run["numbers"]["4008885555"]["vip"] == "platinum"
    assert run["languages"] == {"zh": "1", "en": "2"}
    assert {lane: entry["key"] for lane, entry in run["lanes"].items()} == {
        "cards": "1",
        "mortgages": "2",
        "wealth": "3",
        "general": "0",
    }
    assert [account["agent"] for account in run["accounts"]][:3] == ["anna", "ben", "chen"]
    assert all(account["sip_secret"] and account["web_password"] for account in run["accounts"])
    assert {"up", "asterisk", "core"} <= run["pids"].keys()
    for word in ("95555", f"127.0.0.1:{place.sip_port}", run["http"], place.account("anna")["web_password"]):
        assert word in hotline.said
    assert re.search(r"hotline call 95555", hotline.said)
    status, _, body = place.request("GET", "/healthz")
    assert (status, "false" in body) == (200, False)
    assert "hotline_calls_offered_total" in place.request("GET", "/metrics")[2]


async def test_a_second_one_in_the_same_home_is_refused_and_the_first_does_not_notice(
    hotline: Command, place: Place
) -> None:
    second = await place.start("up")
    assert await second.ended() == 2
    [line] = second.complaints
    assert "already runs" in line
    assert str(place.home) in line
    assert place.is_healthy()
    assert place.run["pids"]["up"] == hotline.process.pid


async def test_a_killed_core_is_there_again_within_two_seconds(hotline: Command, place: Place) -> None:
    killed = place.run["pids"]["core"]
    os.kill(killed, signal.SIGKILL)
    await until(lambda: place.run["pids"]["core"] != killed, 2, "a new core")
    await until_true(place.is_healthy, 10, "healthy again")
    assert "core ended (signal SIGKILL); it starts again" in hotline.said


async def test_a_newcomer_calls_and_anna_answers(hotline: Command, place: Place) -> None:
    """As the README says: log in as anna, let a phone of hers answer, and have a call placed."""
    await until_true(place.is_healthy, 10, "healthy")
    screen = Screen(place, "anna")  # type: ignore[arg-type]
    phone = await place.start("phone", "anna", "--answer-after", "0.5", "--talk", "1")
    async with _at_work(screen) as anna:
        await phone.until_said("anna is registered")
        await anna.ready()
        # Not for long: one caller in five is asked how he was served when Anna has hung up.
        call = await place.start("call", "95555", "--keys", "21", "--hold", "8")
        await anna.until_state("talking", within=20)
        [(_, pop)] = anna.pops
        assert (pop["lane"], pop["language"], pop["number"]) == ("cards", "en", "13812345678")
        assert await call.ended() == 0
        assert "answered by the hotline" in call.said
        assert "13812345678" not in call.said, "the screen of a newcomer shows the last digits only"
        await phone.until_said("anna hangs up")
        await anna.until_state("wrap_up")
        await anna.say("done")
        await anna.until_state("ready")
    phone.interrupt()
    await phone.ended()
    assert "anna is no longer registered" in phone.said
    assert not phone.complaints


async def test_a_phone_of_nobody_and_a_call_without_a_hotline_are_refused_in_a_line(
    hotline: Command, place: Place, tmp_path: Path
) -> None:
    refused = await place.start("phone", "nobody")
    assert await refused.ended() == 2
    assert "there are anna, ben" in refused.complaints[0]
    nowhere = Place(tmp_path / "nowhere")
    refused = await nowhere.start("call", "95555")
    assert await refused.ended() == 2
    assert len(refused.complaints) == 1


@asynccontextmanager
async def _at_work(screen: Screen) -> AsyncIterator[Screen]:
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(screen.run())
        await until(lambda: bool(screen.state), 10, "logged in")
        yield screen
        running.cancel()
