"""The desktop's own file: what people write, in one SQLite database beside the journal.

Contacts and notes, tickets, approvals, accounts and the audit trail are facts that the core knows nothing of, so they
do not go through the journal. One thread does all the work, one transaction at a time: the call path never waits for
it, and what has been answered is on the disk. A second one reads what takes long, and holds up nobody. The file holds
what is said of customers, so it is for its owner alone: mode 0600, in a folder of mode 0700.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

APPLICATION_ID = 0x484F5444
"""The letters HOTD, at a fixed place in each of our files."""
BUSY_MS = 2_000
"""How long a statement waits for somebody else's lock before it counts as failed."""


class DeskUnusable(Exception):
    """The file cannot be opened, is damaged, or is from a newer program; one line says which."""


@dataclass(frozen=True, slots=True)
class Part:
    """The tables of one subject, as the steps by which they came to be; each step is taken once in a file's life."""

    name: str
    steps: tuple[str, ...]
    """Statements of SQL. A step that was ever released is never changed: another one follows it."""


class DeskFile:
    """Opens the file, brings its tables up to date, and runs work on it in a thread of its own."""

    def __init__(self, path: Path, parts: Sequence[Part]) -> None:
        """Raises DeskUnusable. `parts` have different names."""
        self.path = path
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                # One that was put back from a copy may be open to all, and what SQLite puts beside it is as it is.
                os.fchmod(opened, 0o600)
            finally:
                os.close(opened)
            self._connection = _connect(path)
        except OSError as error:
            raise DeskUnusable(f"{path}: cannot be opened: {error.strerror}") from None
        try:
            _bring_up_to_date(self._connection, path, parts)
        except sqlite3.Error as error:
            self._connection.close()
            raise DeskUnusable(f"{path}: {_why(error)}") from None
        except DeskUnusable:
            self._connection.close()
            raise
        self._reading = _connect(path)
        self._reading.execute("PRAGMA query_only = ON")
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk-reader")

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in one transaction and return what it returns; all of it is on the disk then, or nothing is.

        An exception of `work` undoes what it did and is raised here. Raises sqlite3.Error for a disk that fails.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.do, work)

    async def note(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The same for what nobody was promised: it does not wait for the disk, but once in hundreds of times.

        It outlives the end of the process, however sudden. A machine that loses its power may lose what was noted since
        a `run` last wrote something, but never the earlier of two without the later.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._noted, work)

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Let `work` read beside all other work: for what takes so long that nobody should wait behind it.

        It sees what was done before it began, and can change nothing. Raises what `work` raises.
        """
        return await asyncio.get_running_loop().run_in_executor(self._reader, work, self._reading)

    def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The same at once, in the caller's thread: for commands, which have no event loop to keep from waiting."""
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            return work(self._connection)

    def _noted(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self._connection.execute("PRAGMA synchronous = NORMAL")
        try:
            return self.do(work)
        finally:
            self._connection.execute("PRAGMA synchronous = FULL")

    def close(self) -> None:
        """Finish the work that has begun, and close the file."""
        self._thread.shutdown(wait=True)
        self._reader.shutdown(wait=True)
        self._reading.close()
        self._connection.close()


def _why(error: sqlite3.Error) -> str:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "in use by another program, such as a copy that is being made; end that, and start again"
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR | sqlite3.SQLITE_READONLY:
            return f"the disk does not take it: {error}"
        case _:
            return f"damaged, or no file of ours: {error}; docs/operating.md says what to do"


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    return connection


def _bring_up_to_date(connection: sqlite3.Connection, path: Path, parts: Sequence[Part]) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION_ID and tables:
        raise DeskUnusable(f"{path}: a database of another program; a file of ours or a new name is wanted")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE IF NOT EXISTS parts (name TEXT PRIMARY KEY, steps INTEGER NOT NULL) STRICT")
        taken = {row["name"]: row["steps"] for row in connection.execute("SELECT name, steps FROM parts")}
        for part in parts:
            before = taken.get(part.name, 0)
            if before > len(part.steps):
                raise DeskUnusable(f"{path}: written by a newer program ({part.name} {before}); update this one")
            for step in part.steps[before:]:
                for statement in _statements(step):
                    connection.execute(statement)
            connection.execute("INSERT OR REPLACE INTO parts VALUES (?, ?)", (part.name, len(part.steps)))


def _statements(step: str) -> Iterator[str]:
    """The statements of a step, one by one: a script at once would end the transaction. A trigger's own stay in it."""
    statement = ""
    for piece in step.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            if statement.strip(";\n ") != "":
                yield statement
            statement = ""
    assert not statement.strip(";\n "), f"a statement that never ends: {statement[:80]}"
