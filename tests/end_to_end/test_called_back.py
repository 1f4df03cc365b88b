"""Callers who would rather be called back: they keep their place while they are away, and talk with whom it is due."""

import asyncio
import json
import os
import socket
import time
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from acd.asterisk.places import free_port
from acd.core.instants import Instant
from ivr.spoken import digits
from tests.end_to_end.command_line import HOTLINE
from tests.end_to_end.people import at_desks, events, shared, total, until_events, until_metrics
from tests.end_to_end.quick_bank import STRAIGHT, write_quick_bank
from tests.end_to_end.test_reload import reload
from tests.hearing import HearingTelephone
from tests.house import House, house, until
from tests.sounds import Sound, level, read_sound, soundings, tone

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
        running.instance.command("dialplan set global HL_LAP 1")
        yield running


def calls_back(**callbacks: Any) -> Any:
    """A change of the bank: whoever waits for anything is soon asked whether he wants to be called back."""

    def change(bank: dict[str, Any]) -> None:
        bank["lanes"]["general"]["steps"] = [{"after": "1s", "offer_callback": True}]
        bank["callbacks"] = {"attempts": 2, "retry_after": "1m", "ring_for": "5s", "numbers": ["1"], **callbacks}
        bank["trunks"]["carrier"]["port"] = CARRIER

    return change


class Timed(HearingTelephone):
    """A telephone that notes when it was rung last, by the clock that screens go by. `busy` are numbers at home that
    are."""

    rung_at: Instant = 0
    busy: Collection[str] = ()

    def _ring(self, invite: str) -> None:
        if any(invite.startswith(f"INVITE sip:{number}@") for number in self.busy):
            self.does = 486
        else:
            self.does = 200
            self.rung_at = time.time_ns() // 1_000_000
        super()._ring(invite)


def customers(hotline: House, *busy: str) -> Timed:
    """What all customers have at home; one at a time can talk."""
    telephone = Timed(hotline.prepared.ports.sip, 200, ("127.0.0.1", CARRIER))
    telephone.busy = busy
    return telephone


def desk_phone(hotline: House, agent: str) -> Timed:
    account = hotline.account(agent)
    return Timed(hotline.prepared.ports.sip).register(account["phone"], account["sip_secret"])


def calling(hotline: House, number: str) -> HearingTelephone:
    """Somebody who has dialled, and is answered."""
    telephone = HearingTelephone(hotline.prepared.ports.sip)
    telephone.call(STRAIGHT, number)
    telephone.until_seen("200 INVITE")
    return telephone


def prompt(hotline: House, name: str) -> Sound:
    return read_sound(hotline.home / "sounds" / "zh" / f"{name}.wav")


async def until_hears(telephone: HearingTelephone, name: str, sound: Sound, since: float) -> None:
    """Wait until a prompt has been heard, if not to its end."""
    deadline = telephone.now() + 12
    while not soundings(telephone.heard_sound(since), {name: sound}):
        assert telephone.now() < deadline, f"{name} was not heard"
        await asyncio.sleep(0.1)


async def until_they_hear_each_other(one: HearingTelephone, other: HearingTelephone) -> None:
    for speaks, hears in ((one, other), (other, one)):
        began, deadline = hears.now(), hears.now() + 10
        while level(hears.heard_sound(began)) < -30:
            assert hears.now() < deadline, "they do not hear each other"
            await asyncio.to_thread(speaks.say, tone(440, 620, 0.2, -12))


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


async def closed(hotline: House, call: str) -> dict[str, Any]:
    """How a call, or an entry, ended."""
    await until(lambda: any(each["call"] == call for each in events(hotline, "CallClosed")), 15, f"{call} closed")
    return next(each for each in events(hotline, "CallClosed") if each["call"] == call)


async def assert_books_balance(hotline: House) -> None:
    await hotline.until_empty()
    samples = await until_metrics(hotline, lambda seen: total(seen, "hotline_calls_waiting") == 0)
    assert total(samples, "hotline_callbacks_waiting") == 0
    assert not any(value for name, value in samples.items() if name.startswith("hotline_books_discrepancy"))


async def test_an_agent_is_found_first_and_the_core_may_die_meanwhile(hotline: House, folder: Path) -> None:
    with await asyncio.to_thread(calling, hotline, WANG) as wang:
        await until_hears(wang, "offer_callback", prompt(hotline, "offer_callback"), 0)
        pressed = wang.now()
        await asyncio.to_thread(wang.press, "1")
        await until_hears(wang, "callback-confirm", prompt(hotline, "callback-confirm"), pressed)
        known = {name: prompt(hotline, name) for name in set(digits(WANG)) if name.startswith("digit-")}
        told = [each.name for each in soundings(wang.heard_sound(pressed), known, 0.9)]
        assert told == [f"digit-{digit}" for digit in WANG]
        await asyncio.to_thread(wang.press, "1")
        [queued] = await until_events(hotline, "CallbackQueued", 1)
    entry = queued["entry"]
    with await asyncio.to_thread(calling, hotline, LATER) as later:
        await until_events(hotline, "CallEnteredLane", 2)
        await hotline.kill_core()
        await hotline.start_core()
        assert [(each["call"], each["number"], each["in_line"]) for each in await listed(hotline, folder)] == [
            (entry, WANG, True)
        ]
        with desk_phone(hotline, "grace") as grace, customers(hotline) as at_home:
            async with at_desks(hotline, "grace") as desks:
                screen = desks["grace"]
                await screen.until_state("talking")
                (popped_at, pop) = screen.pops[0]
                assert (pop["call"], pop["number"], pop["callback"]) == (entry, WANG, True)
                assert popped_at <= at_home.rung_at <= grace.rung_at
                await until_they_hear_each_other(at_home, grace)
                await asyncio.to_thread(grace.hang_up)
                await asyncio.to_thread(at_home.until_seen, "BYE")
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
    with desk_phone(hotline, "grace") as grace, customers(hotline, LI) as at_home:
        async with at_desks(hotline, "grace") as desks:
            screen = desks["grace"]
            await screen.until_state("talking")
            popped_at, pop = screen.pops[0]
            assert (pop["call"], pop["number"], pop["callback"]) == (entry, WANG, False)
            assert at_home.rung_at <= popped_at <= grace.rung_at, "no agent waits while it rings"
            await until_they_hear_each_other(at_home, grace)
            await asyncio.to_thread(at_home.hang_up)
    assert (await closed(hotline, entry))["result"] == "answered"
    assert (await closed(hotline, other))["result"] == "unreached"
    await assert_books_balance(hotline)


async def test_who_is_busy_is_rung_again_later_and_who_calls_again_has_his_place_back(
    hotline: House, folder: Path
) -> None:
    write_quick_bank(folder, calls_back())
    assert (await reload(hotline.home))[0] in (0, 1)
    [entry] = await wish(hotline, folder, LI)
    before = len(events(hotline, "CustomerMissed"))
    with desk_phone(hotline, "grace") as grace, customers(hotline, LI):
        async with at_desks(hotline, "grace") as desks:
            missed = (await until_events(hotline, "CustomerMissed", before + 1))[-1]
            assert (missed["entry"], missed["cause"]) == (entry, "busy")
            await desks["grace"].until_state("ready")
            assert [pop["call"] for _, pop in desks["grace"].pops] == [entry]
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
