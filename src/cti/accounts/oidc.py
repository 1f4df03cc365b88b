"""Log-in by the bank's own identity provider: OpenID Connect, the code flow with PKCE, a confidential client.

The provider says who somebody is, and nothing else: what he may stands in our settings, and whoever is not in them is
not let in. An attempt is bound to the browser that began it by a cookie, may be finished once, and is over after ten
minutes. What the provider answers is read within limits and believed only if it is signed, for us, and of this attempt.
No token and no text of an answer is ever logged. Needs the extra `oidc`.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import aiohttp
import jwt

from acd.core.instants import Duration, Instant

ATTEMPT_LASTS: Duration = 600_000
ATTEMPTS_AT_MOST = 4_096
"""Attempts that were begun and not finished; beyond it the oldest is worth nothing any more."""
FINISHING_AT_MOST = 50
KNOWN_FOR: Duration = 3_600_000
"""How long what the provider says of itself is believed."""
LOOKS_AGAIN_AFTER: Duration = 60_000
"""How soon it is asked again when a key is not among its keys."""
LONGEST_ANSWER = 256 * 1_024
SIGNED_BY = ("RS256", "PS256", "ES256")
WITHIN = 5.0
"""Seconds for one answer."""
LEEWAY = 60
"""Seconds by which the two clocks may differ."""


class OidcFault(Exception):
    """The provider cannot be reached or believed, or the attempt is not one; one line of ours says which."""


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """How the provider is reached, and as whom we come to it."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    back: str
    """Where the browser comes back to: our /api/v1/oidc/back as browsers reach it."""
    claim: str
    """What in the provider's word is the name of the settings, such as preferred_username."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    nonce: str
    verifier: str
    until: Instant


@dataclass(frozen=True, slots=True)
class _Provider:
    """What the provider says of itself."""

    authorize: str
    token: str
    keys: Mapping[str, jwt.PyJWK]
    asked_at: Instant


class Oidc:
    """Begins attempts and finishes them."""

    def __init__(self, settings: OidcSettings, now: Callable[[], Instant]) -> None:
        self._settings = settings
        self._now = now
        self._attempts: OrderedDict[str, _Attempt] = OrderedDict()
        self._provider: _Provider | None = None
        self._finishing = 0

    async def begin(self) -> tuple[str, str]:
        """Where to send the browser, and the state to be kept in its cookie. Raises OidcFault."""
        provider = await self._known()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        self._attempts[state] = _Attempt(nonce, verifier, self._now() + ATTEMPT_LASTS)
        if len(self._attempts) > ATTEMPTS_AT_MOST:
            self._attempts.popitem(last=False)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "scope": "openid profile",
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.back,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{provider.authorize}{'&' if '?' in provider.authorize else '?'}{urlencode(asked)}", state

    async def finish(self, kept: str | None, state: str, code: str) -> str:
        """Who has come back, by the name that the provider has for him. `kept` is the cookie. Raises OidcFault."""
        if kept is None or not hmac.compare_digest(kept.encode(), state.encode()):
            raise OidcFault("this browser has begun no such log-in")
        attempt = self._attempts.pop(state, None)
        if attempt is None or self._now() >= attempt.until:
            raise OidcFault("this log-in was finished already, or took too long")
        if self._finishing >= FINISHING_AT_MOST:
            raise OidcFault("too many log in at once")
        self._finishing += 1
        try:
            return await self._name(attempt, code)
        finally:
            self._finishing -= 1

    async def _name(self, attempt: _Attempt, code: str) -> str:
        provider, settings = await self._known(), self._settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": settings.back,
            "code_verifier": attempt.verifier,
        }
        who = f"{quote_plus(settings.client_id)}:{quote_plus(settings.secret)}".encode()
        answer = await _asked(provider.token, form, {"Authorization": f"Basic {base64.b64encode(who).decode()}"})
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise OidcFault("the provider gave no word of who it is")
        said = self._believed(token, await self._key(provider, token))
        nonce, name = said.get("nonce"), said.get(settings.claim)
        if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), attempt.nonce.encode()):
            raise OidcFault("the provider's word is not of this log-in")
        if not isinstance(name, str) or not name:
            raise OidcFault(f"the provider's word has no {settings.claim}")
        return name

    def _believed(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        try:
            said: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(SIGNED_BY),
                audience=self._settings.client_id,
                issuer=self._settings.issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
            )
        except jwt.PyJWTError as error:
            raise OidcFault(f"the provider's word cannot be believed ({type(error).__name__})") from None
        if isinstance(said["aud"], list) and len(said["aud"]) > 1 and said.get("azp") != self._settings.client_id:
            raise OidcFault("the provider's word was given to somebody else")
        return said

    async def _key(self, provider: _Provider, token: str) -> jwt.PyJWK:
        try:
            name = str(jwt.get_unverified_header(token).get("kid", ""))
        except jwt.PyJWTError:
            raise OidcFault("the provider's word is no token") from None
        if name not in provider.keys and self._now() - provider.asked_at >= LOOKS_AGAIN_AFTER:
            self._provider = None
            provider = await self._known()
        if name not in provider.keys:
            raise OidcFault("the provider's word is signed by a key that is not among its keys")
        return provider.keys[name]

    async def _known(self) -> _Provider:
        """What the provider says of itself, asked anew from time to time. Raises OidcFault."""
        known = self._provider
        if known is not None and self._now() - known.asked_at < KNOWN_FOR:
            return known
        issuer = self._settings.issuer
        said = await _asked(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if said.get("issuer") != issuer:
            raise OidcFault("the provider calls itself otherwise than the settings do")
        places = [str(said.get(name, "")) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        if not all(map(is_private, places)):
            raise OidcFault("the provider names places that are not reached by https")
        found = (await _asked(places[2])).get("keys")
        keys = {}
        for each in found if isinstance(found, list) else []:
            if isinstance(each, dict) and each.get("use", "sig") == "sig":
                try:
                    keys[str(each.get("kid", ""))] = jwt.PyJWK(each)
                except jwt.PyJWTError:
                    # A key of a kind that we do not know signs nothing that we believe.
                    continue
        self._provider = _Provider(places[0], places[1], keys, self._now())
        return self._provider


def is_private(address: str) -> bool:
    """Whether nobody on the way can read or change what goes to this address: https, or this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"})


async def _asked(url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Any:
    """The JSON object at an address, or in answer to a form. Raises OidcFault."""
    try:
        async with (
            asyncio.timeout(WITHIN),
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session,
            session.request(
                "GET" if form is None else "POST", url, data=form, headers=headers, allow_redirects=False
            ) as answer,
        ):
            if answer.status != 200:
                raise OidcFault(f"the provider answered {answer.status}")
            body = bytearray()
            while part := await answer.content.read(LONGEST_ANSWER + 1 - len(body)):
                body += part
            found = json.loads(body) if len(body) <= LONGEST_ANSWER else None
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RecursionError) as error:
        raise OidcFault(f"the provider gave no answer ({type(error).__name__})") from None
    if not isinstance(found, dict):
        raise OidcFault("the provider's answer is not what was asked for")
    return found
