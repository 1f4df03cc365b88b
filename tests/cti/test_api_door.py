"""Nobody gets through the door of the REST edge who is not logged in, has not the role, or comes from another page."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import aiohttp
import pytest
from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import HTTPConnection

from cti.api.door import BODY_AT_MOST, Anybody, allowed, make_api
from cti.api.people import Person, Role
from cti.web_server import WebServer

PEOPLE = {role: Person(f"{role}-1", role.title(), frozenset({role})) for role in Role}


class Note(BaseModel):
    text: str


def identify(connection: HTTPConnection) -> Person | None:
    return PEOPLE.get(Role(name)) if (name := connection.headers.get("x-role")) else None


def small_router() -> APIRouter:
    router = APIRouter()

    @router.get("/me")
    async def me(person: Anybody) -> str:
        return person.name

    @router.post("/notes")
    async def notes(note: Note, person: Annotated[Person, allowed(Role.AGENT, Role.SECOND_LINE)]) -> str:
        return f"{person.name}: {note.text}"

    return router


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    api = make_api(identify, lambda request: request.headers.get("origin") != "http://elsewhere", [small_router()])
    server = WebServer(api, port=0)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(server.run())
        async with aiohttp.ClientSession(server.address) as session:
            yield session
        running.cancel()


@pytest.mark.parametrize("role", [None, *Role])
async def test_each_route_lets_through_its_roles_alone(browser: aiohttp.ClientSession, role: Role | None) -> None:
    headers = {} if role is None else {"x-role": str(role)}
    async with browser.get("/me", headers=headers) as answer:
        assert answer.status == (401 if role is None else 200)
    async with browser.post("/notes", json={"text": "x"}, headers=headers) as answer:
        assert answer.status == {None: 401, Role.AGENT: 200, Role.SECOND_LINE: 200}.get(role, 403)
        assert await answer.json() == f"{role}-1: x" if answer.ok else "error" in await answer.json()


async def test_another_page_may_look_and_change_nothing(browser: aiohttp.ClientSession) -> None:
    headers = {"x-role": "agent", "origin": "http://elsewhere"}
    async with browser.get("/me", headers=headers) as answer:
        assert answer.status == 200
    async with browser.post("/notes", json={"text": "x"}, headers=headers) as answer:
        assert answer.status == 403


async def test_what_is_wrong_is_said_without_the_words_of_the_request(browser: aiohttp.ClientSession) -> None:
    headers = {"x-role": "agent"}
    async with browser.post("/notes", json={"text": ["very secret"]}, headers=headers) as answer:
        assert answer.status == 422
        assert (await answer.json())["wrong"] == [{"where": "body.text", "what": "Input should be a valid string"}]
        assert "very secret" not in await answer.text()
    async with browser.post("/notes", json={"text": "x" * BODY_AT_MOST}, headers=headers) as answer:
        assert (answer.status, list(await answer.json())) == (413, ["error"])


async def test_the_schema_is_served(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/openapi.json") as answer:
        assert set((await answer.json())["paths"]) == {"/me", "/notes"}


def test_a_route_that_names_nobody_is_refused() -> None:
    router = APIRouter()

    @router.get("/open")
    async def forgotten() -> str:
        return "everybody"

    with pytest.raises(AssertionError, match="/open names nobody whom it is for"):
        make_api(identify, lambda _: True, [router])
