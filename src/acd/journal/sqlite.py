"""The journal as an SQLite file: durable before an order is sent, and never in the way of a call.

What happens when the disk does not keep up: an append waits `PATIENCE` seconds once; then the journal counts as
behind, calls go on at once, and all inputs wait in the buffer until the disk is back. When the buffer is full, inputs
are given up: they are counted, a line of the kind `gap` says so in the file, and the next checkpoint makes a replay
exact again. All of it is loud: in the log, and in `health`.
"""

import asyncio
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.engine.ports import Entry
from acd.journal import sqlite_file as file
from acd.journal.errors import JournalUnusable
from acd.journal.health import JournalHealth
from acd.journal.lock import JournalLock
from acd.journal.pacing import CHECKPOINT_EVERY, DAY
from acd.journal.records import GAP, Record, encode, encode_memory
from acd.journal.stored import StoredCheckpoint, StoredInput
from acd.journal.writer import Batch, Line, State, Writer

PATIENCE = 0.5
"""Seconds that the first append waits for a disk that does not answer; a caller would begin to notice more."""

CLOSE_PATIENCE = 5.0

_log = structlog.get_logger(__name__)


class SqliteStored:
    """A journal's file for reading only, also while a core writes to it. Raises `JournalUnusable`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.is_file():
            raise JournalUnusable(f"{path}: there is no such file")
        with _clear_errors(path):
            self._connection = file.connect(path, read_only=True)
            file.check(self._connection, path)

    def checkpoints(self) -> Iterator[StoredCheckpoint]:
        """All checkpoints, the oldest first."""
        with _clear_errors(self._path):
            yield from file.read_checkpoints(self._connection)

    def last_checkpoint(self) -> StoredCheckpoint | None:
        """The newest checkpoint, if any."""
        with _clear_errors(self._path):
            return file.read_last_checkpoint(self._connection)

    def inputs(self, after: int) -> Iterator[StoredInput]:
        """The lines after the one numbered `after`, in order."""
        with _clear_errors(self._path):
            yield from file.read_inputs(self._connection, after)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


class SqliteJournal:
    """The journal of one running core. Raises `JournalUnusable` when the file is not to be had."""

    def __init__(
        self,
        path: Path,
        *,
        keep_days: int = 35,
        checkpoint_every: int = CHECKPOINT_EVERY,
        page_limit: int | None = None,
    ) -> None:
        self._path = path
        self._every = checkpoint_every
        self._loop: asyncio.AbstractEventLoop | None = None
        self._trouble = ""
        self._behind = False
        self._lost = 0
        self._gap: tuple[int, Instant, Instant] | None = None
        self._state_due = False
        self._since_checkpoint = 0
        file.make_folder(path)
        self._lock = JournalLock(path)
        try:
            file.prepare(path)
            with _clear_errors(path):
                self._reader = file.connect(path)
                connection = file.connect(path, page_limit=page_limit)
                self._writer = Writer(connection, keep_days * DAY, self._on_commit, self._on_trouble)
        except BaseException:
            self._lock.release()
            raise

    @property
    def health(self) -> JournalHealth:
        """How the journal fares at this moment."""
        return JournalHealth(self._trouble, self._behind, self._writer.buffered, self._writer.written, self._lost)

    async def append(self, entries: Sequence[Entry]) -> None:
        """Return when the entries are durable, or have been given up loudly; never raises on the call path."""
        self._loop = asyncio.get_running_loop()
        lines = self._lines(entries)
        if not lines:
            return
        batch = Batch(lines, self._loop.create_future())
        if not self._writer.put(batch):
            self._give_up(entries)
            return
        self._gap = None
        self._since_checkpoint += len(lines)
        if self._behind or batch.durable is None:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await batch.durable
        except TimeoutError:
            self._behind = True
            _log.error("the journal is behind: calls go on before they are written down", trouble=self._trouble)

    def checkpoint(self, memory: Memory, *, now: bool = False) -> None:
        """Keep a copy of `memory`, the outcome of all that was appended, if one is due or `now` asks for it."""
        if not (now or self._state_due or self._since_checkpoint >= self._every):
            return
        try:
            state = State(memory.now, encode_memory(memory))
        except ValueError:
            _log.error("the core's memory cannot be written; the next checkpoint tries again")
            self._since_checkpoint = 0
            return
        if self._writer.put(Batch((state,))):
            self._state_due = False
            self._since_checkpoint = 0

    def begin_epoch(self, at: Instant) -> int:
        """The number of a core's life that begins now, higher than any before. Raises `JournalUnusable`.

        Never below the seconds of `at`: a journal that was lost must not give numbers anew that still ride on channels.
        """
        with _clear_errors(self._path):
            (epoch,) = self._reader.execute(
                "INSERT INTO epochs SELECT max(coalesce(max(epoch), 0) + 1, ?), ? FROM epochs RETURNING epoch",
                (at // 1000, at),
            ).fetchone()
        return int(epoch)

    def checkpoints(self) -> Iterator[StoredCheckpoint]:
        """All checkpoints, the oldest first."""
        with _clear_errors(self._path):
            yield from file.read_checkpoints(self._reader)

    def last_checkpoint(self) -> StoredCheckpoint | None:
        """The newest checkpoint, if any."""
        with _clear_errors(self._path):
            return file.read_last_checkpoint(self._reader)

    def inputs(self, after: int) -> Iterator[StoredInput]:
        """The lines after the one numbered `after`, in order."""
        with _clear_errors(self._path):
            yield from file.read_inputs(self._reader, after)

    def close(self) -> None:
        """Write what waits, for `CLOSE_PATIENCE` seconds at most, and let another core have the file."""
        if not self._writer.close(CLOSE_PATIENCE):
            _log.error("the journal was closed before all was written", bytes=self._writer.buffered)
        self._reader.close()
        self._lock.release()

    def _lines(self, entries: Sequence[Entry]) -> tuple[Line, ...]:
        """The entries as lines, behind a line for the gap if there was one."""
        lines: list[Line] = []
        for entry in entries:
            try:
                lines.append(Line(entry.at, encode(entry.input), entry.digest))
            except ValueError:
                # Text without a UTF-8 form; the edges let none in, and a call must not suffer if one did.
                self._give_up([entry])
        if self._gap is not None:
            lost, first, last = self._gap
            body = json.dumps({"lost": lost, "first": first, "last": last})
            lines.insert(0, Line(last, Record(GAP, 1, body), ""))
        return tuple(lines)

    def _give_up(self, entries: Sequence[Entry]) -> None:
        lost, first, _ = self._gap or (0, entries[0].at, 0)
        self._gap = (lost + len(entries), first, entries[-1].at)
        self._lost += len(entries)
        self._state_due = True
        if lost == 0:
            _log.error("the journal gives up inputs; calls go on", trouble=self._trouble or "the buffer is full")

    def _on_trouble(self, trouble: str) -> None:
        """Called by the writer's thread after each commit that failed."""
        if trouble != self._trouble:
            _log.error("the journal cannot write and tries again", path=str(self._path), trouble=trouble)
        self._trouble = trouble

    def _on_commit(self, batches: list[Batch]) -> None:
        """Called by the writer's thread after each commit."""
        if self._trouble:
            _log.info("the journal writes again", path=str(self._path))
            self._trouble = ""
        if self._loop is None:
            return
        try:
            self._loop.call_soon_threadsafe(self._committed, batches)
        except RuntimeError:
            # The loop has ended, and with it everybody who waited.
            return

    def _committed(self, batches: list[Batch]) -> None:
        for batch in batches:
            if batch.durable is not None and not batch.durable.done():
                batch.durable.set_result(None)
        if self._behind and self._writer.buffered == 0:
            self._behind = False
            _log.info("the journal has caught up", written=self._writer.written)


@contextmanager
def _clear_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise JournalUnusable(f"{path}: {error}") from None
