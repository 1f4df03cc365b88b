"""What the audit trail tells of, and the port by which everybody tells it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from cti.api.people import Person


class Deed(StrEnum):
    """What somebody did or was shown; a new kind is added here, and none is ever renamed."""

    LOGGED_IN = "logged_in"
    LOG_IN_FAILED = "log_in_failed"
    LOGGED_OUT = "logged_out"
    FORCED_OUT = "forced_out"
    """He ended a session of somebody else."""
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a deed.
    ACCOUNT_LOCKED = "account_locked"
    ACCOUNT_UNLOCKED = "account_unlocked"
    POP_SHOWN = "pop_shown"
    """A caller was put on his screen."""
    CUSTOMER_SEEN = "customer_seen"
    """He looked a customer up."""
    CONTACTS_READ = "contacts_read"
    TICKET_READ = "ticket_read"
    RECORDING_HEARD = "recording_heard"
    DECIDED = "decided"
    """He granted or refused what somebody asked for."""
    AUDIT_READ = "audit_read"


class Trail(Protocol):
    """Where it is told."""

    def note(self, person: Person | str, what: Deed, about: Mapping[str, str] | None = None) -> None:
        """Tell it. Returns at once and never raises.

        `about` says whom and what it concerned by a few short keys: `customer` (by which it can be found), `number`,
        `call`, `ticket`, `grant`, `person`, `session`; never what was said or written.
        """
        ...


class NoTrail:
    """A trail that keeps nothing, for tests and for parts that are tried alone."""

    def note(self, person: Person | str, what: Deed, about: Mapping[str, str] | None = None) -> None:
        """See Trail."""
