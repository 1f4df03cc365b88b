"""Callers who would rather be called back: they keep their place while they are away, and talk with whom it is due."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from acd.asterisk.places import free_port
from ivr.spoken import digits
from tests.end_to_end.command_line import HOTLINE
from tests.end_to_end.on_the_line import (
    LIKENESS,
    assert_books_balance,
    calling,
    closed,
    desk_phone,
    outside,
    prompt,
    until_hears,
    until_they_hear_each_other,
)
from tests.end_to_end.people import at_desks, events, shared, until_events
from tests.end_to_end.quick_bank import write_quick_bank
from tests.end_to_end.test_reload import reload
from tests.house import House, house, until
from tests.sounds import soundings

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]

WANG, LI, LATER = "13812345678", "13912345678", "13700000001"
CARRIER = free_port(socket.SOCK_DGRAM)
"""Where the carrier is called, and so every customer: behind it stands one telephone at a time."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bank")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotline(folder: Path) -> AsyncIterator[House]:
    async for running in shared(house(folder, write_quick_bank(folder, calls_back()))):
        announce_at_once(running)
        yield running


def announce_at_once(hotline: House) -> None:
    """A caller is told what he is offered at the beginning of a lap; the usual one takes 8 s."""
    hotline.instance.command("dialplan set global HL_LAP 1")


def calls_back(**callbacks: Any) -> Any:
    """A change of the bank: whoever waits for anything is soon asked whether he wants to be called back."""

    def change(bank: dict[str, Any]) -> None:
        bank["lanes"]["general"]["steps"] = [{"after": "1s", "offer_callback": True}]
        bank["callbacks"] = {"attempts": 2, "retry_after": "1m", "ring_for": "5s", "numbers": ["1"], **callbacks}
        bank["trunks"]["carrier"]["port"] = CARRIER
        bank["surveys"] = {"service": {"questions": [{"say": {"zh": "请为本次服务打分。", "en": "How did we do?"}}]}}

    return change


async def wish(hotline: House, folder: Path, *numbers: str) -> list[str]:
    """These callers want to be called back, confirm their numbers as soon as they can, and hang up; their entries."""
    wanted = len(events(hotline, "CallbackQueued")) + len(numbers)

    async def press(number: str) -> None:
        with await asyncio.to_thread(calling, hotline, number) as caller:
            while len(events(hotline, "CallbackQueued")) < wanted:
                await asyncio.to_thread(caller.press, "1")
                await asyncio.to_thread(caller.until_heard, 0.3)

    await asyncio.gather(*map(press, numbers))
    found = {each["number"]: each["call"] for each in await listed(hotline, folder)}
    return [found[number] for number in numbers]


async def listed(hotline: House, folder: Path) -> list[dict[str, Any]]:
    """`hotline callbacks --json`."""
    process = await asyncio.create_subprocess_exec(
        str(HOTLINE),
        "callbacks",
        "--config",
        str(folder / "hotline.yaml"),
        "--json",
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"HOTLINE_HOME": str(hotline.home)},
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    found: list[dict[str, Any]] = json.loads(out)
    return found


async def test_an_agent_is_found_first_and_the_core_may_die_meanwhile(hotline: House, folder: Path) -> None:
    with await asyncio.to_thread(calling, hotline, WANG) as wang:
        await until_hears(wang, "offer_callback", prompt(hotline, "offer_callback"), 0)
        pressed = wang.now()
        await asyncio.to_thread(wang.press, "1")
        await until_hears(wang, "callback-confirm", prompt(hotline, "callback-confirm"), pressed)
        known = {name: prompt(hotline, name) for name in set(digits(WANG)) if name.startswith("digit-")}
        told = [each.name for each in soundings(wang.heard_sound(pressed), known, LIKENESS)]
        assert told == [f"digit-{digit}" for digit in WANG]
        await asyncio.to_thread(wang.press, "1")
        [queued] = await until_events(hotline, "CallbackQueued", 1)
    entry = queued["entry"]
    with await asyncio.to_thread(calling, hotline, LATER) as later:
        await until_events(hotline, "CallEnteredLane", 2)
        # Three laps without the core lead into the static queue; the usual ones give it the time to start again.
        hotline.instance.command("dialplan set global HL_LAP 8")
        await hotline.kill_core()
        await hotline.start_core()
        announce_at_once(hotline)
        assert [(each["call"], each["number"], each["in_line"]) for each in await listed(hotline, folder)] == [
            (entry, WANG, True)
        ]
        with desk_phone(hotline, "grace") as grace, outside(hotline, CARRIER) as at_home:
            async with at_desks(hotline, "grace") as desks:
                screen = desks["grace"]
                await screen.until_state("talking")
                (popped_at, pop) = screen.pops[0]
                assert (pop["call"], pop["number"], pop["callback"]) == (entry, WANG, True)
                assert popped_at <= at_home.rung_at <= grace.rung_at
                await until_they_hear_each_other(at_home, grace)
                talked = at_home.now()
                await asyncio.to_thread(grace.hang_up)
                # Who was called back is asked how he was served, as any caller is, and hears it.
                await until_hears(at_home, "the survey", prompt(hotline, "survey-service-1"), talked)
                await asyncio.to_thread(at_home.hang_up)
                await until(lambda: len(screen.pops) == 2, what="who came later is served later")
                assert (screen.pops[1][1]["number"], screen.pops[1][1]["callback"]) == (LATER, False)
                await until_they_hear_each_other(later, grace)
                await asyncio.to_thread(later.hang_up)
    assert (await closed(hotline, entry))["result"] == "answered"
    assert await listed(hotline, folder) == []
    await assert_books_balance(hotline)


