"""The second line's REST edge over a small hotline: real core, real file, real HTTP; who asks is said by a header."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from starlette.requests import HTTPConnection

from acd.engine.ports import Customer
from cti.accounts.deeds import Deed
from cti.api import grants as grants_api
from cti.api import tickets as tickets_api
from cti.api.door import make_api
from cti.api.people import Person, Role
from cti.desk_file import DeskFile
from cti.directory import CustomerDirectory
from cti.grants.on_screen import GrantsOnScreen
from cti.grants.service import Grants
from cti.grants.store import TABLES as GRANT_TABLES
from cti.grants.store import GrantStore
from cti.held import HeldCalls
from cti.screens import AgentScreens
from cti.tickets import tables
from cti.tickets.follow_ups import FollowUps
from cti.tickets.on_screen import TicketsOnScreen
from cti.tickets.rules import DAY, TicketRules
from cti.tickets.service import Tickets
from cti.tickets.store import TicketStore
from cti.tickets.ticket import Opening, Subject, Ticket
from cti.web_server import WebServer
from tests.cti.second_line import RULES
from tests.cti.small_hotline import CUSTOMER, SmallHotline
from tests.cti.test_authority import AUTHORITY, GRADES

ROLES = {
    "anna": {Role.AGENT},
    "ben": {Role.AGENT},
    "sam": {Role.SECOND_LINE},
    "sue": {Role.SUPERVISOR},
    "olaf": {Role.OPERATOR},
    "ada": {Role.AUDITOR},
}
PEOPLE = {name: Person(name, name.title(), frozenset(roles)) for name, roles in ROLES.items()}
WANG, LI = "+8613800000001", "+8613800000002"
"""Two callers; Li is the customer CUSTOMER."""


@dataclass
class Edge:
    hotline: SmallHotline
    tickets: Tickets
    grants: Grants
    screens: AgentScreens
    held: HeldCalls
    follow_ups: FollowUps
    session: aiohttp.ClientSession
    people: set[str]
    rules: list[TicketRules]
    audited: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    async def ask(self, person: str, method: str, path: str, **body: Any) -> tuple[int, Any]:
        """The status and the body of an answer."""
        sent = {"json": body} if method == "POST" else {"params": body}
        async with self.session.request(method, path, headers={"x-person": person}, **sent) as answer:
            return answer.status, await answer.json()

    async def ticket(self, caller: str = "", customer: str = "", *, by: str = "sam", **more: Any) -> Ticket:
        """A ticket that is there already."""
        about = Subject("cards", more.pop("reason", "card swallowed"), more.pop("call", ""), customer, caller)
        due_at = self.hotline.time + more.pop("due_in", DAY)
        opened = await self.tickets.open(Opening(about, "Says the machine kept it.", due_at, **more), by)
        assert opened is not None
        return opened

    def new(self, **more: Any) -> dict[str, Any]:
        """What a page says of a ticket that is wanted."""
        plain = {
            "lane": "cards",
            "reason": "card swallowed",
            "text": "At the station.",
            "due_at": self.hotline.time + DAY,
        }
        return {**plain, **more}


@asynccontextmanager
async def edge(folder: Path, hotline: SmallHotline | None = None) -> AsyncIterator[Edge]:
    hotline = hotline or SmallHotline()
    directory = CustomerDirectory()
    directory.add(LI, Customer("李强", "", "zh", id=CUSTOMER))
    file = DeskFile(folder / "desk.sqlite3", [tables.TABLES, GRANT_TABLES])
    people, rules = {"anna", "ben", "sam"}, [RULES]
    now = hotline.look.now
    tickets = Tickets(TicketStore(file), lambda: rules[0], now, lambda name: name in people)
    grants = Grants(GrantStore(file), lambda: AUTHORITY, lambda name: GRADES.get(name, 0), now)
    held = HeldCalls(hotline.look, directory)
    screens = AgentScreens(hotline.look, hotline.ask, directory)
    on_screen = TicketsOnScreen(tickets, screens, held, lambda: ["sue"])
    follow_ups = FollowUps(tickets, hotline.look, held.whose)
    screens.on_pop(on_screen.popped)
    tickets.listen(on_screen.changed)
    grants.listen(GrantsOnScreen(screens, lambda: ["sue"], lambda: AUTHORITY).changed)
    for listener in (held.hear, screens.hear, follow_ups.hear):
        hotline.feed.listen(listener)

    def identify(connection: HTTPConnection) -> Person | None:
        return PEOPLE.get(connection.headers.get("x-person", ""))

    here: Edge

    class Heard:
        def note(self, person: Person | str, what: Deed, about: Mapping[str, str] | None = None) -> None:
            assert isinstance(person, Person)
            here.audited.append((person.name, what, dict(about or {})))

    routers = [
        tickets_api.router(tickets, held, lambda: hotline.look.policy().lanes, Heard()),
        grants_api.router(grants, held, Heard()),
    ]
    server = WebServer(make_api(identify, lambda _: True, routers), port=0)
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(part) for part in (server.run(), on_screen.run(), follow_ups.run())]
            async with aiohttp.ClientSession(server.address) as session:
                here = Edge(hotline, tickets, grants, screens, held, follow_ups, session, people, rules)
                yield here
            for task in running:
                task.cancel()
    finally:
        file.close()
