"""What all tests share."""

import gc
import os

import pytest

from acd.asterisk import places


def pytest_configure(config: pytest.Config) -> None:
    """Give each worker its own part of the ports, for one may choose a port that another has not taken yet."""
    many = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    this = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    share = (places.LAST_OWN_PORT - places.FIRST_OWN_PORT + 1) // many
    places.FIRST_OWN_PORT += this * share
    places.LAST_OWN_PORT = places.FIRST_OWN_PORT + share - 1


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let no test stand still while Python looks through all that was collected, as a core does not either."""
    gc.collect()
    gc.freeze()
