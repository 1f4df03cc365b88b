"""What contacts need from the rest of the hotline. acd.app plugs it in."""

from collections.abc import Iterator
from typing import Protocol

from acd.config.wrapping_up import DispositionsConfig
from acd.core.events import Event
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, LaneName
from cti.contacts.talks import OfferOf


class ContactSettings(Protocol):
    """The operator's settings in force; may be asked from the thread of the desktop's file as well."""

    def dispositions(self, lane: LaneName) -> DispositionsConfig | None:
        """How calls of this lane may come out; None for a lane that asks for nothing, or is not there any more."""
        ...

    def line_of(self, agent: AgentId) -> str:
        """Which line an agent works in, `first` or `second`."""
        ...

    def keep_for(self) -> Duration:
        """How long contacts are kept."""
        ...


class Past(Protocol):
    """What the core said before, as its journal tells it again."""

    def __call__(self, since: Instant, /) -> Iterator[tuple[Instant, Event, OfferOf]]:
        """Every event at `since` or later, in order, each with the offers as they were then.

        Takes as long as it takes, so it is read beside the loop. Ends early, and says so in the log, where the journal
        cannot be read.
        """
        ...


def no_past(_since: Instant) -> Iterator[tuple[Instant, Event, OfferOf]]:
    """For a hotline whose journal is in memory."""
    return iter(())
