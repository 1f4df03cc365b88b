"""A core killed at any moment has lost nothing that it had called durable."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from acd.journal import SqliteJournal

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(300)
def test_twenty_killed_cores_have_lost_nothing_that_was_durable(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    moments = random.Random(20)
    durable: list[str] = []
    for life in range(20):
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.journal.appender", str(path), str(life)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        heard = [child.stdout.readline() for _ in range(moments.randint(1, 300))]
        child.kill()
        heard += child.stdout.readlines()
        child.stdout.close()
        assert child.wait() == -9
        said = [line.rstrip("\n") for line in heard if line.endswith("\n")]
        assert said
        durable += said

        journal = SqliteJournal(path)
        lines = list(journal.inputs(0))
        journal.close()
        written = [json.loads(each.record.body)["call"] for each in lines]
        assert set(durable) <= set(written)
        assert len(written) == len(set(written))
        assert [each.seq for each in lines] == list(range(1, len(lines) + 1))
