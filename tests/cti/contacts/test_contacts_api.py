"""Contacts over REST: who may ask, what is answered, and that no words of anybody stand in an error."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection

from cti.accounts.deeds import Deed
from cti.api.contacts import router
from cti.api.door import make_api, roles_of
from cti.api.people import Person, Role
from cti.web_server import WebServer
from tests.cti.contacts.desk_of_notes import LI, WANG, Desk, open_desk
from tests.cti.small_hotline import ANNA, CUSTOMER

PEOPLE = {
    "anna": Person("anna", "Anna", frozenset({Role.AGENT})),
    "ben": Person("ben", "Ben", frozenset({Role.AGENT})),
    "tom": Person("tom", "Tom", frozenset({Role.SECOND_LINE})),
    "sue": Person("sue", "Sue", frozenset({Role.SUPERVISOR})),
    "olga": Person("olga", "Olga", frozenset({Role.OPERATOR})),
    "paul": Person("paul", "Paul", frozenset({Role.AUDITOR})),
}


def identify(connection: HTTPConnection) -> Person | None:
    return PEOPLE.get(connection.headers.get("x-name", ""))


@dataclass
class Trail:
    seen: list[tuple[str, Deed, dict[str, str]]] = field(default_factory=list)

    def note(self, person: Person | str, what: Deed, about: Mapping[str, str] | None = None) -> None:
        assert isinstance(person, Person)
        self.seen.append((person.name, what, dict(about or {})))


class SomeTickets:
    async def of_calls(self, calls: Sequence[str]) -> Mapping[str, int]:
        return {call: 7 for call in calls if call == "c1"}


@dataclass
class Edge:
    desk: Desk
    http: aiohttp.ClientSession
    trail: Trail

    async def ask(self, who: str, method: str, path: str, **more: Any) -> tuple[int, Any]:
        async with self.http.request(method, path, headers={"x-name": who}, **more) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_desk(tmp_path) as desk:
        trail = Trail()
        api = make_api(identify, lambda _: True, [router(desk.contacts, desk.settings, trail, SomeTickets())])
        server = WebServer(api, port=0)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(server.run())
            async with aiohttp.ClientSession(server.address) as session:
                yield Edge(desk, session, trail)
            running.cancel()


def said(revision: int = 0, **words: object) -> dict[str, object]:
    return {"json": {"revision": revision, **words}}


async def test_an_agent_writes_finishes_and_the_next_one_reads_it(edge: Edge) -> None:
    call = edge.desk.hotline.is_called("hotline-1.1", number=LI)
    status, draft = await edge.ask("anna", "GET", f"/contacts/{call}/draft")
    assert (status, draft["revision"], draft["state"], draft["lane"]) == (200, 0, "open", "cards")
    note = "<img src=x onerror=alert(1)> card\u0000 lost"
    status, draft = await edge.ask("anna", "PUT", f"/contacts/{call}/draft", **said(note=note, disposition="blocked"))
    assert (status, draft["revision"], draft["note"]) == (200, 1, "<img src=x onerror=alert(1)> card lost")
    status, wrong = await edge.ask("anna", "PUT", f"/contacts/{call}/draft", **said(0, note="tab two"))
    assert (status, wrong["reason"], wrong["draft"]["revision"]) == (409, "stale", 1)
    edge.desk.hotline.talks_and_ends(call)
    status, done = await edge.ask("anna", "POST", f"/contacts/{call}/finish")
    assert (status, done["state"]) == (200, "finished")
    assert (await edge.ask("anna", "PUT", f"/contacts/{call}/draft", **said(1)))[1]["reason"] == "finished"
    edge.desk.hotline.is_done()

    edge.desk.hotline.is_called("hotline-1.2", number=LI)
    status, (contact,) = await edge.ask("anna", "GET", "/contacts", params={"customer": CUSTOMER})
    assert status == 200
    assert contact == {
        "call": "hotline-1.1",
        "at": contact["at"],
        "lane": "cards",
        "agent": "anna",
        "direction": "inbound",
        "duration_ms": 60_000,
        "number": LI,
        "customer": CUSTOMER,
        "known_by": "number",
        "state": "finished",
        "disposition": "blocked",
        "solved": None,
        "follow_up": False,
        "notes": [
            {
                "number": 1,
                "at": contact["notes"][0]["at"],
                "by": "anna",
                "text": "<img src=x onerror=alert(1)> card lost",
                "mentions": [],
            }
        ],
        "ticket": None,
    }
    assert edge.trail.seen == [("anna", Deed.CONTACTS_READ, {"customer": CUSTOMER})]


async def test_what_is_missing_is_a_word_that_a_page_can_translate(edge: Edge) -> None:
    call = edge.desk.hotline.is_called("c1")
    assert (await edge.ask("anna", "POST", f"/contacts/{call}/finish"))[1]["reason"] == "still_talking"
    edge.desk.hotline.talks_and_ends(call)
    assert (await edge.ask("anna", "POST", f"/contacts/{call}/finish"))[1]["reason"] == "disposition_missing"


@pytest.mark.parametrize("who", ["ben", "tom"])
async def test_another_agent_gets_the_same_answer_whether_there_is_something_or_not(edge: Edge, who: str) -> None:
    call = edge.desk.hotline.is_called("c1")
    answers = []
    for which in (call, "nothing"):
        answers += [
            await edge.ask(who, "GET", f"/contacts/{which}/draft"),
            await edge.ask(who, "PUT", f"/contacts/{which}/draft", **said(note="mine now")),
            await edge.ask(who, "POST", f"/contacts/{which}/finish"),
        ]
    assert answers == [(404, {"error": "no call of yours"})] * 6


async def test_who_has_a_caller_need_not_say_who_he_is(edge: Edge) -> None:
    edge.desk.hotline.has_talked("c1")
    edge.desk.hotline.is_done()
    edge.desk.hotline.is_called("c2")
    status, (found,) = await edge.ask("anna", "GET", "/contacts")
    assert (status, found["call"]) == (200, "c1")
    assert edge.trail.seen == [("anna", Deed.CONTACTS_READ, {"number": WANG})]
    assert [(await edge.ask(who, "GET", "/contacts"))[0] for who in ("ben", "sue", "olga")] == [404, 422, 403]


async def test_earlier_contacts_are_for_who_holds_the_call_the_second_line_and_supervisors(edge: Edge) -> None:
    edge.desk.hotline.has_talked("c1")
    expected = {"anna": 200, "ben": 403, "tom": 200, "sue": 200, "olga": 403, "paul": 403, "": 401}
    for who, status in expected.items():
        assert (await edge.ask(who, "GET", "/contacts", params={"number": WANG}))[0] == status, who
    assert [name for name, *_ in edge.trail.seen] == ["anna", "tom", "sue"]
    (found,) = (await edge.ask("sue", "GET", "/contacts", params={"number": WANG}))[1]
    assert (found["call"], found["ticket"]) == ("c1", 7)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"customer": "1", "number": WANG},
        {"customer": "1 OR 1=1"},
        {"number": "'; DROP TABLE contacts"},
        {"number": WANG, "limit": "0"},
        {"number": WANG, "limit": "1000000"},
    ],
)
async def test_a_question_that_is_none_is_refused(edge: Edge, params: dict[str, str]) -> None:
    status, answer = await edge.ask("sue", "GET", "/contacts", params=params)
    assert status == 422
    assert "DROP" not in str(answer)


@pytest.mark.parametrize(
    "words",
    [{"note": "x" * 4_001}, {"disposition": "<b>"}, {"solved": "perhaps"}, {"revision": -1}, {"revision": None}],
)
async def test_words_beyond_their_bounds_are_refused(edge: Edge, words: dict[str, object]) -> None:
    call = edge.desk.hotline.is_called("c1")
    status, _ = await edge.ask("anna", "PUT", f"/contacts/{call}/draft", json={"revision": 0, **words})
    assert status == 422
    assert (await edge.desk.contacts.draft(ANNA, call)).draft.revision == 0


async def test_a_page_draws_the_tree_and_the_script_of_a_lane(edge: Edge) -> None:
    status, tree = await edge.ask("ben", "GET", "/dispositions", params={"lane": "cards"})
    assert status == 200
    assert tree["required"]
    assert [(each["code"], [finer["code"] for finer in each["under"]]) for each in tree["tree"]] == [
        ("lost", ["blocked"]),
        ("other", []),
    ]
    assert tree["tree"][0]["name"] == {"zh": "Lost", "en": "Lost"}
    nothing = {"required": False, "tree": []}
    for lane in ("general", "no-such-lane"):
        assert await edge.ask("ben", "GET", "/dispositions", params={"lane": lane}) == (200, nothing)
    status, script = await edge.ask("ben", "GET", "/script", params={"lane": "cards"})
    assert (status, script["script"]["en"], script["may_offer"]) == (
        200,
        "Good day.",
        [{"zh": "免年费", "en": "No fee"}],
    )
    assert (await edge.ask("paul", "GET", "/script", params={"lane": "cards"}))[0] == 403


async def test_every_route_names_its_roles(edge: Edge) -> None:
    routes = [
        each for each in router(edge.desk.contacts, edge.desk.settings, edge.trail).routes if isinstance(each, APIRoute)
    ]
    assert len(routes) == 6
    writing = {Role.AGENT, Role.SECOND_LINE}
    for route in routes:
        assert roles_of(route) == (writing if "{call}" in route.path else writing | {Role.SUPERVISOR})
