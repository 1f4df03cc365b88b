"""Where the sound is that callers spoke: messages and comments, in Asterisk's spool folder, each by its call."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from acd.asterisk.places import DEBIAN
from acd.core.names import CallId

MESSAGES = "hotline-messages"
COMMENTS = "hotline-comments"

LARGEST = 32 * 1024 * 1024
"""Bytes of the longest message that is ever handed out; a longer one is nothing that our dialplan records."""


def spool_folder(home: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Asterisk's spool folder: HOTLINE_SPOOL, or that of the Asterisk of `hotline up` in `home`, or Debian's."""
    if chosen := environment.get("HOTLINE_SPOOL"):
        return Path(chosen).absolute()
    own = home / "asterisk" / "spool"
    return own if own.is_dir() else Path(DEBIAN.spool)


class Messages:
    """The messages that callers spoke, by their calls; satisfies `cti.ports.Recordings`."""

    def __init__(self, spool: Path) -> None:
        self._folder = spool / MESSAGES

    def __call__(self, call: CallId, /) -> Path | None:
        """The sound file of a call's message; None if there is none, or what is there is no plain file of its size."""
        path = self._folder / f"{call}.wav"
        if path.parent != self._folder:
            return None
        try:
            found = path.lstat()
        except (OSError, ValueError):
            return None
        return path if stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST else None
