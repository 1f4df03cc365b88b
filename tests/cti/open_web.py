"""The web side of a small hotline on a free port, and browsers for it."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from fastapi import APIRouter

from acd.core.names import AgentId
from acd.engine.ports import Customer
from cti.board import Board
from cti.directory import CustomerDirectory
from cti.logins import Logins
from cti.ports import Page, Recordings
from cti.screens import AgentScreens
from cti.softphones import Softphones
from cti.web_app import WebApp, WebSettings
from cti.web_server import WebServer
from tests.cti.small_hotline import ANNA, BEN, CARDS, CUSTOMER, GENERAL, SmallHotline

PASSWORDS = {ANNA: "anna-secret-1", BEN: "ben-secret-2"}


async def no_metrics() -> tuple[str, bytes]:
    return "text/plain; version=0.0.4; charset=utf-8", b"hotline_up 1\n"


@dataclass
class Web:
    hotline: SmallHotline
    screens: AgentScreens
    board: Board
    logins: Logins
    server: WebServer
    health: dict[str, bool]

    @property
    def address(self) -> str:
        return self.server.address


@asynccontextmanager
async def open_web(
    hotline: SmallHotline | None = None,
    *,
    closed_after: float = 15.0,
    board_every: float = 0.05,
    metrics: Page | None = None,
    recordings: Recordings = lambda _: None,
    routers: Sequence[APIRouter] = (),
    softphones: Softphones | None = None,
    **logins: int,
) -> AsyncIterator[Web]:
    hotline = hotline or SmallHotline()
    directory = CustomerDirectory()
    directory.add("+8613800000001", Customer("王芳", "platinum", "zh"))
    directory.add("+8613800000002", Customer("李强", "", "zh", id=CUSTOMER))
    screens = AgentScreens(hotline.look, hotline.ask, directory, closed_after=closed_after)
    hotline.feed.listen(screens.hear)
    titles = {CARDS: {"zh": "银行卡", "en": "Cards"}, GENERAL: {"zh": "综合", "en": "General"}}
    board = Board(hotline.look, titles=titles, every=board_every)
    hotline.feed.listen(board.hear)
    doors = Logins(PASSWORDS, asyncio.get_running_loop().time, **logins)
    health = {"link": True, "journal": True}

    app = WebApp(
        hotline.look,
        hotline.ask,
        doors,
        screens,
        board,
        health=lambda: health,
        metrics=metrics or no_metrics,
        settings=WebSettings(
            lane_titles=titles,
            recordings=recordings,
            softphones=softphones,
            routers=routers,
        ),
    )
    server = WebServer(app.asgi, port=0)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(each) for each in (server.run(), screens.run(), board.run())]
        try:
            yield Web(hotline, screens, board, doors, server, health)
        finally:
            for task in running:
                task.cancel()
            # A test that never waited ends the server before it began, and then it has not closed its port itself.
            server.close()


@dataclass(frozen=True)
class Answer:
    """What the web server answered, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Browser:
    """What one person does in a browser."""

    web: Web
    http: aiohttp.ClientSession
    heard: list[dict[str, Any]] = field(default_factory=list)
    socket: aiohttp.ClientWebSocketResponse | None = None

    async def get(self, path: str) -> Answer:
        async with self.http.get(path) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def post(self, path: str, **request: Any) -> Answer:
        async with self.http.post(path, **request) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def log_in(self, agent: AgentId, password: str | None = None) -> Answer:
        said = {"agent": agent, "password": PASSWORDS.get(agent, "") if password is None else password}
        return await self.post("/login", json=said)

    async def connect(self, headers: Mapping[str, str] | None = None) -> None:
        self.socket = await self.http.ws_connect("/agent/ws", headers=headers)

    async def say(self, **message: object) -> None:
        assert self.socket is not None
        await self.socket.send_json(message)

    async def hear(self, kind: str, **fields: object) -> dict[str, Any]:
        """Read until a message of this kind with these fields comes; fails after five seconds."""
        assert self.socket is not None
        async with asyncio.timeout(5):
            while True:
                message = await self.socket.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    raise AssertionError(f"closed ({message.type}, {message.data}) before {kind} {fields}")
                said: dict[str, Any] = json.loads(message.data)
                self.heard.append(said)
                if said["type"] == kind and all(said.get(key) == value for key, value in fields.items()):
                    return said

    async def closed(self) -> int | None:
        """Read until the other side closes; returns the code."""
        assert self.socket is not None
        async with asyncio.timeout(10):
            while (message := await self.socket.receive()).type is aiohttp.WSMsgType.TEXT:
                self.heard.append(json.loads(message.data))
        return self.socket.close_code


@asynccontextmanager
async def browser(web: Web, agent: AgentId | None = None) -> AsyncIterator[Browser]:
    """A browser; with an agent it is logged in and its screen is open."""
    # Cookies are kept for plain addresses too: the hotline of a test has no name.
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(web.address, cookie_jar=jar) as http:
        someone = Browser(web, http)
        if agent is not None:
            assert (await someone.log_in(agent)).status == 200
            await someone.connect()
            await someone.hear("state")
        yield someone
        if someone.socket is not None:
            await someone.socket.close()
