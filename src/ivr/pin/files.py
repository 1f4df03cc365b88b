"""Files with secrets in them: in a folder that nobody else may enter, and readable by their owner alone."""

import os
import secrets
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from ivr.pin.ports import PinsUnusable

PEPPER_BYTES = 32
_BUSY_SECONDS = 2.0
"""How long one process waits for another's transaction: `hotline pin` writes into the files of a running core."""

_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO

_log = structlog.get_logger(__name__)


def private_database(path: Path, schema: str) -> sqlite3.Connection:
    """The SQLite file at `path`, made if it is not there, in which a commit is on the disk when it returns.

    It may be used on any thread, by one at a time. Raises PinsUnusable.
    """
    try:
        _make_private(path)
        database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise PinsUnusable(f"{path}: cannot be used: {why}") from None
    try:
        database.execute("PRAGMA synchronous = FULL")
        # What is taken out of the file must not be left in its free pages.
        database.execute("PRAGMA secure_delete = ON")
        database.executescript(schema)
    except sqlite3.Error as error:
        database.close()
        raise PinsUnusable(f"{path}: cannot be used: {error}") from None
    return database


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, and nobody else writes meanwhile. Raises sqlite3.Error.

    A commit fails when somebody reads for longer than we wait; it is taken back then like everything before it, or
    this transaction would stay open and keep every later one out.
    """
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        # Some errors of a disk have ended the transaction already.
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


def pepper_in(path: Path, *, may_make: bool) -> bytes:
    """The secret that every stored PIN is mixed with; made if it is not there. Raises PinsUnusable.

    With PINs stored already it is never made anew, because none of them could be verified any more.
    """
    try:
        found = path.read_bytes()
        _close_to_others(path)
    except FileNotFoundError:
        if not may_make:
            raise PinsUnusable(
                f"{path}: missing, and no stored PIN can be verified without it; put it back from the backup, or "
                "delete the PINs beside it and let customers set new ones"
            ) from None
        found = secrets.token_bytes(PEPPER_BYTES)
        _write(path, found)
    except OSError as error:
        raise PinsUnusable(f"{path}: cannot be read: {error.strerror}") from None
    if len(found) != PEPPER_BYTES:
        raise PinsUnusable(f"{path}: not {PEPPER_BYTES} bytes long; put it back from the backup")
    return found


def _make_private(path: Path) -> None:
    for folder in (path.parent.parent, path.parent):
        # The mode counts for the last part of a path alone.
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    _close_to_others(path.parent)
    _close_to_others(path)


def _close_to_others(path: Path) -> None:
    """A backup that was put back may be open to everybody: it is closed again, and whoever runs this is told."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OPEN_TO_OTHERS:
        path.chmod(mode & ~_OPEN_TO_OTHERS)
        _log.warning("others could read what belongs to the PINs; now they cannot", path=str(path))


def _write(path: Path, content: bytes) -> None:
    # Written beside it and moved over it, so that a crash leaves no half of it.
    try:
        beside = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise PinsUnusable(f"{path}: cannot be written: {error.strerror}") from None
