"""A journal in memory, for tests and for a core whose history nobody will ask for. It ends with the process.

It writes the same records as the file does, so that what cannot be written fails here too.
"""

from collections.abc import Iterator, Sequence

from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.engine.ports import Entry
from acd.journal.health import JournalHealth
from acd.journal.pacing import CHECKPOINT_EVERY
from acd.journal.records import MEMORY_VERSION, encode, encode_memory
from acd.journal.stored import StoredCheckpoint, StoredInput


class MemoryJournal:
    """Keeps everything; nothing is bounded, so it is not for a hotline that runs for days."""

    def __init__(self, checkpoint_every: int = CHECKPOINT_EVERY) -> None:
        self._inputs: list[StoredInput] = []
        self._checkpoints: list[StoredCheckpoint] = []
        self._epoch = 0
        self._every = checkpoint_every

    @property
    def health(self) -> JournalHealth:
        """Always well."""
        return JournalHealth(written=len(self._inputs))

    async def append(self, entries: Sequence[Entry]) -> None:
        """Write the entries; they are as durable as the process."""
        for entry in entries:
            self._inputs.append(StoredInput(len(self._inputs) + 1, entry.at, encode(entry.input), entry.digest))

    def checkpoint(self, memory: Memory, *, now: bool = False) -> None:
        """Keep a copy of `memory`, the outcome of all that was appended, if one is due or `now` asks for it."""
        last = self._checkpoints[-1].seq if self._checkpoints else -self._every
        if now or len(self._inputs) - last >= self._every:
            seq = len(self._inputs)
            self._checkpoints.append(StoredCheckpoint(seq, memory.now, MEMORY_VERSION, encode_memory(memory)))

    def begin_epoch(self, at: Instant) -> int:
        """The number of a core's life that begins now, higher than any before and not below the seconds of `at`."""
        self._epoch = max(self._epoch + 1, at // 1000)
        return self._epoch

    def checkpoints(self) -> Iterator[StoredCheckpoint]:
        """All checkpoints, the oldest first."""
        return iter(self._checkpoints)

    def last_checkpoint(self) -> StoredCheckpoint | None:
        """The newest checkpoint, if any."""
        return self._checkpoints[-1] if self._checkpoints else None

    def inputs(self, after: int) -> Iterator[StoredInput]:
        """The lines after the one numbered `after`, in order."""
        return iter(self._inputs[after:])

    def close(self) -> None:
        """Nothing to put away."""
