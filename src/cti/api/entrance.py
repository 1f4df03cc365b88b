"""The routes by which people come and go: log in and out, a new password, a ticket for a WebSocket."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from acd.core.names import AgentId
from acd.core.requests import LogOut
from cti.accounts.accounts import Accounts, Refusal
from cti.accounts.sessions import COOKIE, Session
from cti.accounts.socket_tickets import GOOD_FOR, SocketTickets
from cti.api.door import Anybody, allowed, open_to_all
from cti.api.me import Describe, Me
from cti.api.people import Role
from cti.ports import Ask

_STATUS = {Refusal.WRONG: 401, Refusal.TOO_MANY: 429, Refusal.BUSY: 503}


class LogIn(BaseModel):
    """Who wants to come in."""

    name: Annotated[str, Field(max_length=64)]
    password: Annotated[str, Field(max_length=1_024)]


class NewPassword(BaseModel):
    """The password of who is logged in, and the one that he wants instead."""

    old: Annotated[str, Field(max_length=1_024)]
    new: Annotated[str, Field(max_length=1_024)]


class WaysIn(BaseModel):
    """By what one may log in besides a password."""

    single_sign_on: bool
    """Whether the bank's identity provider lets people in: /oidc/begin leads there."""


class Ticket(BaseModel):
    """Opens one WebSocket: /agent/ws?ticket=…"""

    ticket: str
    good_for_ms: int


def ways_in(*, single_sign_on: bool) -> APIRouter:
    """The route that tells the log-in page what to offer."""
    routes = APIRouter(tags=["entrance"])

    @routes.get("/login", dependencies=[open_to_all])
    async def ways() -> WaysIn:
        """By what one may log in besides a password."""
        return WaysIn(single_sign_on=single_sign_on)

    return routes


def router(
    accounts: Accounts, tickets: SocketTickets, ask: Ask, describe: Describe, *, secure_cookie: bool
) -> APIRouter:
    """The routes. `secure_cookie` is for a hotline that is reached by https alone."""
    routes = APIRouter(tags=["entrance"])

    @routes.post("/login", dependencies=[open_to_all], responses={401: {}, 429: {}, 503: {}})
    async def log_in(said: LogIn, request: Request, response: Response) -> Me:
        """Begin a session, which is kept in a cookie."""
        before = accounts.session_of(request)
        let_in = await accounts.log_in(said.name, said.password)
        if isinstance(let_in, Refusal):
            raise HTTPException(_STATUS[let_in], let_in)
        session, token = let_in
        person = accounts.person_of(session)
        if person is None:
            raise HTTPException(401, Refusal.WRONG)
        await _replace(accounts, before, person.name)
        response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure_cookie, path="/")
        return describe(person)

    @routes.post("/logout", status_code=204)
    async def log_out(person: Anybody, request: Request) -> Response:
        """End the session; an agent leaves with the last one."""
        session = accounts.session_of(request)
        if session is not None:
            await accounts.log_out(session)
        await leave(accounts, ask, person.name, person.agent)
        return _without_cookie(Response(status_code=204), secure=secure_cookie)

    @routes.post("/password", status_code=204, responses={401: {}, 429: {}, 503: {}})
    async def change_password(said: NewPassword, person: Anybody) -> Response:
        """Choose another password; all sessions end, and an agent leaves with them."""
        refused = await accounts.change_password(person, said.old, said.new)
        if refused is not None:
            raise HTTPException(_STATUS[refused] if isinstance(refused, Refusal) else 422, refused)
        await leave(accounts, ask, person.name, person.agent)
        return _without_cookie(Response(status_code=204), secure=secure_cookie)

    @routes.post("/ws-ticket", dependencies=[allowed(Role.AGENT)])
    async def ticket(request: Request) -> Ticket:
        """A ticket that opens the WebSocket once, for browsers whose page may not send the cookie."""
        session: Session | None = accounts.session_of(request)
        if session is None:
            raise HTTPException(401, "not logged in")
        return Ticket(ticket=tickets.give(session), good_for_ms=GOOD_FOR)

    return routes


async def leave(accounts: Accounts, ask: Ask, name: str, agent: AgentId | None) -> None:
    """Tell the core that an agent has left, unless another session of his holds his screen."""
    if agent is not None and not any(each.pages for each in accounts.sessions.of(name)):
        await ask(LogOut(agent))


async def _replace(accounts: Accounts, before: Session | None, name: str) -> None:
    """End the session of the cookie that this browser had; another tab of the same person may still rest on it."""
    if before is not None and (before.name != name or not before.pages):
        await accounts.log_out(before)


def _without_cookie(response: Response, *, secure: bool) -> Response:
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=secure, path="/")
    return response
