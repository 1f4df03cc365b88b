"""A follow-up that an agent promised always has a ticket: one that he did not write, the hotline writes.

He may have pressed the button and nothing more, or his wrap-up was over before he came to it. What is looked for is on
the disk and stays there, so a restart only delays it. `run` belongs in the app's task group.
Bounds: AT_ONCE contacts in one look, as old as LOOKED_BACK.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

import structlog

from acd.core.instants import Duration, Instant
from cti.desk_file import DeskFile
from cti.tickets.service import Tickets
from cti.tickets.ticket import HOTLINE, Opening, Subject, TicketRefused

LOOK_EVERY = 20.0
"""Seconds between two looks."""
LOOKED_BACK: Duration = 86_400_000
"""How long ago the talk may have begun: notes may be late, but not by so much."""
AT_ONCE = 100

REASON = "待跟进 · to be followed up"
NO_NOTE = "客服承诺跟进，未写明内容。\nThe agent promised to come back to it, and wrote nothing more."

_log = structlog.get_logger(__name__)

_FOUND = """
SELECT c.call, c.agent, c.lane, c.number, CASE c.customer WHEN '' THEN c.by_number ELSE c.customer END AS customer,
    n.text
FROM contacts AS c LEFT JOIN notes AS n ON n.call = c.call AND n.agent = c.agent
WHERE c.at >= ? AND c.follow_up = 1 AND c.state <> 'open'
    AND NOT EXISTS (SELECT 1 FROM tickets WHERE tickets.call = c.call)
ORDER BY c.at LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class _Promise:
    call: str
    agent: str
    lane: str
    number: str
    customer: str
    text: str | None


class Promised:
    """Looks for such contacts in a file that holds contacts and tickets."""

    def __init__(self, file: DeskFile, tickets: Tickets, now: Callable[[], Instant]) -> None:
        self._file = file
        self._tickets = tickets
        self._now = now

    async def run(self, every: float = LOOK_EVERY) -> NoReturn:
        """Look for ever; a disk that fails is told of, and tried again."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - nothing of the second line may end the hotline.
                _log.error("promised follow-ups cannot be looked for", error=type(error).__name__)
            await asyncio.sleep(every)

    async def look(self) -> None:
        """Write a ticket for each that has none. Raises sqlite3.Error."""
        since = self._now() - LOOKED_BACK
        for each in await self._file.read(lambda file: _found(file, since)):
            about = Subject(each.lane, REASON, each.call, each.customer, each.number)
            due_at = self._now() + self._tickets.rules.promise
            opening = Opening(about, each.text or NO_NOTE, due_at)
            try:
                await self._tickets.open(opening, HOTLINE, f"promised {each.call} {each.agent}")
            except TicketRefused as error:
                _log.error("a promised follow-up could not become a ticket", why=error.why.value)


def _found(file: sqlite3.Connection, since: Instant) -> Sequence[_Promise]:
    return [_Promise(*row) for row in file.execute(_FOUND, (since, AT_ONCE))]
