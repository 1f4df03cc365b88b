"""The routes of sessions: everybody sees and ends his own, supervisors and operators those of all."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from cti.accounts.accounts import Accounts
from cti.accounts.sessions import Session
from cti.api.door import Anybody
from cti.api.entrance import leave
from cti.api.people import Person, Role
from cti.ports import Ask

LISTED_AT_MOST = 500


class SessionShown(BaseModel):
    """One log-in. Times are milliseconds since 1970."""

    id: str
    name: str
    begun_at: int
    seen_at: int
    page_open: bool
    mine: bool
    """Whether it is the one by which this was asked."""


def router(accounts: Accounts, ask: Ask) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["sessions"])

    @routes.get("/sessions")
    async def sessions(
        person: Anybody,
        request: Request,
        name: Annotated[str | None, Query(max_length=64)] = None,
    ) -> list[SessionShown]:
        """The sessions that are not over, of one person if a name is given, the newest first, at most 500."""
        mine = accounts.session_of(request)
        found = [each for each in accounts.sessions.everybodys() if _may_see(person, each)]
        wanted = [each for each in reversed(found) if name is None or each.name == name]
        return [_shown(each, mine) for each in wanted[:LISTED_AT_MOST]]

    @routes.delete("/sessions/{session}", status_code=204, responses={404: {}})
    async def end(person: Anybody, session: Annotated[str, Path(max_length=64)]) -> Response:
        """End a session at once; its pages close."""
        found = accounts.sessions.named(session)
        if found is None or not _may_see(person, found):
            raise HTTPException(404, "no such session")
        whose = accounts.person_of(found)
        if found.name == person.name:
            await accounts.log_out(found)
        else:
            await accounts.force_out(found, person)
        await leave(accounts, ask, found.name, None if whose is None else whose.agent)
        return Response(status_code=204)

    return routes


def _may_see(person: Person, session: Session) -> bool:
    return session.name == person.name or person.is_any(Role.SUPERVISOR, Role.OPERATOR)


def _shown(session: Session, mine: Session | None) -> SessionShown:
    return SessionShown(
        id=session.id,
        name=session.name,
        begun_at=session.begun_at,
        seen_at=session.seen_at,
        page_open=session.pages > 0,
        mine=session is mine,
    )
