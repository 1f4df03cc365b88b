"""One difference between two versions of the settings."""

from dataclasses import dataclass
from enum import StrEnum

from acd.core.names import AgentId


class Kind(StrEnum):
    """What happened to what it is about."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Movement:
    """Agents who may serve somebody from now on, or no longer."""

    whom: str
    """Which callers, for example `in en, after 20s`; empty where it is about the agents alone."""
    gains: tuple[AgentId, ...] = ()
    loses: tuple[AgentId, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs."""

    about: str
    """A heading under which it belongs: `lane cards`, `agent anna`, `service_level`."""
    what: str
    """The key that differs; empty for the whole of what it is about."""
    kind: Kind
    text: str
    """What changes, in words that go on from `what`."""
    old: str | None = None
    """As it was, as an operator writes it; None where there was nothing."""
    new: str | None = None
    movements: tuple[Movement, ...] = ()


LONGEST = 80
"""Characters of a value that are told to people; machines get it in full."""


def cut(text: str) -> str:
    """A text for one line, at most `LONGEST` characters of it."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def changed(about: str, what: str, old: str | None, new: str | None) -> Difference:
    """One value that was replaced, given or taken away."""
    if old is None:
        return Difference(about, what, Kind.ADDED, f"{cut(new or '')}, new", None, new)
    if new is None:
        return Difference(about, what, Kind.REMOVED, f"none any more; it was {cut(old)}", old, None)
    return Difference(about, what, Kind.CHANGED, f"{cut(new)} instead of {cut(old)}", old, new)
