"""How soon an input is durable, and how many are, by the group commit against a commit for each.

The file lies beside the other results, on the disk that the checkout is on: what is measured is mostly that disk.
"""

import asyncio
import sqlite3
import tempfile
import time
from pathlib import Path

from acd.core.names import CallId, LaneName, LanguageName
from acd.core.switch_events import CallStartedWaiting
from acd.engine.ports import Entry
from acd.journal.records import encode
from acd.journal.sqlite import SqliteJournal
from bench.figures import Figure, middle, quantile

AT_ONCE = 64
"""Appends under way at the same time in the busy case."""


def _entry(number: int) -> Entry:
    at = 1_795_318_465_000 + number
    call = CallId(f"hotline-1795318465.{number}")
    waiting = CallStartedWaiting(call, "13800000000", "", "95555", at, at, LaneName("cards"), LanguageName("zh"), "")
    return Entry(at, waiting, "0123456789abcdef")


async def _one_by_one(journal: SqliteJournal, count: int) -> list[float]:
    times = []
    for number in range(count):
        began = time.perf_counter()
        await journal.append([_entry(number)])
        times.append((time.perf_counter() - began) * 1000)
    return times


async def _many_at_once(journal: SqliteJournal, count: int) -> tuple[list[float], float]:
    times: list[float] = []

    async def append(first: int) -> None:
        for number in range(first, count, AT_ONCE):
            began = time.perf_counter()
            await journal.append([_entry(number)])
            times.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for first in range(AT_ONCE):
            tasks.create_task(append(first))
    return times, count / (time.perf_counter() - began)


def _commit_for_each(path: Path, count: int) -> float:
    """Rows per second of plain SQLite with the same settings and a commit for every row."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE inputs (at INTEGER, kind TEXT, version INTEGER, body TEXT, digest TEXT)")
    entries = [_entry(number) for number in range(count)]
    began = time.perf_counter()
    for entry in entries:
        connection.execute("INSERT INTO inputs VALUES (?, ?, ?, ?, ?)", (entry.at, *encode(entry.input), entry.digest))
    rate = count / (time.perf_counter() - began)
    connection.close()
    return rate


async def measure(folder: Path, count: int = 2_000) -> list[Figure]:
    """Latency when alone and when busy, and throughput, on the disk of `folder`, which is there."""
    with tempfile.TemporaryDirectory(prefix="journal-", dir=folder) as name:
        journal = SqliteJournal(Path(name) / "journal.sqlite3")
        try:
            alone = await _one_by_one(journal, count)
            busy, rate = await _many_at_once(journal, 10 * count)
        finally:
            journal.close()
        plain = await asyncio.to_thread(_commit_for_each, Path(name) / "plain.sqlite3", count)
    return [
        Figure("journal", "append until durable, one at a time", "ms", middle(alone), note=_p99(alone)),
        Figure("journal", f"append until durable, {AT_ONCE} at once", "ms", middle(busy), note=_p99(busy)),
        Figure(
            "journal", f"durable inputs, {AT_ONCE} at once", "inputs/s", rate, "a commit for each", plain, rate / plain,
            "times as many", better="more",
        ),
    ]  # fmt: skip


def _p99(times: list[float]) -> str:
    return f"p99 {quantile(times, 0.99):.2f} ms"
