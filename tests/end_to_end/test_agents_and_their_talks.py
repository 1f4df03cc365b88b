"""Agents do with their talks what their pages let them: hold, hang up, send callers on; by a whole hotline."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.end_to_end.on_the_line import (
    assert_books_balance,
    calling,
    closed,
    desk_phone,
    until_they_hear_each_other,
)
from tests.end_to_end.people import at_desks, events, shared, total, until_events, until_metrics
from tests.end_to_end.quick_bank import write_quick_bank
from tests.hearing import HearingTelephone
from tests.house import House, Screen, house, until
from tests.telephone import Telephone

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]

CALLER = "13812345678"
NUMBER = "+862155550000"
OUTSIDE = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(250)}.{secrets.randbelow(250) + 2}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotline(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("bank")

    def change(bank: dict[str, Any]) -> None:
        bank["transfer_numbers"] = {"cards-office": NUMBER}
        bank["trunks"] = {"a-office": {"match": [OUTSIDE]}, **bank["trunks"]}
        bank["lanes"]["general"]["wrap_up"] = "20s"
        bank["callbacks"] = {"numbers": ["1"], "ring_for": "5s"}

    async for running in shared(house(folder, write_quick_bank(folder, change))):
        yield running


async def told(screen: Screen, kind: str, **fields: Any) -> dict[str, Any]:
    """Wait until the page has been told so."""

    def found() -> list[dict[str, Any]]:
        return [each for each in screen.said if each["type"] == kind and fields.items() <= each.items()]

    await until(lambda: bool(found()), 10, f"{kind} {fields}")
    return found()[-1]


async def test_a_caller_is_held_taken_back_sent_on_three_times_and_let_go(hotline: House) -> None:
    with desk_phone(hotline, "grace") as grace, desk_phone(hotline, "anna") as anna:
        phones = {"grace": grace, "anna": anna}
        async with at_desks(hotline, "grace", "anna", ready=False) as desks:
            await desks["grace"].ready()
            with await asyncio.to_thread(calling, hotline, CALLER) as caller:
                screen = desks["grace"]
                await screen.until_state("talking")
                call = screen.pops[0][1]["call"]
                await until_they_hear_each_other(caller, grace)
                await screen.say("hold")
                await until(lambda: screen.held is not None, 5, "held")
                await screen.say("resume")
                await until(lambda: screen.held is None, 5, "taken back")
                await until_they_hear_each_other(caller, grace)

                for by, to in (("grace", "anna"), ("anna", "grace"), ("grace", "anna")):
                    await desks[to].ready()
                    await desks[by].say("transfer", to={"agent": to})
                    await desks[to].until_state("talking")
                    assert desks[to].pops[-1][1]["transferred_by"] == by
                    await until_they_hear_each_other(caller, phones[to])
                    await desks[by].until_state("wrap_up")
                await desks["anna"].say("hang_up")
                await desks["anna"].until_state("wrap_up")
                assert (await closed(hotline, call))["result"] == "answered"
    finished = [(each["agent"], each["held"] != "0") for each in events(hotline, "TalkFinished")]
    assert finished == [("grace", True), ("anna", False), ("grace", False), ("anna", False)]
    await assert_books_balance(hotline)
    samples = await hotline.metrics()
    assert samples['hotline_transfers_total{kind="agent",result="reached"}'] == 3


async def test_an_agent_asks_a_colleague_and_hands_the_caller_over(hotline: House) -> None:
    with desk_phone(hotline, "grace") as grace, desk_phone(hotline, "anna") as anna:
        async with at_desks(hotline, "grace", "anna", ready=False) as desks:
            await desks["grace"].ready()
            with await asyncio.to_thread(calling, hotline, CALLER) as caller:
                screen, other = desks["grace"], desks["anna"]
                await screen.until_state("talking")
                await until_they_hear_each_other(caller, grace)
                await screen.say("hold")
                await until(lambda: screen.held is not None, 5, "held")
                for ending in ("cancel_consult", "complete"):
                    await other.ready()
                    await screen.say("consult", to={"agent": "anna"})
                    await other.until_state("consulted")
                    await until_they_hear_each_other(grace, anna)
                    popped_at, pop = other.pops[-1]
                    assert pop["consulted_by"] == "grace"
                    assert popped_at <= anna.rung_at
                    await screen.say(ending)
                    if ending == "cancel_consult":
                        await until(lambda: screen.held is None, 5, "taken back")
                        await until_they_hear_each_other(caller, grace)
                        await other.until_state("ready")
                        await screen.say("hold")
                        await until(lambda: screen.held is not None, 5, "held again")
                await other.until_state("talking")
                await until_they_hear_each_other(caller, anna)
                await screen.until_state("wrap_up")
                await told(screen, "transfer", result="reached")
                await asyncio.to_thread(caller.hang_up)
                await other.until_state("wrap_up")
    await assert_books_balance(hotline)


async def test_an_agent_a_colleague_and_the_caller_talk_together_and_the_caller_stays_with_either(
    hotline: House,
) -> None:
    with desk_phone(hotline, "grace") as grace, desk_phone(hotline, "anna") as anna:
        async with at_desks(hotline, "grace", "anna", ready=False) as desks:
            await desks["grace"].ready()
            with await asyncio.to_thread(calling, hotline, CALLER) as caller:
                screen, other = desks["grace"], desks["anna"]
                await screen.until_state("talking")
                await until_they_hear_each_other(caller, grace)
                for ending in ("cancel_consult", "hang_up"):
                    await other.ready()
                    await screen.say("hold")
                    await until(lambda: screen.held is not None, 5, "held")
                    await screen.say("consult", to={"agent": "anna"})
                    await other.until_state("consulted")
                    await until_they_hear_each_other(grace, anna)
                    await screen.say("conference")
                    await until(lambda: screen.held is None, 5, "together")
                    await until_they_hear_each_other(caller, grace)
                    await until_they_hear_each_other(caller, anna)
                    await until_they_hear_each_other(grace, anna)
                    await screen.say(ending)
                    await other.until_state("ready" if ending == "cancel_consult" else "talking")
                    await until_they_hear_each_other(caller, grace if ending == "cancel_consult" else anna)
                await screen.until_state("wrap_up")
                await asyncio.to_thread(caller.hang_up)
                await other.until_state("wrap_up")
    await assert_books_balance(hotline)


async def test_a_failed_transfer_brings_the_caller_back_to_who_sent_him(hotline: House) -> None:
    with desk_phone(hotline, "grace") as grace:
        async with at_desks(hotline, "grace") as desks:
            screen = desks["grace"]
            with (
                await asyncio.to_thread(calling, hotline, CALLER) as caller,
                Telephone(hotline.prepared.ports.sip, 486, (OUTSIDE, 5060)) as office,
            ):
                await screen.until_state("talking")
                await until_they_hear_each_other(caller, grace)
                await screen.say("transfer", to={"number": NUMBER})
                await until(lambda: bool(office.invites), 5, "the office is rung")
                assert (await told(screen, "transfer"))["result"] == "returned"
                await screen.until_state("talking")
                await until_they_hear_each_other(caller, grace)
                office.does = 200
                await screen.say("transfer", to={"number": NUMBER})
                await told(screen, "transfer", result="reached")
                await screen.until_state("wrap_up")
                await asyncio.to_thread(office.hang_up)
                await until_events(hotline, "CallClosed", len(events(hotline, "CallAppeared")))
    await assert_books_balance(hotline)


async def test_an_agent_calls_a_customer_by_his_page_and_nobody_else(hotline: House) -> None:
    with desk_phone(hotline, "grace") as grace:
        async with at_desks(hotline, "grace") as desks:
            screen = desks["grace"]
            with HearingTelephone(hotline.prepared.ports.sip, 200, (OUTSIDE, 5060)) as customer:
                await screen.say("dial", number="110")
                await until(lambda: bool(screen.refusals), 5, "no emergency number")
                await screen.say("dial", number=CALLER)
                await screen.until_state("talking")
                [(_, pop)] = screen.pops
                assert (pop["number"], pop["callback"]) == (CALLER, True)
                assert f"INVITE sip:{CALLER}@" in customer.invites[0]
                await until_they_hear_each_other(customer, grace)
                await screen.say("hang_up")
                await screen.until_state("wrap_up")
                assert (await closed(hotline, pop["call"]))["result"] == "answered"
    await assert_books_balance(hotline)


async def test_a_core_that_is_killed_finds_the_caller_on_hold_and_the_agent_takes_him_back(hotline: House) -> None:
    with desk_phone(hotline, "grace") as grace:
        async with at_desks(hotline, "grace") as desks:
            screen = desks["grace"]
            with await asyncio.to_thread(calling, hotline, CALLER) as caller:
                await screen.until_state("talking")
                await until_they_hear_each_other(caller, grace)
                await screen.say("hold")
                await until(lambda: screen.held is not None, 5, "held")
                since = screen.held
                await hotline.kill_core()
                await hotline.start_core()
                await until_metrics(hotline, lambda seen: seen["hotline_routing"] == 1)
                screen = hotline.screen("grace")
                await until(lambda: screen.state == "talking", 10, "she is back")
                assert screen.held == since
                await screen.say("resume")
                await until(lambda: screen.held is None, 5, "taken back")
                await until_they_hear_each_other(caller, grace)
                await asyncio.to_thread(caller.hang_up)
                await screen.until_state("wrap_up")
            desks["grace"] = screen
    samples = await until_metrics(hotline, lambda seen: total(seen, "hotline_calls_waiting") == 0)
    assert not any(value for name, value in samples.items() if name.startswith("hotline_books_discrepancy"))


@pytest.mark.parametrize("together", [False, True])
async def test_a_core_that_is_killed_finds_whom_the_agent_asks_and_who_has_left_meanwhile(
    hotline: House, *, together: bool
) -> None:
    """All three talk when it dies, and the agent leaves before it is back; or the colleague hangs up, whom she asks."""
    with desk_phone(hotline, "grace") as grace, desk_phone(hotline, "anna") as anna:
        async with at_desks(hotline, "grace", "anna", ready=False) as desks:
            await desks["grace"].ready()
            with await asyncio.to_thread(calling, hotline, CALLER) as caller:
                await desks["grace"].until_state("talking")
                await desks["anna"].ready()
                await desks["grace"].say("hold")
                await until(lambda: desks["grace"].held is not None, 5, "held")
                await desks["grace"].say("consult", to={"agent": "anna"})
                await until_they_hear_each_other(grace, anna)
                if together:
                    await desks["grace"].say("conference")
                    await until(lambda: desks["grace"].held is None, 5, "together")
                hotline.close_screens()
                await hotline.kill_core()
                await asyncio.to_thread((grace if together else anna).hang_up)
                if together:
                    await until_they_hear_each_other(caller, anna)
                await hotline.start_core()
                await until_metrics(hotline, lambda seen: seen["hotline_routing"] == 1)
                for each in ("grace", "anna"):
                    desks[each] = hotline.screen(each)
                screen, other = desks["grace"], desks["anna"]
                if together:
                    await other.until_state("talking")
                    await screen.until_state("wrap_up")
                else:
                    await other.until_state("ready")
                    await screen.until_state("talking")
                    await screen.say("resume")
                    await until(lambda: screen.held is None, 5, "taken back")
                    await until_they_hear_each_other(caller, grace)
                await asyncio.to_thread(caller.hang_up)
                await (other if together else screen).until_state("wrap_up")
    samples = await until_metrics(hotline, lambda seen: total(seen, "hotline_calls_waiting") == 0)
    assert not any(value for name, value in samples.items() if name.startswith("hotline_books_discrepancy"))
