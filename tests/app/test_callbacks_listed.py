"""Who is to be called back is listed for whoever looks after them, by the hotline's own clocks."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from acd.app import callbacks
from acd.config import loads
from acd.core.inputs import CoreStarted
from acd.core.names import CallId, LaneName, LanguageName
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Calendar, Callbacks
from acd.core.requests import BecomeReady, LogIn
from acd.core.router import Router
from acd.core.switch_events import (
    CallArrived,
    CallbackAccepted,
    CallbackFailed,
    CallEnded,
    CallStartedWaiting,
    MessageLeft,
    OfferFailure,
    SwitchSurveyed,
)
from acd.journal.sqlite import SqliteJournal
from tests.builders import ANNA
from tests.config.small import SMALL

CONFIG = loads(SMALL)
MORNING = 1_796_032_805_000
"""10:00:05 on 30 November 2026, in UTC."""

HOUR = 3_600_000
SOON_AGAIN = Callbacks(retry_after=600_000)
DAY = Calendar("day", (((8 * HOUR, 18 * HOUR),),) * 7)


class Hotline:
    """One in Shanghai that calls back by itself."""

    def __init__(self, rules: Callbacks = SOON_AGAIN) -> None:
        policy = replace(CONFIG.policy(), utc_offsets=((0, 8 * HOUR),), callbacks=rules, calendars={"day": DAY})
        self.router = Router.fresh(policy)
        self.router.take(CoreStarted(1), MORNING)
        self.router.take(SwitchSurveyed(MORNING, ()), MORNING)

    def call(self, number: int, at: int, wish: Outcome | None = None) -> CallId:
        """A caller waits."""
        call, phone = CallId(f"hotline-1.{number}"), f"1380000000{number}"
        self.router.take(CallArrived(call, phone, "Wang", "95555", at), at)
        lane, language = LaneName("cards"), LanguageName("zh")
        start = CallStartedWaiting(call, phone, "Wang", "95555", at, at, lane, language, "")
        self.router.take(replace(start, wish=wish), at)
        return call

    def wishes(self, number: int) -> None:
        """A caller waits for a minute for each number before his, and wishes to be called back."""
        call = self.call(number, MORNING)
        at = MORNING + number * 60_000
        self.router.take(CallbackAccepted(call), at)
        self.router.take(CallEnded(call), at)

    def leaves_a_message(self, number: int) -> None:
        """Another caller chooses in the menu to speak one."""
        call = self.call(number, MORNING + number * 60_000, Outcome(OutcomeKind.MESSAGE))
        self.router.take(MessageLeft(call), MORNING + number * 60_000)
        self.router.take(CallEnded(call), MORNING + number * 60_000)

    def written(self, folder: Path) -> Path:
        """Its journal."""
        journal = SqliteJournal(folder / "journal.sqlite3")
        journal.checkpoint(self.router.memory, now=True)
        journal.close()
        return folder / "journal.sqlite3"


def test_since_when_and_when_they_wished_it_is_told_in_local_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hotline = Hotline()
    hotline.wishes(1)
    hotline.wishes(2)
    assert callbacks.run(CONFIG, hotline.written(tmp_path), as_json=False) == 0

    columns, *rows = [line.strip().split("  ") for line in capsys.readouterr().out.splitlines()[1:]]
    assert tuple(column.strip() for column in columns if column) == callbacks.COLUMNS
    assert [row[:3] for row in rows] == [
        ["2026-11-30 18:00:05 +08:00", "2026-11-30 18:01:05 +08:00", "13800000001"],
        ["2026-11-30 18:00:05 +08:00", "2026-11-30 18:02:05 +08:00", "13800000002"],
    ]
    assert all("in its turn" in map(str.strip, row) for row in rows)


def test_who_was_rung_in_vain_and_who_spoke_a_message_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hotline = Hotline()
    hotline.wishes(1)
    hotline.leaves_a_message(2)
    later = MORNING + 300_000
    hotline.router.take(LogIn(ANNA), later)
    hotline.router.take(BecomeReady(ANNA), later)
    hotline.router.take(CallbackFailed(CallId("cb-hotline-1.1"), OfferFailure.NO_ANSWER), later + 5_000)
    assert callbacks.run(CONFIG, hotline.written(tmp_path), as_json=True) == 0

    first, second = json.loads(capsys.readouterr().out)
    assert (first["call"], first["wished_in"], first["number"]) == ("cb-hotline-1.1", "hotline-1.1", "13800000001")
    assert (first["attempts"], first["being_rung"], first["in_line"]) == (1, False, False)
    assert (first["next_at"], first["message"]) == (later + 605_000, "")
    assert (second["attempts"], second["being_rung"], second["in_line"]) == (1, True, False)
    assert second["message"] == "hotline-messages/hotline-1.2.wav"
    assert callbacks.run(CONFIG, tmp_path / "journal.sqlite3", as_json=False) == 0
    printed = capsys.readouterr().out
    assert "2026-11-30 18:15:10 +08:00" in printed
    assert "being rung" in printed
    assert "hotline-messages/hotline-1.2.wav" in printed


def test_who_waits_for_the_hours_in_which_customers_are_rung_is_told_with_when_they_begin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hotline = Hotline(Callbacks(hours="day"))
    hotline.wishes(1)
    assert callbacks.run(CONFIG, hotline.written(tmp_path), as_json=True) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert (entry["in_line"], entry["next_at"]) == (False, MORNING - 5_000 + 14 * HOUR)

    assert callbacks.run(CONFIG, tmp_path / "journal.sqlite3", as_json=False) == 0
    assert "2026-12-01 08:00:00 +08:00" in capsys.readouterr().out


def test_nobody_to_call_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert callbacks.run(CONFIG, Hotline().written(tmp_path), as_json=False) == 0
    assert capsys.readouterr().out == "nobody waits to be called back\n"
