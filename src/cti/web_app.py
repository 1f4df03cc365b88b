"""The web side of the hotline: the agent's page, the board, log-in, health and metrics, behind one port.

Rules: a request that changes something must come from our own page (Origin). Nothing is read from a stranger beyond a
small limit. The pages' own files are in `cti.pages`.
"""

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from acd.core.names import AgentId, CallId, LaneName
from acd.core.requests import LogOut
from cti.agent_socket import AgentSocket
from cti.api.door import make_api
from cti.api.people import Person, Role
from cti.board import Board
from cti.logins import Logins, Refusal
from cti.pages import NO_PAGE_BUT_OURS, page_routes, policy
from cti.ports import Ask, Health, Look, Page, Recordings
from cti.screens import AgentScreens
from cti.softphones import Softphones

COOKIE = "hotline_session"
BODY_AT_MOST = 2_048
BODY_WITHIN = 5.0
"""Seconds for the body of a request to arrive."""

SAFE = {**NO_PAGE_BUT_OURS, "Content-Security-Policy": policy(None)}

_CALL = re.compile(r"[A-Za-z0-9._-]{1,80}", re.ASCII)
"""As the switch names calls; nothing else is ever looked for on the disk."""

_log = structlog.get_logger(__name__)


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
    """Further origins that may speak to us, such as https://hotline.bank.example; our own address always may."""
    lane_titles: Mapping[LaneName, Mapping[str, str]] | None = None
    asks_for_pin: Callable[[], bool] = _yes
    """Whether agents can have a caller asked for his PIN."""
    recordings: Recordings = _no_recordings
    softphones: Softphones | None = None
    """The telephones in browsers; None for a hotline without."""
    routers: Sequence[APIRouter] = ()
    """Of the REST edge."""


