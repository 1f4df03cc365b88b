"""Who types a command where no hotline has ever run is told so, before it looks as if something had happened there."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from acd import cli
from acd.app import core_file
from acd.app.core_file import CoreStatus
from acd.asterisk.assets import assets
from acd.config import HotlineConfig, load
from acd.journal.replay import recover
from acd.journal.sqlite import SqliteJournal
from tests.config.small import edited

BANK = assets("examples") / "bank"
COMMANDS = (
    ("emergency", "on", "cards"),
    ("emergency", "off", "cards"),
    ("emergency", "list"),
    ("pin", "set", "10000001", "--stdin"),
    ("pin", "code", "10000001"),
    ("pin", "unlock", "10000001"),
    ("pin", "remove", "10000001"),
    ("pin", "list"),
    ("callbacks",),
    ("surveys",),
    ("explain",),
    ("replay",),
)


def hotline(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The exit code of a command."""
    monkeypatch.setattr(sys, "argv", ["hotline", *words])
    monkeypatch.setattr(sys, "stdin", io.StringIO("471903\n"))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which one stands, with no word about where the home is."""
    monkeypatch.delenv("HOTLINE_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("named", [False, True])
def test_a_folder_where_no_hotline_has_run_is_named_and_stays_as_it_is(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    named: bool,
) -> None:
    home = folder / ".hotline"
    if named:
        # Somebody's folder that is there and is no home.
        home = folder / "papers"
        home.mkdir()
        (home / "letter").touch()
        monkeypatch.setenv("HOTLINE_HOME", str(home))
    before = sorted(folder.rglob("*"))

    assert hotline(monkeypatch, *words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        f"hotline: no hotline has run in {home}; go to the folder in which `make up` or `hotline up` was typed, "
        "or set HOTLINE_HOME\n"
    )
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("words", [("callbacks",), ("surveys",), ("explain",), ("replay",)])
def test_a_journal_that_is_named_needs_no_home(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    journal = SqliteJournal(folder / "journal.sqlite3")
    recover(journal, load(BANK / "hotline.yaml").policy())
    journal.close()

    assert hotline(monkeypatch, *words, "--journal", str(folder / "journal.sqlite3")) == 0
    assert not (folder / ".hotline").exists()


@pytest.mark.parametrize("sign", ["secrets.json", "journal/journal.sqlite3"])
def test_a_home_is_known_by_its_secrets_or_its_journal(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sign: str
) -> None:
    (folder / ".hotline" / sign).parent.mkdir(parents=True)
    (folder / ".hotline" / sign).touch()

    assert hotline(monkeypatch, "pin", "list") == 0
    assert "nobody has a PIN" in capsys.readouterr().out


def test_the_settings_meant_are_those_of_the_hotline_that_runs_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bank = shutil.copytree(BANK, folder / "bank") / "hotline.yaml"
    small = folder / "hotline.yaml"
    small.write_text(edited("    ring_for: 15s\n", "    ring_for: 15s\n    when_emergency: say all_busy\n"), "utf-8")
    home = folder / ".hotline"
    journal = SqliteJournal(home / "journal" / "journal.sqlite3")
    recover(journal, load(bank).policy())
    journal.close()
    asked: list[Path] = []

    def noted(path: Path) -> HotlineConfig:
        asked.append(path)
        return load(path)

    monkeypatch.setattr(cli, "load", noted)
    # A process that counts as a core: its words say so.
    core = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "acd.cli"])
    try:
        core_file.write(home, CoreStatus(core.pid, str(small), "v1", emergency={"cards": False, "general": None}))
        assert hotline(monkeypatch, "callbacks") == 0
        assert hotline(monkeypatch, "emergency", "list") == 0
    finally:
        core.kill()
        core.wait()
    assert asked == [small]
    assert ["cards", "off"] in [line.split() for line in capsys.readouterr().out.splitlines()]
