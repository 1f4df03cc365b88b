"""A source that is a SQLite database of somebody else's on this machine: opened for reading, asked in threads.

Each question opens the file anew, so that a database that is replaced is noticed; that takes a fraction of a
millisecond. A question that is given up is broken off inside SQLite.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

from acd.core.instants import Duration
from cti.customers.guard import MOST_RECORDS
from cti.customers.ports import Record, SourceUnavailable

THREADS = 4
LONGEST_VALUE = 100_000
"""Bytes of a text or a row; a longer one is an error."""
_LOOK_EVERY = 10_000
"""Instructions of SQLite after which it looks whether anybody still wants the answer."""


class SqliteCustomers:
    """Asks `by_number` with the parameter :number, `by_id` with :customer; a query that is None finds nobody."""

    def __init__(self, path: Path, by_number: str | None, by_id: str | None, within: Duration) -> None:
        """`within` is how long a lock of whoever writes is waited for; nothing is opened before the first question."""
        self._address = f"file:{quote(str(path.absolute()))}?mode=ro"
        self._by_number = by_number
        self._by_id = by_id
        self._within = within / 1_000
        self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="customers")

    async def find(self, number: str, customer: str) -> Sequence[Record]:
        """See Source."""
        query = self._by_id if customer else self._by_number
        if query is None:
            return ()
        given_up = threading.Event()
        what = {"customer": customer} if customer else {"number": number}
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, query, what, given_up)
        except sqlite3.Error as error:
            # SQLite's words are about the query and the file; values are not in them.
            raise SourceUnavailable(str(error)) from None
        finally:
            given_up.set()

    async def close(self) -> None:
        """See Source."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, query: str, what: dict[str, str], given_up: threading.Event) -> Sequence[Record]:
        connection = sqlite3.connect(self._address, uri=True, timeout=self._within, isolation_level=None)
        try:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
            connection.set_progress_handler(given_up.is_set, _LOOK_EVERY)
            connection.execute("PRAGMA query_only = ON")
            cursor = connection.execute(query, what)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(MOST_RECORDS)]
        finally:
            connection.close()
