"""The core's events out of a journal, for a reader who missed some.

The journal holds what went in, so the events are had by running it through the router again, from the newest checkpoint
before the first of them. A reader must be able to take an event twice: those of the very instant at which he stopped
come again.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from acd.core.events import AgentOffered, Event
from acd.core.instants import Instant
from acd.core.names import AgentId
from acd.core.router import Router
from acd.engine.view import MemoryView
from acd.journal.records import GAP
from acd.journal.replay import merged, read_line, router_at
from acd.journal.stored import Stored, StoredCheckpoint, StoredInput

OfferOf: TypeAlias = Callable[[AgentId], AgentOffered | None]


def events_since(journal: Stored, since: Instant) -> Iterator[tuple[Instant, Event, OfferOf]]:
    """Every event at `since` or later, the oldest first, with the offers as they were right after it.

    Raises `UnknownRecord` for a line that cannot be read. Where inputs were lost, or the core fails over one, it goes
    on from the next checkpoint.
    """
    begin = max((each.seq for each in journal.checkpoints() if each.at < since), default=-1)
    router: Router | None = None
    offer_of: OfferOf = _nobody_s
    for each in merged(_From(journal, begin)):
        if isinstance(each, StoredCheckpoint):
            router = router_at(each)
            # As a screen asks: also for the call that an agent talks on.
            offer_of = _view_of(router).offer_of
        elif each.record.kind == GAP:
            router = None
        elif router is not None:
            happened = read_line(each)
            try:
                step = router.take(happened, each.at)
            except Exception:  # noqa: BLE001 - one line must not hide what all the others tell.
                router = None
                continue
            if each.at >= since:
                for event in step.events:
                    yield each.at, event, offer_of


def _view_of(router: Router) -> MemoryView:
    return MemoryView(lambda: router.memory, lambda: router.memory.now)


def _nobody_s(_: AgentId) -> None:
    return None


class _From:
    """A journal as if it began with one of its checkpoints."""

    def __init__(self, journal: Stored, seq: int) -> None:
        self._journal = journal
        self._seq = seq

    def checkpoints(self) -> Iterator[StoredCheckpoint]:
        return (each for each in self._journal.checkpoints() if each.seq >= self._seq)

    def last_checkpoint(self) -> StoredCheckpoint | None:
        return self._journal.last_checkpoint()

    def inputs(self, after: int) -> Iterator[StoredInput]:
        return self._journal.inputs(after)
