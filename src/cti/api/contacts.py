"""Contacts over REST: an agent's drafts, earlier contacts of the caller he talks with, and what his lane asks for.

An agent reads of a customer or number only while he holds a call of theirs, or writes of it; the second line and
supervisors read of everybody. Who asks for what is not his gets the same answer whether it exists or not.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Protocol

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from acd.config.fields import NAME_PATTERN
from acd.config.wrapping_up import Disposition
from acd.core.names import AgentId, CallId, LaneName
from cti.accounts.deeds import Deed, Trail
from cti.api.door import allowed
from cti.api.people import Person, Role
from cti.contacts.history import AT_MOST
from cti.contacts.records import NOTE_AT_MOST, Contact, Words
from cti.contacts.service import Closed, Contacts, NotComplete, NotYours, Writing
from cti.contacts.store import Stale

Reader = Annotated[Person, allowed(Role.AGENT, Role.SECOND_LINE, Role.SUPERVISOR)]
Writer = Annotated[Person, allowed(Role.AGENT, Role.SECOND_LINE)]
Call = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,80}$")]
Lane = Annotated[str, Query(pattern=NAME_PATTERN)]
Texts = Mapping[str, str]
"""The same words by language."""


class Tickets(Protocol):
    """The second line's tickets, as far as earlier contacts speak of them."""

    async def of_calls(self, calls: Sequence[str], /) -> Mapping[str, int]:
        """The number of the ticket that was raised in each of these calls; calls without one are not in it."""
        ...


class LaneWords(Protocol):
    """What the settings in force say to the agents of a lane."""

    def tree(self, lane: LaneName) -> tuple[bool, Mapping[str, Disposition]] | None:
        """Whether one must be chosen, and the dispositions; None for a lane without, or for no lane at all."""
        ...

    def script(self, lane: LaneName) -> tuple[Texts, Sequence[Texts]]:
        """What its agents say first, and what they may offer."""
        ...


class DraftIn(BaseModel):
    """All that an agent has written so far."""

    revision: int = Field(ge=0, le=2**31, description="The revision that the page had before; 0 for none.")
    disposition: str = Field(default="", pattern=r"^$|" + NAME_PATTERN)
    solved: bool | None = None
    note: str = Field(default="", max_length=NOTE_AT_MOST)
    follow_up: bool = False


class DraftOut(BaseModel):
    """The same as it is kept."""

    revision: int
    disposition: str
    solved: bool | None
    note: str
    follow_up: bool
    state: str = Field(description="open, finished, or not_finished: the wrap-up ended by time.")
    lane: str


class NoteOut(BaseModel):
    """Plain text, never markup."""

    number: int = Field(description="By which other notes mention it, as #17; 0 while it is being written.")
    at: int
    by: str
    text: str
    mentions: list[int]


class ContactOut(BaseModel):
    """One agent's part of an earlier call. Instants and lengths are milliseconds."""

    call: str
    at: int
    lane: str
    agent: str
    direction: str
    duration_ms: int
    number: str
    customer: str
    known_by: str = Field(description="verified, number (only the caller's number says so), or nobody.")
    state: str
    disposition: str
    solved: bool | None
    follow_up: bool
    notes: list[NoteOut]
    ticket: int | None = None


class DispositionOut(BaseModel):
    """One way in which a call may come out, and the finer ones under it; a record ends where nothing is under."""

    code: str
    name: Texts
    under: "list[DispositionOut]"


class DispositionsOut(BaseModel):
    """A lane's tree."""

    required: bool
    tree: list[DispositionOut]


class ScriptOut(BaseModel):
    """What the agents of a lane say, and may offer."""

    script: Texts
    may_offer: list[Texts]


def router(contacts: Contacts, words: LaneWords, trail: Trail, tickets: Tickets | None = None) -> APIRouter:
    """The routes of contacts."""
    routes = APIRouter(tags=["contacts"])

    @routes.get("/contacts")
    async def earlier(
        person: Reader,
        customer: Annotated[str, Query(pattern=r"^[0-9]{1,20}$")] | None = None,
        number: Annotated[str, Query(pattern=r"^\+?[0-9]{2,32}$")] | None = None,
        limit: Annotated[int, Query(ge=1, le=AT_MOST)] = 20,
    ) -> list[ContactOut]:
        """Earlier contacts of a customer or a number, the newest first; with neither, of the caller whom you have."""
        own = customer is None and number is None and person.agent is not None
        if not own and (customer is None) == (number is None):
            raise HTTPException(422, "either customer or number is wanted")
        reader = None if person.is_any(Role.SECOND_LINE, Role.SUPERVISOR) else AgentId(person.name)
        try:
            if own:
                caller, found = await contacts.of_own_caller(AgentId(person.name), limit)
                customer, number = caller.customer, caller.number
            elif customer is not None:
                found = await contacts.of_customer(customer, limit, reader)
            else:
                found = await contacts.of_number(number or "", limit, reader)
        except NotYours:
            raise HTTPException(403, "only while you hold a call of this caller") from None
        asked = {"customer": customer or "", "number": number or ""}
        whose = {key: value for key, value in asked.items() if value}
        trail.note(person, Deed.CONTACTS_READ, whose)
        numbers: Mapping[str, int] = {} if tickets is None else await tickets.of_calls([each.call for each in found])
        return [_contact(each, numbers.get(each.call)) for each in found]

    _drafts(routes, contacts)
    _lanes(routes, words)
    return routes


