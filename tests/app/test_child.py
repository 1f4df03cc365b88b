"""A child process is there for as long as the hotline is, and fills no disk with what it says."""

import asyncio
import sys
from pathlib import Path

import pytest

from acd.app import child
from acd.app.child import Child
from tests.fakes import eventually

TALKATIVE = "import itertools, time\nfor n in itertools.count(): print('x' * 99, flush=True); time.sleep(0.001)"


async def test_a_log_keeps_its_newest_part_and_one_older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "LARGEST_LOG", 1_000)
    monkeypatch.setattr(child, "LOG_WATCHED_EVERY", 0.05)
    log = tmp_path / "core.log"
    older = tmp_path / "core.log.1"
    talkative = Child("core", [sys.executable, "-c", TALKATIVE], environment={}, log=log, say=lambda _: None)
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(talkative.run())
        await eventually(lambda: older.exists() and older.stat().st_size > 1_000, within=15)
        first = older.stat().st_ino
        await eventually(lambda: older.exists() and older.stat().st_ino != first, within=15)
        running.cancel()
    assert older.stat().st_mode & 0o777 == 0o600
    assert not log.read_bytes().startswith(b"\0"), "the child writes at the end, not where it was"


async def test_a_child_that_dies_is_started_again_and_one_that_is_not_wanted_ends(tmp_path: Path) -> None:
    pids: list[int] = []
    dying = Child("core", ["false"], environment={}, log=tmp_path / "core.log", say=lambda _: None)
    dying.started = pids.append
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(dying.run())
        await eventually(lambda: len(pids) >= 2, within=15)
        running.cancel()
    assert dying.pid is None
