"""Who gets in, and who does not."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from acd.core.agents import AgentState
from cti.accounts.guesses import Guesses
from tests.cti.open_web import LIVES, PASSWORDS, browser, open_web
from tests.cti.small_hotline import ANNA, BEN

LOG_IN = "/api/v1/login"


async def test_an_agent_logs_in_and_his_cookie_is_out_of_reach_of_scripts() -> None:
    async with open_web() as web, browser(web) as anna:
        answer = await anna.log_in(ANNA)

        assert answer.status == 200
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("hotline_session=")
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        assert "secure" not in cookie.lower(), "a browser would not send it back without https"
        assert (await anna.get("/api/v1/me")).json()["agent"] == "anna"


async def test_the_page_is_told_who_is_there_and_what_he_may() -> None:
    async with open_web() as web, browser(web, person="anna") as anna, browser(web, person="sue") as sue:
        mine = (await anna.get("/api/v1/me")).json()
        hers = (await sue.get("/api/v1/me")).json()

    assert mine == {
        "name": "anna",
        "shown": "Anna",
        "roles": ["agent"],
        "agent": "anna",
        "languages": ["zh", "en"],
        "lanes": {"cards": {"zh": "银行卡", "en": "Cards"}, "general": {"zh": "综合", "en": "General"}},
        "colleagues": {"anna": "Anna", "ben": "Ben"},
        "pause_reasons": {"break": 900_000, "lunch": None},
        "rights": ["ask_for_pin"],
    }
    assert (hers["agent"], hers["roles"], hers["rights"]) == (None, ["supervisor"], ["end_sessions"])


async def test_opening_the_screen_seats_the_agent_who_is_not_ready_before_he_says_so() -> None:
    async with open_web() as web, browser(web) as anna:
        await anna.log_in(ANNA)
        await anna.connect()

        state = await anna.hear("state")

        assert (state["agent"], state["state"]) == ("anna", AgentState.PAUSED)


async def test_an_unknown_name_and_a_wrong_password_get_the_same_answer() -> None:
    async with open_web() as web, browser(web) as someone:
        wrong = await someone.log_in(ANNA, "guess")
        unknown = await someone.log_in("nobody", "guess")

        assert (wrong.status, wrong.body) == (unknown.status, unknown.body)
        assert wrong.status == 401
        assert "Set-Cookie" not in wrong.headers


async def test_guessing_one_password_is_stopped_and_no_other_person_is_held_up() -> None:
    async with open_web() as web, browser(web) as someone:
        answers = [(await someone.log_in(ANNA, f"guess {n}")).status for n in range(6)]

        assert answers == [401] * 5 + [429]
        assert (await someone.log_in(ANNA)).status == 429, "the right password would tell the guesser"
        assert (await someone.log_in(BEN)).status == 200


async def test_many_guesses_at_once_are_no_more_than_many_in_a_row() -> None:
    async with open_web() as web, browser(web) as someone:
        answers = await asyncio.gather(*(someone.log_in(ANNA, f"guess {n}") for n in range(20)))

        assert sorted(answer.status for answer in answers) == [401] * 5 + [429] * 15


async def test_guessing_over_many_names_is_stopped_too() -> None:
    async with open_web(guesses=Guesses(of_all=10)) as web, browser(web) as someone:
        answers = [(await someone.log_in(f"name-{n}", "guess")).status for n in range(11)]

        assert answers == [401] * 10 + [429]


async def test_a_crowd_of_wrong_guesses_keeps_nobody_out_who_knows_his_password() -> None:
    async with open_web(guesses=Guesses(of_all=10)) as web, browser(web) as someone:
        for number in range(20):
            await someone.log_in(f"nobody-{number}", "guess")
        assert (await someone.log_in(BEN, "guess")).status == 429
        assert (await someone.log_in(ANNA)).status == 200


async def test_guesses_in_a_crowd_are_counted_for_their_name() -> None:
    async with open_web(guesses=Guesses(of_all=3)) as web, browser(web) as someone:
        for number in range(5):
            await someone.log_in(f"nobody-{number}", "guess")
        for number in range(5):
            await someone.log_in(ANNA, f"guess {number}")
        assert (await someone.log_in(ANNA)).status == 429, "else a crowd would be the cover for any number of guesses"


async def test_wrong_guesses_are_forgiven_with_time() -> None:
    async with open_web() as web, browser(web) as someone:
        for _ in range(5):
            await someone.log_in(ANNA, "guess")
        assert (await someone.log_in(ANNA)).status == 429
        web.clock.put_forward += 60_000
        assert (await someone.log_in(ANNA)).status == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{", b'{"name": "anna"}', b'{"name": 1, "password": "x"}', b"[" * 2_000, b"\xff\xfe"],
)
async def test_a_log_in_that_makes_no_sense_is_refused(body: bytes) -> None:
    async with open_web() as web, browser(web) as someone:
        said = {"Content-Type": "application/json"}
        assert (await someone.post(LOG_IN, data=body, headers=said)).status in {400, 422}


async def test_a_form_of_any_page_is_no_log_in() -> None:
    async with open_web() as web, browser(web) as someone:
        body = b'{"name": "anna", "password": "anna-secret-1"}'
        said = {"Content-Type": "text/plain"}
        assert (await someone.post(LOG_IN, data=body, headers=said)).status == 422


async def test_a_huge_log_in_is_refused_unread() -> None:
    async with open_web() as web, browser(web) as someone:
        assert (await someone.post(LOG_IN, data=b" " * 100_000)).status == 413


async def test_another_sites_page_can_neither_log_in_nor_change_anything_nor_open_a_screen() -> None:
    foreign = {"Origin": "http://evil.example"}
    async with open_web() as web, browser(web) as anna:
        said = {"name": "anna", "password": PASSWORDS["anna"]}
        for headers in (foreign, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            assert (await anna.post(LOG_IN, json=said, headers=headers)).status == 403
        await anna.log_in(ANNA)

        for path in ("/api/v1/logout", "/api/v1/ws-ticket", "/api/v1/password"):
            assert (await anna.post(path, json={}, headers=foreign)).status == 403, path
        assert (await anna.delete("/api/v1/sessions/x", headers=foreign)).status == 403
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await anna.connect(foreign)
        assert refused.value.status == 403

        await anna.connect({"Origin": web.address})
        assert await anna.hear("state")


async def test_without_a_cookie_no_screen_opens() -> None:
    async with open_web() as web, browser(web) as someone:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await someone.connect()
        assert refused.value.status == 403
        assert (await someone.get("/api/v1/me")).status == 401


async def test_who_is_no_agent_opens_no_screen() -> None:
    async with open_web() as web, browser(web, person="sue") as sue:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await sue.connect()
        assert refused.value.status == 403


async def test_logging_out_ends_the_screen_and_makes_the_cookie_worthless() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        jar = list(anna.http.cookie_jar)
        assert (await anna.post("/api/v1/logout")).status == 204
        await anna.closed()

        desk = web.hotline.look.desk(ANNA)
        assert desk is not None
        assert desk.state is AgentState.LOGGED_OUT
        assert web.accounts.sessions.find(jar[0].value) is None


async def test_who_logs_out_at_his_old_desk_goes_on_working_at_the_new_one() -> None:
    async with open_web() as web, browser(web, ANNA) as old, browser(web, ANNA) as new:
        await old.hear("replaced")
        assert (await old.post("/api/v1/logout")).status == 204
        await new.say(type="ready")
        await new.hear("state", state=AgentState.READY)


async def test_a_person_who_is_taken_out_of_the_settings_is_out_at_once() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        del web.people["anna"]
        assert (await anna.get("/api/v1/me")).status == 401
        assert await anna.closed() == 4401
        assert (await anna.log_in(ANNA)).status == 401


async def test_a_session_ends_when_it_was_idle_and_not_while_a_page_is_open() -> None:
    async with open_web() as web, browser(web, ANNA) as anna, browser(web, person="sue") as sue:
        web.clock.put_forward += LIVES.idle
        assert (await sue.get("/api/v1/me")).status == 401
        assert (await anna.get("/api/v1/me")).status == 200


async def test_a_session_ends_with_the_shift_whatever_is_done_with_it() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        web.clock.put_forward += LIVES.longest
        assert (await anna.get("/api/v1/me")).status == 401
        assert await anna.closed() == 4401


async def test_a_restart_of_the_process_sends_nobody_back_to_the_log_in_page(tmp_path: Path) -> None:
    async with open_web(folder=tmp_path) as web, browser(web, person="anna") as anna, browser(web, person="ben") as ben:
        tokens = [next(iter(each.http.cookie_jar)).value for each in (anna, ben)]
        await ben.post("/api/v1/logout")

    async with open_web(folder=tmp_path) as web:
        found = [web.accounts.sessions.find(token) for token in tokens]
        assert found[0] is not None
        assert (found[0].name, found[1]) == ("anna", None)
    kept = (tmp_path / "desk.sqlite3").read_bytes()
    assert not any(token.encode() in kept for token in tokens), "who reads the file can log in as nobody"
    assert not any(password.encode() in kept for password in PASSWORDS.values())
