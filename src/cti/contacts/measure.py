"""The first-line resolution of the last weeks, read from the desktop's file as it is.

A pass over weeks of calls takes seconds and much memory in a large hotline, so it belongs in a process of its own.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from acd.core.instants import Duration, Instant
from acd.core.names import LaneName
from cti.contacts.first_line import AGAIN_WITHIN, FirstLine, OpenTicketWithin, Part, first_line, no_tickets
from cti.contacts.store import rows_since
from cti.desk_file import APPLICATION_ID, BUSY_MS, DeskUnusable

DAY: Duration = 86_400_000
DAYS = 28
"""Whole weeks, so that each day of the week counts alike."""


def _none(_file: sqlite3.Connection, _since: Instant) -> OpenTicketWithin:
    return no_tickets


def measure(
    path: Path,
    now: Instant,
    days: int = DAYS,
    tickets: Callable[[sqlite3.Connection, Instant], OpenTicketWithin] = _none,
) -> dict[LaneName, FirstLine]:
    """The cases of the `days` before the last seven, and those of the last seven, which are not decided yet.

    `tickets` reads from the same file which calls have one that went up, of those opened at an instant or later. The
    file may be written to meanwhile. Raises DeskUnusable.
    """
    since = now - AGAIN_WITHIN - days * DAY
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise DeskUnusable(f"{path}: cannot be opened: {error}") from None
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION_ID:
            raise DeskUnusable(f"{path}: a database of another program")
        parts = [Part(*row) for row in rows_since(connection, since)]
        open_ticket_within = tickets(connection, since)
    except sqlite3.Error as error:
        raise DeskUnusable(f"{path}: cannot be read: {error}") from None
    finally:
        connection.close()
    return first_line(parts, now, open_ticket_within)
