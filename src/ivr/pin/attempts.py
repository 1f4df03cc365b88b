"""The book of attempts: on the disk before anybody is asked whether a PIN is right.

So neither a crash between counting and verdict nor two calls at once give anybody a free try. It is a file of its own,
apart from the journal: it must be durable before the next step is taken, and it is small. At most MOST_CUSTOMERS are
remembered; beyond it those are forgotten whose lock has run out, then who is not locked, the oldest before the others,
and if everybody is locked the attempt is refused. Calls are forgotten after a day, or when there are more than
MOST_CALLS. Ids that differ by zeros before them alone are one here: to some banks they are the same customer.
Synchronous: it is used on a thread (guard.py), or by a command.
"""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from acd.core.instants import Duration, Instant
from ivr.pin.files import private_database, transaction

MOST_CUSTOMERS = 100_000
MOST_CALLS = 20_000
CALL_KEPT_FOR: Duration = 86_400_000

DELAYS: tuple[Duration, ...] = (0, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000)
"""Milliseconds after the last verdict before which no new one is given, by how many were wrong in a row: whatever calls
they come in. What is said between two attempts of one call lasts twenty seconds, so the first of them nobody feels."""

HELD_AT_MOST: Duration = 15_000
"""Milliseconds for which a caller is held on the line for such a delay; who comes earlier may not try at all."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS customers (
    customer TEXT PRIMARY KEY,
    wrong INTEGER NOT NULL,      -- in a row, the one that is being asked about included
    last_at INTEGER NOT NULL     -- ms since 1970
) STRICT;
CREATE INDEX IF NOT EXISTS customers_by_age ON customers (last_at);
CREATE TABLE IF NOT EXISTS calls (
    call TEXT PRIMARY KEY,
    asked INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS calls_by_age ON calls (last_at);
"""


@dataclass(frozen=True, slots=True)
class Rules:
    """How often may be tried."""

    per_call: int
    per_customer: int
    locked_for: Duration


@dataclass(frozen=True, slots=True)
class Counted:
    """An attempt that stands in the book and may be made."""

    not_before: Instant
    """Before this no verdict may be given."""
    last: bool
    """If it is wrong, the customer is locked."""
    last_at: Instant = 0
    """When the attempt before it was, to be put back if this one is taken back."""


def counted_as(customer: str) -> str:
    """Under what a customer's attempts are counted: his id without the zeros before it."""
    return customer.lstrip("0") or "0"


class AttemptBook:
    """The book in one file, which only its owner may read. Raises PinsUnusable when it cannot be opened."""

    def __init__(self, path: Path, most_customers: int = MOST_CUSTOMERS) -> None:
        self._most_customers = most_customers
        self._database = private_database(path, _SCHEMA)

    def count(self, customer: str, call: str, now: Instant, rules: Rules) -> Counted | None:
        """Write an attempt down, durably, before it is made; None if it may not be made. Raises sqlite3.Error."""
        customer = counted_as(customer)
        with transaction(self._database):
            asked = self._number("SELECT asked FROM calls WHERE call = ?", call)
            wrong = self._number("SELECT wrong FROM customers WHERE customer = ?", customer)
            last_at = self._number("SELECT last_at FROM customers WHERE customer = ?", customer)
            if wrong >= rules.per_customer and now >= last_at + rules.locked_for:
                wrong = 0
            # The delay runs from the last verdict; a lock that has run out leaves none.
            not_before = last_at + DELAYS[min(wrong, len(DELAYS) - 1)] if wrong else 0
            if asked >= rules.per_call or wrong >= rules.per_customer or not_before - now > HELD_AT_MOST:
                return None
            if not (last_at or self._has_room(now, rules)):
                return None
            self._execute("DELETE FROM calls WHERE last_at < ?", now - CALL_KEPT_FOR)
            self._execute("INSERT OR REPLACE INTO calls VALUES (?, ?, ?)", call, asked + 1, now)
            self._execute(
                "DELETE FROM calls WHERE call IN (SELECT call FROM calls ORDER BY last_at DESC LIMIT -1 OFFSET ?)",
                MOST_CALLS,
            )
            self._execute("INSERT OR REPLACE INTO customers VALUES (?, ?, ?)", customer, wrong + 1, now)
        return Counted(not_before, last=wrong + 1 >= rules.per_customer, last_at=last_at)

    def was_wrong(self, customer: str, at: Instant) -> None:
        """An attempt that stands in the book is told to be wrong at `at`: the next one's delay runs from then.

        Raises sqlite3.Error.
        """
        with transaction(self._database):
            self._execute("UPDATE customers SET last_at = ? WHERE customer = ?", at, counted_as(customer))

    def was_right(self, customer: str, call: str) -> None:
        """An attempt was right: begin anew with the customer, and leave the call as many as it had before.

        Raises sqlite3.Error.
        """
        with transaction(self._database):
            self._execute("DELETE FROM customers WHERE customer = ?", counted_as(customer))
            self._give_back(call)

    def forgive(self, customer: str, call: str, counted: Counted) -> None:
        """Take an attempt back of which nobody could say whether it was right. Raises sqlite3.Error."""
        customer = counted_as(customer)
        with transaction(self._database):
            self._execute(
                "UPDATE customers SET wrong = wrong - 1, last_at = ? WHERE customer = ?", counted.last_at, customer
            )
            self._execute("DELETE FROM customers WHERE customer = ? AND wrong <= 0", customer)
            self._give_back(call)

    def forget(self, customer: str) -> bool:
        """Begin anew with a customer whom a person unlocked. False if there was nothing to forget.

        Raises sqlite3.Error.
        """
        with transaction(self._database):
            return self._execute("DELETE FROM customers WHERE customer = ?", counted_as(customer)) > 0

    def locked(self, now: Instant, rules: Rules) -> tuple[str, ...]:
        """Everybody who is locked, by what he is counted as. Raises sqlite3.Error."""
        with closing(self._database.cursor()) as cursor:
            rows = cursor.execute(
                "SELECT customer FROM customers WHERE wrong >= ? AND last_at > ? ORDER BY customer",
                (rules.per_customer, now - rules.locked_for),
            )
            return tuple(customer for (customer,) in rows)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _give_back(self, call: str) -> None:
        self._execute("UPDATE calls SET asked = max(asked - 1, 0) WHERE call = ?", call)

    def _has_room(self, now: Instant, rules: Rules) -> bool:
        if self._number("SELECT count(*) FROM customers") < self._most_customers:
            return True
        ran_out = "DELETE FROM customers WHERE wrong >= ? AND last_at <= ?"
        if self._execute(ran_out, rules.per_customer, now - rules.locked_for):
            return True
        forgotten = self._execute(
            "DELETE FROM customers WHERE customer = (SELECT customer FROM customers WHERE wrong < ?"
            " ORDER BY last_at, customer LIMIT 1)",
            rules.per_customer,
        )
        return forgotten > 0

    def _number(self, query: str, *values: str) -> int:
        with closing(self._database.cursor()) as cursor:
            row = cursor.execute(query, values).fetchone()
            return int(row[0]) if row else 0

    def _execute(self, statement: str, *values: str | int) -> int:
        with closing(self._database.cursor()) as cursor:
            return cursor.execute(statement, values).rowcount
