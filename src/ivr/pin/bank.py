"""The online bank as verifier: one POST of JSON over HTTPS for each question, so that telephone and online PIN are one.

docs/pin.md tells the protocol. Whatever is not one of its answers, in time, is UNAVAILABLE: another status, a
redirection, too long a body, a word that it does not have, a certificate that nobody vouches for. Each question has a
connection of its own: PINs are keyed seldom, and no kept connection can have died unnoticed. No body and no error's
text is ever logged.
"""

import asyncio
import json
import re
import ssl
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import aiohttp
import structlog

from acd.core.instants import Duration
from acd.core.switch_events import Verdict
from ivr.pin.digits import Digits
from ivr.pin.ports import Change, PinsUnusable

LONGEST_ANSWER = 1_024
"""Bytes of an answer's body."""
MOST_AT_ONCE = 50
"""Questions under way; one more is UNAVAILABLE at once, for a bank that has so many to answer is stuck."""

Word = TypeVar("Word", bound=StrEnum)

_VERDICTS = (Verdict.VERIFIED, Verdict.WRONG, Verdict.LOCKED, Verdict.UNAVAILABLE)

_log = structlog.get_logger(__name__)


class OnlineBank:
    """A `PinVerifier` that asks at `url`, which begins with https://, and waits `within` milliseconds.

    `ca_file` says who must have signed the bank's certificate; without it, one of those whom this machine trusts.
    Raises PinsUnusable for an address, a secret or a file that cannot be used.
    """

    def __init__(self, url: str, secret: str, ca_file: Path | None, within: Duration) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or parts.username or parts.fragment:
            raise PinsUnusable("pin.https.url: an address such as https://bank.example/telephone-pin is allowed")
        if not (secret and secret.isascii() and secret.isprintable() and " " not in secret):
            raise PinsUnusable("pin.https.secret_file: one line of printable characters without spaces is allowed")
        try:
            self._trust = ssl.create_default_context(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise PinsUnusable(f"pin.https.ca_file: {ca_file}: cannot be used: {error.strerror}") from None
        self._url = url
        self._headers = {
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "hotline",
        }
        self._within = within
        self._asking = 0

    def __repr__(self) -> str:
        """Without the secret."""
        return f"<OnlineBank at {urlsplit(self._url).hostname}>"

    async def verify(self, customer: str, pin: Digits) -> Verdict:
        """See PinVerifier."""
        word = await self._ask("verify", customer, {"pin": pin})
        return _word(word, _VERDICTS, Verdict.UNAVAILABLE)

    async def change(self, customer: str, new: Digits, code: Digits | None) -> Change:
        """See PinVerifier."""
        word = await self._ask("change", customer, {"new": new} if code is None else {"new": new, "code": code})
        return _word(word, tuple(Change), Change.UNAVAILABLE)

    async def _ask(self, what: str, customer: str, digits: dict[str, Digits]) -> object:
        """The answer's word, or None if there was no answer, which has been logged; nothing is asked without digits."""
        if self._asking >= MOST_AT_ONCE or not all(map(len, digits.values())):
            return None
        self._asking += 1
        body = _body(what, customer, digits)
        try:
            async with asyncio.timeout(self._within / 1_000):
                return await self._post(body)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RecursionError) as error:
            # Its kind alone: an error of a library may quote what was sent or what came.
            _log.warning("the online bank gave no verdict", error=type(error).__name__)
            return None
        finally:
            body[:] = bytes(len(body))
            self._asking -= 1

    async def _post(self, body: bytearray) -> object:
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._trust, force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            ) as session,
            session.post(self._url, data=body, headers=self._headers, allow_redirects=False) as response,
        ):
            if response.status != 200:
                _log.warning("the online bank gave no verdict", status=response.status)
                return None
            answer = bytearray()
            while part := await response.content.read(LONGEST_ANSWER + 1 - len(answer)):
                answer += part
            found = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
        return found.get("verdict", "") if isinstance(found, dict) else ""


def _body(what: str, customer: str, digits: dict[str, Digits]) -> bytearray:
    """The JSON of a question, in one buffer that can be wiped. All in it is digits and our own words."""
    assert re.fullmatch("[0-9]{1,20}", customer), "the id of a customer"
    body = bytearray(f'{{"do": "{what}", "customer": "{customer}"', "ascii")
    for name, value in digits.items():
        body += f', "{name}": "'.encode()
        body += value.view
        body += b'"'
    body += b"}"
    return body


def _word(word: object, allowed: tuple[Word, ...], otherwise: Word) -> Word:
    for each in allowed:
        if each == word:
            return each
    if word is not None:
        _log.warning("the online bank gave an answer that there is not")
    return otherwise
