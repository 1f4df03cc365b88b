"""Tickets over REST: who may see which, and who may do what to it.

The second line and supervisors see all tickets. An agent sees those that he opened or has, and those of the caller
whom he talks with or has just talked with; whatever else there is does not exist for him.
"""

from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query

from acd.core.events import AgentOffered
from acd.core.names import AgentId, CallId
from cti.accounts.deeds import Deed, Trail
from cti.api.door import allowed
from cti.api.people import Person, Role
from cti.api.refusals import refusal
from cti.api.ticket_forms import (
    Asked,
    Comment,
    HandOver,
    HistoryRow,
    InPathNumber,
    NewTicket,
    Promise,
    Step,
    TicketPage,
    TicketRow,
    TicketStory,
)
from cti.held import HeldCalls, Whom, number_of
from cti.plain_text import is_plain
from cti.tickets.service import Tickets
from cti.tickets.store import Position, Wanted
from cti.tickets.ticket import SETTLED, Entry, Opening, Subject, Ticket, TicketRefused, TicketState, Why

T = TypeVar("T")

Reader = Annotated[Person, allowed(Role.AGENT, Role.SECOND_LINE, Role.SUPERVISOR)]

ANY = "any"
"""Stands for all queues: the tickets that nobody has taken."""

UNSETTLED = tuple(state for state in TicketState if state not in SETTLED)


def router(
    tickets: Tickets,
    held: HeldCalls,
    lanes: Callable[[], Container[str]],
    trail: Trail,
) -> APIRouter:
    """All routes under /tickets. `lanes` are those of the settings in force."""
    routes = APIRouter(tags=["tickets"])
    door = _Door(tickets, held, lanes, trail)

    @routes.post("/tickets", status_code=201)
    async def open_one(wanted: NewTicket, person: Reader) -> TicketRow:
        """Open a ticket; if it is of a call, it is about that caller."""
        return door.row(await door.open(wanted, person))

    @routes.get("/tickets")
    async def some(asked: Annotated[Asked, Query()], person: Reader) -> TicketPage:
        """Tickets that fit all that is asked and that whoever asks may see, the soonest due first."""
        return await door.page(asked, person)

    @routes.get("/queues")
    async def queues(_: Reader) -> dict[str, dict[str, str]]:
        """The titles of each queue, by language."""
        return {name: dict(words) for name, words in tickets.rules.queues.items()}

    @routes.get("/tickets/{number}")
    async def one(number: InPathNumber, person: Reader) -> TicketStory:
        """A ticket, and all that happened to it, in order."""
        ticket, history = await door.seen(number, person)
        trail.note(person, Deed.TICKET_READ, door.about(ticket))
        return TicketStory(ticket=door.row(ticket), history=[_history(each) for each in history])

    @routes.post("/tickets/{number}/comments")
    async def comment(number: InPathNumber, said: Comment, person: Reader) -> TicketRow:
        """Write something to a ticket."""
        await door.seen(number, person)
        return door.row(await door.done(tickets.comment(number, person.name, said.text)))

    @routes.post("/tickets/{number}/hand-over")
    async def hand_over(number: InPathNumber, said: HandOver, person: Reader) -> TicketRow:
        """Give a ticket to a person or to a queue."""
        return door.row(await door.hand_over(number, said, person))

    @routes.post("/tickets/{number}/state")
    async def state(number: InPathNumber, said: Step, person: Reader) -> TicketRow:
        """Move a ticket to another state."""
        return door.row(await door.step(number, said, person))

    @routes.post("/tickets/{number}/promise")
    async def promise(number: InPathNumber, said: Promise, person: Reader) -> TicketRow:
        """Promise it for another moment, with the reason."""
        await door.changeable(number, person)
        work = tickets.promise(number, said.revision, person.name, said.due_at, said.text)
        return door.row(await door.done(work))

    return routes


def _history(entry: Entry) -> HistoryRow:
    return HistoryRow(
        at=entry.at, by=entry.by, what=entry.what, text=entry.text, before=entry.before, after=entry.after
    )


