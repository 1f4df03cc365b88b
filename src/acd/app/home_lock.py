"""One supervisor for each home folder: a lock that the system frees when its holder dies.

Without it two that start at the same time would end each other's Asterisk, again and again.
"""

import fcntl
import os
from pathlib import Path

FILE = "up.lock"


class HomeTaken(Exception):
    """Another supervisor has this home folder."""


class HomeLock:
    """Held from construction until `release` or the process ends. Raises HomeTaken, and OSError for the folder."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(home / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise HomeTaken(
                f"a hotline already runs in {home}; end it, or set HOTLINE_HOME to another folder"
            ) from None

    def release(self) -> None:
        """Let another have the folder. The file stays: without it two could lock two files of one name."""
        os.close(self._file)
