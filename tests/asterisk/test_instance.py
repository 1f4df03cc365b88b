"""One Asterisk in a folder of its own: it comes up, says why if it does not, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from acd.asterisk.instance import CommandFailed, Instance, StartFailed
from acd.asterisk.obtain import Asterisk
from acd.asterisk.places import DEBIAN, Ports, free_ports, taken
from acd.config.loading import load
from tests.real import RealHotline, eventually, start_hotline

pytestmark = pytest.mark.real
BANK = Path(__file__).parents[2] / "examples" / "bank" / "hotline.yaml"


Start = Callable[..., RealHotline]


@pytest.fixture
def start(private_asterisk: Asterisk, tmp_path: Path) -> Iterator[Start]:
    """Starts a hotline's Asterisk in a folder below the test's own; all are stopped when the test is over."""
    started: list[Instance] = [Instance(private_asterisk, tmp_path / "asterisk")]

    def start(folder: str = ".", ports: Ports | None = None) -> RealHotline:
        hotline = start_hotline(private_asterisk, tmp_path / folder, load(BANK), ports)
        started.append(hotline.instance)
        return hotline

    yield start
    for instance in started:
        instance.stop()


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/exe").exists()


def test_it_comes_up_without_a_complaint_and_goes_without_a_trace(start: Start) -> None:
    hotline = start()
    pid = hotline.instance.pid
    assert pid is not None
    assert hotline.channels() == 0
    assert hotline.instance.complaints() == []
    assert taken(hotline.ports) is not None
    hotline.instance.stop()
    assert not alive(pid)
    assert hotline.instance.pid is None
    assert taken(hotline.ports) is None
    with pytest.raises(CommandFailed, match="cannot be asked 'core show version'"):
        hotline.instance.command("core show version")


def test_two_live_side_by_side_even_in_a_folder_with_a_very_long_path(start: Start) -> None:
    first = start()
    second = start("x" * 60 + "/" + "y" * 60)
    assert first.channels() == second.channels() == 0
    assert first.instance.pid != second.instance.pid
    run = Path(second.instance.places.run)
    assert (run / "asterisk.ctl").exists(), "else each command, and the start itself, looks in vain"
    second.instance.stop()
    assert not run.exists()
    assert first.channels() == 0


@pytest.mark.parametrize(("kind", "name"), [(socket.SOCK_DGRAM, "sip"), (socket.SOCK_STREAM, "ami")])
def test_a_port_in_use_is_said_in_one_line(start: Start, kind: socket.SocketKind, name: str) -> None:
    ports = free_ports()
    port = getattr(ports, name)
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", port))
        if kind is socket.SOCK_STREAM:
            other.listen()
        words = rf"^port {port}/(udp|tcp) of 127.0.0.1 .* cannot be had: Address already in use"
        with pytest.raises(StartFailed, match=words) as failed:
            start(ports=ports)
    assert "\n" not in str(failed.value)


def test_settings_that_asterisk_dies_of_are_said_in_its_own_words(start: Start) -> None:
    hotline = start()
    files = {path.name: path.read_text() for path in hotline.instance.etc.glob("*.conf")}
    with pytest.raises(StartFailed, match="Module initialization failed"):
        hotline.instance.start({**files, "modules.conf": "[modules]\nrequire = app_nothing.so\n"}, hotline.ports)
    assert hotline.instance.pid is None


def test_it_outlives_the_process_that_started_it_and_the_next_one_finds_it(
    start: Start, private_asterisk: Asterisk, tmp_path: Path
) -> None:
    program = (
        "import os, sys; from pathlib import Path; from acd.config.loading import load;"
        "from tests.real import obtained, start_hotline;"
        "start_hotline(obtained(), Path(sys.argv[1]), load(Path(sys.argv[2])));"
        "os.kill(os.getpid(), 9)"
    )
    root = BANK.parents[2]
    died = subprocess.run([sys.executable, "-c", program, str(tmp_path), str(BANK)], cwd=root, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL
    left = Instance(private_asterisk, tmp_path / "asterisk")
    old = left.pid
    assert old is not None
    assert left.command("core show channels count").startswith("0 active")
    again = start()
    eventually(lambda: not alive(old))
    assert again.instance.pid not in {None, old}


def test_its_logs_begin_anew_with_each_start(start: Start) -> None:
    hotline = start()
    written = [hotline.instance.folder / "log" / name for name in ("messages.log", "security.log")]
    for log in written:
        log.write_text("long ago\n")
    start()
    assert not [log for log in written if "long ago" in log.read_text()]


def test_a_rendered_file_names_the_folder_of_modules_of_this_kind_of_machine(private_asterisk: Asterisk) -> None:
    assert str(private_asterisk.modules).endswith(DEBIAN.modules)


def test_a_process_number_that_belongs_to_somebody_else_is_left_alone(
    private_asterisk: Asterisk, tmp_path: Path
) -> None:
    (tmp_path / "asterisk").mkdir()
    (tmp_path / "asterisk" / "asterisk.pid").write_text(str(os.getpid()))
    instance = Instance(private_asterisk, tmp_path / "asterisk")
    assert instance.pid is None
    instance.stop()


def test_one_that_does_not_end_when_asked_is_killed(start: Start) -> None:
    hotline = start()
    pid = hotline.instance.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    hotline.instance.stop(patience=0.5)
    assert not alive(pid)


def test_one_that_was_killed_comes_up_again_at_once(start: Start) -> None:
    hotline = start()
    pid = hotline.instance.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: hotline.instance.pid is None)
    files = {
        str(path.relative_to(hotline.instance.etc)): path.read_text() for path in hotline.instance.etc.rglob("*.conf")
    }
    hotline.instance.start(files, hotline.ports)
    assert hotline.channels() == 0
