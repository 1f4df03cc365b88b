"""One journal, one core: an advisory lock on a file beside the journal, which the system frees when a process dies."""

import fcntl
import os
from pathlib import Path

from acd.journal.errors import JournalUnusable


class JournalLock:
    """Held from construction until `release`. Raises `JournalUnusable` when another process holds it."""

    def __init__(self, journal: Path) -> None:
        path = journal.with_name(journal.name + ".lock")
        # The file stays when the lock goes: removing it would let two processes lock two files of one name.
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise JournalUnusable(f"{path}: cannot be opened: {error.strerror}") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._file, 20).decode("ascii", "replace").strip()
            os.close(self._file)
            by = f"process {holder}" if holder.isdigit() else "another process"
            raise JournalUnusable(f"{journal}: in use by {by}; one journal serves one running core") from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let another core have the journal; calling it again does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
