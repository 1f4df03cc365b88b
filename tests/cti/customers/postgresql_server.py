"""A real PostgreSQL for one test module, on a free port of loopback, in a folder of its own, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from acd.asterisk.places import free_port

PASSWORD = "of-the-test"


def programs() -> Path:
    """Where PostgreSQL's programs are; Debian keeps them off the PATH. Skips the test where there are none."""
    found = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders += [Path(found).parent] if found else []
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    pytest.skip("no PostgreSQL is installed; on Debian: apt-get install postgresql")


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a database, as its owner reaches it; `folder` must be one that other users may enter."""
    bin_folder, data, port = programs(), folder / "data", free_port()
    (folder / "password").write_text(PASSWORD, "utf-8")
    # PostgreSQL does not run as root.
    whose = None
    if os.geteuid() == 0:
        whose = pwd.getpwnam("nobody").pw_uid
        for path in (folder, folder / "password"):
            os.chown(path, whose, whose)
    make = [bin_folder / "initdb", "-D", data, "-U", "hotline", "-A", "scram-sha-256", "--no-sync"]
    subprocess.run([*make, "--pwfile", folder / "password"], check=True, capture_output=True, user=whose, cwd=folder)
    options = ["-D", data, "-p", str(port), "-k", "", "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([bin_folder / "postgres", *options], stdout=log, stderr=log, user=whose, cwd=folder)
    try:
        _until_ready(bin_folder, port)
        yield f"postgresql://hotline:{PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        process.terminate()
        process.wait(20)


def _until_ready(bin_folder: Path, port: int) -> None:
    for _ in range(200):
        asked = [bin_folder / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        if subprocess.run(asked, check=False).returncode == 0:
            return
        time.sleep(0.05)
    raise AssertionError("PostgreSQL did not come up")
