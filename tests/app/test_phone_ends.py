"""A phone in the terminal goes when the hotline has ended at which it was registered, and not before."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acd.app import call, run_file

ACCOUNT = {"agent": "anna", "phone": "anna", "sip_secret": "secret"}
Gone = Callable[[], bool]


def written(home: Path, **pids: int | None) -> None:
    run_file.write(
        home,
        {
            "version": run_file.VERSION,
            "pids": pids,
            "sip": {"host": "127.0.0.1", "port": 9},
            "http": "http://127.0.0.1:9",
            "accounts": [ACCOUNT],
            "carrier": {"host": "127.0.0.1", "port": 9},
        },
    )


async def answering(home: Path, monkeypatch: pytest.MonkeyPatch, whose: str = "anna") -> Gone:
    """How this phone asks whether its hotline is gone."""
    asked: list[Gone] = []

    async def run_phone(*_: object, gone: Gone) -> None:
        asked.append(gone)

    monkeypatch.setenv("HOTLINE_HOME", str(home))
    monkeypatch.setattr(call, "run_phone", run_phone)
    monkeypatch.setattr(call, "run_outside", run_phone)
    await call.answer(whose, answer_after=0, talk=0)
    return asked[0]


def a_dead_process() -> int:
    with subprocess.Popen(["true"]) as gone:
        pass
    return gone.pid


@pytest.mark.parametrize("whose", ["anna", call.CUSTOMER])
async def test_it_goes_when_the_hotline_was_ended_or_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    written(tmp_path, up=os.getpid())
    gone = await answering(tmp_path, monkeypatch, whose)
    assert not gone()
    written(tmp_path, up=os.getppid())
    assert gone()
    (tmp_path / run_file.FILE).unlink()
    assert gone()


async def test_it_stays_with_an_asterisk_that_is_left_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    up = a_dead_process()
    written(tmp_path, up=up, core=None, asterisk=os.getpid())
    gone = await answering(tmp_path, monkeypatch)
    assert not gone()
    written(tmp_path, up=up, core=None, asterisk=a_dead_process())
    assert gone()


async def test_it_stays_with_a_hotline_that_names_no_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path)
    assert not (await answering(tmp_path, monkeypatch))()
