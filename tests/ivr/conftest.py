"""What the tests of the menus on a real Asterisk share."""

import pytest

from acd.asterisk.obtain import Asterisk
from tests.real import obtained


@pytest.fixture(scope="session")
def private_asterisk() -> Asterisk:
    """An Asterisk to start: made once, kept in the cache folder."""
    return obtained()
