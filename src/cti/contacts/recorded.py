"""What others are told of a contact once its record is made. No word of who called: no number, no customer, no note."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog

from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, CallId, LaneName
from cti.contacts.records import Direction, RecordState

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ContactRecorded:
    """The record of an agent's part of a call is made, or has changed; the newest of a call and an agent holds."""

    at: Instant
    call: CallId
    agent: AgentId
    lane: LaneName
    line: str
    """Which line the agent works in, `first` or `second`."""
    direction: Direction
    state: RecordState
    """Finished or not finished, never open."""
    began_at: Instant
    ended_at: Instant | None
    """When they had ceased to talk; None where that was never heard of."""
    talked: Duration
    """With the time for which the caller was on hold."""
    wrap_up: Duration | None
    """From the end of the talk to the record; None for a record that was made or changed after the wrap-up."""
    disposition: str
    """A code of the lane's tree; empty for none."""
    solved: bool | None
    follow_up: bool


Listener = Callable[[ContactRecorded], None]
"""Called on the loop once the record is on the disk; quick, and never raises."""


class RecordNews:
    """Whoever wants to hear of records."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call `listener` for each record."""
        self._listeners.append(listener)

    def tell(self, records: Iterable[ContactRecorded]) -> None:
        """Tell all listeners of these records."""
        for record in records:
            for listener in self._listeners:
                try:
                    listener(record)
                except Exception:  # noqa: BLE001 - one listener's error must not keep it from the others.
                    _log.exception("a listener failed", listener=getattr(listener, "__qualname__", "?"))