def _drafts(routes: APIRouter, contacts: Contacts) -> None:
    @routes.get("/contacts/{call}/draft")
    async def draft(call: Call, person: Writer) -> DraftOut:
        """What you have written of this call so far."""
        try:
            return _draft(await contacts.draft(AgentId(person.name), CallId(call)))
        except NotYours:
            raise _not_yours() from None

    @routes.put(
        "/contacts/{call}/draft", response_model=DraftOut, responses={409: {"description": "Changed elsewhere."}}
    )
    async def save(call: Call, said: DraftIn, person: Writer) -> DraftOut | Response:
        """Keep it. 409 with the present `draft` when another page of yours has changed it since `revision`."""
        written = Words(said.disposition, said.solved, said.note, said.follow_up)
        try:
            return _draft(await contacts.save(AgentId(person.name), CallId(call), written, said.revision))
        except NotYours:
            raise _not_yours() from None
        except Closed:
            return JSONResponse({"error": "the record is finished", "reason": "finished"}, 409)
        except Stale as stale:
            now, is_now = stale.draft.words, stale.draft
            present = {
                "revision": is_now.revision,
                "disposition": now.disposition,
                "solved": now.solved,
                "note": now.note,
                "follow_up": now.follow_up,
            }
            return JSONResponse({"error": str(stale), "reason": "stale", "draft": present}, 409)

    @routes.post("/contacts/{call}/finish", response_model=DraftOut, responses={409: {"description": "Not complete."}})
    async def finish(call: Call, person: Writer) -> DraftOut | Response:
        """Make the draft the record. 409 with a `reason` when something is missing for one."""
        try:
            return _draft(await contacts.finish(AgentId(person.name), CallId(call)))
        except NotYours:
            raise _not_yours() from None
        except NotComplete as error:
            return JSONResponse({"error": "the record is not complete", "reason": error.missing.value}, 409)


def _lanes(routes: APIRouter, words: LaneWords) -> None:
    @routes.get("/dispositions")
    async def dispositions(lane: Lane, _person: Reader) -> DispositionsOut:
        """How the calls of a lane may come out; an empty tree for a lane that does not ask."""
        found = words.tree(LaneName(lane))
        return (
            DispositionsOut(required=False, tree=[])
            if found is None
            else DispositionsOut(required=found[0], tree=_tree(found[1]))
        )

    @routes.get("/script")
    async def script(lane: Lane, _person: Reader) -> ScriptOut:
        """What an agent of the lane says first, and what he may offer."""
        says, may_offer = words.script(LaneName(lane))
        return ScriptOut(script=dict(says), may_offer=[dict(each) for each in may_offer])


def _not_yours() -> HTTPException:
    # The same whether there is no such call or it is somebody else's.
    return HTTPException(404, "no call of yours")


def _draft(writing: Writing) -> DraftOut:
    words = writing.draft.words
    return DraftOut(
        revision=writing.draft.revision,
        disposition=words.disposition,
        solved=words.solved,
        note=words.note,
        follow_up=words.follow_up,
        state=writing.state.value,
        lane=writing.lane,
    )


def _contact(contact: Contact, ticket: int | None) -> ContactOut:
    return ContactOut(
        call=contact.call,
        at=contact.at,
        lane=contact.lane,
        agent=contact.agent,
        direction=contact.direction.value,
        duration_ms=contact.talked,
        number=contact.number,
        customer=contact.customer,
        known_by=contact.known_by.value,
        state=contact.state.value,
        disposition=contact.words.disposition,
        solved=contact.words.solved,
        follow_up=contact.words.follow_up,
        notes=[
            NoteOut(number=note.number, at=note.at, by=note.by, text=note.text, mentions=list(note.mentions))
            for note in contact.notes
        ],
        ticket=ticket,
    )


def _tree(tree: Mapping[str, Disposition]) -> list[DispositionOut]:
    return [
        DispositionOut(
            code=code, name={str(language): text for language, text in each.name.items()}, under=_tree(each.under)
        )
        for code, each in tree.items()
    ]
