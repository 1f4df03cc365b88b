"""A source that is a PostgreSQL database: asked by asyncpg, which needs no thread, in transactions that only read.

asyncpg is an extra (`hotline-acd[postgresql]`). The way to a database on another machine must be encrypted and its
certificate checked: its address then says sslmode=verify-full.
"""

import asyncio
import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit

from acd.core.instants import Duration
from cti.customers.guard import MOST_RECORDS
from cti.customers.ports import Record, SourceUnavailable

CONNECTIONS = 4
_CLOSED_WITHIN = 1.0
"""Seconds in which questions under way may come to their end."""
_PARAMETER = re.compile(r"(?<![:\w]):(?:number|customer)\b")
_HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})


class PostgresqlCustomers:
    """Asks `by_number` with the parameter :number, `by_id` with :customer; a query that is None finds nobody."""

    def __init__(self, url: str, by_number: str | None, by_id: str | None, within: Duration) -> None:
        """Nothing is connected before the first question. Raises SourceUnavailable, without a word of `url`."""
        try:
            self._asyncpg: Any = import_module("asyncpg")
        except ModuleNotFoundError:
            raise SourceUnavailable("asyncpg is missing; install hotline-acd[postgresql]") from None
        try:
            parts = urlsplit(url)
            checked = parse_qs(parts.query).get("sslmode") == ["verify-full"]
        except ValueError:
            raise SourceUnavailable("url_file: not an address") from None
        if parts.scheme not in {"postgresql", "postgres"}:
            raise SourceUnavailable("url_file: an address as postgresql://user:password@host/database is allowed")
        if (parts.hostname or "") not in _HERE and not checked:
            raise SourceUnavailable("url_file: a database on another machine needs ?sslmode=verify-full")
        self._url = url
        self._by_number = None if by_number is None else _PARAMETER.sub("$1", by_number)
        self._by_id = None if by_id is None else _PARAMETER.sub("$1", by_id)
        self._within = within / 1_000
        self._pool: Any = None
        self._making = asyncio.Lock()

    async def find(self, number: str, customer: str) -> Sequence[Record]:
        """See Source."""
        query = self._by_id if customer else self._by_number
        if query is None:
            return ()
        pool = await self._connected()
        async with pool.acquire(timeout=self._within) as connection, connection.transaction(readonly=True):
            cursor = await connection.cursor(query, customer or number)
            rows = await cursor.fetch(MOST_RECORDS)
        return [dict(row) for row in rows]

    async def close(self) -> None:
        """See Source."""
        if self._pool is None:
            return
        try:
            async with asyncio.timeout(_CLOSED_WITHIN):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    async def _connected(self) -> Any:
        async with self._making:
            if self._pool is None:
                self._pool = await self._asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=CONNECTIONS,
                    command_timeout=self._within,
                    # Behind a pooler of connections prepared statements must not outlive their transaction.
                    statement_cache_size=0,
                    server_settings={"application_name": "hotline", "default_transaction_read_only": "on"},
                )
        return self._pool
