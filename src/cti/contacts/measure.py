"""The first-line resolution of the last weeks: read from the desktop's file as it is, computed seldom, off the loop."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

import structlog

from acd.core.instants import Duration, Instant
from acd.core.names import LaneName
from cti.contacts.first_line import AGAIN_WITHIN, FirstLine, OpenTicketWithin, Part, first_line, no_tickets
from cti.contacts.store import rows_since
from cti.desk_file import APPLICATION_ID, BUSY_MS, DeskUnusable

DAY: Duration = 86_400_000
DAYS = 28
"""Whole weeks, so that each day of the week counts alike."""
EVERY = 3_600.0
"""Seconds between two computations of the gauge: it changes slowly, and its price is a pass over weeks of calls."""

_log = structlog.get_logger(__name__)


def measure(
    path: Path, now: Instant, days: int = DAYS, open_ticket_within: OpenTicketWithin = no_tickets
) -> dict[LaneName, FirstLine]:
    """The cases of the `days` before the last seven, and those of the last seven, which are not decided yet.

    The file may be written to meanwhile. Raises DeskUnusable.
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
    except sqlite3.Error as error:
        raise DeskUnusable(f"{path}: cannot be read: {error}") from None
    finally:
        connection.close()
    return first_line(parts, now, open_ticket_within)


class FirstLineNow:
    """Keeps the ratio of each lane at hand; `run` belongs in the app's task group."""

    def __init__(
        self, path: Path, now: Callable[[], Instant], open_ticket_within: OpenTicketWithin = no_tickets
    ) -> None:
        self._path = path
        self._now = now
        self._open_ticket_within = open_ticket_within
        self._ratios: Mapping[LaneName, float] = {}

    def ratios(self) -> Mapping[LaneName, float]:
        """The settled cases among the decided, 0 to 1; lanes without a decided case are not in it."""
        return self._ratios

    async def run(self) -> NoReturn:
        """Compute for ever; what cannot be read is said, and the last ratios hold on."""
        while True:
            try:
                found = await asyncio.to_thread(
                    measure, self._path, self._now(), open_ticket_within=self._open_ticket_within
                )
                self._ratios = {lane: each.ratio for lane, each in found.items() if each.ratio is not None}
            except DeskUnusable as error:
                _log.error("the first-line resolution cannot be computed", why=str(error))
            await asyncio.sleep(EVERY)
