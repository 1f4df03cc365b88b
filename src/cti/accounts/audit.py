"""The audit trail: who saw which customer, who came and went, who decided what. Written once, never changed.

Whoever notes something does not wait: entries are written in batches by `run`, a moment later. Entries are kept in
memory while the disk fails, `UNWRITTEN_AT_MOST` of them; beyond it the newest are lost, counted and logged. The
database itself refuses to change an entry. Entries go when they are older than the settings say, and never sooner.
"""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import structlog

from acd.core.instants import Instant
from cti.accounts.deeds import Deed
from cti.api.people import Person
from cti.desk_file import DeskFile, Part

UNWRITTEN_AT_MOST = 20_000
AT_ONCE = 1_000
"""Entries written, or forgotten, in one transaction."""
TRY_AGAIN_AFTER = 1.0
LOOKS_FOR_OLD_EVERY: Instant = 3_600_000
DAY: Instant = 86_400_000
LONGEST_VALUE = 120
PAGE_AT_MOST = 500

PART = Part(
    "audit",
    (
        """
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,        -- ms since 1970
            who TEXT NOT NULL,
            what TEXT NOT NULL,
            customer TEXT NOT NULL,     -- or empty
            about TEXT NOT NULL         -- JSON
        ) STRICT;
        CREATE INDEX audit_by_time ON audit (at);
        CREATE INDEX audit_by_who ON audit (who);
        CREATE INDEX audit_by_customer ON audit (customer) WHERE customer <> '';
        CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN
            SELECT RAISE(ABORT, 'an entry of the audit trail is never changed');
        END;
        """,
    ),
)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail."""

    at: Instant
    who: str
    what: Deed
    about: Mapping[str, str]
    id: int = 0
    """Grows with each entry; 0 for one that is not written yet."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries somebody wants to see; None is whatever it may be."""

    before: int | None = None
    """Only entries older than the one with this id."""
    who: str | None = None
    what: Deed | None = None
    customer: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    at_most: int = 100


class Audit:
    """The trail. `run` belongs in the app's task group."""

    def __init__(self, file: DeskFile, now: Callable[[], Instant], keep_days: Callable[[], int]) -> None:
        self._file = file
        self._now = now
        self._keep_days = keep_days
        self._unwritten: list[Entry] = []
        self._news = asyncio.Event()
        self._looked_at: Instant = 0
        self.lost = 0
        """Entries that were never written, because the disk failed for too long."""

    def note(self, person: Person | str, what: Deed, about: Mapping[str, str] | None = None) -> None:
        """See Trail."""
        if len(self._unwritten) >= UNWRITTEN_AT_MOST:
            self.lost += 1
            return
        who = person if isinstance(person, str) else person.name
        short = {key: value[:LONGEST_VALUE] for key, value in (about or {}).items() if value}
        self._unwritten.append(Entry(self._now(), who, what, short))
        self._news.set()

    async def run(self) -> NoReturn:
        """Write what is noted, and forget what is old, until cancelled; what is noted by then is written still."""
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOKS_FOR_OLD_EVERY / 1_000):
                        await self._news.wait()
                self._news.clear()
                if not await self._write():
                    self._news.set()
                    await asyncio.sleep(TRY_AGAIN_AFTER)
                await self._forget()
        finally:
            await self._write()

    async def page(self, wanted: Wanted) -> tuple[Entry, ...]:
        """Entries, the newest first; also those noted just now. Raises sqlite3.Error."""
        await self._write()
        return await self._file.run(lambda file: _read(file, wanted))

    async def _write(self) -> bool:
        """Write all that is noted; False if the disk would not take it."""
        while self._unwritten:
            batch = self._unwritten[:AT_ONCE]
            # Taken out first: `page` and `run` may both be at it.
            del self._unwritten[: len(batch)]
            try:
                await self._file.note(lambda file, batch=batch: write(file, batch))  # type: ignore[misc]
            except sqlite3.Error as error:
                self._unwritten[:0] = batch
                _log.error(
                    "the audit trail cannot be written", why=str(error), waiting=len(self._unwritten), lost=self.lost
                )
                return False
        return True

    async def _forget(self) -> None:
        now = self._now()
        if now - self._looked_at < LOOKS_FOR_OLD_EVERY:
            return
        oldest = now - self._keep_days() * DAY
        try:
            while await self._file.run(lambda file: _forget(file, oldest)) == AT_ONCE:
                continue
            self._looked_at = now
        except sqlite3.Error as error:
            _log.error("old entries of the audit trail cannot be forgotten", why=str(error))


def write(file: sqlite3.Connection, entries: list[Entry]) -> None:
    """Add entries to the trail."""
    file.executemany(
        "INSERT INTO audit (at, who, what, customer, about) VALUES (?, ?, ?, ?, ?)",
        [(each.at, each.who, each.what, each.about.get("customer", ""), _json(each.about)) for each in entries],
    )


def _forget(file: sqlite3.Connection, older_than: Instant) -> int:
    gone = file.execute(
        "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? ORDER BY at LIMIT ?)", (older_than, AT_ONCE)
    )
    return gone.rowcount


def _read(file: sqlite3.Connection, wanted: Wanted) -> tuple[Entry, ...]:
    tests: list[tuple[str, Any]] = [
        ("id < ?", wanted.before),
        ("who = ?", wanted.who),
        ("what = ?", wanted.what),
        ("customer = ?", wanted.customer),
        ("at >= ?", wanted.since),
        ("at <= ?", wanted.until),
    ]
    asked = [(test, value) for test, value in tests if value is not None]
    where = " AND ".join(test for test, _ in asked) or "1"
    rows = file.execute(
        f"SELECT id, at, who, what, about FROM audit WHERE {where} ORDER BY id DESC LIMIT ?",  # noqa: S608 - our own words.
        (*(value for _, value in asked), min(wanted.at_most, PAGE_AT_MOST)),
    )
    return tuple(Entry(row["at"], row["who"], Deed(row["what"]), json.loads(row["about"]), row["id"]) for row in rows)


def _json(about: Mapping[str, str]) -> str:
    return json.dumps(about, ensure_ascii=True, separators=(",", ":"))
