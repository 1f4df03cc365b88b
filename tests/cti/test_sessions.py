"""Sessions: lists, forced log-out, tickets for a WebSocket, limits on requests."""

import asyncio
from typing import Any

import aiohttp
import pytest

from acd.core.agents import AgentState
from cti.accounts.audit import Wanted
from cti.accounts.deeds import Deed
from cti.accounts.sessions import REQUEST_EVERY, SESSIONS_EACH
from cti.accounts.socket_tickets import GOOD_FOR
from cti.web_app import WebSettings
from tests.cti.open_web import Browser, Web, browser, open_web
from tests.cti.small_hotline import ANNA

SESSIONS = "/api/v1/sessions"


async def sessions(someone: Browser, name: str = "") -> list[dict[str, Any]]:
    answer = await someone.get(f"{SESSIONS}?name={name}" if name else SESSIONS)
    assert answer.status == 200
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_everybody_sees_his_own_sessions_and_who_looks_after_people_those_of_all() -> None:
    async with open_web() as web, browser(web, ANNA) as anna, browser(web, person="ben") as ben:
        assert [(each["name"], each["page_open"], each["mine"]) for each in await sessions(anna)] == [
            ("anna", True, True)
        ]
        assert [each["name"] for each in await sessions(ben, "anna")] == []
        for name in ("sue", "otto"):
            async with browser(web, person=name) as someone:
                assert {"anna", "ben", name} <= {each["name"] for each in await sessions(someone)}
                assert [each["name"] for each in await sessions(someone, "anna")] == ["anna"]


@pytest.mark.alone
async def test_a_forced_log_out_closes_the_screen_within_a_second_and_the_agent_is_not_here() -> None:
    async with open_web() as web, browser(web, ANNA) as anna, browser(web, person="sue") as sue:
        (hers,) = await sessions(sue, "anna")
        began = asyncio.get_running_loop().time()
        assert (await sue.delete(f"{SESSIONS}/{hers['id']}")).status == 204
        assert await anna.closed() == 4401
        assert asyncio.get_running_loop().time() - began < 1

        assert (await anna.get("/api/v1/me")).status == 401
        desk = web.hotline.look.desk(ANNA)
        assert desk is not None
        assert desk.state is AgentState.LOGGED_OUT
        (told,) = await web.audit.page(Wanted(what=Deed.FORCED_OUT))
        assert (told.who, told.about) == ("sue", {"person": "anna", "session": hers["id"]})


async def test_a_forced_log_out_closes_a_screen_that_does_not_read() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        assert anna.socket is not None
        anna.socket._reader._protocol.pause_reading()
        (session,) = web.accounts.sessions.of("anna")
        await web.accounts.sessions.end([session])
        async with asyncio.timeout(1):
            while web.screens.is_open(ANNA):  # noqa: ASYNC110 - a screen tells nobody that it is closed
                await asyncio.sleep(0.01)


async def test_nobody_ends_somebody_elses_session_who_may_not() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        (hers,) = await sessions(anna)
        for name in ("ben", "mia", "ada"):
            async with browser(web, person=name) as someone:
                answer = await someone.delete(f"{SESSIONS}/{hers['id']}")
                nothing = await someone.delete(f"{SESSIONS}/there-is-none")
                assert (answer.status, answer.body) == (nothing.status, nothing.body) == (404, nothing.body)
        await anna.say(type="ready")
        await anna.hear("state", state="ready")


async def test_the_session_used_longest_ago_ends_for_one_too_many() -> None:
    async with open_web() as web, browser(web, person="anna") as first, browser(web) as more:
        for _ in range(SESSIONS_EACH):
            web.clock.put_forward += 1_000
            more.http.cookie_jar.clear()
            assert (await more.log_in(ANNA)).status == 200
        assert (await first.get("/api/v1/me")).status == 401
        assert len(await sessions(more)) == SESSIONS_EACH


async def test_who_logs_in_again_in_one_browser_leaves_no_session_behind() -> None:
    async with open_web() as web, browser(web, person="anna") as shared:
        assert (await shared.log_in(ANNA)).status == 200
        assert len(web.accounts.sessions.of("anna")) == 1
        await shared.connect()
        await shared.hear("state")
        assert (await shared.log_in("ben")).status == 200
        assert await shared.closed() == 4401, "a colleague at the same machine must not work in her name"


