"""What callers can choose instead of waiting for a person, and how they prove who they are, in both languages."""

import asyncio
import http.client
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from acd.app.pin import FOLDER
from acd.asterisk.places import free_port
from acd.engine.clock import SystemClock
from ivr.pin.digits import Digits
from ivr.pin.local import LocalPins
from tests.end_to_end.on_the_line import (
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
from tests.end_to_end.quick_bank import MENU, write_quick_bank
from tests.hearing import HearingTelephone
from tests.house import House, Screen, house, until
from tests.pin_proof.canary import until_tones
from tests.sounds import tone

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]

CARRIER = free_port(socket.SOCK_DGRAM)
BRANCH = "+862155555555"
STRANGER = "13812345678"
SARAH, ZHANG = "13800000003", "13800000004"
PIN = "583920"


def change(bank: dict[str, Any]) -> None:
    """A menu with every way on that is no lane."""
    bank["menus"]["main"] = [
        {
            "step": "language",
            "say": {"zh": "中文请按一。", "en": "English: two."},
            "keys": {"1": "zh", "2": "en"},
        },
        {
            "step": "menu",
            "say": {"zh": "请选择。", "en": "Please choose."},
            "keys": {"1": "message", "2": f"number {BRANCH}", "3": "menu balance", "4": "menu bye"},
        },
    ]
    bank["menus"]["balance"] = [
        {"step": "pin", "say": {"zh": "需要核实。", "en": "Who are you?"}, "verified": "general", "otherwise": "cards"}
    ]
    bank["menus"]["bye"] = [{"step": "hang_up", "say": {"zh": "营业时间是九点到五点。", "en": "We open at nine. Bye."}}]
    for unused in ("card-services", "lost-card", "investments", "after-hours"):
        bank["menus"].pop(unused, None)
    bank.pop("adverts", None)
    for short in ("pin_enter", "pin_verified"):
        bank["announcements"][short] = {"zh": "密码。", "en": "Your PIN."}
    bank["overflow_numbers"] = [BRANCH]
    bank["callbacks"] = {"numbers": ["1"], "ring_for": "10s"}
    bank["trunks"]["carrier"]["port"] = CARRIER


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotline(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("bank")
    store = LocalPins(folder / "home" / FOLDER, SystemClock())
    for customer in ("10000003", "10000004"):
        with Digits.of(PIN) as digits:
            store.change_now(customer, digits, None)
    store.close()
    async for running in shared(house(folder, write_quick_bank(folder, change))):
        yield running


async def chooses(hotline: House, keys: str, number: str = STRANGER) -> HearingTelephone:
    """A caller who knows the menu, and has keyed his way through it."""
    caller = await asyncio.to_thread(calling, hotline, number, MENU)
    await asyncio.to_thread(caller.press, keys)
    return caller


def fetched(hotline: House, agent: str, path: str) -> tuple[int, str, bytes]:
    """What an agent's page gets for this path: status, kind of content, content."""
    who = json.dumps({"name": agent, "password": hotline.account(agent)["web_password"]})
    _, headers, _ = hotline.request("POST", "/api/v1/login", who)
    connection = http.client.HTTPConnection("127.0.0.1", hotline.prepared.http_port, timeout=5)
    try:
        connection.request("GET", path, headers={"Cookie": headers["set-cookie"].split(";")[0]})
        response = connection.getresponse()
        return response.status, response.headers.get_content_type(), response.read()
    finally:
        connection.close()


async def test_whom_the_menu_has_told_enough_is_let_go(hotline: House) -> None:
    async def told(keys: str, language: str) -> None:
        with await chooses(hotline, keys) as caller:
            await until_hears(caller, "goodbye", prompt(hotline, "bye-1-hang_up", language), 0)
            await asyncio.to_thread(caller.until_seen, "BYE")

    await asyncio.gather(told("14", "zh"), told("24", "en"))
    ends = await until_events(hotline, "CallClosed", 2)
    assert {(each["result"], each["stage"], each.get("lane")) for each in ends} == {("served_in_menu", "ivr", None)}
    await assert_books_balance(hotline)


async def test_a_caller_is_put_through_to_a_number_outside(hotline: House) -> None:
    with outside(hotline, CARRIER) as branch, await chooses(hotline, "22") as caller:
        await asyncio.to_thread(branch.until_seen, "INVITE")
        assert branch.invites[0].startswith(f"INVITE sip:{BRANCH}@127.0.0.1:{CARRIER}")
        assert STRANGER not in branch.invites[0], "who calls is nobody's business there"
        await until_they_hear_each_other(caller, branch)
        await asyncio.to_thread(branch.hang_up)
        await asyncio.to_thread(caller.until_seen, "BYE")
    last = events(hotline, "CallAppeared")[-1]["call"]
    assert (await closed(hotline, last))["result"] == "overflowed"
    await assert_books_balance(hotline)


async def verified(hotline: House, keys: str, number: str, screen: Screen) -> dict[str, Any]:
    """A customer chooses a person and proves who he is; what the screen of the agent says who then talks with him."""
    with await chooses(hotline, keys, number) as caller:
        await asyncio.to_thread(until_tones, caller)
        await asyncio.to_thread(caller.press, PIN + "#")
        await screen.until_state("talking", within=15)
    [(_, pop)] = screen.pops
    return pop


async def test_an_agent_knows_of_a_caller_who_has_keyed_his_pin_that_he_is_verified(hotline: House) -> None:
    with desk_phone(hotline, "dora"), desk_phone(hotline, "chen"):
        async with at_desks(hotline, "dora", "chen") as desks, asyncio.TaskGroup() as calls:
            english = calls.create_task(verified(hotline, "23", SARAH, desks["dora"]))
            chinese = calls.create_task(verified(hotline, "13", ZHANG, desks["chen"]))
    for pop, number, name, language in (
        (english.result(), SARAH, "Sarah Jones", "en"),
        (chinese.result(), ZHANG, "张敏", "zh"),
    ):
        told = (pop["number"], pop["customer"], pop["verified"], pop["lane"], pop["language"])
        assert told == (number, name, True, "general", language)
        assert pop["menu"] == [["main", "3"]]
    assert PIN not in hotline.core_log()
    await assert_books_balance(hotline)


async def test_a_message_is_heard_by_the_agent_alone_who_is_to_answer_it(hotline: House) -> None:
    with await chooses(hotline, "11") as caller:
        began = caller.now()
        await until_hears(caller, "leave_message", prompt(hotline, "leave_message"), 0)
        call = events(hotline, "CallAppeared")[-1]["call"]
        recorded = Path(hotline.instance.places.spool) / "hotline-messages" / f"{call}.wav"
        await until(recorded.exists, 15, "the recorder runs")
        await asyncio.to_thread(caller.say, tone(440, 620, 1.5, -12))
        await asyncio.to_thread(caller.press, "#")
        await asyncio.to_thread(caller.until_seen, "BYE")
        assert caller.now() - began < 20
    assert (await closed(hotline, call))["result"] == "left_message"
    [queued] = [each for each in events(hotline, "CallbackQueued") if each["call"] == call]
    with desk_phone(hotline, "grace") as grace, outside(hotline, CARRIER) as at_home:
        async with at_desks(hotline, "grace") as desks:
            await desks["grace"].until_state("talking")
            _, pop = desks["grace"].pops[0]
            assert (pop["call"], pop["message_of"]) == (queued["entry"], call)
            path = f"/recordings/{call}"
            assert await asyncio.to_thread(fetched, hotline, "grace", path) == (
                200,
                "audio/wav",
                recorded.read_bytes(),
            )
            assert (await asyncio.to_thread(fetched, hotline, "frank", path))[0] == 404
            assert (await asyncio.to_thread(hotline.request, "GET", path))[0] == 401
            await until_they_hear_each_other(at_home, grace)
            await asyncio.to_thread(at_home.hang_up)
            await desks["grace"].until_state("ready")
            assert (await asyncio.to_thread(fetched, hotline, "grace", path))[0] == 404
    await assert_books_balance(hotline)
