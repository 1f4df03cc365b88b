"""A ticket and what may become of it: plain values in, plain values out. Time is told, in whole milliseconds.

Rules, held by tests/cti/test_no_ticket_is_lost.py: a ticket has a queue and a due date at every moment of its life, and
besides its queue it may have an assignee; what was said stays said: each change adds to the history and takes nothing
away. Every change of a ticket makes its revision one larger, so that who has an older one in sight is told so.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from acd.core.instants import Duration, Instant
from cti.plain_text import is_plain
from cti.tickets.rules import DAY, TicketRules

REASON_AT_MOST = 200
TEXT_AT_MOST = 4_000
ENTRIES_AT_MOST = 2_000
"""Entries that people may add to one ticket's history; who has more to say opens another."""
LONGEST_PROMISE: Duration = 366 * DAY
HOTLINE = ""
"""Who did what nobody asked for: the hotline itself."""


class TicketState(StrEnum):
    """How far a ticket is."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING_FOR_CUSTOMER = "waiting_for_customer"
    RESOLVED = "resolved"
    """Done, as far as we know; the customer may still say that it is not."""
    CLOSED = "closed"
    REOPENED = "reopened"
    """The customer came again about it."""


_S = TicketState
SETTLED = frozenset({_S.RESOLVED, _S.CLOSED})
"""States in which nothing is promised any more."""
LEGAL: dict[TicketState, frozenset[TicketState]] = {
    _S.OPEN: frozenset({_S.IN_PROGRESS, _S.WAITING_FOR_CUSTOMER, _S.RESOLVED}),
    _S.IN_PROGRESS: frozenset({_S.OPEN, _S.WAITING_FOR_CUSTOMER, _S.RESOLVED}),
    _S.WAITING_FOR_CUSTOMER: frozenset({_S.IN_PROGRESS, _S.RESOLVED}),
    _S.RESOLVED: frozenset({_S.CLOSED, _S.REOPENED}),
    _S.CLOSED: frozenset({_S.REOPENED}),
    _S.REOPENED: frozenset({_S.IN_PROGRESS, _S.WAITING_FOR_CUSTOMER, _S.RESOLVED}),
}
"""Which state people may let follow which."""


class What(StrEnum):
    """What happened to a ticket."""

    OPENED = "opened"
    COMMENTED = "commented"
    HANDED_OVER = "handed_over"
    MOVED = "moved"
    """Into another state."""
    PROMISED = "promised"
    """Another due date."""
    ESCALATED = "escalated"
    RETURNED = "returned"
    """To its queue, because its assignee is not there any more."""
    REROUTED = "rerouted"
    """Into the default queue, because the settings have its own no more."""


class Why(StrEnum):
    """Why something cannot be done to a ticket; the edge says it in words."""

    NO_TEXT = "no_text"
    TEXT_TOO_LONG = "text_too_long"
    BAD_REASON = "bad_reason"
    BAD_DUE = "bad_due"
    NO_SUCH_STEP = "no_such_step"
    NO_SUCH_QUEUE = "no_such_queue"
    NO_SUCH_PERSON = "no_such_person"
    NO_SUCH_LANE = "no_such_lane"
    TOO_MUCH_HISTORY = "too_much_history"
    STALE = "stale"
    NO_SUCH_TICKET = "no_such_ticket"
    NOT_YOUR_CALL = "not_your_call"
    NOT_YOURS = "not_yours"
    ONE_OF_BOTH = "one_of_both"


class TicketRefused(Exception):
    """It cannot be done; nothing was changed."""

    def __init__(self, why: Why, present: "Ticket | None" = None) -> None:
        super().__init__(why.value)
        self.why = why
        self.present = present
        """The ticket as it is, where somebody has changed it meanwhile."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a ticket's history."""

    at: Instant
    by: str
    """Whose doing; empty for the hotline's own."""
    what: What
    text: str = ""
    """What he wrote."""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom and what a ticket is about. Whatever is not known is empty."""

    lane: str
    reason: str
    """One line."""
    call: str = ""
    customer: str = ""
    """The customer's id."""
    caller: str = ""
    """The telephone number, in its international form."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket as it is. Its history is kept beside it."""

    number: int
    """From 1; never given twice. 0 before it is kept."""
    about: Subject
    queue: str
    due_at: Instant
    opened_at: Instant
    opened_by: str
    state: TicketState = TicketState.OPEN
    assignee: str = ""
    """Who has it; empty while it is the queue's."""
    revision: int = 1
    level: int = 0
    """How many steps of escalation it has taken."""
    changed_at: Instant = 0
    settled_at: Instant | None = None
    """Since when it is resolved or closed."""
    reopened: int = 0
    """How often."""

    def overdue(self, now: Instant) -> bool:
        """Whether the promise is broken."""
        return self.state not in SETTLED and self.due_at <= now


