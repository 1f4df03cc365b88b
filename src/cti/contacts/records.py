"""A contact and what is written of it. Pure: no database, no clock; instants and lengths are milliseconds."""

import re
from dataclasses import dataclass
from enum import StrEnum

from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, CallId, LaneName
from cti.plain_text import is_plain_sign

NOTE_AT_MOST = 4_000
"""Characters of one note."""
MENTIONS_AT_MOST = 20
"""Earlier notes that one note can refer to; more `#17` in it are mere text."""

_MENTION = re.compile(r"(?<![\w#&/])#([1-9][0-9]{0,8})(?!\w)", re.ASCII)
_KEPT = frozenset("\n\t")


class Direction(StrEnum):
    """Who called whom."""

    INBOUND = "inbound"
    CALLBACK = "callback"
    """The hotline called the customer, because he wished it or has left a message."""
    OUTBOUND = "outbound"
    """An agent called him of his own accord."""


class KnownBy(StrEnum):
    """How sure it is whose contact it was."""

    VERIFIED = "verified"
    """He has proved by his PIN which customer he is."""
    NUMBER = "number"
    """The directory knows a customer by the number, which anybody can forge."""
    NOBODY = "nobody"


class RecordState(StrEnum):
    """What became of an agent's notes."""

    OPEN = "open"
    """He talks, or writes."""
    FINISHED = "finished"
    NOT_FINISHED = "not_finished"
    """His wrap-up ended before he said that he was done; what he had written by then is the record."""


@dataclass(frozen=True, slots=True)
class Words:
    """What an agent says of a contact."""

    disposition: str = ""
    """A code of his lane's tree; empty for none."""
    solved: bool | None = None
    """Whether the caller's matter is settled, as the agent sees it; None for not said."""
    note: str = ""
    follow_up: bool = False
    """Somebody has to come back to it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What he has said so far; every change has the next revision, so that two pages notice each other."""

    words: Words = Words()
    revision: int = 0
    """0 before anything was written."""
    changed_at: Instant = 0


@dataclass(frozen=True, slots=True)
class Note:
    """Plain text, of one contact."""

    number: int
    """By which other notes mention it; never given twice. 0 for one that is still being written."""
    at: Instant
    by: AgentId
    text: str
    mentions: tuple[int, ...] = ()
    """Earlier notes of the same caller that it refers to."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One agent's part of one call."""

    call: CallId
    agent: AgentId
    lane: LaneName
    at: Instant
    """When they began to talk."""
    ended_at: Instant | None
    """When they had ceased to; None while they talk."""
    talked: Duration
    number: str
    """The caller's, in its international form if it has one; empty for one who hides it."""
    customer: str
    """Whose contact it was, as sure as `known_by` says; empty for nobody known."""
    known_by: KnownBy
    direction: Direction
    state: RecordState
    words: Words
    notes: tuple[Note, ...] = ()


def cleaned(text: str) -> str:
    """A note as it is kept: plain lines, without signs that do something else than being read. At most NOTE_AT_MOST.

    What is wrong is left out and not refused, since what an agent has typed or pasted shall not be lost over it.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (sign for sign in lines if sign in _KEPT or is_plain_sign(sign))
    return "".join(kept)[:NOTE_AT_MOST].strip()


def mentions_in(text: str) -> tuple[int, ...]:
    """The numbers of the notes that a text mentions as `#17`, each once, in order; at most MENTIONS_AT_MOST."""
    found = dict.fromkeys(int(each) for each in _MENTION.findall(text))
    return tuple(found)[:MENTIONS_AT_MOST]
