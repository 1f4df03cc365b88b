"""What the tests on a real Asterisk share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from acd.asterisk.obtain import Asterisk
from acd.config.loading import load
from tests.real import ControlLink, RealHotline, obtained, start_hotline


@pytest.fixture(scope="session")
def private_asterisk() -> Asterisk:
    """An Asterisk to start: made once, kept in the cache folder."""
    return obtained()


@pytest.fixture(scope="session")
def example_bank() -> Path:
    return Path(__file__).parents[2] / "examples" / "bank" / "hotline.yaml"


@pytest.fixture(scope="module")
def hotline(
    private_asterisk: Asterisk, example_bank: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealHotline]:
    """The example bank's Asterisk without a core, for all tests of a file; another bank is a file's own."""
    running = start_hotline(private_asterisk, tmp_path_factory.mktemp("hotline"), load(example_bank))
    yield running
    running.instance.stop()


@pytest.fixture
def link(hotline: RealHotline) -> Iterator[ControlLink]:
    """A control link to it, once the calls of the test before are gone; that nothing is left of them is a promise."""
    hotline.until_quiet()
    with ControlLink(hotline) as link:
        yield link
