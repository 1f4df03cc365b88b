"""Who gets in, and who does not."""

from pathlib import Path

import aiohttp
import pytest

from acd.core.agents import AgentState
from acd.core.names import AgentId
from cti.logins import Logins, Refusal
from cti.tokens import TOKEN_LIFE, Tokens, TokensUnreadable
from tests.cti.open_web import browser, open_web
from tests.cti.small_hotline import ANNA, BEN


async def test_an_agent_logs_in_and_his_cookie_is_out_of_reach_of_scripts() -> None:
    async with open_web() as web, browser(web) as anna:
        answer = await anna.log_in(ANNA)

        assert answer.status == 200
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("hotline_session=")
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        assert (await anna.get("/me")).json()["agent"] == "anna"


async def test_opening_the_screen_seats_the_agent_who_is_not_ready_before_he_says_so() -> None:
    async with open_web() as web, browser(web) as anna:
        await anna.log_in(ANNA)
        await anna.connect()

        state = await anna.hear("state")

        assert (state["agent"], state["state"]) == ("anna", AgentState.PAUSED)


async def test_an_unknown_agent_and_a_wrong_password_get_the_same_answer() -> None:
    async with open_web() as web, browser(web) as someone:
        wrong = await someone.log_in(ANNA, "guess")
        unknown = await someone.log_in(AgentId("nobody"), "guess")

        assert (wrong.status, wrong.body) == (unknown.status, unknown.body)
        assert wrong.status == 401
        assert "Set-Cookie" not in wrong.headers


async def test_guessing_one_agents_password_is_stopped_and_no_other_agent_is_held_up() -> None:
    async with open_web() as web, browser(web) as someone:
        answers = [(await someone.log_in(ANNA, f"guess {n}")).status for n in range(6)]

        assert answers == [401] * 5 + [429]
        assert (await someone.log_in(ANNA)).status == 429, "the right password would tell the guesser"
        assert (await someone.log_in(BEN)).status == 200


async def test_guessing_over_many_names_is_stopped_too() -> None:
    async with open_web(guesses_of_all=10) as web, browser(web) as someone:
        answers = [(await someone.log_in(AgentId(f"name-{n}"), "guess")).status for n in range(11)]

        assert answers == [401] * 10 + [429]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{", b'{"agent": "anna"}', b'{"agent": 1, "password": "x"}', b"[" * 2_000, b"\xff\xfe"],
)
async def test_a_log_in_that_makes_no_sense_is_refused(body: bytes) -> None:
    async with open_web() as web, browser(web) as someone:
        assert (await someone.post("/login", data=body)).status == 400


async def test_a_huge_log_in_is_refused_unread() -> None:
    async with open_web() as web, browser(web) as someone:
        assert (await someone.post("/login", data=b" " * 100_000)).status == 413


async def test_another_sites_page_can_neither_log_in_nor_open_a_screen() -> None:
    foreign = {"Origin": "http://evil.example"}
    async with open_web() as web, browser(web) as anna:
        said = {"agent": "anna", "password": "anna-secret-1"}
        assert (await anna.post("/login", json=said, headers=foreign)).status == 403
        assert (await anna.post("/login", json=said, headers={"Origin": "null"})).status == 403
        await anna.log_in(ANNA)

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
        assert (await someone.get("/me")).status == 401


async def test_logging_out_ends_the_screen_and_makes_the_cookie_worthless() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        jar = list(anna.http.cookie_jar)
        assert (await anna.post("/logout")).status == 204
        await anna.closed()

        desk = web.hotline.look.desk(ANNA)
        assert desk is not None
        assert desk.state is AgentState.LOGGED_OUT
        assert web.logins.agent_of(jar[0].value) is None


def test_a_token_ends_with_the_shift() -> None:
    now = 1_000_000.0
    logins = Logins({ANNA: "secret"}, lambda: now)
    token = logins.log_in(ANNA, "secret")
    assert logins.agent_of(token) == ANNA
    now += TOKEN_LIFE
    assert logins.agent_of(token) is None


def test_a_restart_of_the_process_sends_nobody_back_to_the_log_in_page(tmp_path: Path) -> None:
    kept = tmp_path / "tokens.json"
    before = Logins({ANNA: "a", BEN: "b"}, lambda: 1000.0, tokens=Tokens(kept))
    anna, ben = before.log_in(ANNA, "a"), before.log_in(BEN, "b")
    before.log_out(BEN)

    after = Logins({ANNA: "a", BEN: "b"}, lambda: 1010.0, tokens=Tokens(kept))

    assert (after.agent_of(anna), after.agent_of(ben)) == (ANNA, None)
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("part", range(4))
def test_a_token_in_which_anything_is_changed_is_worth_nothing(part: int) -> None:
    logins = Logins({ANNA: "a", BEN: "b"}, lambda: 1000.0)
    token = logins.log_in(ANNA, "a")
    parts = token.split(".")
    parts[part] = {0: "ben", 1: "999999", 2: "0" * 16, 3: "0" * 64}[part]
    assert logins.agent_of(token) == ANNA
    assert logins.agent_of(".".join(parts)) is None


def test_a_changed_password_ends_the_tokens_given_for_the_old_one() -> None:
    logins = Logins({ANNA: "old"}, lambda: 1000.0)
    token = logins.log_in(ANNA, "old")
    logins.change_passwords({ANNA: "new"})
    assert logins.agent_of(token) is None


def test_a_damaged_file_of_tokens_is_refused_in_one_line(tmp_path: Path) -> None:
    kept = tmp_path / "tokens.json"
    kept.write_text("{")
    with pytest.raises(TokensUnreadable, match=r"tokens\.json: cannot be used"):
        Tokens(kept)


def test_wrong_guesses_are_forgiven_with_time() -> None:
    now = 0.0
    logins = Logins({ANNA: "secret"}, lambda: now)
    for _ in range(5):
        logins.log_in(ANNA, "guess")
    assert logins.log_in(ANNA, "secret") is Refusal.TOO_MANY
    now = 60.0
    assert logins.agent_of(logins.log_in(ANNA, "secret")) == ANNA


def test_a_crowd_of_wrong_guesses_keeps_nobody_out_who_knows_his_password() -> None:
    logins = Logins({ANNA: "secret", BEN: "other"}, lambda: 0.0)
    for number in range(100):
        logins.log_in(f"nobody-{number}", "guess")
    assert logins.log_in(BEN, "guess") is Refusal.TOO_MANY
    assert logins.agent_of(logins.log_in(ANNA, "secret")) == ANNA


def test_an_agent_who_is_taken_off_the_list_has_no_token_any_more() -> None:
    logins = Logins({ANNA: "a", BEN: "b"}, lambda: 0.0)
    anna, ben = logins.log_in(ANNA, "a"), logins.log_in(BEN, "b")
    logins.change_passwords({BEN: "b"})
    assert (logins.agent_of(anna), logins.agent_of(ben)) == (None, BEN)
