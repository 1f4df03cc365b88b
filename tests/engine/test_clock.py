"""The one clock: whole milliseconds that never run backwards, whatever the wall clock does."""

import time

import pytest

from acd.engine.clock import SystemClock


def test_the_clock_tells_milliseconds_since_the_epoch() -> None:
    assert SystemClock().now() == pytest.approx(time.time() * 1000, abs=1000)


def test_the_clock_goes_on_when_the_wall_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    before = clock.now()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert clock.now() >= before


def test_a_process_that_starts_on_a_clock_that_was_set_back_begins_where_the_journal_ended() -> None:
    tomorrow = SystemClock().now() + 86_400_000
    assert SystemClock(not_before=tomorrow).now() >= tomorrow


def test_a_journal_that_ended_in_the_past_changes_nothing() -> None:
    now = SystemClock().now()
    assert SystemClock(not_before=now - 86_400_000).now() == pytest.approx(now, abs=1000)
