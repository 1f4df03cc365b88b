"""A customer with an open ticket calls again: his agent knows of it before they talk, and a crash loses nothing."""

from pathlib import Path

import pytest

from acd.app.second_line import TABLES, rules_of
from acd.config import load
from acd.demo.caller import Caller, keys, placed
from acd.demo.phone import registered
from acd.engine.clock import SystemClock
from cti.desk_file import DeskFile
from cti.tickets.rules import DAY
from cti.tickets.store import TicketStore
from cti.tickets.ticket import Opening, Subject, open_ticket
from tests.house import BANK, House, house, until

pytestmark = pytest.mark.real

REASON = "card swallowed at the station"


async def promised(hotline: House) -> int:
    """A ticket of the last call, which the second line has still; its number."""
    file = DeskFile(hotline.home / "desk" / "desk.sqlite3", TABLES)
    now = SystemClock().now()
    about = Subject("cards", REASON, caller="+8613812345678")
    opened = open_ticket(Opening(about, "He needs it on Friday.", now + DAY), now, "ben", rules_of(load(BANK)))
    ticket = await TicketStore(file).add(opened)
    file.close()
    assert ticket is not None
    return ticket.number


async def test_the_next_call_shows_the_open_ticket_and_so_does_a_core_that_was_killed(tmp_path: Path) -> None:
    async with house(tmp_path, with_core=False) as hotline:
        number = await promised(hotline)
        await hotline.start_core()
        async with registered([hotline.phone("anna")], hotline.server) as phones:
            anna, ben = hotline.screen("anna"), hotline.screen("ben")
            await anna.until_state("paused")
            await ben.until_state("paused")
            await anna.ready()
            async with placed([Caller("13812345678", keys=keys("21"))], hotline.server) as callers:
                await phones.until("anna", "answered")
                await until(lambda: bool(anna.tickets), 10, "the ticket is on anna's screen")
                told = anna.tickets[0]
                assert (told["why"], told["offer"]) == ("pop", anna.pops[0][1]["offer"])
                assert [(each["number"], each["reason"]) for each in told["tickets"]] == [(number, REASON)]
                assert told["tickets"][0]["queue"] == "cards-desk"

                await hotline.kill_core()
                await hotline.start_core()
                await until(lambda: len(anna.tickets) > 1, 20, "the ticket is on anna's screen again")
                assert anna.tickets[-1]["tickets"] == told["tickets"]
                assert (await hotline.metrics())['hotline_tickets{state="open"}'] == 1
                assert ben.tickets == [], "nobody else hears of it"
                callers.hang_up(0)
                await callers.finished()
            await hotline.until_empty()
