"""The tables of the tickets, and tickets as rows of them."""

import sqlite3
from dataclasses import astuple

from cti.desk_file import Part
from cti.tickets.ticket import Change, Entry, Subject, Ticket, TicketState, What

_MADE = """
CREATE TABLE tickets (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    lane TEXT NOT NULL,
    reason TEXT NOT NULL,
    call TEXT NOT NULL,
    customer TEXT NOT NULL,
    caller TEXT NOT NULL,
    queue TEXT NOT NULL CHECK (queue <> ''),
    assignee TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    opened_by TEXT NOT NULL,
    due_at INTEGER NOT NULL CHECK (due_at > 0),
    level INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    settled_at INTEGER,
    reopened INTEGER NOT NULL,
    source TEXT UNIQUE
) STRICT;
CREATE INDEX tickets_due ON tickets (state, due_at);
CREATE INDEX tickets_of_customer ON tickets (customer) WHERE customer <> '';
CREATE INDEX tickets_of_caller ON tickets (caller) WHERE caller <> '';
CREATE INDEX tickets_of_assignee ON tickets (assignee, due_at) WHERE assignee <> '';
CREATE INDEX tickets_of_opener ON tickets (opened_by, due_at);
CREATE INDEX tickets_to_be_had ON tickets (assignee, queue, due_at) WHERE state <> 'closed';
CREATE INDEX tickets_in_queue ON tickets (queue, due_at) WHERE state <> 'closed';
CREATE INDEX tickets_of_call ON tickets (call) WHERE call <> '';
CREATE TABLE ticket_history (
    number INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    what TEXT NOT NULL,
    text TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (number, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER ticket_history_stays BEFORE UPDATE ON ticket_history
BEGIN SELECT RAISE(ABORT, 'what was said stays said'); END;
CREATE TRIGGER ticket_history_is_kept BEFORE DELETE ON ticket_history
WHEN EXISTS (SELECT 1 FROM tickets WHERE number = OLD.number)
BEGIN SELECT RAISE(ABORT, 'what was said stays said'); END;
"""
TABLES = Part("tickets", (_MADE,))

SEEN = (
    "number, revision, state, lane, reason, call, customer, caller, queue, assignee, opened_at, opened_by, due_at, "
    "level, changed_at, settled_at, reopened"
)


def ticket_of(row: sqlite3.Row) -> Ticket:
    """The ticket in a row of `SEEN`."""
    about = Subject(row["lane"], row["reason"], row["call"], row["customer"], row["caller"])
    return Ticket(
        row["number"],
        about,
        row["queue"],
        row["due_at"],
        row["opened_at"],
        row["opened_by"],
        TicketState(row["state"]),
        row["assignee"],
        row["revision"],
        row["level"],
        row["changed_at"],
        row["settled_at"],
        row["reopened"],
    )


def entry_of(row: sqlite3.Row) -> Entry:
    """The line of a history in a row."""
    return Entry(row["at"], row["by"], What(row["what"]), row["text"], row["before"], row["after"])


def read(connection: sqlite3.Connection, number: int) -> Ticket | None:
    """The ticket of this number."""
    # The columns are named here, by nobody else.
    row = connection.execute(f"SELECT {SEEN} FROM tickets WHERE number = ?", (number,)).fetchone()  # noqa: S608
    return None if row is None else ticket_of(row)


def insert(connection: sqlite3.Connection, ticket: Ticket, source: str | None) -> int:
    """Keep a new ticket, and return the number that it is given."""
    given = connection.execute(
        "INSERT INTO tickets (revision, state, lane, reason, call, customer, caller, queue, assignee, opened_at, "
        "opened_by, due_at, level, changed_at, settled_at, reopened, source) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            ticket.revision,
            ticket.state,
            *astuple(ticket.about),
            ticket.queue,
            ticket.assignee,
            ticket.opened_at,
            ticket.opened_by,
            ticket.due_at,
            ticket.level,
            ticket.changed_at,
            ticket.settled_at,
            ticket.reopened,
            source,
        ),
    )
    assert given.lastrowid is not None
    return given.lastrowid


def update(connection: sqlite3.Connection, change: Change) -> None:
    """Keep a ticket as it is after a change, and what was added to its history."""
    ticket = change.ticket
    connection.execute(
        "UPDATE tickets SET revision = ?, state = ?, queue = ?, assignee = ?, due_at = ?, level = ?, changed_at = ?, "
        "settled_at = ?, reopened = ? WHERE number = ?",
        (
            ticket.revision,
            ticket.state,
            ticket.queue,
            ticket.assignee,
            ticket.due_at,
            ticket.level,
            ticket.changed_at,
            ticket.settled_at,
            ticket.reopened,
            ticket.number,
        ),
    )
    append(connection, ticket.number, change.entries)


def append(connection: sqlite3.Connection, number: int, entries: tuple[Entry, ...]) -> None:
    """Add to the end of a ticket's history."""
    query = "SELECT coalesce(max(seq), 0) AS last FROM ticket_history WHERE number = ?"
    last: int = connection.execute(query, (number,)).fetchone()["last"]
    for seq, entry in enumerate(entries, start=last + 1):
        connection.execute(
            "INSERT INTO ticket_history VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (number, seq, entry.at, entry.by, entry.what, entry.text, entry.before, entry.after),
        )
