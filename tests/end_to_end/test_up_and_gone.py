"""`hotline up` comes to an end: by Ctrl-C, by kill -9, or before it has begun; and says why in one line."""

import os
import shutil
import socket
import stat
import tempfile
from pathlib import Path

import pytest

from tests.end_to_end.command_line import Place, until_true, up
from tests.end_to_end.people import total
from tests.house import BANK

pytestmark = pytest.mark.real

NOBODY = "65534"


def answered(place: Place) -> float:
    """How many calls agents have answered, by the metrics."""
    samples = {}
    for line in place.request("GET", "/metrics")[2].splitlines():
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            samples[name] = float(value)
    return total(samples, "hotline_calls_answered_total")


async def test_the_demo_floor_soon_has_calls_answered_and_ctrl_c_leaves_no_process_and_no_port(tmp_path: Path) -> None:
    place = Place(tmp_path / "home")
    async with up(place, "--demo") as hotline:
        run = place.run
        assert len(place.held_ports(run)) == 4
        await until_true(lambda: answered(place) > 0, 60, "an answered call")
        assert "floor" in place.run["pids"]
        assert any("sipp" in line for line in place.left_over()), "what runs here can be seen to run"
        hotline.interrupt()
        assert await hotline.ended(within=20) == 0
        assert place.left_over() == []
        assert place.held_ports(run) == []
        assert not (place.home / "run.json").exists()
        assert not hotline.complaints


async def test_after_a_kill_9_of_up_its_asterisk_and_core_go_on_until_the_next_up_takes_their_place(
    tmp_path: Path,
) -> None:
    place = Place(tmp_path / "home")
    async with up(place) as killed:
        before = place.run["pids"]
        killed.process.kill()
        await killed.ended()
        assert place.is_healthy(), "calls go on without the supervisor"
        async with up(place) as again:
            now = place.run["pids"]
            assert {now[name] for name in ("up", "core", "asterisk")}.isdisjoint(before.values())
            left = {int(line.split()[0]) for line in place.left_over()}
            assert left == set(now.values())
            assert place.is_healthy()
            assert not again.complaints


async def test_two_run_side_by_side_in_homes_of_their_own(tmp_path: Path) -> None:
    one, other = Place(tmp_path / "one"), Place(tmp_path / "other")
    async with up(one), up(other):
        assert one.is_healthy()
        assert other.is_healthy()


async def _refused(place: Place, *words: str, before: tuple[str, ...] = ()) -> str:
    """The one line with which `hotline up` refuses to begin; nothing of it is left."""
    command = await place.start("up", *words, before=before)
    assert await command.ended() == 2, command.said
    [line] = command.complaints
    assert line.startswith("hotline: ")
    assert place.left_over() == []
    assert not (place.home / "run.json").exists()
    return line


async def test_a_port_in_use_is_named_with_what_helps(tmp_path: Path) -> None:
    place = Place(tmp_path / "home")
    with socket.create_server(("127.0.0.1", place.http_port)):
        line = await _refused(place, "--config", str(BANK))
    assert f"port {place.http_port}/tcp" in line
    assert "set HOTLINE_HTTP_PORT" in line
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", place.sip_port))
        line = await _refused(place, "--config", str(BANK))
    assert f"port {place.sip_port}/udp" in line
    assert "set HOTLINE_SIP_PORT" in line


async def test_a_port_that_is_none_is_said(tmp_path: Path) -> None:
    line = await _refused(Place(tmp_path / "home", environment={"HOTLINE_SIP_PORT": "five"}), "--config", str(BANK))
    assert "HOTLINE_SIP_PORT='five'" in line


@pytest.mark.parametrize(
    ("text", "said"),
    [(None, "hotline.yaml"), ("lanes: [", "hotline.yaml:1"), ("lanes: 3\n", "hotline.yaml:1")],
    ids=["missing", "no YAML", "no settings"],
)
async def test_broken_settings_are_said_with_file_and_place(tmp_path: Path, text: str | None, said: str) -> None:
    config = tmp_path / "hotline.yaml"
    if text is not None:
        config.write_text(text)
    place = Place(tmp_path / "home")
    command = await place.start("up", "--config", str(config))
    assert await command.ended() == 2
    assert said in command.complaints[0]
    # Settings with several faults are told all of them, a line for each; never where in our code they were noticed.
    assert not any("Traceback" in line for line in command.complaints)
    assert place.left_over() == []


async def test_a_too_old_asterisk_and_no_root_to_make_another_are_said(tmp_path: Path) -> None:
    as_nobody = _as_nobody()
    old = tmp_path / "bin" / "asterisk"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'Asterisk 16.28.0~dfsg'\n")
    old.chmod(0o755)
    environment = {
        "PATH": f"{old.parent}:{os.environ['PATH']}",
        "HOTLINE_CACHE": str(tmp_path / "cache"),
        "HOME": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    place = Place(tmp_path / "home", environment=environment)
    # A copy that anybody may read: a check of rights, unlike reading itself, does not count a borrowed right.
    shutil.copytree(BANK.parent, tmp_path / "bank")
    _let_anybody_in(tmp_path)
    line = await _refused(place, "--config", str(tmp_path / "bank" / BANK.name), before=as_nobody)
    assert "needs root" in line
    said = (tmp_path / "home-1.out").read_text()
    assert "is Asterisk 16.28.0; 20 or newer is needed" in said


def _let_anybody_in(folder: Path) -> None:
    """Let anybody write into a test's folder, and pass through those that pytest made above it."""
    for above in folder.parents:
        if above.stat().st_uid == os.geteuid() and above.is_relative_to(tempfile.gettempdir()):
            above.chmod(above.stat().st_mode | stat.S_IXGRP | stat.S_IXOTH)
    folder.chmod(0o777)


def _as_nobody() -> tuple[str, ...]:
    """Words before a command that take root's rights from it, but for reading a checkout in root's own folder.

    Who is not root already needs no such words.
    """
    if os.geteuid() != 0:
        return ()
    reading = ("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search")
    return ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *reading, "--")
