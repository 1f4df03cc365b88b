"""Log-in by the bank's identity provider: who is known is in, and no word but the provider's lets anybody in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from cti.accounts import oidc as oidc_module
from cti.accounts import store
from cti.accounts.audit import Wanted
from cti.accounts.deeds import Deed
from cti.accounts.oidc import ATTEMPT_LASTS, LOOKS_AGAIN_AFTER, Oidc, OidcSettings
from cti.api import single_sign_on
from cti.web_app import WebApp
from tests.cti.identity_provider import CLIENT, CURVE, OTHER_KEY, SECRET, Provider, identity_provider
from tests.cti.open_web import Answer, Browser, Web, browser, open_web

BEGIN, BACK = "/api/v1/oidc/begin", "/api/v1/oidc/back"


@dataclass
class Signing:
    """A hotline with an identity provider, and a browser for it."""

    web: Web
    provider: Provider
    person: Browser

    async def to(self, path: str, **params: str) -> Answer:
        async with self.person.http.get(path, params=params, allow_redirects=False) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def sent_back(self) -> dict[str, str]:
        """He begins, and comes back from the provider with these parameters."""
        begun = await self.to(BEGIN)
        assert begun.status == 303
        return self.provider.authorize(begun.headers["Location"])

    async def sign_on(self) -> int:
        return (await self.to(BACK, **await self.sent_back())).status

    async def is_in(self) -> bool:
        return (await self.person.get("/api/v1/me")).status == 200


@asynccontextmanager
async def signing(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Signing]:
    async with identity_provider() as provider:
        real = WebApp.__init__

        def with_provider(self: WebApp, look: Any, ask: Any, accounts: Any, *rest: Any, **more: Any) -> None:
            settings = OidcSettings(provider.url, CLIENT, SECRET, "http://hotline/back", "preferred_username")
            oidc = Oidc(settings, accounts._now)
            more["routers"] = [*more["routers"], single_sign_on.router(oidc, accounts, secure_cookie=False)]
            real(self, look, ask, accounts, *rest, **more)

        monkeypatch.setattr(WebApp, "__init__", with_provider)
        async with open_web() as web, browser(web) as person:
            yield Signing(web, provider, person)


async def test_whom_the_provider_knows_and_the_settings_is_in(monkeypatch: pytest.MonkeyPatch) -> None:
    async with signing(monkeypatch) as at:
        back = await at.to(BACK, **await at.sent_back())
        assert (back.status, back.headers["Location"]) == (303, "/")
        cookies = [*back.headers.getall("Set-Cookie")]  # type: ignore[attr-defined]
        (session,) = [each for each in cookies if each.startswith("hotline_session=")]
        assert "HttpOnly" in session
        assert "samesite=strict" in session.lower()
        assert (await at.person.get("/api/v1/me")).json()["name"] == "anna"
        (entry,) = await at.web.audit.page(Wanted(what=Deed.LOGGED_IN))
        assert (entry.who, entry.about["by"]) == ("anna", "oidc")
        await at.person.connect()
        assert (await at.person.hear("state"))["agent"] == "anna"


async def test_a_key_on_a_curve_is_believed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async with signing(monkeypatch) as at:
        at.provider.key, at.provider.algorithm, at.provider.header = CURVE, "ES256", {"kid": "two"}
        assert await at.sign_on() == 303


@pytest.mark.parametrize("name", ["nobody", "ANNA", ""])
async def test_whom_the_settings_do_not_know_is_not(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    async with signing(monkeypatch) as at:
        at.provider.person = name
        assert await at.sign_on() == 400
        assert not await at.is_in()


@pytest.mark.parametrize(
    "twist",
    [
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"iss": "https://evil.example"},
        {"exp": 1_000},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"nonce": "of-another-log-in"},
        {"nonce": None},
        {"nonce": 7},
        {"preferred_username": None},
        {"preferred_username": ["anna"]},
    ],
    ids=str,
)
async def test_a_word_that_is_not_for_us_and_of_now_lets_nobody_in(
    monkeypatch: pytest.MonkeyPatch, twist: dict[str, Any]
) -> None:
    async with signing(monkeypatch) as at:
        at.provider.twist = twist
        assert await at.sign_on() == 400
        assert not await at.is_in()


@pytest.mark.parametrize(
    ("key", "algorithm", "header"),
    [
        (OTHER_KEY, "RS256", {}),
        (OTHER_KEY, "RS256", {"kid": "none-of-its"}),
        (None, "none", {}),
        ("a secret that everybody knows, of sufficient length", "HS256", {}),
        (CURVE, "ES256", {}),
    ],
    ids=["forged", "unknown_key", "unsigned", "symmetric", "another_kind_of_key"],
)
async def test_a_word_that_the_provider_did_not_sign_lets_nobody_in(
    monkeypatch: pytest.MonkeyPatch, key: Any, algorithm: str, header: dict[str, str]
) -> None:
    async with signing(monkeypatch) as at:
        at.provider.key, at.provider.algorithm, at.provider.header = key, algorithm, header
        assert await at.sign_on() == 400
        assert not await at.is_in()


async def test_an_attempt_is_finished_once_in_its_own_browser_and_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async with signing(monkeypatch) as at, browser(at.web) as elsewhere:
        sent = await at.sent_back()
        async with elsewhere.http.get(BACK, params=sent, allow_redirects=False) as answer:
            assert answer.status == 400, "a page of evil.example could else log somebody in as its own account"
        cookie = {each.key: each.value for each in at.person.http.cookie_jar}
        assert (await at.to(BACK, **sent)).status == 303
        async with (
            aiohttp.ClientSession(at.web.address, cookies=cookie) as again,
            again.get(BACK, params=sent, allow_redirects=False) as answer,
        ):
            assert answer.status == 400
        assert at.provider.asked.count("token") == 1, "the second time and the foreign browser came no further than us"

        late = await at.sent_back()
        at.web.clock.put_forward += ATTEMPT_LASTS
        assert (await at.to(BACK, **late)).status == 400
        assert (await at.to(BACK)).status == 400


async def test_who_is_locked_is_not_let_in_by_the_provider_either(monkeypatch: pytest.MonkeyPatch) -> None:
    async with signing(monkeypatch) as at:
        await at.web.accounts._file.run(lambda file: store.lock(file, "anna", 1))
        assert await at.sign_on() == 400


@pytest.mark.parametrize(
    "says",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
        {"jwks_uri": "http://127.0.0.1:1/keys"},
    ],
    ids=str,
)
async def test_a_provider_that_cannot_be_believed_sends_nobody_anywhere(
    monkeypatch: pytest.MonkeyPatch, says: dict[str, Any]
) -> None:
    async with signing(monkeypatch) as at:
        at.provider.discovery = says
        answer = await at.to(BEGIN)
        assert answer.status == 503
        assert "单点登录未成功" in answer.body.decode()
        assert (await at.person.log_in("anna")).status == 200, "passwords work without it"


async def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc_module, "LONGEST_ANSWER", 100)
    async with signing(monkeypatch) as at:
        assert (await at.to(BEGIN)).status == 503


async def test_the_provider_is_asked_of_itself_once_and_again_for_a_new_key(monkeypatch: pytest.MonkeyPatch) -> None:
    async with signing(monkeypatch) as at:
        for _ in range(2):
            assert await at.sign_on() == 303
        assert at.provider.asked.count("configuration") == 1
        at.provider.header = {"kid": "new"}
        for _ in range(3):
            assert await at.sign_on() == 400
        assert at.provider.asked.count("configuration") == 1, "made-up keys do not make us ask again and again"
        at.web.clock.put_forward += LOOKS_AGAIN_AFTER
        assert await at.sign_on() == 400
        assert at.provider.asked.count("configuration") == 2
