"""What the parts of the PIN need of each other.

A `PinVerifier` knows the PINs: a store of our own (local.py) or the online bank (bank.py). A `PinDesk` is what steps
and scripts ask: it counts and holds back attempts before a verifier hears of them (guard.py).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from acd.core.instants import Duration
from acd.core.switch_events import Verdict
from ivr.pin.digits import Digits


class Change(StrEnum):
    """What came of setting a PIN."""

    CHANGED = "changed"
    WRONG = "wrong"
    """The one-time code is not this customer's, or there is none, or nobody knows the customer."""
    REFUSED = "refused"
    """The new PIN is one that is not allowed."""
    LOCKED = "locked"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class PinLimits:
    """How a PIN is asked for; times in milliseconds."""

    at_least: int
    at_most: int
    wait_for: Duration
    """For the next key."""
    attempts_per_call: int


class PinsUnusable(Exception):
    """What knows the PINs, or counts the attempts, cannot be used; one line says why."""


class PinVerifier(Protocol):
    """Whoever knows the PINs. It raises nothing: what it cannot say is UNAVAILABLE. It keeps no digits."""

    async def verify(self, customer: str, pin: Digits) -> Verdict:
        """VERIFIED, WRONG, LOCKED or UNAVAILABLE. An unknown customer is WRONG, at the same cost."""
        ...

    async def change(self, customer: str, new: Digits, code: Digits | None) -> Change:
        """Let `new` be the customer's PIN; with `code`, only if that is the one-time code he was given.

        Without a code the caller answers for it that the customer has proved who he is in this call.
        """
        ...


class PinDesk(Protocol):
    """Where steps and scripts have a PIN checked. It raises nothing and counts before it asks."""

    @property
    def limits(self) -> PinLimits:
        """How a PIN is asked for at the moment."""
        ...

    async def check(self, customer: str, call: str, pin: Digits) -> Verdict:
        """Whether these are the customer's digits; takes as long for an unknown customer as for a wrong PIN."""
        ...

    async def change(self, customer: str, call: str, new: Digits, code: Digits | None) -> Change:
        """See `PinVerifier.change`; a code is an attempt as a PIN is."""
        ...
