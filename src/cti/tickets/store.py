"""Tickets on the disk, in the desktop's file: each change in one transaction, found by number, person or word."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from acd.core.instants import Duration, Instant
from cti.desk_file import DeskFile
from cti.tickets import tables
from cti.tickets.ticket import SETTLED, Change, Entry, Ticket, TicketRefused, TicketState, Why

PAGE_AT_MOST = 100
HISTORY_AT_MOST = 5_000
"""Entries of one ticket that are read; those of people are fewer."""
OPEN_FOR_AT_MOST = 20
"""Tickets of one customer that are shown with his call."""
AT_ONCE = 100
"""Tickets changed in one transaction, so that nobody else waits for the file for long."""
COPIES_AT_MOST = 500

_UNSETTLED = tuple(state.value for state in TicketState if state not in SETTLED)
_MARKS = ", ".join("?" * len(_UNSETTLED))

_OF_EITHER = "((customer <> '' AND customer = ?) OR (caller <> '' AND caller = ?))"
"""That nothing is empty is said of the columns, so that their indexes are used."""

# The texts of SQL below are put together of our own words alone; whatever somebody typed goes in as a parameter.


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets somebody wants to see; what is empty or None does not matter."""

    states: tuple[TicketState, ...] = ()
    queue: str = ""
    unassigned: bool = False
    """Those that nobody has taken."""
    opened_by_or_assigned: str = ""
    """Those that this person opened or has."""
    customer: str = ""
    caller: str = ""
    """With both, tickets of either: they are one person as far as we know."""
    due_before: Instant | None = None
    word: str = ""
    """Somewhere in the reason or in what was written about it."""


Position = tuple[Instant, int]
"""Where a page ends: the due date and the number of its last ticket."""


