"""What is said of tickets over REST: the forms of requests and answers, which are the OpenAPI schema."""

from typing import Annotated

from fastapi import Path as InPath
from pydantic import BaseModel, Field

from cti.tickets.store import PAGE_AT_MOST
from cti.tickets.ticket import TicketState

LARGEST = 2**53
"""Beyond it a browser's numbers are not whole any more."""

Number = Annotated[int, Field(ge=1, le=LARGEST)]
InPathNumber = Annotated[int, InPath(ge=1, le=LARGEST)]
Instant = Annotated[int, Field(ge=0, le=LARGEST)]
Short = Annotated[str, Field(max_length=128)]
Text = Annotated[str, Field(max_length=8_000)]


class TicketRow(BaseModel):
    """A ticket as it is."""

    number: int
    revision: int
    state: TicketState
    lane: str
    reason: str
    call: str | None
    customer: str | None
    caller: str | None
    """The telephone number."""
    queue: str
    queue_name: dict[str, str]
    assignee: str | None
    opened_at: int
    opened_by: str
    """Empty for the hotline itself."""
    due_at: int
    overdue: bool
    level: int
    changed_at: int
    reopened: int


class HistoryRow(BaseModel):
    """What happened to it."""

    at: int
    by: str
    what: str
    text: str
    before: str
    after: str


class TicketPage(BaseModel):
    """Some tickets, those due first at the top."""

    tickets: list[TicketRow]
    next: str | None
    """What to ask `after` for the next ones; null for no more."""


class TicketStory(BaseModel):
    """A ticket with all that happened to it, oldest first."""

    ticket: TicketRow
    history: list[HistoryRow]


class NewTicket(BaseModel):
    """What somebody wants a ticket for. With a call, whom it is about is known already."""

    call: Short | None = None
    customer: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")] | None = None
    number: Annotated[str, Field(pattern=r"^\+?[0-9*#]{1,32}$")] | None = None
    lane: Short
    reason: Annotated[str, Field(max_length=400)]
    text: Text
    due_at: Instant
    queue: Short | None = None
    """A queue, or a lane, which stands for the queue of its tickets."""
    assignee: Short | None = None


class Comment(BaseModel):
    """Something that is said about it."""

    text: Text


class HandOver(BaseModel):
    """Into whose hands it goes: one of the two."""

    revision: Number
    queue: Short | None = None
    assignee: Short | None = None
    text: Text = ""


class Step(BaseModel):
    """The next state. `call` is the one in which the customer came again about it."""

    revision: Number
    state: TicketState
    text: Text = ""
    call: Short | None = None


class Promise(BaseModel):
    """Another promised time, and why."""

    revision: Number
    due_at: Instant
    text: Text


class Asked(BaseModel):
    """Which tickets somebody asks for."""

    mine: bool = False
    open: bool = False
    """Only those that are neither resolved nor closed."""
    state: list[TicketState] = Field(default_factory=list, max_length=6)
    queue: Short = ""
    """`any` for all queues: tickets that nobody has taken."""
    customer: Annotated[str, Field(pattern=r"^[0-9]{0,20}$")] = ""
    number: Annotated[str, Field(max_length=33)] = ""
    call: Short = ""
    """Your own call: tickets of its caller, as far as he is known; neither customer nor number is wanted then."""
    due_before: Instant | None = None
    q: Short = ""
    """A word of the reason or of a comment."""
    after: Annotated[str, Field(pattern=r"^([0-9]{1,16}-[0-9]{1,16})?$")] = ""
    limit: Annotated[int, Field(ge=1, le=PAGE_AT_MOST)] = 50
