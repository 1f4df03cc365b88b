"""The web side of a small hotline on a free port, and browsers for it."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
from argon2 import PasswordHasher
from fastapi import APIRouter

from acd.app.access import PARTS
from acd.core.names import AgentId
from acd.engine.ports import Customer
from cti.accounts.accounts import Accounts
from cti.accounts.audit import Audit
from cti.accounts.guesses import Guesses
from cti.accounts.passwords import Passwords
from cti.accounts.pops import SeenPops
from cti.accounts.sessions import Lives
from cti.accounts.socket_tickets import SocketTickets
from cti.api import audit as audit_routes
from cti.api.people import Person, Role
from cti.board import Board
from cti.desk_file import DeskFile
from cti.directory import CustomerDirectory
from cti.ports import Page, Recordings
from cti.screens import AgentScreens
from cti.softphones import Softphones
from cti.web_app import WebApp, WebSettings
from cti.web_server import WebServer
from tests.cti.published import told
from tests.cti.small_hotline import CARDS, CUSTOMER, GENERAL, SmallHotline

PASSWORDS = {
    "anna": "anna-secret-1",
    "ben": "ben-secret-2",
    "mia": "mia-secret-3",
    "sue": "sue-secret-4",
    "otto": "otto-secret-5",
    "ada": "ada-secret-6",
}
PEOPLE = {
    "anna": Person("anna", "Anna", frozenset({Role.AGENT})),
    "ben": Person("ben", "Ben", frozenset({Role.AGENT})),
    "mia": Person("mia", "Mia", frozenset({Role.SECOND_LINE})),
    "sue": Person("sue", "Sue", frozenset({Role.SUPERVISOR})),
    "otto": Person("otto", "Otto", frozenset({Role.OPERATOR})),
    "ada": Person("ada", "Ada", frozenset({Role.AUDITOR})),
}
TITLES = {CARDS: {"zh": "银行卡", "en": "Cards"}, GENERAL: {"zh": "综合", "en": "General"}}
LIVES = Lives(idle=1_800_000, longest=57_600_000)


def quick_passwords() -> Passwords:
    """Argon2id that proves nothing about strength, so that tests need not wait for it."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def no_metrics() -> tuple[str, bytes]:
    return "text/plain; version=0.0.4; charset=utf-8", b"hotline_up 1\n"


@dataclass
class WebClock:
    """The loop's time, and by how much the test has put it forward."""

    put_forward: int = 0

    def now(self) -> int:
        return round(asyncio.get_running_loop().time() * 1_000) + self.put_forward


@dataclass
class Web:
    hotline: SmallHotline
    screens: AgentScreens
    board: Board
    accounts: Accounts
    audit: Audit
    app: WebApp
    server: WebServer
    health: dict[str, bool]
    people: dict[str, Person]
    passwords: dict[str, str]
    clock: "WebClock"

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
    settings: WebSettings | None = None,
    folder: Path | None = None,
    guesses: Guesses | None = None,
) -> AsyncIterator[Web]:
    """`folder` is where the desk's file is kept; without it, it ends with the test."""
    hotline = hotline or SmallHotline()
    directory = CustomerDirectory()
    directory.add("+8613800000001", Customer("王芳", "platinum", "zh"))
    directory.add("+8613800000002", Customer("李强", "", "zh", id=CUSTOMER))
    clock, people, firsts = WebClock(), dict(PEOPLE), dict(PASSWORDS)
    board = Board(hotline.look, titles=TITLES, every=board_every)
    hotline.feed.listen(board.hear)
    health = {"link": True, "journal": True}
    with TemporaryDirectory() as somewhere:
        desk = DeskFile((folder or Path(somewhere)) / "desk.sqlite3", PARTS)
        audit = Audit(desk, clock.now, lambda: 365)
        accounts = Accounts(
            desk,
            clock.now,
            lambda: people,
            lambda: firsts,
            lambda: LIVES,
            audit,
            passwords=quick_passwords(),
            guesses=guesses,
        )
        screens = AgentScreens(hotline.look, hotline.ask, directory, closed_after=closed_after, seen=SeenPops(audit))
        hotline.feed.listen(screens.hear)
        app = WebApp(
            hotline.look,
            hotline.ask,
            accounts,
            screens,
            board,
            health=lambda: health,
            metrics=metrics or no_metrics,
            tickets=SocketTickets(clock.now),
            routers=[audit_routes.router(audit), *routers],
            trail=audit,
            settings=settings or WebSettings(lane_titles=TITLES, recordings=recordings, softphones=softphones),
        )
        server = WebServer(app.asgi, port=0)
        async with asyncio.TaskGroup() as tasks:
            parts = (server.run(), screens.run(), board.run(), accounts.run(), audit.run())
            running = [tasks.create_task(each) for each in parts]
            try:
                yield Web(hotline, screens, board, accounts, audit, app, server, health, people, firsts, clock)
            finally:
                for task in running:
                    task.cancel()
                # A test that never waited ends the server before it began, and it has not closed its port itself.
                server.close()
        accounts.close()
        desk.close()


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

    async def delete(self, path: str, **request: Any) -> Answer:
        async with self.http.delete(path, **request) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def log_in(self, name: str, password: str | None = None) -> Answer:
        said = {"name": name, "password": PASSWORDS.get(name, "") if password is None else password}
        return await self.post("/api/v1/login", json=said)

    async def connect(self, headers: Mapping[str, str] | None = None, *, ticket: str | None = None) -> None:
        path = "/agent/ws" if ticket is None else f"/agent/ws?ticket={ticket}"
        self.socket = await self.http.ws_connect(path, headers=headers)

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
                said = told(message.data)
                self.heard.append(said)
                if said["type"] == kind and all(said.get(key) == value for key, value in fields.items()):
                    return said

    async def closed(self) -> int | None:
        """Read until the other side closes; returns the code."""
        assert self.socket is not None
        async with asyncio.timeout(10):
            while (message := await self.socket.receive()).type is aiohttp.WSMsgType.TEXT:
                self.heard.append(told(message.data))
        return self.socket.close_code


@asynccontextmanager
async def browser(web: Web, agent: AgentId | None = None, *, person: str | None = None) -> AsyncIterator[Browser]:
    """A browser; with an agent it is logged in and its screen is open, with a person it is logged in."""
    # Cookies are kept for plain addresses too: the hotline of a test has no name.
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(web.address, cookie_jar=jar) as http:
        someone = Browser(web, http)
        if person is not None:
            assert (await someone.log_in(person)).status == 200
        if agent is not None:
            assert (await someone.log_in(agent)).status == 200
            await someone.connect()
            await someone.hear("state")
        yield someone
        if someone.socket is not None:
            await someone.socket.close()
