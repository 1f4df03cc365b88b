"""A hotline may open as many files as the system lets it."""

import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
from acd.app.open_files import allow_many
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[2])))
allow_many()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "then"),
    [(256, 1024, (1024, 1024)), (512, 512, (512, 512))],
    ids=["as far as the hard limit", "no further than allowed"],
)
def test_the_limit_is_raised_as_far_as_it_may(soft: int, hard: int, then: tuple[int, int]) -> None:
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(soft), str(hard)], capture_output=True, text=True, check=True
    ).stdout
    assert tuple(map(int, said.split())) == then
