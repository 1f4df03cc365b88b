"""One source behind its guard: a time limit, a breaker, answers kept for a short while, and a bound on all of it.

Asking a source comes to an end when its time is over: it is not even waited for until it has taken its cancellation,
so one that takes none holds up nobody but the end of the process. What it says is read into the fields of the settings
at once, so that nothing else of it is kept.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import structlog

from acd.core.instants import Duration
from acd.engine.ports import Clock
from cti.customers.breaker import Breaker
from cti.customers.fields import ShownField, inside, plain, value_of
from cti.customers.kept import Kept
from cti.customers.merging import Found, Question, SourceAnswer, SourceState
from cti.customers.ports import Record, Source, SourceUnavailable

MOST_AT_ONCE = 20
"""Questions under way to one source; with so many unanswered it is stuck, and one more is answered at once."""
MOST_RECORDS = 10
"""Customers with one number of whom anything is read; a second one is enough to know that it is not one."""
CLOSED_WITHIN = 2.0
"""Seconds in which a source lets go what it has open."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """A source, and how the settings want it to be asked."""

    name: str
    label: Mapping[str, str]
    """By language."""
    source: Source = field(repr=False)
    within: Duration = 300
    keep_for: Duration = 60_000
    by_number: bool = True
    """It can be asked by number."""
    by_id: bool = True
    keys: Mapping[str, str] = field(default_factory=dict)
    """By the field's name: the key of a record; without any, each field has the key of its name."""
    id_from: str = ""
    """The key under which a record says whose it is; empty if it does not."""


class GuardedSource:
    """A source that always answers in time, if only that it is unavailable."""

    def __init__(self, settings: SourceSettings, fields: Sequence[ShownField], clock: Clock) -> None:
        self.settings = settings
        self._fields = [(each, settings.keys.get(each.name, "")) for each in fields]
        if not settings.keys:
            self._fields = [(each, each.name) for each in fields]
        self._clock = clock
        self._breaker = Breaker()
        self._kept: Kept[Found] = Kept(settings.keep_for)
        self._asking = 0

    async def ask(self, question: Question, tasks: asyncio.TaskGroup) -> SourceAnswer:
        """What the source says, or that it is not available; never later than its time limit, never an error."""
        began = self._clock.now()
        sought = self._sought(question)
        if sought is None:
            return self._answer(SourceState.NONE, 0)
        kept = self._kept.get(sought, began)
        if kept is not None:
            return self._answer(SourceState.OK if kept else SourceState.NONE, 0, kept)
        if self._asking >= MOST_AT_ONCE or not self._breaker.lets_through(began):
            return self._answer(SourceState.UNAVAILABLE, 0)
        found = await self._in_time(sought, tasks)
        now = self._clock.now()
        if found is None:
            self._breaker.failed(now)
            return self._answer(SourceState.UNAVAILABLE, now - began)
        self._breaker.succeeded()
        self._kept.keep(sought, found, now)
        return self._answer(SourceState.OK if found else SourceState.NONE, now - began, found)

    async def close(self) -> None:
        """Let the source go; never raises, and does not wait for long."""
        try:
            async with asyncio.timeout(CLOSED_WITHIN):
                await self.settings.source.close()
        except Exception as error:  # noqa: BLE001 - a source of anybody's making must not end the core.
            _log.warning("a customer source did not close", source=self.settings.name, error=type(error).__name__)

    def _sought(self, question: Question) -> tuple[str, str] | None:
        """Number or id by which it is asked; None if it knows neither of the two that there is."""
        by_id = ("", question.customer) if question.customer and self.settings.by_id else None
        by_number = (question.number, "") if question.number and self.settings.by_number else None
        # What is certain is asked by what is certain. Else the number is all that the caller has shown.
        return (by_id or by_number) if question.certain else (by_number or by_id)

    async def _in_time(self, sought: tuple[str, str], tasks: asyncio.TaskGroup) -> tuple[Found, ...] | None:
        finding = self._find(*sought)
        try:
            task = tasks.create_task(finding)
        except RuntimeError:
            # The process is ending.
            finding.close()
            return None
        # Counted from here to its end, also if that is long after it was given up.
        self._asking += 1
        task.add_done_callback(self._ended)
        try:
            done, _ = await asyncio.wait({task}, timeout=self.settings.within / 1_000)
        except asyncio.CancelledError:
            self._breaker.gave_up()
            task.cancel()
            raise
        if not done:
            task.cancel()
            _log.warning("a customer source did not answer in time", source=self.settings.name)
            return None
        return None if task.cancelled() else task.result()

    def _ended(self, _: object) -> None:
        self._asking -= 1

    async def _find(self, number: str, customer: str) -> tuple[Found, ...] | None:
        try:
            records = await self.settings.source.find(number, customer)
            return tuple(self._read(records))
        except SourceUnavailable as error:
            _log.warning("a customer source is not available", source=self.settings.name, why=str(error))
        except Exception as error:  # noqa: BLE001 - a source of anybody's making must not end the core.
            # Its kind alone: an error of a library may quote what was asked or what came.
            _log.warning("a customer source failed", source=self.settings.name, error=type(error).__name__)
        return None

    def _read(self, records: Iterable[Record]) -> Iterable[Found]:
        for record in islice(records, MOST_RECORDS):
            if not isinstance(record, Mapping):
                raise SourceUnavailable("its answer is not a list of records")
            values = {each.name: value_of(each, inside(record, key)) for each, key in self._fields if key}
            whose = inside(record, self.settings.id_from) if self.settings.id_from else None
            known = str(whose) if isinstance(whose, int) and not isinstance(whose, bool) else whose
            yield Found(
                plain(known) if isinstance(known, str) else "",
                {name: value for name, value in values.items() if value is not None},
            )

    def _answer(self, state: SourceState, took: Duration, found: tuple[Found, ...] = ()) -> SourceAnswer:
        return SourceAnswer(self.settings.name, state, took, found)
