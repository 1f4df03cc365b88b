"""What the engine needs from outside, and what the shells need from each other; acd.app plugs the parts in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from acd.core.events import AgentOffered
from acd.core.inputs import Input
from acd.core.instants import Instant
from acd.core.language.facts import CallFacts
from acd.core.memory import Memory
from acd.core.names import AgentId, LaneName
from acd.core.orders import Order
from acd.core.switch_events import SwitchEvent


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> Instant:
        """The present instant; never less than before."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: what was taken when, and a digest of what came of it."""

    at: Instant
    input: Input
    digest: str


class Journal(Protocol):
    """The append-only record of what went into the router."""

    async def append(self, entries: Sequence[Entry]) -> None:
        """Return when the entries are durable, or have been given up loudly; never raise on the call path."""
        ...

    def checkpoint(self, memory: Memory) -> None:
        """Be offered the memory, the outcome of all that was appended; a journal keeps a copy now and then."""
        ...


class Switch(Protocol):
    """The telephone switch, as the engine gives orders to it."""

    def carry_out(self, order: Order) -> None:
        """Send one order now. It is not waited for: what comes of it arrives as an event, or not at all."""
        ...


class Screens(Protocol):
    """The agents' screens, which show who calls before the phone rings."""

    async def show(self, offer: AgentOffered) -> None:
        """Return when the agent's screen has shown the offer; at once if he has none. The caller limits the time."""
        ...


SwitchSink = Callable[[SwitchEvent], None]
"""Where an adapter hands what the switch saw; synchronous, never blocks, never raises."""


@dataclass(frozen=True, slots=True)
class Customer:
    """What the directory knows of a number. It sets priority and a greeting; it proves nothing about who calls."""

    name: str
    tier: str
    language: str
    manager: AgentId | None = None
    """The agent who looks after him, if he has one today."""
    id: str = ""
    """By what he is known to whoever knows the PINs, and to his bank; digits. Empty for nobody who has one."""
    several: bool = False
    """The number is that of several customers: this is none of them, and says only what they have in common."""


class Directory(Protocol):
    """The customer directory."""

    def find(self, number: str) -> Customer | None:
        """The customer with this number as the dialplan cleaned it, or None. Never raises, never waits."""
        ...

    def known_as(self, customer: str) -> Customer | None:
        """The customer with this id, or None. Never raises, never waits."""
        ...


class Situation(Protocol):
    """The hotline as it is at the moment, for whoever decides by it outside of the core."""

    def holds(self, condition: str, call: CallFacts, lane: LaneName) -> bool:
        """Whether a condition of the settings holds for a caller of `lane` now; one that cannot be read does not."""
        ...

    def is_open(self, calendar: str) -> bool:
        """Whether a calendar says open now; one that the policy does not have is always open."""
        ...

    def surveyed_at(self, number: str) -> Instant | None:
        """When a caller with this number was last asked how he was served; None if that is not remembered."""
        ...

    def asked_about_adverts(self, number: str) -> Instant | None:
        """When a caller with this number was last asked about adverts; None if that is not remembered."""
        ...