@dataclass(frozen=True, slots=True)
class Change:
    """A ticket as it is from now on, and what is added to its history."""

    ticket: Ticket
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """What somebody wants a ticket for."""

    about: Subject
    text: str
    due_at: Instant
    queue: str = ""
    """Empty for that of the lane."""
    assignee: str = ""


def open_ticket(wanted: Opening, at: Instant, by: str, rules: TicketRules) -> Change:
    """A new ticket. Raises TicketRefused."""
    check_reason(wanted.about.reason)
    check_text(wanted.text)
    _check_due(wanted.due_at, at)
    queue = wanted.queue or rules.queue_of(wanted.about.lane)
    _check_queue(queue, rules)
    ticket = Ticket(0, wanted.about, queue, wanted.due_at, at, by, assignee=wanted.assignee, changed_at=at)
    return Change(ticket, (Entry(at, by, What.OPENED, wanted.text, after=wanted.assignee or queue),))


def comment(ticket: Ticket, at: Instant, by: str, text: str) -> Change:
    """Somebody says something. Raises TicketRefused."""
    check_text(text)
    return _changed(ticket, at, Entry(at, by, What.COMMENTED, text))


def hand_over(
    ticket: Ticket, at: Instant, by: str, rules: TicketRules, *, queue: str = "", assignee: str = "", text: str = ""
) -> Change:
    """Give it to somebody, who begins anew, or to a queue. Raises TicketRefused."""
    assert bool(queue) != bool(assignee), "a ticket is handed to one of the two"
    check_text(text, may_be_empty=True)
    if queue:
        _check_queue(queue, rules)
    entry = Entry(at, by, What.HANDED_OVER, text, before=ticket.assignee or ticket.queue, after=assignee or queue)
    return _changed(_waits_for_somebody(ticket, queue or ticket.queue, assignee), at, entry)


def move(
    ticket: Ticket, at: Instant, by: str, state: TicketState, rules: TicketRules, *, text: str = "", call: str = ""
) -> Change:
    """Take it a step further. Raises TicketRefused.

    Who begins with a ticket that nobody has takes it. One that is taken up again is promised anew, and says in which
    call the customer came back.
    """
    if state not in LEGAL[ticket.state]:
        raise TicketRefused(Why.NO_SUCH_STEP, ticket)
    check_text(text, may_be_empty=True)
    entry = Entry(at, by, What.MOVED, text, before=ticket.state, after=state)
    moved = replace(ticket, state=state, settled_at=at if state in SETTLED else None)
    if state is TicketState.IN_PROGRESS and not moved.assignee:
        moved = replace(moved, assignee=by)
    if state is not TicketState.REOPENED:
        return _changed(moved, at, entry)
    due_at = max(moved.due_at, at + rules.promise)
    moved = replace(moved, reopened=moved.reopened + 1, due_at=due_at, level=0)
    promised = Entry(at, by, What.PROMISED, call, before=str(ticket.due_at), after=str(due_at))
    return _changed(moved, at, entry, promised)


def promise(ticket: Ticket, at: Instant, by: str, due_at: Instant, text: str) -> Change:
    """Promise another instant, with a word why; escalation begins anew. Raises TicketRefused."""
    check_text(text)
    _check_due(due_at, at)
    if ticket.state in SETTLED:
        raise TicketRefused(Why.NO_SUCH_STEP, ticket)
    entry = Entry(at, by, What.PROMISED, text, before=str(ticket.due_at), after=str(due_at))
    return _changed(replace(ticket, due_at=due_at, level=0), at, entry)


