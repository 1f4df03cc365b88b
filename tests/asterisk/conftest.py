"""Every test of the manager link runs on both event loops that the hotline may run on."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import uvloop

from acd.asterisk.obtain import Asterisk
from tests.real import obtained


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The standard loop and the fast one."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def private_asterisk() -> Asterisk:
    """An Asterisk to start: made once, kept in the cache folder."""
    return obtained()


@pytest.fixture
def recorded() -> bytes:
    """The first hundred blocks of a stream that a real Asterisk 22 sent, with the greeting."""
    return (Path(__file__).parent / "data" / "two_calls.bin").read_bytes()
