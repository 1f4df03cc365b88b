"""A process is gone when it has let go of its ports, and not before."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from acd.asterisk.processes import end

HOLDS_A_PORT = """
import signal, socket, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN if sys.argv[1] == "deaf" else signal.SIG_DFL)
memory = bytearray(300_000_000)  # so that it takes a moment to die
memory[::4096] = bytes(len(memory[::4096]))
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
time.sleep(60)
"""


@pytest.fixture(params=["willing", "deaf"])
def holder(request: pytest.FixtureRequest) -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen([sys.executable, "-c", HOLDS_A_PORT, request.param], stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_its_port_is_free_when_it_has_ended(holder: "subprocess.Popen[bytes]") -> None:
    assert holder.stdout is not None
    port = int(holder.stdout.readline())
    end(holder.pid, signal.SIGTERM, signal.SIGKILL, patience=0.5)
    with socket.create_server(("127.0.0.1", port)):
        assert holder.wait() in {-signal.SIGTERM, -signal.SIGKILL}


def test_one_that_is_gone_already_is_no_trouble() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
        end(process.pid, signal.SIGTERM, patience=0.1)
