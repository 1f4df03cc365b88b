"""Who is to be called back is listed for whoever calls them, by the hotline's own clocks."""

from dataclasses import replace
from pathlib import Path

import pytest

from acd.app import callbacks
from acd.config import loads
from acd.core.names import CallId, LaneName, LanguageName
from acd.core.router import Router
from acd.core.wishes import CallbackWish
from acd.journal.sqlite import SqliteJournal
from tests.config.small import SMALL

CONFIG = loads(SMALL)
MORNING = 1_796_032_805_000
"""10:00:05 on 30 November 2026, in UTC."""


def written(folder: Path, *wishes: CallbackWish) -> Path:
    """A journal of a hotline in Shanghai with these wishes."""
    router = Router.fresh(replace(CONFIG.policy(), utc_offsets=((0, 8 * 3_600_000),)))
    router.memory.wishes.update({wish.call: wish for wish in wishes})
    journal = SqliteJournal(folder / "journal.sqlite3")
    journal.checkpoint(router.memory, now=True)
    journal.close()
    return folder / "journal.sqlite3"


def wish(number: int) -> CallbackWish:
    name = CallId(f"hotline-1.{number}")
    wished_at = MORNING + number * 60_000
    return CallbackWish(name, f"1380000000{number}", LaneName("cards"), LanguageName("zh"), MORNING, wished_at)


def test_since_when_and_when_they_wished_it_is_told_in_local_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callbacks.run(CONFIG, written(tmp_path, wish(1), wish(2)), as_json=False) == 0

    columns, *rows = [line.strip().split("  ") for line in capsys.readouterr().out.splitlines()[1:]]
    assert [column.strip() for column in columns if column] == [
        "since",
        "wished at",
        "number",
        "lane",
        "language",
        "call",
    ]
    assert [row[:3] for row in rows] == [
        ["2026-11-30 18:00:05 +08:00", "2026-11-30 18:01:05 +08:00", "13800000001"],
        ["2026-11-30 18:00:05 +08:00", "2026-11-30 18:02:05 +08:00", "13800000002"],
    ]


def test_nobody_to_call_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert callbacks.run(CONFIG, written(tmp_path), as_json=False) == 0
    assert capsys.readouterr().out == "nobody waits to be called back\n"
