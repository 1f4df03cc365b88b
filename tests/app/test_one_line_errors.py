"""What a person can mend is told in one line and exit code 2, whatever he typed and whatever lies in his folders."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from acd import cli
from acd.asterisk.assets import assets
from acd.config import load
from acd.journal.replay import recover
from acd.journal.sqlite import SqliteJournal

BANK = assets("examples") / "bank" / "hotline.yaml"

Hotline = Callable[..., str]


@pytest.fixture
def hotline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Hotline:
    """Types a command in a home folder of its own, which must fail, and returns what it said on standard error."""
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()

    def typed(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["hotline", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1, said
        return said

    return typed


def runs_here(home: Path) -> None:
    (home / "run.json").write_text('{"version": 1, "pids": {}, "sip": {"host": "127.0.0.1", "port": 9}}')


@pytest.mark.parametrize(("option", "value"), [("--keys", "12x"), ("--keys", "1" * 33), ("--from", "1;2")])
def test_a_call_that_nobody_can_place(hotline: Hotline, tmp_path: Path, option: str, value: str) -> None:
    runs_here(tmp_path / "home")
    assert "Error" not in hotline("call", "95555", option, value)


@pytest.mark.parametrize("content", ["[]", "{}", '{"version": 2, "pids": {}}', "{"])
def test_a_run_file_of_another_kind(hotline: Hotline, tmp_path: Path, content: str) -> None:
    (tmp_path / "home" / "run.json").write_text(content)
    assert "run.json" in hotline("phone", "anna")


def test_a_journal_of_a_newer_program(hotline: Hotline, tmp_path: Path) -> None:
    file = tmp_path / "home" / "journal" / "journal.sqlite3"
    journal = SqliteJournal(file)
    recover(journal, load(BANK).policy())
    journal.close()
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO inputs VALUES (1, 1, 'from_the_future', 1, '{}', '')")
    connection.close()

    assert "newer" in hotline("replay", "--verify")


def test_a_folder_that_is_a_file(hotline: Hotline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path / "file" / "home"))
    assert "Not a directory" in hotline("render", "--no-trial", "--out", str(tmp_path / "out"))


def test_a_level_of_logs_that_there_is_not(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_LOG_LEVEL", "loud")
    assert "one of DEBUG, INFO" in hotline("serve")
