"""Asterisk is started again when it dies, and never left behind by a supervisor that ends meanwhile."""

import asyncio
import threading
from pathlib import Path
from typing import Any, cast

import pytest

from acd.app import up
from acd.app.up import Prepared
from acd.asterisk.instance import StartFailed
from tests.fakes import eventually


class DeadAsterisk:
    """Not running; a start of it takes until the test lets it."""

    def __init__(self, *, fails: bool = False) -> None:
        self.pid: int | None = None
        self.messages = Path("messages.log")
        self.starting = threading.Event()
        self.may_be_up = threading.Event()
        self._fails = fails

    def start(self, _files: object, _ports: object) -> None:
        self.starting.set()
        assert self.may_be_up.wait(10)
        if self._fails:
            raise StartFailed("its port is taken")
        self.pid = 4711


def prepared(asterisk: DeadAsterisk, home: Path) -> Prepared:
    run: dict[str, Any] = {"version": 1, "pids": {}}
    return Prepared(home, home / "hotline.yaml", cast("Any", asterisk), {}, cast("Any", None), 0, run)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(up, "WATCH_EVERY", 0.01)


async def test_who_ends_the_hotline_waits_for_an_asterisk_that_is_just_starting(tmp_path: Path) -> None:
    asterisk, stop = DeadAsterisk(), asyncio.Event()
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(up._watch_asterisk(prepared(asterisk, tmp_path), stop))
        await asyncio.to_thread(asterisk.starting.wait, 5)
        stop.set()
        await asyncio.sleep(0)
        assert not watching.done()
        asterisk.may_be_up.set()
    assert asterisk.pid == 4711


async def test_why_it_does_not_start_is_said_and_it_is_tried_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asterisk, stop = DeadAsterisk(fails=True), asyncio.Event()
    asterisk.may_be_up.set()
    said = ""

    def said_twice() -> bool:
        nonlocal said
        said += capsys.readouterr().out
        return said.count("Asterisk did not start: its port is taken") >= 2

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        tasks.create_task(up._watch_asterisk(prepared(asterisk, tmp_path), stop))
        await eventually(said_twice)
        stop.set()