class _Door:
    """Who may see and do what."""

    def __init__(self, tickets: Tickets, held: HeldCalls, lanes: Callable[[], Container[str]], trail: Trail) -> None:
        self._tickets = tickets
        self._held = held
        self._lanes = lanes
        self._trail = trail
        self._listed: dict[str, frozenset[int]] = {}
        """Tickets of others on the page that somebody was shown last; bounded by the people there are."""

    async def open(self, wanted: NewTicket, person: Person) -> Ticket:
        """A new ticket, about the call's caller if one is named, whatever else is said of him."""
        if wanted.lane not in self._lanes():
            raise refusal(Why.NO_SUCH_LANE)
        whom = Whom(wanted.customer or "", number_of(wanted.number or ""))
        if wanted.call is not None:
            offer = self._held.holds(AgentId(person.name), CallId(wanted.call))
            if offer is not None:
                whom = self._held.whom(offer)
            elif not _works_on_all(person) or not wanted.call.isprintable():
                raise refusal(Why.NOT_YOUR_CALL)
        about = Subject(wanted.lane, wanted.reason.strip(), wanted.call or "", whom.customer, whom.caller)
        queue = self._queue(wanted.queue or "")
        opening = Opening(about, wanted.text, wanted.due_at, queue, wanted.assignee or "")
        ticket = await self.done(self._tickets.open(opening, person.name))
        assert ticket is not None, "only tickets with a source can be there already"
        return ticket

    async def page(self, asked: Asked, person: Person) -> TicketPage:
        """Some tickets. An agent is shown his own, or those of the caller whom he has."""
        whom = Whom(asked.customer, number_of(asked.number))
        everything = _works_on_all(person)
        if asked.call:
            whom = self._caller_of(asked.call, person)
            if whom == Whom("", ""):
                return TicketPage(tickets=[], next=None)
        elif whom != Whom("", "") and not everything:
            whom = self._callers(whom, person)
        if not is_plain(asked.q) or not is_plain(asked.queue):
            return TicketPage(tickets=[], next=None)
        wanted = Wanted(
            states=tuple(asked.state) or (UNSETTLED if asked.open else ()),
            queue="" if asked.queue == ANY else asked.queue,
            unassigned=asked.queue == ANY,
            opened_by_or_assigned="" if whom != Whom("", "") or (everything and not asked.mine) else person.name,
            customer=whom.customer,
            caller=whom.caller,
            due_before=asked.due_before,
            word=asked.q.strip(),
        )
        found = await self._tickets.page(wanted, _position(asked.after), asked.limit + 1)
        rows, more = found[: asked.limit], len(found) > asked.limit
        if rows and whom != Whom("", ""):
            self._trail.note(person, Deed.TICKET_READ, {"customer": whom.customer, "number": whom.caller})
        elif rows:
            self._note_listed(rows, person)
        return TicketPage(
            tickets=[self.row(each) for each in rows], next=f"{rows[-1].due_at}-{rows[-1].number}" if more else None
        )

    def _note_listed(self, rows: Sequence[Ticket], person: Person) -> None:
        """Who is shown tickets of others sees their customers. A page that looks again and again is noted once."""
        others = {each.number: each for each in rows if person.name not in {each.opened_by, each.assignee}}
        for number in sorted(others.keys() - self._listed.get(person.name, frozenset())):
            self._trail.note(person, Deed.TICKET_READ, self.about(others[number]))
        self._listed[person.name] = frozenset(others)

    async def seen(self, number: int, person: Person) -> tuple[Ticket, Sequence[Entry]]:
        """A ticket that he may see; for all others there is none."""
        found = await self._tickets.find(number)
        if found is None or not self._may_see(found[0], person):
            raise refusal(Why.NO_SUCH_TICKET)
        return found

    async def changeable(self, number: int, person: Person) -> Ticket:
        """A ticket that he may see and do something to: his own, or any for the second line."""
        ticket, _ = await self.seen(number, person)
        if not _works_on_all(person) and ticket.assignee != person.name:
            raise refusal(Why.NOT_YOURS)
        return ticket

    async def hand_over(self, number: int, said: HandOver, person: Person) -> Ticket:
        """Into other hands."""
        await self.changeable(number, person)
        if bool(said.queue) == bool(said.assignee):
            raise refusal(Why.ONE_OF_BOTH)
        work = self._tickets.hand_over(
            number,
            said.revision,
            person.name,
            queue=self._queue(said.queue or ""),
            assignee=said.assignee or "",
            text=said.text,
        )
        return await self.done(work)

    async def step(self, number: int, said: Step, person: Person) -> Ticket:
        """Into another state. Whoever has the customer on the line may take his ticket up again."""
        ticket, _ = await self.seen(number, person)
        offer = None if said.call is None else self._held.holds(AgentId(person.name), CallId(said.call))
        comes_again = said.state is TicketState.REOPENED and offer is not None and self._is_about(ticket, offer)
        if said.call is not None and not comes_again:
            raise refusal(Why.NOT_YOUR_CALL)
        if not comes_again:
            await self.changeable(number, person)
        work = self._tickets.move(number, said.revision, person.name, said.state, text=said.text, call=said.call or "")
        return await self.done(work)

    async def done(self, work: Awaitable[T]) -> T:
        """What `work` comes to; a refusal becomes an answer."""
        try:
            return await work
        except TicketRefused as error:
            present = None if error.present is None else self.row(error.present).model_dump(mode="json")
            raise refusal(error.why, present) from None

    def row(self, ticket: Ticket) -> TicketRow:
        """The ticket as it is told."""
        about, rules = ticket.about, self._tickets.rules
        return TicketRow(
            number=ticket.number,
            revision=ticket.revision,
            state=ticket.state,
            lane=about.lane,
            reason=about.reason,
            call=about.call or None,
            customer=about.customer or None,
            caller=about.caller or None,
            queue=ticket.queue,
            queue_name=dict(rules.queues.get(ticket.queue, {})),
            assignee=ticket.assignee or None,
            opened_at=ticket.opened_at,
            opened_by=ticket.opened_by,
            due_at=ticket.due_at,
            overdue=ticket.overdue(self._tickets.now()),
            level=ticket.level,
            changed_at=ticket.changed_at,
            reopened=ticket.reopened,
        )

    def about(self, ticket: Ticket) -> Mapping[str, str]:
        """For the audit trail: which ticket, and of whom."""
        return {"ticket": str(ticket.number), "customer": ticket.about.customer, "number": ticket.about.caller}

    def _queue(self, named: str) -> str:
        """A queue; a lane that is named instead stands for the queue of its tickets."""
        rules = self._tickets.rules
        return rules.queue_of(named) if named and named not in rules.queues and named in self._lanes() else named

    def _may_see(self, ticket: Ticket, person: Person) -> bool:
        if _works_on_all(person) or person.name in {ticket.opened_by, ticket.assignee}:
            return True
        offer = self._held.of(AgentId(person.name))
        return offer is not None and self._is_about(ticket, offer)

    def _is_about(self, ticket: Ticket, offer: AgentOffered) -> bool:
        whom, about = self._held.whom(offer), ticket.about
        return (
            (bool(about.call) and about.call == offer.call)
            or (bool(about.customer) and about.customer == whom.customer)
            or (bool(about.caller) and about.caller == whom.caller)
        )

    def _caller_of(self, call: str, person: Person) -> Whom:
        """Who is on somebody's own call."""
        offer = self._held.holds(AgentId(person.name), CallId(call))
        if offer is None:
            raise refusal(Why.NOT_YOUR_CALL)
        return self._held.whom(offer)

    def _callers(self, asked: Whom, person: Person) -> Whom:
        """Whom an agent is told of who asks for one customer: the caller whom he has, and nobody else.

        He may ask by the id that the caller keyed, too; what he is told is of whom the caller is known to be.
        """
        offer = self._held.of(AgentId(person.name))
        whom = None if offer is None else self._held.whom(offer)
        if offer is None or whom is None:
            raise refusal(Why.NOT_YOUR_CALL)
        if asked.customer not in {"", offer.customer, whom.customer} or asked.caller not in {"", whom.caller}:
            raise refusal(Why.NOT_YOUR_CALL)
        return whom


def _works_on_all(person: Person) -> bool:
    return person.is_any(Role.SECOND_LINE, Role.SUPERVISOR)


def _position(after: str) -> Position | None:
    due_at, _, number = after.partition("-")
    return (int(due_at), int(number)) if after else None
