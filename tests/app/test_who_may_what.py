"""Every route of the web side, and for whom it is there: read from the core as it is wired, so that none is forgotten.

A new route needs a row here.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import aiohttp
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from acd.app.serve import Core
from cti.accounts.sessions import COOKIE
from cti.api.people import Role
from cti.pages import page_routes
from tests.app.serving import pages_alone
from tests.config.small import SMALL, edited

EVERYBODY = frozenset(Role)
STAFF = frozenset({Role.AGENT, Role.SECOND_LINE, Role.SUPERVISOR})
"""Who speaks with customers, or looks after those who do."""
OPEN = None
"""There for who is not logged in, too."""

ROWS: dict[str, frozenset[Role] | None] = {
    **{f"GET {page.path}": OPEN for page in page_routes(None)},
    "GET /healthz": OPEN,
    "GET /metrics": OPEN,
    "GET /recordings/{call}": EVERYBODY,
    "WEBSOCKET /agent/ws": frozenset({Role.AGENT}),
    "WEBSOCKET /board/feed": OPEN,
    "GET /api/v1/openapi.json": OPEN,
    "GET /api/v1/login": OPEN,
    "POST /api/v1/login": OPEN,
    "POST /api/v1/logout": EVERYBODY,
    "POST /api/v1/password": EVERYBODY,
    "POST /api/v1/ws-ticket": frozenset({Role.AGENT}),
    "GET /api/v1/oidc/begin": OPEN,
    "GET /api/v1/oidc/back": OPEN,
    "GET /api/v1/me": EVERYBODY,
    "GET /api/v1/sessions": EVERYBODY,
    "DELETE /api/v1/sessions/{session}": EVERYBODY,
    "GET /api/v1/audit": frozenset({Role.AUDITOR}),
    "GET /api/v1/contacts": STAFF,
    "GET /api/v1/contacts/{call}/draft": frozenset({Role.AGENT, Role.SECOND_LINE}),
    "PUT /api/v1/contacts/{call}/draft": frozenset({Role.AGENT, Role.SECOND_LINE}),
    "POST /api/v1/contacts/{call}/finish": frozenset({Role.AGENT, Role.SECOND_LINE}),
    "GET /api/v1/dispositions": STAFF,
    "GET /api/v1/script": STAFF,
    "GET /api/v1/customers": STAFF,
    "GET /api/v1/tickets": STAFF,
    "POST /api/v1/tickets": STAFF,
    "GET /api/v1/queues": STAFF,
    "GET /api/v1/tickets/{number}": STAFF,
    "POST /api/v1/tickets/{number}/comments": STAFF,
    "POST /api/v1/tickets/{number}/hand-over": STAFF,
    "POST /api/v1/tickets/{number}/state": STAFF,
    "POST /api/v1/tickets/{number}/promise": STAFF,
    "GET /api/v1/softphone": frozenset({Role.AGENT}),
    "GET /api/v1/actions": STAFF | {Role.AUDITOR},
    "GET /api/v1/grants": STAFF | {Role.AUDITOR},
    "POST /api/v1/grants": frozenset({Role.AGENT, Role.SECOND_LINE}),
    "POST /api/v1/grants/{number}/decide": frozenset({Role.SUPERVISOR}),
}

STAFFED = (
    edited("  ben: {name", "  agent: {name: A, phone: agent, skills: {cards: 1}}\n  ben: {name", SMALL)
    + "staff:\n"
    + "".join(f"  {role.replace('_', '-')}: {{roles: [{role}]}}\n" for role in Role if role is not Role.AGENT)
    + "oidc: {issuer: 'http://127.0.0.1:1', client_id: x, client_secret_file: sso, back: 'https://x.example/back'}\n"
)
"""One person for each role, of the role's name; and everything that brings routes of its own."""


@pytest.fixture(autouse=True)
def secret_of_the_provider(tmp_path: Path) -> None:
    (tmp_path / "sso").write_text("x")


def routes_of(routes: Sequence[BaseRoute], under: str = "") -> Iterator[str]:
    """Every route as `METHOD /path`."""
    for route in routes:
        match route:
            case Mount(app=FastAPI() as api):
                yield from routes_of(api.routes, under + route.path)
            case WebSocketRoute():
                yield f"WEBSOCKET {under}{route.path}"
            case Route() | APIRoute():
                for method in sorted((route.methods or set()) - {"HEAD"}):
                    yield f"{method} {under}{route.path}"
            case object(original_router=APIRouter() as router):
                yield from routes_of(router.routes, under)
            case _:
                raise AssertionError(f"a kind of route that this test does not know: {route}")


async def answer(core: Core, row: str, role: Role | None) -> int:
    """With which status this request of somebody with this role is answered; 101 for a WebSocket that opens."""
    method, path = row.split(" ")
    path = re.sub(r"\{\w+\}", "none", path)
    cookies = {}
    if role is not None:
        begun = await core.desktop.accounts.sessions.begin(role.replace("_", "-"), lambda _: True)
        assert begun is not None
        cookies = {COOKIE: begun[1]}
    async with aiohttp.ClientSession(core.web.address, cookies=cookies) as http:
        if method == "WEBSOCKET":
            try:
                await (await http.ws_connect(path)).close()
            except aiohttp.WSServerHandshakeError as refused:
                return refused.status
            return 101
        async with http.request(method, path, json=None if method == "GET" else {}) as answered:
            return answered.status


async def test_every_route_has_a_row_and_every_row_a_route(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pages_alone(tmp_path, STAFFED, monkeypatch) as core:
        found = sorted(routes_of(core.pages.asgi.routes))
    assert found == sorted(ROWS)


@pytest.mark.parametrize("role", [None, *Role])
async def test_each_route_is_there_for_its_roles_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: Role | None
) -> None:
    async with pages_alone(tmp_path, STAFFED, monkeypatch) as core:
        for row, roles in ROWS.items():
            status = await answer(core, row, role)
            if roles is OPEN or role in roles:
                assert status not in {401, 403, 405, 500}, f"{row} for {role}"
            elif role is None and not row.startswith("WEBSOCKET"):
                assert status == 401, f"{row} for a stranger"
            else:
                assert status == 403, f"{row} for {role}"


async def test_the_published_schema_says_which_routes_ask_for_a_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pages_alone(tmp_path, STAFFED, monkeypatch) as core:
        paths = core.pages.api.openapi()["paths"]
    asking = {
        f"{method.upper()} /api/v1{path}": "security" in operation
        for path, methods in paths.items()
        for method, operation in methods.items()
    }
    assert asking == {row: roles is not OPEN for row, roles in ROWS.items() if row in asking}
    assert len(asking) == len([row for row in ROWS if "/api/v1" in row]) - 1, "all but the schema itself"
