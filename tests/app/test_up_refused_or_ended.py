"""`hotline up` before it is up: whoever does not want it any more, or has one already."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from acd.app.home_lock import HomeLock, HomeTaken


@pytest.fixture
def going_up(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A first start, in the middle of making an Asterisk that takes for ever."""
    programs = tmp_path / "bin"
    programs.mkdir()
    debootstrap = programs / "debootstrap"
    debootstrap.write_text('#!/bin/sh\necho "I: begun"\nexec sleep 600\n')
    debootstrap.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{programs}:/usr/bin:/bin",
        "HOTLINE_CACHE": str(tmp_path / "cache"),
        "HOTLINE_HOME": str(tmp_path / "home"),
        # High and unlikely to be taken; nothing gets so far as to listen on them.
        "HOTLINE_HTTP_PORT": "47391",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "acd.cli", "up"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert any("begun" in line for line in process.stdout)
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes an Asterisk")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM], ids=lambda number: number.name)
def test_who_ends_the_first_start_is_obeyed_at_once(going_up: "subprocess.Popen[str]", number: signal.Signals) -> None:
    # A terminal tells all that it runs.
    os.killpg(going_up.pid, number)
    said, _ = going_up.communicate(timeout=10)
    assert going_up.returncode == 130
    assert said == ""


def test_a_home_folder_has_one_supervisor(tmp_path: Path) -> None:
    lock = HomeLock(tmp_path / "home")
    with pytest.raises(HomeTaken, match="already runs"):
        HomeLock(tmp_path / "home")
    lock.release()
    HomeLock(tmp_path / "home").release()


def test_a_lock_is_not_left_to_what_the_supervisor_starts(tmp_path: Path) -> None:
    lock = HomeLock(tmp_path)
    with subprocess.Popen(["sleep", "60"], close_fds=False) as child:
        lock.release()
        HomeLock(tmp_path).release()
        child.kill()
