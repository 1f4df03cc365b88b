"""What others are told of tickets. No word of the customer: no number, no name, no reason, no comment."""

from collections.abc import Callable
from dataclasses import dataclass

from acd.core.instants import Instant
from cti.tickets.ticket import Ticket, What


@dataclass(frozen=True, slots=True)
class TicketChanged:
    """Something happened to a ticket; `ticket` is how it is since then."""

    what: What
    """The first thing, where several came of one step."""
    at: Instant
    ticket: Ticket
    by: str
    """Whose doing; empty for the hotline's own."""


Listener = Callable[[TicketChanged], None]
"""Called on the loop once the change is on the disk; quick, and never raises."""