async def ticket(someone: Browser) -> str:
    answer = await someone.post("/api/v1/ws-ticket")
    assert answer.status == 200
    return str(answer.json()["ticket"])


async def refused(someone: Browser, ticket: str, headers: dict[str, str] | None = None) -> bool:
    with pytest.raises(aiohttp.WSServerHandshakeError) as error:
        await someone.connect(headers, ticket=ticket)
    return error.value.status == 403


async def test_a_ticket_opens_one_screen_without_a_cookie() -> None:
    async with open_web() as web, browser(web, person="anna") as anna, browser(web) as elsewhere:
        given = await ticket(anna)
        await elsewhere.connect(ticket=given)
        assert (await elsewhere.hear("state"))["agent"] == "anna"
        assert await refused(elsewhere, given)

        await anna.post("/api/v1/logout")
        assert await elsewhere.closed() == 4401


async def test_a_ticket_is_worth_nothing_late_made_up_or_after_the_log_out() -> None:
    async with open_web() as web, browser(web, person="anna") as anna:
        late = await ticket(anna)
        web.clock.put_forward += GOOD_FOR
        assert await refused(anna, late), "the cookie does not make up for it"
        assert await refused(anna, "made-up")
        assert await refused(anna, "")
        after = await ticket(anna)
        await anna.post("/api/v1/logout")
        assert await refused(anna, after)


async def test_a_ticket_is_for_pages_of_ours_and_of_those_that_the_settings_name() -> None:
    settings = WebSettings(origins=frozenset({"https://crm.bank.example"}))
    async with open_web(settings=settings) as web, browser(web, person="anna") as anna:
        assert await refused(anna, await ticket(anna), {"Origin": "https://evil.example"})
        await anna.connect({"Origin": "https://crm.bank.example"}, ticket=await ticket(anna))
        assert await anna.hear("state")


async def test_a_page_of_another_system_may_ask_if_the_settings_name_it() -> None:
    crm, evil = {"Origin": "https://crm.bank.example"}, {"Origin": "https://evil.example"}
    settings = WebSettings(origins=frozenset({"https://crm.bank.example"}), secure_cookie=True)
    async with open_web(settings=settings) as web, browser(web) as someone:
        said = {"name": "anna", "password": "anna-secret-1"}
        allowed = await someone.post("/api/v1/login", json=said, headers=crm)
        assert (allowed.status, allowed.headers["Access-Control-Allow-Origin"]) == (200, crm["Origin"])
        assert "secure" in allowed.headers["Set-Cookie"].lower()
        other = await someone.post("/api/v1/login", json=said, headers=evil)
        assert other.status == 403
        assert "Access-Control-Allow-Origin" not in other.headers
    async with open_web() as web, browser(web) as someone:
        ours = await someone.get("/healthz")
        assert "Access-Control-Allow-Origin" not in ours.headers


async def me(someone: Browser, times: int) -> list[int]:
    return [answer.status for answer in await asyncio.gather(*(someone.get("/api/v1/me") for _ in range(times)))]


async def test_a_session_that_asks_without_end_is_held_up_and_no_other() -> None:
    async with open_web() as web, browser(web, person="anna") as anna, browser(web, person="ben") as ben:
        (session,) = web.accounts.sessions.of("anna")
        assert set(await me(anna, 50)) == {200}
        while web.accounts.sessions.spend(session):
            pass
        assert 429 in await me(anna, 10)
        assert set(await me(ben, 5)) == {200}
        web.clock.put_forward += 10 * REQUEST_EVERY
        assert await me(anna, 1) == [200]


async def test_the_board_can_be_kept_for_those_who_are_logged_in() -> None:
    async with open_web(settings=WebSettings(board_is_open=False)) as web, browser(web) as someone:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await someone.http.ws_connect("/board/feed")
        await someone.log_in("ada")
        board = await someone.http.ws_connect("/board/feed")
        assert (await board.receive_json())["type"] == "board"
        await board.close()


async def test_every_answer_of_the_rest_edge_forbids_caches_and_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    async def headers_of(web: Web, path: str) -> dict[str, str]:
        async with browser(web, person="anna") as anna:
            return dict((await anna.get(path)).headers)

    async with open_web() as web:
        for path in ("me", "sessions", "audit", "nothing-here"):
            found = await headers_of(web, f"/api/v1/{path}")
            assert found["Cache-Control"] == "no-store", path
            assert found["X-Content-Type-Options"] == "nosniff", path
