"""The one thread that writes: everything that arrived while the last commit ran goes into the next.

Rules: a batch is written in the order it was put; a commit that fails (disk full, file locked) is tried again with a
growing pause until it succeeds or the journal is closed, and nothing that was put is forgotten meanwhile. The buffer
is bounded: at `MOST_BUFFERED` bytes `put` refuses, and the owner notes a gap. The thread never touches the event
loop except by `on_commit`, which must be safe to call from any thread.
"""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from acd.core.instants import Duration, Instant
from acd.journal import sqlite_file as file
from acd.journal.pacing import expired, superseded
from acd.journal.records import MEMORY_VERSION, Record
from acd.journal.stored import StoredCheckpoint, StoredInput

MOST_BUFFERED = 64 * 1024 * 1024
"""Bytes that may wait for the disk: minutes of a busy hotline."""

MOST_PER_COMMIT = 5_000
DELETED_AT_ONCE = 2_000
"""Expired lines that go with one commit, so that no commit becomes slow by them."""

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """An input on its way to the file; its number is given when it is written."""

    at: Instant
    record: Record
    digest: str

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        return 300 + len(self.record.body)


@dataclass(frozen=True, slots=True)
class State:
    """A checkpoint on its way to the file, behind the lines whose outcome it is."""

    at: Instant
    text: str

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        return 300 + len(self.text)


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written together or not at all, and who waits for it."""

    items: tuple[Line | State, ...]
    durable: asyncio.Future[None] | None = None
    """Set by the owner, in its event loop, when the batch is durable."""
    size: int = field(init=False)

    def __post_init__(self) -> None:
        """Add up the sizes once."""
        object.__setattr__(self, "size", sum(item.size for item in self.items))


class Writer:
    """Owns the writing connection and its thread; all methods may be called from any thread."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        keep: Duration,
        on_commit: Callable[[list[Batch]], None],
        on_trouble: Callable[[str], None],
    ) -> None:
        self._connection = connection
        self._keep = keep
        self._on_commit = on_commit
        self._on_trouble = on_trouble
        self._waiting: deque[Batch] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._giving_up = False
        self._cut_until = 0
        self.buffered = 0
        """Bytes put and not yet durable."""
        self.written = file.last_seq(connection)
        """The number of the newest durable input."""
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def put(self, batch: Batch) -> bool:
        """Take over a batch; False if the buffer is full or the writer is closing, and then nothing was taken."""
        with self._changed:
            if self._closing or self.buffered + batch.size > MOST_BUFFERED:
                return False
            self.buffered += batch.size
            self._waiting.append(batch)
            self._changed.notify_all()
            return True

    def close(self, patience: float) -> bool:
        """Write what can be written within `patience` seconds and end; says whether everything is durable."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(patience)
        with self._changed:
            self._giving_up = True
            self._changed.notify_all()
        self._thread.join(file.BUSY_MS / 1000 + LONGEST_PAUSE)
        return self.buffered == 0

    def _run(self) -> None:
        pause = 0.0
        while batches := self._next():
            try:
                written = self._commit(batches)
            except Exception as error:  # noqa: BLE001 - whatever it is, the thread must live on and try again.
                self._on_trouble(f"{type(error).__name__}: {error}")
                pause = min(max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
                with self._changed:
                    self._changed.wait_for(lambda: self._giving_up, pause)
                continue
            pause = 0.0
            with self._changed:
                for batch in batches:
                    self._waiting.popleft()
                    self.buffered -= batch.size
                self.written = written
            self._on_commit(batches)
        self._connection.close()

    def _next(self) -> list[Batch]:
        """The batches for the next commit, left in the buffer until they are durable; none when it is time to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            if self._giving_up:
                return []
            taken: list[Batch] = []
            count = 0
            for batch in self._waiting:
                if taken and count + len(batch.items) > MOST_PER_COMMIT:
                    break
                taken.append(batch)
                count += len(batch.items)
            return taken

    def _commit(self, batches: list[Batch]) -> int:
        """Write the batches in one transaction; returns the number of the last input, or raises and changes nothing."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            seq = self.written
            for batch in batches:
                lines: list[StoredInput] = []
                for item in batch.items:
                    if isinstance(item, Line):
                        seq += 1
                        lines.append(StoredInput(seq, item.at, item.record, item.digest))
                    else:
                        file.insert_inputs(connection, lines)
                        lines = []
                        self._keep_state(StoredCheckpoint(seq, item.at, MEMORY_VERSION, item.text))
                file.insert_inputs(connection, lines)
            if self._cut_until and not file.delete_inputs(connection, self._cut_until, DELETED_AT_ONCE):
                self._cut_until = 0
            connection.execute("COMMIT")
        except BaseException:
            # SQLite has rolled back by itself after some errors, for example a full disk.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return seq

    def _keep_state(self, checkpoint: StoredCheckpoint) -> None:
        """Write a checkpoint; let go of those it supersedes, and of what is older than the file shall keep."""
        file.insert_checkpoint(self._connection, checkpoint)
        places = file.places_of_checkpoints(self._connection)
        cut = expired(places, self._keep, checkpoint.at)
        old = superseded(place for place in places if place[0] >= cut)
        file.delete_checkpoints(self._connection, [*old, *(seq for seq, _ in places if seq < cut)])
        self._cut_until = max(self._cut_until, cut)
