"""The journal's file: whose it is, what is no journal, and how long it remembers."""

import asyncio
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from acd.core.names import AgentId
from acd.core.requests import LogIn
from acd.core.router import Router
from acd.engine.ports import Entry
from acd.journal import JournalUnusable, SqliteJournal, SqliteStored, recover, verify
from acd.journal.pacing import DAY, expired, superseded
from tests.journal.floor import NOON, day, journaled, small_policy
from tests.journal.waiting import eventually


def entry(at: int) -> Entry:
    return Entry(at, LogIn(AgentId("anna")), "")


async def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "journal.sqlite3"
    before = os.umask(0)
    try:
        journal = SqliteJournal(path)
        await journal.append([entry(1)])
        files = list(path.parent.iterdir())
        modes = {stat.S_IMODE(each.stat().st_mode) for each in files}
        journal.close()
    finally:
        os.umask(before)

    assert len(files) == 4
    assert modes == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_commit_is_on_the_disk_before_it_returns(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.sqlite3")
    connection = journal._writer._connection
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    journal.close()

    # 2 is FULL; a killed process would not show the difference, only a power failure would.
    assert (synchronous, mode) == (2, "wal")


def test_two_cores_cannot_keep_one_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = SqliteJournal(path)
    with pytest.raises(JournalUnusable) as refused:
        SqliteJournal(path)
    other = subprocess.run(
        [sys.executable, "-c", f"import sys, pathlib, acd.journal as j\nj.SqliteJournal(pathlib.Path({str(path)!r}))"],
        capture_output=True,
        text=True,
        check=False,
    )
    journal.close()

    line = f"{path}: in use by process {os.getpid()}; one journal serves one running core"
    assert str(refused.value) == line
    assert other.stderr.rstrip().endswith(line)
    SqliteJournal(path).close()


async def test_a_journal_can_be_read_while_a_core_writes_to_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = SqliteJournal(path)
    router, _ = recover(journal, small_policy())
    await journal.append(journaled(router, day(calls=2)))

    reader = SqliteStored(path)
    report = verify(reader)
    reader.close()
    journal.close()

    assert report.same
    assert report.inputs == 19


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"numbers:\n  hotline\n" * 10, "not a journal"),
        (b"SQLite format 3\0" + b"\xff" * 4_000, "damaged or not a journal"),
    ],
)
def test_a_file_that_is_no_journal_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "journal.sqlite3"
    path.write_bytes(content)

    with pytest.raises(JournalUnusable, match=message) as refused:
        SqliteJournal(path)

    assert str(refused.value).startswith(f"{path}: ")
    assert "\n" not in str(refused.value)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE inputs (a)")
    other.close()

    with pytest.raises(JournalUnusable, match="a database of another program"):
        SqliteJournal(path)


def test_a_journal_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    SqliteJournal(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 2")
    newer.close()

    with pytest.raises(JournalUnusable, match="shape 2 is not known; this program knows shape 1"):
        SqliteJournal(path)
    with pytest.raises(JournalUnusable, match="shape 2 is not known"):
        SqliteStored(path)


async def test_damage_in_the_middle_is_one_clear_line_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = SqliteJournal(path)
    await journal.append([entry(at) for at in range(5_000)])
    journal.close()
    with path.open("r+b") as opened:
        opened.seek(8 * 4096)
        opened.write(b"\xa5" * 4096 * 20)

    reader = SqliteStored(path)
    with pytest.raises(JournalUnusable, match=r"journal\.sqlite3: .*malformed"):
        list(reader.inputs(0))
    reader.close()


def test_a_journal_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(JournalUnusable, match="there is no such file"):
        SqliteStored(tmp_path / "none.sqlite3")


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(JournalUnusable, match="cannot be made: "):
        SqliteJournal(tmp_path / "file" / "journal.sqlite3")


def copy_torn(path: Path, copy: Path) -> None:
    """The files as a power failure leaves them: half a page of the next commit stands at the end of the log."""
    shutil.copy(path, copy)
    log = Path(f"{path}-wal").read_bytes()
    assert len(log) > 4_096
    Path(f"{copy}-wal").write_bytes(log + log[32 : 32 + 24 + 2_000])


async def test_a_torn_end_of_the_log_loses_nothing_that_was_durable(tmp_path: Path) -> None:
    path, copy = tmp_path / "journal.sqlite3", tmp_path / "copy.sqlite3"
    journal = SqliteJournal(path)
    await journal.append([entry(at) for at in range(100)])
    copy_torn(path, copy)
    journal.close()

    after = SqliteJournal(copy)
    found = [each.at for each in after.inputs(0)]
    await after.append([entry(100)])
    after.close()

    assert found == list(range(100))


async def test_old_inputs_go_at_a_checkpoint_and_the_rest_can_still_be_run_again(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = SqliteJournal(path, keep_days=2, checkpoint_every=1)
    router, _ = recover(journal, small_policy())
    for number in range(6):
        happened = LogIn(AgentId("anna"))
        await journal.append(journaled(router, [(happened, NOON + number * DAY)]))
        journal.checkpoint(router.memory)
    # One more commit carries the deletion of what the last checkpoint let go.
    await journal.append(journaled(router, [(happened, NOON + 6 * DAY)]))

    await eventually(lambda: [each.seq for each in journal.inputs(0)] == [4, 5, 6, 7])
    assert [each.seq for each in journal.checkpoints()] == [3, 4, 5, 6]
    report = verify(journal)
    journal.close()

    assert report.same
    assert report.inputs == 4
    reopened = SqliteJournal(path)
    await reopened.append([entry(NOON + 6 * DAY)])
    assert [each.seq for each in reopened.inputs(6)] == [7, 8]
    reopened.close()


def test_of_old_checkpoints_the_first_of_each_day_stays() -> None:
    hourly = [(number, number * DAY // 24) for number in range(72)]

    old = superseded(hourly)

    assert sorted({number for number, _ in hourly} - set(old)) == [0, 24, 48, *range(62, 72)]


def test_a_journal_is_cut_at_the_newest_checkpoint_that_is_too_old() -> None:
    places = [(0, 0), (10, 5 * DAY), (20, 9 * DAY), (30, 11 * DAY)]

    assert expired(places, keep=2 * DAY, now=12 * DAY) == 20
    assert expired(places, keep=50 * DAY, now=12 * DAY) == 0


async def test_many_appends_at_once_share_a_commit(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.sqlite3")
    commits = 0
    plain = journal._writer._commit

    def counting(batches: list) -> int:  # type: ignore[type-arg]
        nonlocal commits
        commits += 1
        return plain(batches)

    journal._writer._commit = counting  # type: ignore[method-assign]
    async with asyncio.TaskGroup() as tasks:
        for at in range(500):
            tasks.create_task(journal.append([entry(at)]))
    journal.close()

    assert 1 <= commits < 100


def test_a_checkpoint_before_any_input_is_enough_to_start_from(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.sqlite3")
    router, _ = recover(journal, small_policy())
    journal.close()

    again = SqliteJournal(tmp_path / "journal.sqlite3")
    assert recover(again, small_policy("other"))[0].memory == router.memory
    assert isinstance(router, Router)
    again.close()
