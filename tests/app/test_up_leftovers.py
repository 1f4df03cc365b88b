"""What a killed supervisor left behind is gone, with its ports, when the next one looks at them."""

import json
import socket
import subprocess
import sys
from pathlib import Path

from acd.app import run_file
from acd.app.up import _end_leftovers

HOLDS_A_PORT = """
import socket, sys, time
memory = bytearray(300_000_000)  # so that it takes a moment to die
memory[::4096] = bytes(len(memory[::4096]))
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
time.sleep(10)
"""


def test_a_core_that_was_left_over_has_let_go_of_its_port(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDS_A_PORT, "acd.cli"], stdout=subprocess.PIPE) as core:
        assert core.stdout is not None
        port = int(core.stdout.readline())
        (tmp_path / run_file.FILE).write_text(json.dumps({"version": 1, "pids": {"up": None, "core": core.pid}}))
        _end_leftovers(tmp_path)
        with socket.create_server(("127.0.0.1", port)):
            assert core.wait() < 0
        assert not (tmp_path / run_file.FILE).exists()


def test_a_process_of_the_same_number_that_is_none_of_ours_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (tmp_path / run_file.FILE).write_text(json.dumps({"version": 1, "pids": {"up": None, "core": stranger.pid}}))
        _end_leftovers(tmp_path)
        assert stranger.poll() is None
        stranger.kill()
