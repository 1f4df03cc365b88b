"""What comes of one input."""

from dataclasses import dataclass

from acd.core.events import Event
from acd.core.orders import Order


@dataclass(frozen=True, slots=True)
class Step:
    """The events for everybody and the orders for the switch, each in the order in which they came about."""

    events: tuple[Event, ...] = ()
    orders: tuple[Order, ...] = ()
