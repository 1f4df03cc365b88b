"""The door of the REST edge: who is not logged in, has not the role, or comes from another page, is turned away here.

Every route names the roles that it is for by `allowed`; `make_api` refuses a router with a route that names none, so
that nothing is open by being forgotten. Answers carry no words of the request: what somebody typed is in no error.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from fastapi.security import APIKeyCookie
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cti.accounts.sessions import COOKIE
from cti.api.headers import SafeHeaders
from cti.api.people import Identify, Person, Role

BODY_AT_MOST = 64 * 1024
"""Bytes of one request's body."""
BODY_WITHIN = 10.0
"""Seconds for it to arrive."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing, so that it does not matter which page they come from."""

Spend = Callable[[Request], bool]
"""Counts a request of somebody who is logged in; False for one too many."""
OurPage = Callable[[Request], bool]
"""Whether a request comes from a page of ours, by its Origin."""

_COOKIE = APIKeyCookie(name=COOKIE, auto_error=False, description="A session, from /login.")
"""Says in the schema what such a route asks for; who it is for is found out by `identify`."""

_TURNED_AWAY: dict[int | str, dict[str, Any]] = {
    401: {"description": "Not logged in."},
    403: {"description": "Not for this role, or asked for by a page of somebody else."},
    429: {"description": "Too many requests; wait a little."},
}

_log = structlog.get_logger(__name__)


class Allowed:
    """A dependency that lets through whoever has one of its roles, and gives the route the person."""

    def __init__(self, roles: Iterable[Role]) -> None:
        self.roles = frozenset(roles)

    # Asynchronous, or it would be called in a thread, beside the loop that everything here belongs to.
    async def __call__(self, request: Request, _: Annotated[str | None, Depends(_COOKIE)] = None) -> Person:
        """Raises HTTPException: 401 for nobody, 403 for a role that may not, or for a page that is not ours."""
        identify: Identify = request.app.state.identify
        person = identify(request)
        if person is None:
            raise HTTPException(401, "not logged in")
        if not request.app.state.spend(request):
            raise HTTPException(429, "too many requests; wait a little")
        if person.roles.isdisjoint(self.roles):
            raise HTTPException(403, "your role does not allow this")
        if request.method not in SAFE_METHODS and not request.app.state.our_page(request):
            raise HTTPException(403, "this page may not ask for that")
        return person


def allowed(*roles: Role) -> Any:
    """The dependency of a route for these roles: `person: Annotated[Person, allowed(Role.AGENT)]`."""
    return Depends(Allowed(roles))


class Open:
    """A dependency of the few routes that are there for who is not logged in yet; other pages are turned away."""

    async def __call__(self, request: Request) -> None:
        """Raises HTTPException: 403 for a page that is not ours."""
        if request.method not in SAFE_METHODS and not request.app.state.our_page(request):
            raise HTTPException(403, "this page may not ask for that")


open_to_all: Any = Depends(Open())
"""The dependency of a route for whoever comes: `dependencies=[open_to_all]`."""

Anybody = Annotated[Person, allowed(*Role)]
"""Whoever is logged in."""


def make_api(
    identify: Identify, our_page: OurPage, routers: Sequence[APIRouter], spend: Spend = lambda _: True
) -> FastAPI:
    """The application to be mounted at /api/v1. Raises AssertionError for a route that says not whom it is for.

    `spend` counts a request of somebody who is logged in, and says whether it was not one too many.
    """
    servers = [{"url": "/api/v1"}]
    api = FastAPI(
        title="Hotline", version="1", docs_url=None, redoc_url=None, servers=servers, root_path_in_servers=False
    )
    api.state.identify, api.state.our_page, api.state.spend = identify, our_page, spend
    for router in routers:
        for route in router.routes:
            assert isinstance(route, APIRoute), f"{route} is no route of the REST edge"
            roles = roles_of(route)
            assert roles or is_open(route), f"{route.path} names nobody whom it is for"
            if roles:
                # Whoever reads the schema sees whom a route is for, and how anybody else is turned away.
                route.openapi_extra = {"x-roles": sorted(roles)}
                route.responses = {**_TURNED_AWAY, **route.responses}
        api.include_router(router)
    api.add_middleware(_SmallBodies)
    api.add_middleware(SafeHeaders)
    api.add_exception_handler(HTTPException, _refused)
    api.add_exception_handler(sqlite3.Error, _unkept)
    api.add_exception_handler(RequestValidationError, _invalid)
    return api


def roles_of(route: APIRoute) -> frozenset[Role]:
    """The roles that may use a route; empty for one that names none."""
    found = [each.call.roles for each in route.dependant.dependencies if isinstance(each.call, Allowed)]
    return frozenset[Role]().union(*found)


def is_open(route: APIRoute) -> bool:
    """Whether a route is there for who is not logged in."""
    return any(isinstance(each.call, Open) for each in route.dependant.dependencies)


async def _unkept(_: Request, error: Exception) -> Response:
    # The disk fails, or is full: nothing was changed, and what is shown elsewhere goes on.
    _log.error("the desk's file cannot be used", why=str(error))
    return JSONResponse({"error": "this cannot be kept at the moment; try again"}, 503)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    # A route that says more than one line says all of it itself.
    more = isinstance(error.detail, dict)
    return JSONResponse(error.detail if more else {"error": error.detail}, error.status_code)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = [{"where": ".".join(map(str, each["loc"])), "what": each["msg"]} for each in error.errors()[:20]]
    return JSONResponse({"error": "the request is not as it should be", "wrong": wrong}, 422)


class _SmallBodies:
    """Answers 413 to a request whose body is too long, however it is sent, and 408 to one that never comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(BODY_WITHIN):
                body = await _body(receive)
        except TimeoutError:
            await JSONResponse({"error": f"within {BODY_WITHIN:g} seconds"}, 408)(scope, receive, send)
            return
        if body is None:
            return
        if len(body) > BODY_AT_MOST:
            await JSONResponse({"error": f"at most {BODY_AT_MOST} bytes"}, 413)(scope, receive, send)
            return
        await self._app(scope, _replayed(body, receive), send)


async def _body(receive: Receive) -> bytes | None:
    """The body of a request, cut once it is too long; None if whoever sent it has gone."""
    body = bytearray()
    more = True
    while more and len(body) <= BODY_AT_MOST:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
