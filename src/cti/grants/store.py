"""Grants on the disk, in the desktop's file. What has ended is never changed; the database itself holds that."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace

from acd.core.instants import Instant
from cti.desk_file import DeskFile, Part
from cti.grants.grant import COUNTED_FOR, Grant, GrantRefused, GrantState, Why, Wish

LISTED_AT_MOST = 100
AT_ONCE = 100

_MADE = """
CREATE TABLE grants (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    action TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    unit TEXT NOT NULL,
    decimals INTEGER NOT NULL,
    call TEXT NOT NULL,
    customer TEXT NOT NULL,
    caller TEXT NOT NULL,
    text TEXT NOT NULL,
    asker TEXT NOT NULL CHECK (asker <> ''),
    own_limit INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at INTEGER,
    reason TEXT NOT NULL,
    CHECK (state <> 'approved' OR (decided_by <> '' AND decided_by <> asker AND reason <> '')),
    CHECK (state <> 'granted' OR amount <= own_limit)
) STRICT;
CREATE INDEX grants_pending ON grants (expires_at) WHERE state = 'pending';
CREATE UNIQUE INDEX grants_asked_once ON grants (call, action) WHERE state = 'pending';
CREATE INDEX grants_given ON grants (action, asked_at) WHERE state = 'granted';
CREATE INDEX grants_of_asker ON grants (asker, number);
CREATE TRIGGER grant_ends_once BEFORE UPDATE ON grants WHEN OLD.state <> 'pending'
BEGIN SELECT RAISE(ABORT, 'this request has ended'); END;
CREATE TRIGGER grant_is_kept BEFORE DELETE ON grants WHEN OLD.state = 'pending'
BEGIN SELECT RAISE(ABORT, 'this request pends'); END;
"""
TABLES = Part("grants", (_MADE,))

# The texts of SQL below hold our own words alone; whatever somebody typed goes in as a parameter.

_ALREADY = """
SELECT coalesce(sum(amount), 0) AS already FROM grants
WHERE state = 'granted' AND action = ? AND asked_at > ?
AND (call = ? OR (? <> '' AND customer = ?) OR (? <> '' AND caller = ?))
"""


class GrantStore:
    """The grants in the desktop's file, which was opened with `TABLES` among its parts."""

    def __init__(self, file: DeskFile) -> None:
        self._file = file

    async def add(self, wish: Wish, at: Instant, do: Callable[[int], Grant]) -> Grant:
        """Keep what `do` makes of how much this customer was granted by agents lately. Raises GrantRefused."""

        def work(connection: sqlite3.Connection) -> Grant:
            customer, caller = wish.customer, wish.caller
            values = (wish.action, at - COUNTED_FOR, wish.call, customer, customer, caller, caller)
            already: int = connection.execute(_ALREADY, values).fetchone()["already"]
            grant = do(already)
            asked = "SELECT * FROM grants WHERE state = 'pending' AND call = ? AND action = ?"
            twin = connection.execute(asked, (wish.call, wish.action)).fetchone()
            if twin is not None and grant.state is GrantState.PENDING:
                raise GrantRefused(Why.ASKED_ALREADY, _grant_of(twin))
            return replace(grant, number=_insert(connection, grant))

        return await self._file.run(work)

    async def change(self, number: int, do: Callable[[Grant], Grant | None]) -> Grant | None:
        """Let `do` end a request; None if it leaves it as it is. Raises GrantRefused, also for one that is none."""

        def work(connection: sqlite3.Connection) -> Grant | None:
            row = connection.execute("SELECT * FROM grants WHERE number = ?", (number,)).fetchone()
            if row is None:
                raise GrantRefused(Why.NO_SUCH_GRANT)
            ended = do(_grant_of(row))
            if ended is not None:
                connection.execute(
                    "UPDATE grants SET state = ?, decided_by = ?, decided_at = ?, reason = ? WHERE number = ?",
                    (ended.state, ended.decided_by, ended.decided_at, ended.reason, number),
                )
            return ended

        return await self._file.run(work)

    async def pending(self, asker: str = "") -> Sequence[Grant]:
        """What pends, oldest first; of one asker, or of all."""
        query = "SELECT * FROM grants WHERE state = 'pending' AND (? = '' OR asker = ?) ORDER BY number LIMIT ?"
        return await self._grants(query, (asker, asker, LISTED_AT_MOST))

    async def newest(self, asker: str = "", before: int | None = None) -> Sequence[Grant]:
        """All requests with numbers below `before`, newest first; of one asker, or of all."""
        query = (
            "SELECT * FROM grants WHERE (? = '' OR asker = ?) AND (? IS NULL OR number < ?) "
            "ORDER BY number DESC LIMIT ?"
        )
        return await self._grants(query, (asker, asker, before, before, LISTED_AT_MOST))

    async def due(self, now: Instant) -> Sequence[int]:
        """Requests whose time is over and that pend still."""
        query = "SELECT number FROM grants WHERE state = 'pending' AND expires_at <= ? ORDER BY number LIMIT ?"
        return await self._file.run(lambda c: [row["number"] for row in c.execute(query, (now, AT_ONCE))])

    async def next_due(self) -> Instant | None:
        """When the next request expires; None while nothing pends."""
        query = "SELECT min(expires_at) AS due FROM grants WHERE state = 'pending'"
        return await self._file.run(lambda c: c.execute(query).fetchone()["due"])

    async def forget(self, before: Instant) -> int:
        """Remove requests that were asked before this instant and have ended, some at a time; returns how many."""
        old = "SELECT number FROM grants WHERE asked_at <= ? AND state <> 'pending' ORDER BY number LIMIT ?"

        def work(connection: sqlite3.Connection) -> int:
            numbers = [(row["number"],) for row in connection.execute(old, (before, AT_ONCE))]
            connection.executemany("DELETE FROM grants WHERE number = ?", numbers)
            return len(numbers)

        return await self._file.run(work)

    async def _grants(self, query: str, values: Sequence[object]) -> Sequence[Grant]:
        return await self._file.run(lambda c: [_grant_of(row) for row in c.execute(query, values)])


def _insert(connection: sqlite3.Connection, grant: Grant) -> int:
    wish = grant.wish
    given = connection.execute(
        "INSERT INTO grants (action, amount, unit, decimals, call, customer, caller, text, asker, own_limit, asked_at, "
        "expires_at, state, decided_by, decided_at, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            wish.action,
            wish.amount,
            grant.unit,
            grant.decimals,
            wish.call,
            wish.customer,
            wish.caller,
            wish.text,
            grant.asker,
            grant.limit,
            grant.asked_at,
            grant.expires_at,
            grant.state,
            grant.decided_by,
            grant.decided_at,
            grant.reason,
        ),
    )
    assert given.lastrowid is not None
    return given.lastrowid


def _grant_of(row: sqlite3.Row) -> Grant:
    wish = Wish(row["action"], row["amount"], row["call"], row["text"], row["customer"], row["caller"])
    return Grant(
        row["number"],
        wish,
        row["unit"],
        row["decimals"],
        row["asker"],
        row["own_limit"],
        row["asked_at"],
        row["expires_at"],
        GrantState(row["state"]),
        row["decided_by"],
        row["decided_at"],
        row["reason"],
    )
