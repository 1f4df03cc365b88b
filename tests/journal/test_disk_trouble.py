"""When the disk is full, locked or slow: calls go on, loudly, and nothing is forgotten that the buffer can hold."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog

from acd.core.names import CallId
from acd.core.switch_events import CallEnded
from acd.engine.ports import Entry
from acd.journal import SqliteJournal, recover, sqlite_file, verify, writer
from acd.journal import sqlite as sqlite_journal
from acd.journal.records import GAP
from tests.journal.floor import NOON, day, journaled, small_policy
from tests.journal.waiting import eventually


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_journal, "PATIENCE", 0.05)
    monkeypatch.setattr(sqlite_journal, "CLOSE_PATIENCE", 0.2)
    monkeypatch.setattr(sqlite_file, "BUSY_MS", 20)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Somebody else holds the file's write lock."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def entry(number: int, words: str = "") -> Entry:
    return Entry(NOON + number, CallEnded(CallId(f"call-{number}{words}")), "")


async def test_calls_go_on_while_the_file_is_locked_and_all_is_written_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = SqliteJournal(path)
    await journal.append([entry(0)])
    with structlog.testing.capture_logs() as logs, locked(path):
        started = asyncio.get_running_loop().time()
        for number in range(1, 100):
            await journal.append([entry(number)])
        waited = asyncio.get_running_loop().time() - started
        await eventually(lambda: "locked" in journal.health.trouble)
        during = journal.health

    await eventually(lambda: journal.health.well and journal.health.buffered_bytes == 0)
    found = [each.at - NOON for each in journal.inputs(0)]
    journal.close()

    # Only the first append waited; a hundred that each did would take five seconds.
    assert waited < 2.0
    assert during.behind
    assert not during.well
    assert during.written == 1
    assert during.lost == 0
    assert found == list(range(100))
    assert [log["log_level"] for log in logs if "behind" in log["event"]] == ["error"]


async def test_calls_go_on_while_the_disk_is_full_and_all_is_written_when_there_is_room(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.sqlite3", page_limit=40)
    number = 0
    while not journal.health.trouble:
        await journal.append([entry(number, "x" * 1_000)])
        number += 1
        assert number < 1_000
    assert "full" in journal.health.trouble
    await journal.append([entry(number)])

    journal._writer._connection.execute("PRAGMA max_page_count = 100000")
    await eventually(lambda: journal.health.well)
    found = [each.at - NOON for each in journal.inputs(0)]
    journal.close()

    assert found == list(range(number + 1))


async def test_a_full_buffer_gives_up_inputs_and_the_file_says_how_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MOST_BUFFERED", 20_000)
    path = tmp_path / "journal.sqlite3"
    journal = SqliteJournal(path)
    router, _ = recover(journal, small_policy())
    entries = journaled(router, day(calls=30))
    await journal.append(entries[:10])
    journal.checkpoint(router.memory)
    with structlog.testing.capture_logs() as logs, locked(path):
        for each in entries[10:]:
            await journal.append([each])
            assert journal.health.buffered_bytes <= 20_000
        lost = journal.health.lost
    await eventually(lambda: journal.health.well)

    # The next input brings the gap's line with it, and a checkpoint that makes a replay exact again.
    after = [(CallEnded(CallId("late")), NOON + 10_000_000), (CallEnded(CallId("later")), NOON + 10_000_001)]
    await journal.append(journaled(router, after[:1]))
    journal.checkpoint(router.memory)
    await journal.append(journaled(router, after[1:]))
    journal.checkpoint(router.memory)
    checkpoints = len(list(journal.checkpoints()))
    gaps = [each for each in journal.inputs(0) if each.record.kind == GAP]
    report = verify(journal)
    again = recover(journal, small_policy())[0]
    journal.close()

    assert 0 < lost < len(entries) - 10
    assert [each.record.body for each in gaps] == [
        f'{{"lost": {lost}, "first": {entries[-lost].at}, "last": {entries[-1].at}}}'
    ]
    assert report.same
    assert report.gaps == 1
    assert again.memory == router.memory
    assert checkpoints == 2
    assert [log["log_level"] for log in logs if "gives up" in log["event"]] == ["error"]


async def test_text_that_cannot_be_written_is_given_up_and_the_call_goes_on(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.sqlite3")
    with structlog.testing.capture_logs() as logs:
        await journal.append([entry(1), Entry(NOON, CallEnded(CallId("\ud800")), ""), entry(2)])
    kinds = [each.record.kind for each in journal.inputs(0)]
    journal.close()

    assert kinds == [GAP, "call_ended", "call_ended"]
    assert journal.health.lost == 1
    assert "ud800" not in str(logs)


async def test_a_journal_closes_in_time_although_nothing_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = SqliteJournal(path)
    with structlog.testing.capture_logs() as logs, locked(path):
        await journal.append([entry(1)])
        started = asyncio.get_running_loop().time()
        journal.close()
        waited = asyncio.get_running_loop().time() - started

    assert waited < 3.0
    assert [log["log_level"] for log in logs if "closed before" in log["event"]] == ["error"]
    SqliteJournal(path).close()


async def test_whatever_goes_wrong_in_the_writer_it_tries_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = SqliteJournal(tmp_path / "journal.sqlite3")
    plain, failures = sqlite_file.insert_inputs, iter([OSError("odd"), RuntimeError("odder")])

    def failing(connection: sqlite3.Connection, rows: list) -> None:  # type: ignore[type-arg]
        error = next(failures, None)
        if error is not None:
            raise error
        plain(connection, rows)

    monkeypatch.setattr(sqlite_file, "insert_inputs", failing)
    await journal.append([entry(1)])
    await eventually(lambda: journal.health.written == 1)
    await eventually(lambda: journal.health.well)
    journal.close()
