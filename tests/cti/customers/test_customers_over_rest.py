"""GET /customers: an agent sees the customer of his call and no other, the staff whom they ask for, all of it noted."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from starlette.requests import HTTPConnection

from acd.core.switch_events import Verdict
from cti.accounts.deeds import Deed
from cti.api.customers import router
from cti.api.door import make_api
from cti.api.people import Person, Role
from cti.web_server import WebServer
from tests.cti.broker import until
from tests.cti.customers.told_web import FAMILY, LI, WANG, Records, Told, settings, told_web
from tests.cti.small_hotline import ANNA, BEN, CUSTOMER

PEOPLE = {
    "anna": Person("anna", "Anna", frozenset({Role.AGENT})),
    "ben": Person("ben", "Ben", frozenset({Role.AGENT})),
    "sue": Person("sue", "Sue", frozenset({Role.SUPERVISOR})),
    "leo": Person("leo", "Leo", frozenset({Role.AGENT, Role.SECOND_LINE})),
    "otto": Person("otto", "Otto", frozenset({Role.OPERATOR, Role.AUDITOR})),
}


@dataclass
class Edge:
    told: Told
    http: aiohttp.ClientSession
    notes: list[tuple[str, Deed, str]] = field(default_factory=list)
    """Who was told to have done what, and whom it was about."""

    def note(self, person: Person | str, what: Deed, about: Mapping[str, str] | None = None) -> None:
        assert isinstance(person, Person)
        assert about is not None
        self.notes.append((person.name, what, about["customer"] or about["number"]))

    async def get(self, who: str, **asked: str) -> tuple[int, dict[str, Any]]:
        async with self.http.get("/customers", params=asked, headers={"x-person": who}) as answer:
            return answer.status, await answer.json() if "json" in answer.content_type else {}


@asynccontextmanager
async def edge(crm: Records | None = None) -> AsyncIterator[Edge]:
    def identify(connection: HTTPConnection) -> Person | None:
        return PEOPLE.get(connection.headers.get("x-person", ""))

    async with told_web(settings("crm", crm or Records())) as told:
        made = Edge(told, None)  # type: ignore[arg-type]
        api = make_api(identify, lambda _: True, [router(told.views, told.web.hotline.look, made)])
        server = WebServer(api, port=0)

        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(server.run())
            async with aiohttp.ClientSession(server.address) as made.http:
                yield made
            running.cancel()


def values(told: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in told["fields"]}


async def test_an_agent_sees_the_customer_of_his_call_however_he_asks_for_him() -> None:
    async with edge() as web:
        web.told.web.hotline.becomes_ready(ANNA, BEN)
        web.told.web.hotline.call("c1", number=LI)
        for asked in ({}, {"number": LI}, {"number": "13800000002"}, {"id": CUSTOMER}):
            status, answer = await web.get("anna", **asked)
            assert (status, answer["identity"], answer["name"]) == (200, "number", "李强")
            assert values(answer) == {"address": "Nanjing Road"}, "what he has not proved is withheld"
            assert answer["withheld"] == 1
        assert web.notes == [("anna", Deed.CUSTOMER_SEEN, CUSTOMER)] * 4


@pytest.mark.parametrize("asked", [{}, {"number": LI}, {"id": CUSTOMER}])
async def test_another_agent_learns_nothing_not_even_that_there_is_a_call(asked: dict[str, str]) -> None:
    async with edge() as web:
        web.told.web.hotline.becomes_ready(ANNA, BEN)
        nobodys = await web.get("ben", **asked)
        web.told.web.hotline.call("c1", number=LI)
        assert await web.get("ben", **asked) == nobodys == (404, {"error": "no such customer for you"})
        assert (await web.get("anna", number=WANG))[0] == 404, "nor one with a call of another customer"
        assert (await web.get("anna", id="41"))[0] == 404
        assert web.notes == []


async def test_a_customer_who_only_says_to_be_one_is_not_looked_up_by_that() -> None:
    async with edge() as web:
        web.told.web.hotline.becomes_ready(ANNA)
        web.told.web.hotline.call("c1", number="+8613900000000", customer=CUSTOMER)
        assert (await web.get("anna", id=CUSTOMER))[0] == 404
        assert (await web.get("anna"))[1]["identity"] == "none"


async def test_what_he_has_proved_in_the_talk_is_seen_from_then_on_and_nothing_after_it() -> None:
    async with edge() as web:
        hotline = web.told.web.hotline
        hotline.becomes_ready(ANNA)
        call = hotline.call("c1", number=LI)
        hotline.answers(call)
        hotline.is_asked_for_his_pin(call, Verdict.VERIFIED)
        assert values((await web.get("anna"))[1])["balance"] == "1200.50"
        hotline.talks_and_ends(call)
        assert (await web.get("anna"))[0] == 404


async def test_a_call_that_goes_while_the_sources_are_asked_is_answered_with_nothing() -> None:
    crm = Records(hangs=True)
    async with edge(crm) as web:
        hotline = web.told.web.hotline
        hotline.becomes_ready(ANNA)
        call = hotline.call("c1", number=LI)
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(web.get("anna"))
            await until(lambda: bool(crm.asked))
            hotline.hangs_up(call)
        assert asking.result()[0] == 404


@pytest.mark.parametrize("who", ["sue", "leo"])
async def test_the_staff_see_whom_they_ask_for_and_it_is_noted(who: str) -> None:
    async with edge() as web:
        status, answer = await web.get(who, number=LI)
        assert (status, answer["identity"], values(answer)["balance"]) == (200, "number", "1200.50")
        assert (await web.get(who, id=CUSTOMER))[1]["identity"] == "customer"
        assert (await web.get(who, number="+8613999999999"))[1]["identity"] == "none"
        family = (await web.get(who, number=FAMILY))[1]
        assert (family["identity"], family["name"], family["fields"]) == ("several", "", [])
        assert [each[2] for each in web.notes] == [CUSTOMER, CUSTOMER, "+8613999999999", FAMILY]
        assert (await web.get(who))[0] == 404, "and a call of their own, if they have one"


@pytest.mark.parametrize(("who", "status"), [("", 401), ("otto", 403)])
async def test_nobody_else_is_let_in(who: str, status: int) -> None:
    async with edge() as web:
        assert (await web.get(who, number=LI))[0] == status


@pytest.mark.parametrize(
    "asked",
    [
        {"number": "+86 138"},
        {"number": "1" * 33},
        {"id": "x"},
        {"id": "1" * 21},
        {"number": "", "id": "1"},
        {"id": "１"},
    ],
)
async def test_what_is_no_number_and_no_id_is_refused(asked: dict[str, str]) -> None:
    async with edge() as web:
        assert (await web.get("sue", **asked))[0] == 422
        assert (await web.get("sue", number=LI, id=CUSTOMER))[0] == 422
        assert web.notes == []