async def test_or_the_customer_is_rung_first_and_who_is_never_reached_is_given_up(hotline: House, folder: Path) -> None:
    write_quick_bank(folder, calls_back(first="customer", attempts=1))
    assert (await reload(hotline.home))[0] in (0, 1)
    entry, other = await wish(hotline, folder, WANG, LI)
    with desk_phone(hotline, "grace") as grace, outside(hotline, CARRIER, LI) as at_home:
        async with at_desks(hotline, "grace") as desks:
            screen = desks["grace"]
            await screen.until_state("talking")
            popped_at, pop = screen.pops[0]
            assert (pop["call"], pop["number"], pop["callback"]) == (entry, WANG, True)
            assert at_home.rung_at <= popped_at <= grace.rung_at, "no agent waits while it rings"
            await until_they_hear_each_other(at_home, grace)
            await asyncio.to_thread(at_home.hang_up)
            assert (await closed(hotline, other))["result"] == "unreached"
    assert (await closed(hotline, entry))["result"] == "answered"
    await assert_books_balance(hotline)


async def test_a_terminal_can_be_the_customer_who_is_called_back(hotline: House, folder: Path) -> None:
    write_quick_bank(folder, calls_back())
    assert (await reload(hotline.home))[0] in (0, 1)
    [entry] = await wish(hotline, folder, WANG)
    at_home = await asyncio.create_subprocess_exec(
        HOTLINE,
        *("phone", "customer", "--answer-after", "0", "--talk", "1"),
        env={**os.environ, "HOTLINE_HOME": str(hotline.home)},
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert at_home.stdout is not None
    try:
        assert f"127.0.0.1:{CARRIER}" in (await at_home.stdout.readline()).decode()
        with desk_phone(hotline, "grace"):
            async with at_desks(hotline, "grace"):
                assert (await closed(hotline, entry))["result"] == "answered"
    finally:
        os.killpg(at_home.pid, signal.SIGINT)
        said, _ = await at_home.communicate()
    assert said.decode().splitlines() == ["customer rings", "customer answers", "customer hangs up"]
    await assert_books_balance(hotline)


async def test_who_is_busy_is_rung_again_later_and_who_calls_again_has_his_place_back(
    hotline: House, folder: Path
) -> None:
    write_quick_bank(folder, calls_back())
    assert (await reload(hotline.home))[0] in (0, 1)
    [entry] = await wish(hotline, folder, LI)
    before = len(events(hotline, "CustomerMissed"))
    with desk_phone(hotline, "grace") as grace, outside(hotline, CARRIER, LI):
        async with at_desks(hotline, "grace") as desks:
            missed = (await until_events(hotline, "CustomerMissed", before + 1))[-1]
            assert (missed["entry"], missed["cause"]) == (entry, "busy")
            await desks["grace"].until_state("ready")
            assert [pop["call"] for _, pop in desks["grace"].pops] == [entry]
            assert [end["reason"] for end in desks["grace"].ends] == ["not_reached"]
            assert grace.invites == [], "who has nobody to talk with is not rung"
        [kept] = await listed(hotline, folder)
        assert (kept["call"], kept["attempts"], kept["in_line"]) == (entry, 1, False)
        assert kept["next_at"] - missed["at"] == 60_000

        # Somebody came before he called again; he goes before that one, by the place that he had.
        with (
            await asyncio.to_thread(calling, hotline, LATER) as other,
            await asyncio.to_thread(calling, hotline, LI),
        ):
            assert (await closed(hotline, entry))["result"] == "cancelled"
            async with at_desks(hotline, "grace") as desks:
                await desks["grace"].until_state("talking")
                await asyncio.to_thread(grace.hang_up)
                await until(lambda: len(desks["grace"].pops) == 2, what="both served")
                assert [pop["number"] for _, pop in desks["grace"].pops] == [LI, LATER]
                await asyncio.to_thread(other.hang_up)
    assert await listed(hotline, folder) == []
    await assert_books_balance(hotline)