class WebApp:
    """The routes; `asgi` is what a server serves."""

    def __init__(
        self,
        look: Look,
        ask: Ask,
        logins: Logins,
        screens: AgentScreens,
        board: Board,
        *,
        health: Health,
        metrics: Page,
        settings: WebSettings | None = None,
    ) -> None:
        self._look = look
        self._ask = ask
        self._logins = logins
        self._screens = screens
        self._board = board
        self._health = health
        self._metrics = metrics
        self._settings = settings or WebSettings()
        self._agent_socket = AgentSocket(look, ask, screens)
        api = make_api(self._person, lambda request: self._from_our_page(request.headers), self._settings.routers)
        self.asgi = Starlette(
            routes=[
                *page_routes(self._settings.softphones),
                Mount("/api/v1", api),
                Route("/healthz", self._healthz, methods=["GET"]),
                Route("/metrics", self._metrics_page, methods=["GET"]),
                Route("/me", self._me, methods=["GET"]),
                Route("/login", self._log_in, methods=["POST"]),
                Route("/logout", self._log_out, methods=["POST"]),
                Route("/recordings/{call}", self._recording, methods=["GET"]),
                WebSocketRoute("/agent/ws", self._agent),
                WebSocketRoute("/board/feed", self._board_feed),
            ],
        )

    def _person(self, connection: HTTPConnection) -> Person | None:
        agent = self._logins.agent_of(connection.cookies.get(COOKIE))
        if agent is None:
            return None
        known = self._look.policy().agents.get(agent)
        return Person(agent, agent if known is None else known.name, frozenset({Role.AGENT}))

    async def _healthz(self, _: Request) -> Response:
        parts = dict(self._health())
        well = all(parts.values())
        return JSONResponse(
            {"status": "ok" if well else "degraded", "checks": parts}, 200 if well else 503, headers=SAFE
        )

    async def _metrics_page(self, _: Request) -> Response:
        content_type, body = await self._metrics()
        return Response(body, headers={**SAFE, "Content-Type": content_type})

    async def _me(self, request: Request) -> Response:
        """Who is logged in, and what his page must know to be drawn."""
        agent = self._logins.agent_of(request.cookies.get(COOKIE))
        if agent is None:
            return _error(401, "not logged in")
        policy = self._look.policy()
        person = policy.agents.get(agent)
        titles = self._settings.lane_titles or {}
        return JSONResponse(
            {
                "agent": agent,
                "name": person.name if person is not None else agent,
                "pause_reasons": dict(policy.pause_reasons),
                "lanes": {lane: dict(titles.get(lane, {})) for lane in policy.lanes},
                "asks_for_pin": self._settings.asks_for_pin(),
            },
            headers=SAFE,
        )

    async def _recording(self, request: Request) -> Response:
        """The message of a caller, for the agent alone who is to answer it, as long as he holds the call."""
        agent = self._logins.agent_of(request.cookies.get(COOKIE))
        if agent is None:
            return _error(401, "not logged in")
        call = CallId(request.path_params["call"])
        held = self._look.offer_of(agent)
        path = None
        if _CALL.fullmatch(call) and held is not None and held.message_of == call:
            path = await asyncio.to_thread(self._settings.recordings, call)
        if path is None:
            # The same words whether there is no such message or it is not his to hear.
            return _error(404, "no message for you")
        _log.info("a message is being heard", call=call, agent=agent)
        return FileResponse(path, headers=SAFE, media_type="audio/wav")

    async def _log_in(self, request: Request) -> Response:
        if not self._from_our_page(request.headers):
            return _error(403, "this page may not log in here")
        body = await _small_body(request)
        if body is None:
            return _error(413, f"at most {BODY_AT_MOST} bytes, within {BODY_WITHIN:.0f} seconds")
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            said = None
        match said:
            case {"agent": str(agent), "password": str(password)} if len(agent) <= 64:
                token = self._logins.log_in(agent, password)
            case _:
                return _error(400, 'JSON with "agent" and "password" is wanted')
        if isinstance(token, Refusal):
            return _error(401 if token is Refusal.WRONG else 429, token)
        response = JSONResponse({"agent": agent}, headers=SAFE)
        response.set_cookie(
            COOKIE, token, httponly=True, samesite="strict", secure=self._settings.secure_cookie, path="/"
        )
        return response

    async def _log_out(self, request: Request) -> Response:
        if not self._from_our_page(request.headers):
            return _error(403, "this page may not log out here")
        token = request.cookies.get(COOKIE)
        agent = self._logins.agent_of(token)
        if agent is not None:
            self._logins.log_out(agent)
            await self._ask(LogOut(agent))
            self._screens.log_out(agent)
        response = Response(status_code=204, headers=SAFE)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", path="/")
        return response

    async def _agent(self, socket: WebSocket) -> None:
        agent = self._logins.agent_of(socket.cookies.get(COOKIE))
        # A browser always names its origin; who names none is no browser, and has the cookie from a log-in of his own.
        if agent is None or not self._from_our_page(socket.headers):
            await _turn_away(socket)
            return
        await self._agent_socket.serve(socket, AgentId(agent))

    async def _board_feed(self, socket: WebSocket) -> None:
        if not self._from_our_page(socket.headers):
            await _turn_away(socket)
            return
        await self._board.serve(socket)

    def _from_our_page(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None or origin in self._settings.origins:
            return True
        parts = urlsplit(origin)
        return parts.scheme in {"http", "https"} and parts.netloc == headers.get("host")


async def _turn_away(socket: WebSocket) -> None:
    # Closing before accepting answers the handshake with 403.
    await socket.receive()
    await socket.close()


async def _small_body(request: Request) -> bytes | None:
    """The body of a request; None if it is too long or too slow."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for chunk in request.stream():
                body += chunk
                if len(body) > BODY_AT_MOST:
                    return None
    except (TimeoutError, ClientDisconnect):
        return None
    return bytes(body)


def _error(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason}, status, headers=SAFE)
