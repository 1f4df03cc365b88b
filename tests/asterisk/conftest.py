"""What the tests of Asterisk's side share. Those that wait for something run on both event loops."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import uvloop

from acd.asterisk.obtain import Asterisk
from tests.real import obtained


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The standard loop and the fast one; the hotline may run on either."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def private_asterisk() -> Asterisk:
    """An Asterisk to start: made once, kept in the cache folder."""
    return obtained()


@pytest.fixture(scope="session")
def example_bank() -> Path:
    return Path(__file__).parents[2] / "examples" / "bank" / "hotline.yaml"


@pytest.fixture
def recorded() -> bytes:
    """The first hundred blocks of a stream that a real Asterisk 22 sent, with the greeting."""
    return (Path(__file__).parent / "data" / "two_calls.bin").read_bytes()
