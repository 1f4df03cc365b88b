"""Whether a call went up to the second line by a ticket, for the measure of what the first line settles by itself."""

import sqlite3

from acd.core.instants import Instant

_WENT_UP = """
SELECT 1 FROM tickets
WHERE call = ? AND call <> '' AND opened_at <= ? AND (settled_at IS NULL OR settled_at >= ?)
AND NOT (
    assignee = opened_by
    AND NOT EXISTS (
        SELECT 1 FROM ticket_history AS earlier
        WHERE earlier.number = tickets.number AND earlier.what IN ('handed_over', 'escalated', 'returned')
    )
)
"""


def went_up(connection: sqlite3.Connection, call: str, since: Instant, until: Instant) -> bool:
    """Whether a ticket of this call was with the second line, or escalated, at some time between two instants.

    One that an agent opened for himself, and that has been in no other hands, is the first line's own work.
    """
    return connection.execute(_WENT_UP, (call, until, since)).fetchone() is not None
