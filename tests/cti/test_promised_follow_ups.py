"""Whatever becomes of a wrap-up, a follow-up that was promised in it is a ticket."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from cti.contacts.tables import CONTACTS
from cti.desk_file import DeskFile
from cti.promised import LOOKED_BACK, NO_NOTE, Promised
from cti.tickets import tables
from cti.tickets.service import Tickets
from cti.tickets.store import TicketStore, Wanted
from cti.tickets.ticket import Opening, Subject, Ticket
from tests.cti.second_line import CARDS_DESK, RULES, START


class Desk:
    def __init__(self, folder: Path) -> None:
        self.file = DeskFile(folder / "desk.sqlite3", [CONTACTS, tables.TABLES])
        self.tickets = Tickets(TicketStore(self.file), lambda: RULES, lambda: START, lambda _: True)
        self.promised = Promised(self.file, self.tickets, lambda: START)

    def contact(self, call: str, note: str = "", *, follow_up: bool = True, **more: object) -> None:
        """A contact of Anna's as it is written down."""
        values = {"state": "not_finished", "at": START - 60_000, "number": "+8613800000001", "customer": "", **more}

        def put(file: sqlite3.Connection) -> None:
            file.execute(
                "INSERT INTO contacts (call, agent, lane, line, at, number, customer, by_number, direction, state,"
                " follow_up) VALUES (?, 'anna', 'cards', 'first', ?, ?, ?, '700', 'inbound', ?, ?)",
                (call, values["at"], values["number"], values["customer"], values["state"], follow_up),
            )
            if note:
                file.execute("INSERT INTO notes (call, agent, at, text) VALUES (?, 'anna', 1, ?)", (call, note))

        self.file.do(put)

    async def found(self) -> list[Ticket]:
        """All tickets after two looks."""
        for _ in range(2):
            await self.promised.look()
        return list(await self.tickets.page(Wanted(), None, 100))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.file.close()


async def test_a_promise_without_a_ticket_becomes_one_and_only_one(desk: Desk) -> None:
    desk.contact("c1", "Wants a　new card.\n\tBy post.", customer="555")
    desk.contact("c2", state="finished")
    one, two = await desk.found()
    assert (one.about.call, one.about.customer, one.about.caller) == ("c1", "555", "+8613800000001")
    assert (one.queue, one.due_at, one.opened_by) == (CARDS_DESK, START + RULES.promise, "")
    assert two.about.customer == "700"
    texts = [(await desk.tickets.find(each.number))[1][0].text for each in (one, two)]  # type: ignore[index]
    assert texts == ["Wants a　new card.\n\tBy post.", NO_NOTE]


async def test_what_has_a_ticket_or_is_not_over_or_was_not_promised_is_left_alone(desk: Desk) -> None:
    for name in ("has one", "open", "none", "old"):
        desk.contact(
            name,
            state="open" if name == "open" else "finished",
            follow_up=name != "none",
            at=START - 1 - (LOOKED_BACK if name == "old" else 0),
        )
    await desk.tickets.open(Opening(Subject("cards", "his own", "has one"), "x", START + 1), "anna")
    assert [each.about.reason for each in await desk.found()] == ["his own"]