class TicketStore:
    """The tickets in the desktop's file, which was opened with `tables.TABLES` among its parts."""

    def __init__(self, file: DeskFile) -> None:
        self._file = file

    async def add(self, change: Change, source: str | None = None) -> Ticket | None:
        """Keep a new ticket; None, and nothing kept, if there is one of the same `source` already."""

        def work(connection: sqlite3.Connection) -> Ticket | None:
            known = "SELECT 1 FROM tickets WHERE source = ?"
            if source is not None and connection.execute(known, (source,)).fetchone():
                return None
            number = tables.insert(connection, change.ticket, source)
            tables.append(connection, number, change.entries)
            return replace(change.ticket, number=number)

        return await self._file.run(work)

    async def change(self, number: int, revision: int | None, do: Callable[[Ticket], Change]) -> Change:
        """Let `do` change a ticket, which whoever asks knows in this revision; None does not say which.

        Raises TicketRefused: of `do`, for a number that is none, and with the present ticket for an older revision.
        """

        def work(connection: sqlite3.Connection) -> Change:
            present = tables.read(connection, number)
            if present is None:
                raise TicketRefused(Why.NO_SUCH_TICKET)
            if revision is not None and revision != present.revision:
                raise TicketRefused(Why.STALE, present)
            change = do(present)
            tables.update(connection, change)
            return change

        return await self._file.run(work)

    async def find(self, number: int) -> tuple[Ticket, Sequence[Entry]] | None:
        """A ticket with its history, oldest first."""

        def work(connection: sqlite3.Connection) -> tuple[Ticket, Sequence[Entry]] | None:
            ticket = tables.read(connection, number)
            if ticket is None:
                return None
            query = "SELECT * FROM ticket_history WHERE number = ? ORDER BY seq LIMIT ?"
            return ticket, [tables.entry_of(row) for row in connection.execute(query, (number, HISTORY_AT_MOST))]

        return await self._file.run(work)

    async def page(self, wanted: Wanted, after: Position | None, most: int) -> Sequence[Ticket]:
        """At most `most` tickets, those due first at the top, from behind the position on."""
        where, values = _conditions(wanted)
        if after is not None:
            where.append("(due_at, number) > (?, ?)")
            values += after
        clause = f"WHERE {' AND '.join(where)}" if where else ""
        query = f"SELECT {tables.SEEN} FROM tickets {clause} ORDER BY due_at, number LIMIT ?"  # noqa: S608
        # A word may stand anywhere, so that all texts are looked through.
        run = self._file.read if wanted.word else self._file.run
        return await run(
            lambda c: [tables.ticket_of(row) for row in c.execute(query, (*values, min(most, PAGE_AT_MOST)))]
        )

    async def open_for(self, customer: str, caller: str) -> Sequence[Ticket]:
        """The tickets that are not closed of a customer or of a number, unsettled ones first, then by due date."""
        query = (
            f"SELECT {tables.SEEN} FROM tickets WHERE state <> 'closed' AND {_OF_EITHER} "  # noqa: S608
            "ORDER BY state = 'resolved', due_at, number LIMIT ?"
        )
        values = (customer, caller, OPEN_FOR_AT_MOST)
        return await self._file.run(lambda c: [tables.ticket_of(row) for row in c.execute(query, values)])

    async def of_calls(self, calls: Sequence[str]) -> Mapping[str, int]:
        """The first ticket that was opened from each of these calls, by call."""
        asked = tuple(calls[:COPIES_AT_MOST])
        marks = ", ".join("?" * len(asked))
        query = f"SELECT call, min(number) AS number FROM tickets WHERE call IN ({marks}) GROUP BY call"  # noqa: S608
        return await self._file.run(lambda c: {row["call"]: row["number"] for row in c.execute(query, asked)})

    async def to_escalate(self, now: Instant, level: int, offset: Duration) -> Sequence[int]:
        """Tickets that have not taken step `level` of escalation, counted from 0, though it is due."""
        query = (
            f"SELECT number FROM tickets WHERE state IN ({_MARKS}) AND due_at <= ? AND level <= ? "  # noqa: S608
            "ORDER BY due_at, number LIMIT ?"
        )
        return await self._numbers(query, (*_UNSETTLED, now - offset, level, AT_ONCE))

    async def to_close(self, before: Instant) -> Sequence[int]:
        """Tickets that were resolved before this instant and nobody took up again."""
        query = (
            "SELECT number FROM tickets WHERE state = 'resolved' AND settled_at <= ? ORDER BY due_at, number LIMIT ?"
        )
        return await self._numbers(query, (before, AT_ONCE))

    async def assignees(self) -> Sequence[str]:
        """Everybody who has a ticket that is not closed."""
        query = "SELECT DISTINCT assignee FROM tickets WHERE assignee <> '' AND state <> 'closed' ORDER BY 1"
        return await self._file.run(lambda c: [row["assignee"] for row in c.execute(query)])

    async def queues(self) -> Sequence[str]:
        """Every queue that has a ticket which is not closed."""
        query = "SELECT DISTINCT queue FROM tickets WHERE state <> 'closed' ORDER BY 1"
        return await self._file.run(lambda c: [row["queue"] for row in c.execute(query)])

    async def of_assignee(self, assignee: str) -> Sequence[int]:
        """His tickets that are not closed, some at a time."""
        query = "SELECT number FROM tickets WHERE assignee = ? AND state <> 'closed' ORDER BY number LIMIT ?"
        return await self._numbers(query, (assignee, AT_ONCE))

    async def of_queue(self, queue: str) -> Sequence[int]:
        """The tickets of a queue that are not closed, some at a time."""
        query = "SELECT number FROM tickets WHERE queue = ? AND state <> 'closed' ORDER BY number LIMIT ?"
        return await self._numbers(query, (queue, AT_ONCE))

    async def counts(self, now: Instant) -> tuple[Mapping[TicketState, int], int]:
        """How many tickets there are in each state, and how many promises are broken at present."""
        states = "SELECT state, count(*) AS many FROM tickets GROUP BY state"
        overdue = f"SELECT count(*) AS many FROM tickets WHERE state IN ({_MARKS}) AND due_at <= ?"  # noqa: S608

        def work(connection: sqlite3.Connection) -> tuple[Mapping[TicketState, int], int]:
            found = {TicketState(row["state"]): row["many"] for row in connection.execute(states)}
            late = connection.execute(overdue, (*_UNSETTLED, now)).fetchone()["many"]
            return {state: found.get(state, 0) for state in TicketState}, late

        return await self._file.run(work)

    async def forget(self, before: Instant) -> int:
        """Remove tickets that were closed before this instant, some at a time; returns how many."""
        old = "SELECT number FROM tickets WHERE state = 'closed' AND settled_at <= ? ORDER BY number LIMIT ?"

        def work(connection: sqlite3.Connection) -> int:
            numbers = [(row["number"],) for row in connection.execute(old, (before, AT_ONCE))]
            connection.executemany("DELETE FROM tickets WHERE number = ?", numbers)
            connection.executemany("DELETE FROM ticket_history WHERE number = ?", numbers)
            return len(numbers)

        return await self._file.run(work)

    async def _numbers(self, query: str, values: Sequence[object]) -> Sequence[int]:
        return await self._file.run(lambda c: [row["number"] for row in c.execute(query, values)])


def _conditions(wanted: Wanted) -> tuple[list[str], list[object]]:
    where: list[str] = []
    values: list[object] = []

    def also(condition: str, *given: object) -> None:
        where.append(condition)
        values.extend(given)

    if wanted.states:
        also(f"state IN ({', '.join('?' * len(wanted.states))})", *wanted.states)
    if wanted.queue:
        also("queue = ?", wanted.queue)
    if wanted.unassigned:
        also("assignee = ''")
    if wanted.customer or wanted.caller:
        also(_OF_EITHER, wanted.customer, wanted.caller)
    if wanted.opened_by_or_assigned:
        also("(opened_by = ? OR assignee = ?)", wanted.opened_by_or_assigned, wanted.opened_by_or_assigned)
    if wanted.due_before is not None:
        also("due_at < ?", wanted.due_before)
    if wanted.word:
        pattern = "%" + "".join(f"\\{sign}" if sign in "%_\\" else sign for sign in wanted.word) + "%"
        said = "SELECT number FROM ticket_history WHERE text LIKE ? ESCAPE '\\'"
        also(f"(reason LIKE ? ESCAPE '\\' OR number IN ({said}))", pattern, pattern)
    return where, values
