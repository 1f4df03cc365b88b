"""A source that is a service of the bank's: one POST of JSON for each question, over HTTPS or on this machine.

    asked:     {"number": "+8613800000001"}    or    {"customer": "10000001"}
    answered:  200 and {"customers": [{…}, …]}, an empty list for nobody

Asked by POST, so that no number stands in anybody's log of addresses. Another status, a redirection, too long a body
and anything else that is no such answer mean that the source is not available.
"""

import json
import re
import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from cti.customers.ports import Record, SourceUnavailable

LONGEST_ANSWER = 64 * 1024
"""Bytes of an answer's body."""
CONNECTIONS = 20


class HttpCustomers:
    """Asks at `url` with `secret` as its bearer token; connections are kept open between questions."""

    def __init__(self, url: str, secret: str, ca_file: Path | None = None) -> None:
        """Raises SourceUnavailable for an address, a secret or a file that cannot be used, without the secret."""
        parts = urlsplit(url)
        here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1"}
        if not (parts.scheme == "https" or here) or parts.username or parts.query or parts.fragment:
            raise SourceUnavailable("url: https://, or http://127.0.0.1 for a service on this machine, is allowed")
        if not re.fullmatch(r"[!-~]{1,1000}", secret):
            raise SourceUnavailable("secret_file: one line of printable characters without spaces is allowed")
        try:
            self._trust = None if here else ssl.create_default_context(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise SourceUnavailable(f"ca_file: {ca_file}: cannot be used: {error.strerror}") from None
        self._url = url
        self._headers = {
            "Authorization": f"Bearer {secret}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "hotline",
        }
        self._session: aiohttp.ClientSession | None = None

    def __repr__(self) -> str:
        """Without the secret."""
        return f"<HttpCustomers at {urlsplit(self._url).hostname}>"

    async def find(self, number: str, customer: str) -> Sequence[Record]:
        """See Source."""
        question = {"customer": customer} if customer else {"number": number}
        async with self._opened().post(
            self._url, json=question, headers=self._headers, allow_redirects=False
        ) as response:
            if response.status != 200:
                raise SourceUnavailable(f"status {response.status}")
            body = bytearray()
            while part := await response.content.read(LONGEST_ANSWER + 1 - len(body)):
                body += part
        if len(body) > LONGEST_ANSWER:
            raise SourceUnavailable(f"its answer is longer than {LONGEST_ANSWER} bytes")
        return _records(body)

    async def close(self) -> None:
        """See Source."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A session belongs to the loop that asks.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._trust or True, limit=CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


def _records(body: bytearray) -> Sequence[Record]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise SourceUnavailable("its answer is not JSON") from None
    records = said.get("customers") if isinstance(said, Mapping) else None
    if not isinstance(records, list):
        raise SourceUnavailable('its answer is not {"customers": […]}')
    return records
