"""The journal's SQLite file: made, recognised, opened; and the statements that are run on it.

A file that is not ours, is damaged or was written by a newer program is refused with one clear line and left as it
is. The file holds callers' numbers, so it is for its owner alone: mode 0600, in a folder of mode 0700.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

from acd.core.instants import Instant
from acd.journal.errors import JournalUnusable
from acd.journal.records import Record
from acd.journal.stored import StoredCheckpoint, StoredInput

APPLICATION_ID = 0x484F544C
"""The letters HOTL, at a fixed place in each of our files."""
SCHEMA = 1
BUSY_MS = 2_000
"""How long a statement waits for somebody else's lock before it counts as failed."""
READ_AT_ONCE = 1_000

_MAGIC = b"SQLite format 3\0"


def make_folder(path: Path) -> None:
    """Make the folder of a journal, for its owner alone; one that is there stays as it is. Raises `JournalUnusable`."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise JournalUnusable(f"{path.parent}: cannot be made: {error.strerror}") from None


def prepare(path: Path) -> None:
    """Make the file and its tables if they are missing. Raises `JournalUnusable`."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        with path.open("rb") as opened:
            head = opened.read(len(_MAGIC))
    except OSError as error:
        raise JournalUnusable(f"{path}: cannot be opened: {error.strerror}") from None
    if head and head != _MAGIC:
        raise JournalUnusable(f"{path}: not a journal; a file of this program or a new name is wanted")
    try:
        connection = connect(path)
        try:
            _check_or_create(connection, path, new=not head)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise JournalUnusable(f"{path}: damaged or not a journal: {error}") from None


def connect(path: Path, *, read_only: bool = False, page_limit: int | None = None) -> sqlite3.Connection:
    """A connection in our settings: write-ahead log, every commit on disk before it returns."""
    mode = "ro" if read_only else "rw"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        # With its own size as the limit, the log does not stay large for ever after one large commit.
        connection.execute("PRAGMA journal_size_limit = 16777216")
    if page_limit is not None:
        connection.execute(f"PRAGMA max_page_count = {page_limit:d}")
    return connection


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Raise `JournalUnusable` unless the file is a journal of the shape this program knows."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise JournalUnusable(f"{path}: a database of another program; a journal or a new name is wanted")
    if schema != SCHEMA:
        raise JournalUnusable(f"{path}: shape {schema} is not known; this program knows shape {SCHEMA}")


def _check_or_create(connection: sqlite3.Connection, path: Path, *, new: bool) -> None:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if not new and tables:
        check(connection, path)
        return
    script = resources.files("acd.journal").joinpath("sql/0001_journal.sql").read_text(encoding="utf-8")
    connection.executescript(
        f"BEGIN IMMEDIATE; {script}; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA}; COMMIT;"
    )


def last_seq(connection: sqlite3.Connection) -> int:
    """The number of the newest input; after a cut, at least that of the newest checkpoint."""
    query = "SELECT max(coalesce((SELECT max(seq) FROM inputs), 0), coalesce((SELECT max(seq) FROM checkpoints), 0))"
    (seq,) = connection.execute(query).fetchone()
    return int(seq)


def insert_inputs(connection: sqlite3.Connection, rows: Sequence[StoredInput]) -> None:
    """Add lines; part of the transaction that is open."""
    connection.executemany(
        "INSERT INTO inputs VALUES (?, ?, ?, ?, ?, ?)",
        [(row.seq, row.at, *row.record, row.digest) for row in rows],
    )


def insert_checkpoint(connection: sqlite3.Connection, checkpoint: StoredCheckpoint) -> None:
    """Add a checkpoint, or renew the one at the same input; part of the transaction that is open."""
    row = (checkpoint.seq, checkpoint.at, checkpoint.version, checkpoint.state)
    connection.execute("INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?)", row)


def places_of_checkpoints(connection: sqlite3.Connection) -> list[tuple[int, Instant]]:
    """The number and the time of each checkpoint, the oldest first."""
    return list(connection.execute("SELECT seq, at_ms FROM checkpoints ORDER BY seq"))


def delete_checkpoints(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Remove checkpoints by their numbers; part of the transaction that is open."""
    connection.executemany("DELETE FROM checkpoints WHERE seq = ?", [(seq,) for seq in numbers])


def delete_inputs(connection: sqlite3.Connection, until: int, most: int) -> bool:
    """Remove at most `most` of the lines up to `until`; says whether there may be more of them."""
    (oldest,) = connection.execute("SELECT min(seq) FROM inputs").fetchone()
    if oldest is None or oldest > until:
        return False
    connection.execute("DELETE FROM inputs WHERE seq <= ?", (min(until, oldest + most - 1),))
    return bool(oldest + most <= until)


def read_inputs(connection: sqlite3.Connection, after: int) -> Iterator[StoredInput]:
    """The lines after `after`, read in portions, so that a journal of any size needs little memory."""
    while True:
        rows = connection.execute(
            "SELECT seq, at_ms, kind, version, body, digest FROM inputs WHERE seq > ? ORDER BY seq LIMIT ?",
            (after, READ_AT_ONCE),
        ).fetchall()
        for seq, at, kind, version, body, digest in rows:
            yield StoredInput(seq, at, Record(kind, version, body), digest)
        if len(rows) < READ_AT_ONCE:
            return
        after = rows[-1][0]


def read_checkpoints(connection: sqlite3.Connection) -> Iterator[StoredCheckpoint]:
    """All checkpoints, the oldest first, one at a time."""
    for seq, _ in places_of_checkpoints(connection):
        row = connection.execute("SELECT seq, at_ms, version, state FROM checkpoints WHERE seq = ?", (seq,)).fetchone()
        if row is not None:
            yield StoredCheckpoint(*row)


def read_last_checkpoint(connection: sqlite3.Connection) -> StoredCheckpoint | None:
    """The newest checkpoint, if any."""
    row = connection.execute("SELECT seq, at_ms, version, state FROM checkpoints ORDER BY seq DESC LIMIT 1").fetchone()
    return None if row is None else StoredCheckpoint(*row)
