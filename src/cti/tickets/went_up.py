"""Which calls have a ticket that went up: what the measure of the first line asks of tickets."""

import sqlite3
from collections.abc import Callable

from acd.core.instants import Instant
from acd.core.names import CallId
from cti.tickets.ticket import What

_WENT_UP = f"""
SELECT t.call AS call, h.at AS at FROM tickets AS t JOIN ticket_history AS h ON h.number = t.number
WHERE t.call <> '' AND t.opened_at >= ? AND (
    h.what IN ('{What.HANDED_OVER}', '{What.ESCALATED}', '{What.RETURNED}')
    OR (h.what = '{What.OPENED}' AND h.after <> t.opened_by)
)
"""  # noqa: S608 - our own words.


def went_up(file: sqlite3.Connection, since: Instant) -> Callable[[CallId, Instant, Instant], bool]:
    """Whether a ticket of a call was in a queue, handed over or escalated within a time; of tickets since `since`.

    One that its opener has kept for himself all the time did not go up. A file without tickets has none.
    """
    moments: dict[str, list[Instant]] = {}
    if file.execute("SELECT 1 FROM sqlite_schema WHERE name = 'tickets'").fetchone():
        for call, at in map(tuple, file.execute(_WENT_UP, (since,))):
            moments.setdefault(call, []).append(at)
    return lambda call, begin, end: any(begin <= at <= end for at in moments.get(call, ()))
