"""What the tests on a real Asterisk share."""

from pathlib import Path

import pytest

from acd.asterisk.obtain import Asterisk
from tests.real import obtained


@pytest.fixture(scope="session")
def private_asterisk() -> Asterisk:
    """An Asterisk to start: made once, kept in the cache folder."""
    return obtained()


@pytest.fixture(scope="session")
def example_bank() -> Path:
    return Path(__file__).parents[2] / "examples" / "bank" / "hotline.yaml"
