"""The route of the audit trail: auditors read it, page by page, the newest first; that they did is in it, too."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from cti.accounts.audit import PAGE_AT_MOST, Audit, Entry, Wanted
from cti.accounts.deeds import Deed
from cti.api.door import allowed
from cti.api.people import Person, Role

Word = Annotated[str | None, Query(max_length=64)]
Number = Annotated[int | None, Query(ge=0, le=2**62)]


class Line(BaseModel):
    """Who did what when."""

    id: int
    at: int
    """Milliseconds since 1970."""
    who: str
    what: Deed
    about: dict[str, str]


class Trail(BaseModel):
    """One page of the trail."""

    entries: list[Line]
    next: int | None
    """To be given as `before` for the page after it; null at the end."""


def router(audit: Audit) -> APIRouter:
    """The route."""
    routes = APIRouter(tags=["audit"])

    @routes.get("/audit")
    async def trail(
        person: Annotated[Person, allowed(Role.AUDITOR)],
        who: Word = None,
        what: Deed | None = None,
        customer: Word = None,
        since: Number = None,
        until: Number = None,
        before: Number = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_AT_MOST)] = 100,
    ) -> Trail:
        """Who did and saw what, the newest first. To look is written down, too."""
        found = await audit.page(Wanted(before, who, what, customer, since, until, limit))
        audit.note(person, Deed.AUDIT_READ, {"customer": customer or "", "person": who or ""})
        return Trail(entries=list(map(_line, found)), next=found[-1].id if len(found) == limit else None)

    return routes


def _line(entry: Entry) -> Line:
    return Line(id=entry.id, at=entry.at, who=entry.who, what=entry.what, about=dict(entry.about))
