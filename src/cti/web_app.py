"""The web side of the hotline: pages, the agents' WebSocket, the board, health and metrics, REST, behind one port.

Rule: whatever changes something must come from our own page (Origin), or from one that the settings name. The pages'
own files are in `cti.pages`.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from acd.core.names import CallId, LaneName
from cti.accounts.accounts import Accounts
from cti.accounts.deeds import Deed, NoTrail, Trail
from cti.accounts.sessions import Session
from cti.accounts.socket_tickets import SocketTickets
from cti.agent_socket import AgentSocket, while_it_holds
from cti.api import entrance, me, sessions
from cti.api.door import make_api
from cti.api.headers import SAFE
from cti.board import Board
from cti.pages import page_routes
from cti.ports import Ask, Health, Look, Page, Recordings
from cti.screens import AgentScreens
from cti.softphones import Softphones

API = "/api/v1"

_CALL = re.compile(r"[A-Za-z0-9._-]{1,80}", re.ASCII)
"""As the switch names calls; nothing else is ever looked for on the disk."""


def _no_recordings(_: CallId) -> None:
    return None


def _yes() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How the web side is reached and what it calls things."""

    secure_cookie: bool = False
    """True behind a proxy that speaks https: the cookie then never travels in the clear."""
    origins: frozenset[str] = frozenset()
    """Further origins that may speak to us, such as https://crm.bank.example; our own address always may."""
    lane_titles: Mapping[LaneName, Mapping[str, str]] | None = None
    asks_for_pin: Callable[[], bool] = _yes
    """Whether agents can have a caller asked for his PIN."""
    single_sign_on: bool = False
    """Whether the bank's identity provider lets people in."""
    recordings: Recordings = _no_recordings
    softphones: Softphones | None = None
    """The telephones in browsers; None for a hotline without."""
    board_is_open: bool = True
    """Whether the board is there for who is not logged in."""


class WebApp:
    """The routes; `asgi` is what a server serves. `routers` are those of the REST edge besides who comes and goes."""

    def __init__(
        self,
        look: Look,
        ask: Ask,
        accounts: Accounts,
        screens: AgentScreens,
        board: Board,
        *,
        health: Health,
        metrics: Page,
        tickets: SocketTickets,
        routers: Sequence[APIRouter] = (),
        trail: Trail | None = None,
        settings: WebSettings | None = None,
    ) -> None:
        self._look = look
        self._accounts = accounts
        self._tickets = tickets
        self._board = board
        self._health = health
        self._metrics = metrics
        self._trail = trail or NoTrail()
        self._settings = settings = settings or WebSettings()
        self._agent_socket = AgentSocket(look, ask, screens)
        describe = me.Describe(look, settings.lane_titles or {}, settings.asks_for_pin)
        self.api = make_api(
            accounts.identify,
            lambda request: self._from_our_page(request.headers),
            [
                me.router(describe),
                entrance.ways_in(single_sign_on=settings.single_sign_on),
                entrance.router(accounts, tickets, ask, describe, secure_cookie=settings.secure_cookie),
                sessions.router(accounts, ask),
                *routers,
            ],
            self._spend,
        )
        self.asgi = Starlette(
            routes=[
                *page_routes(settings.softphones),
                Route("/healthz", self._healthz, methods=["GET"]),
                Route("/metrics", self._metrics_page, methods=["GET"]),
                Route("/recordings/{call}", self._recording, methods=["GET"]),
                WebSocketRoute("/agent/ws", self._agent),
                WebSocketRoute("/board/feed", self._board_feed),
                Mount(API, app=self.api),
            ],
            middleware=_for_pages_of(settings.origins),
        )

    async def _healthz(self, _: Request) -> Response:
        parts = dict(self._health())
        well = all(parts.values())
        return JSONResponse(
            {"status": "ok" if well else "degraded", "checks": parts}, 200 if well else 503, headers=SAFE
        )

    async def _metrics_page(self, _: Request) -> Response:
        content_type, body = await self._metrics()
        return Response(body, headers={**SAFE, "Content-Type": content_type})

    async def _recording(self, request: Request) -> Response:
        """The message of a caller, for the agent alone who is to answer it, as long as he holds the call."""
        person = self._accounts.identify(request)
        if person is None:
            return _error(401, "not logged in")
        call = CallId(request.path_params["call"])
        held = None if person.agent is None else self._look.offer_of(person.agent)
        path = None
        if _CALL.fullmatch(call) and held is not None and held.message_of == call:
            path = await asyncio.to_thread(self._settings.recordings, call)
        if path is None:
            # The same words whether there is no such message or it is not his to hear.
            return _error(404, "no message for you")
        self._trail.note(person, Deed.RECORDING_HEARD, {"call": call})
        return FileResponse(path, headers=SAFE, media_type="audio/wav")

    async def _agent(self, socket: WebSocket) -> None:
        session = self._session_for(socket)
        person = None if session is None else self._accounts.person_of(session)
        # A browser always names its origin; who names none is no browser, and has the cookie from a log-in of his own.
        if session is None or person is None or person.agent is None or not self._from_our_page(socket.headers):
            await _turn_away(socket)
            return
        with self._accounts.sessions.page(session):
            await while_it_holds(session.ended, socket, self._agent_socket.serve(socket, person.agent))

    def _session_for(self, socket: WebSocket) -> Session | None:
        """The session that a ticket or else the cookie names. A ticket that is worth nothing is not made up for."""
        ticket = socket.query_params.get("ticket")
        return self._accounts.session_of(socket) if ticket is None else self._tickets.take(ticket)

    async def _board_feed(self, socket: WebSocket) -> None:
        known = self._settings.board_is_open or self._accounts.identify(socket) is not None
        if not known or not self._from_our_page(socket.headers):
            await _turn_away(socket)
            return
        await self._board.serve(socket)

    def _spend(self, request: HTTPConnection) -> bool:
        session = self._accounts.session_of(request)
        return session is None or self._accounts.sessions.spend(session)

    def _from_our_page(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None:
            # No browser, or an old one that at least says whether the page is another's.
            return headers.get("sec-fetch-site", "none") in {"same-origin", "none"}
        if origin in self._settings.origins:
            return True
        parts = urlsplit(origin)
        return parts.scheme in {"http", "https"} and parts.netloc == headers.get("host")


async def _turn_away(socket: WebSocket) -> None:
    # Closing before accepting answers the handshake with 403.
    await socket.receive()
    await socket.close()


def _for_pages_of(origins: frozenset[str]) -> list[Middleware]:
    """What lets pages of other systems ask in the name of who is logged in; our own pages need nothing."""
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=sorted(origins),
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Content-Type"],
            allow_credentials=True,
        )
    ]


def _error(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason}, status, headers=SAFE)
