"""The desktop's file keeps what it was told, as a whole or not at all, and takes no file that is not its own."""

import asyncio
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from cti.desk_file import DeskFile, DeskUnusable, Part

NOTES = Part("notes", ("CREATE TABLE notes (text TEXT NOT NULL) STRICT",))


def write(text: str | None, connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO notes VALUES (?)", (text,))


def texts(connection: sqlite3.Connection) -> list[str]:
    return [row["text"] for row in connection.execute("SELECT text FROM notes")]


async def test_what_was_answered_is_there_after_a_restart_and_what_failed_is_undone(tmp_path: Path) -> None:
    file = DeskFile(tmp_path / "desk" / "desk.sqlite3", [NOTES])
    await file.run(lambda c: write("one", c))

    def half(connection: sqlite3.Connection) -> None:
        write("two", connection)
        write(None, connection)

    with pytest.raises(sqlite3.IntegrityError):
        await file.run(half)
    file.close()

    again = DeskFile(file.path, [NOTES])
    assert await again.run(texts) == ["one"]
    again.close()
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


async def test_what_is_noted_waits_for_no_disk_and_the_next_that_is_run_does(tmp_path: Path) -> None:
    normal, full = 1, 2

    def waits(connection: sqlite3.Connection) -> int:
        write("noted", connection)
        how: int = connection.execute("PRAGMA synchronous").fetchone()[0]
        return how

    file = DeskFile(tmp_path / "desk.sqlite3", [NOTES])
    assert await file.note(waits) == normal
    assert await file.run(waits) == full
    with pytest.raises(sqlite3.IntegrityError):
        await file.note(lambda c: write(None, c))
    assert await file.run(waits) == full
    assert await file.read(texts) == ["noted"] * 3
    file.close()


async def test_what_takes_long_is_read_beside_the_rest_and_changes_nothing(tmp_path: Path) -> None:
    file = DeskFile(tmp_path / "desk.sqlite3", [NOTES])
    await file.run(lambda c: write("one", c))
    go_on = threading.Event()

    def long(connection: sqlite3.Connection) -> list[str]:
        assert go_on.wait(10)
        return texts(connection)

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(file.read(long))
        await file.run(lambda c: write("two", c))
        assert not reading.done(), "nobody waits for it"
        go_on.set()
        assert await reading == ["one", "two"]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await file.read(lambda c: write("three", c))
    file.close()


def test_tables_that_grew_are_brought_up_to_date_once(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite3"
    file = DeskFile(path, [NOTES])
    file.do(lambda c: write("one", c))
    file.close()

    grown = Part("notes", (*NOTES.steps, "ALTER TABLE notes ADD COLUMN by TEXT NOT NULL DEFAULT ''; SELECT 1;"))
    for _ in range(2):
        file = DeskFile(path, [grown, Part("more", ("CREATE TABLE more (n INTEGER) STRICT",))])
        assert file.do(texts) == ["one"]
        file.close()
    with pytest.raises(DeskUnusable, match=r"written by a newer program \(notes 2\); update this one"):
        DeskFile(path, [NOTES])


def test_a_trigger_is_one_statement_with_semicolons_of_its_own(tmp_path: Path) -> None:
    refuses = "CREATE TRIGGER kept BEFORE DELETE ON notes BEGIN SELECT 1; SELECT RAISE(ABORT, 'kept; for ever'); END;"
    file = DeskFile(tmp_path / "desk.sqlite3", [Part("notes", (f"{NOTES.steps[0]};\n {refuses}\n",))])
    file.do(lambda c: write("one", c))
    with pytest.raises(sqlite3.IntegrityError, match="kept; for ever"):
        file.do(lambda c: c.execute("DELETE FROM notes"))
    with pytest.raises(AssertionError, match="never ends"):
        DeskFile(tmp_path / "other.sqlite3", [Part("x", ("CREATE TRIGGER x BEFORE DELETE ON y BEGIN SELECT 1;",))])
    file.close()


def test_a_file_of_somebody_else_is_left_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE theirs (n INTEGER)")
    connection.close()
    before = other.read_bytes()
    with pytest.raises(DeskUnusable, match="a database of another program"):
        DeskFile(other, [NOTES])
    assert other.read_bytes() == before

    text = tmp_path / "text"
    text.write_text("no database at all, but long enough to be looked at")
    with pytest.raises(DeskUnusable, match="damaged, or no file of ours"):
        DeskFile(text, [NOTES])
    with pytest.raises(DeskUnusable, match="cannot be opened"):
        DeskFile(tmp_path, [NOTES])


def test_a_file_that_somebody_else_holds_is_not_called_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cti.desk_file.BUSY_MS", 50)
    path = tmp_path / "desk.sqlite3"
    DeskFile(path, [NOTES]).close()
    copying = sqlite3.connect(path, isolation_level=None)
    copying.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DeskUnusable, match="in use by another program"):
        DeskFile(path, [NOTES])
    copying.close()


def test_a_copy_that_was_put_back_is_for_its_owner_alone_again(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite3"
    DeskFile(path, [NOTES]).close()
    path.chmod(0o644)
    file = DeskFile(path, [NOTES])
    file.do(lambda c: write("one", c))
    assert {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.glob("desk.sqlite3*")} == {0o600}
    file.close()
