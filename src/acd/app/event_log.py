"""The core's events in the log: a line for each, a moment after it happened, so that no caller waits for a log.

A line takes longer to write than its decision took to make, and stood between an agent who became free and his next
caller. Bounded: of more than `MOST_UNWRITTEN` the oldest are left out, and a line says how many. After a kill -9 the
last lines may lack; the journal has all that they said.
"""

import asyncio
from collections import deque
from typing import NoReturn

import structlog

from acd.core.events import Event
from acd.core.instants import Instant

MOST_UNWRITTEN = 10_000
LATER = 0.005
"""Seconds that a line waits at most on a calm day, by when the order it tells of is long on its way."""

_SHOWN = (
    "call",
    "entry",
    "lane",
    "agent",
    "offer",
    "state",
    "result",
    "stage",
    "reason",
    "repair",
    "kind",
    "step",
    "dropped",
    "outcome",
    "why",
    "advert",
    "accepted",
    "left",
    "verdict",
    "attempt",
    "cause",
    "survey",
    "answers",
    "comment",
    "reserve",
    "released",
    "condition",
    "version",
    "held",
    "raised",
)
"""What names an event; nothing that a caller sent."""

_log = structlog.get_logger("acd.events")


class EventLog:
    """`hear` belongs on the engine's feed, `run` in the app's task group."""

    def __init__(self) -> None:
        self._unwritten: deque[tuple[Instant, Event]] = deque(maxlen=MOST_UNWRITTEN)
        self._left_out = 0
        self._news = asyncio.Event()

    def hear(self, at: Instant, event: Event) -> None:
        """Take note of one event; never blocks, never raises."""
        self._left_out += len(self._unwritten) == MOST_UNWRITTEN
        self._unwritten.append((at, event))
        self._news.set()

    async def run(self) -> NoReturn:
        """Write for ever; cancelled, write the rest."""
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                await asyncio.sleep(LATER)
                while self._unwritten:
                    self._write()
                    # One line at a time: whoever has news of a call goes first.
                    await asyncio.sleep(0)
        finally:
            while self._unwritten:
                self._write()

    def _write(self) -> None:
        if self._left_out:
            _log.warning("events came faster than they could be logged", left_out=self._left_out)
            self._left_out = 0
        at, event = self._unwritten.popleft()
        shown = {name: str(value) for name in _SHOWN if (value := getattr(event, name, None)) not in (None, "")}
        _log.info(type(event).__name__, at=at, **shown)