def escalate(ticket: Ticket, at: Instant, rules: TicketRules) -> Change | None:
    """Take the steps of escalation that are due, all at once after a time in which nobody looked; None for none."""
    if ticket.state in SETTLED:
        return None
    due = sum(ticket.due_at + level.offset <= at for level in rules.levels)
    if due <= ticket.level:
        return None
    taken = rules.levels[ticket.level : due]
    queue = next((level.queue for level in reversed(taken) if level.queue in rules.queues), "")
    entry = Entry(at, HOTLINE, What.ESCALATED, before=str(ticket.level), after=str(due))
    entries = [entry]
    raised = replace(ticket, level=due)
    if queue and (queue != ticket.queue or ticket.assignee):
        raised = _waits_for_somebody(raised, queue, "")
        before = ticket.assignee or ticket.queue
        entries.append(Entry(at, HOTLINE, What.HANDED_OVER, before=before, after=queue))
    return _changed(raised, at, *entries, by_people=False)


def give_back(ticket: Ticket, at: Instant) -> Change:
    """The assignee is not there any more: the queue has it again."""
    entry = Entry(at, HOTLINE, What.RETURNED, before=ticket.assignee, after=ticket.queue)
    return _changed(_waits_for_somebody(ticket, ticket.queue, ""), at, entry, by_people=False)


def reroute(ticket: Ticket, at: Instant, rules: TicketRules) -> Change:
    """The settings have its queue no more: it goes into the default one, and keeps its assignee."""
    entry = Entry(at, HOTLINE, What.REROUTED, before=ticket.queue, after=rules.default_queue)
    return _changed(replace(ticket, queue=rules.default_queue), at, entry, by_people=False)


def close_by_itself(ticket: Ticket, at: Instant) -> Change:
    """Nobody took up a resolved ticket again."""
    assert ticket.state is TicketState.RESOLVED
    entry = Entry(at, HOTLINE, What.MOVED, before=ticket.state, after=TicketState.CLOSED)
    return _changed(replace(ticket, state=TicketState.CLOSED, settled_at=at), at, entry, by_people=False)


def check_reason(reason: str) -> None:
    """Raises TicketRefused for what is not one line that people can read."""
    if not reason.strip() or len(reason) > REASON_AT_MOST or not is_plain(reason):
        raise TicketRefused(Why.BAD_REASON)


def check_text(text: str, *, may_be_empty: bool = False) -> None:
    """Raises TicketRefused for no text where one is wanted, and for one that is too long or no plain text."""
    if not may_be_empty and not text.strip():
        raise TicketRefused(Why.NO_TEXT)
    if len(text) > TEXT_AT_MOST or not is_plain(text, also="\t\n"):
        raise TicketRefused(Why.TEXT_TOO_LONG)


def _check_due(due_at: Instant, at: Instant) -> None:
    if not at < due_at <= at + LONGEST_PROMISE:
        raise TicketRefused(Why.BAD_DUE)


def _check_queue(queue: str, rules: TicketRules) -> None:
    if queue not in rules.queues:
        raise TicketRefused(Why.NO_SUCH_QUEUE)


def _waits_for_somebody(ticket: Ticket, queue: str, assignee: str) -> Ticket:
    """The ticket in other hands, which have not begun with it."""
    state = TicketState.OPEN if ticket.state is TicketState.IN_PROGRESS else ticket.state
    return replace(ticket, queue=queue, assignee=assignee, state=state)


def _changed(ticket: Ticket, at: Instant, *entries: Entry, by_people: bool = True) -> Change:
    # What the hotline does by itself is bounded by the settings, and must never be refused.
    if by_people and ticket.revision >= ENTRIES_AT_MOST:
        raise TicketRefused(Why.TOO_MUCH_HISTORY, ticket)
    return Change(replace(ticket, revision=ticket.revision + 1, changed_at=max(at, ticket.changed_at)), entries)
