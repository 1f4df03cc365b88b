"""How often the chaos tests are run, at which moments, and what they measured."""

import os
import random
import statistics

import pytest

from tests.chaos.watching import FIGURES

ROUNDS = int(os.environ.get("HOTLINE_CHAOS_ROUNDS", "2"))


def first_seed() -> int:
    """The seed that was asked for, or one by chance, on which all processes of one run agree."""
    if asked_for := os.environ.get("HOTLINE_CHAOS_SEED"):
        return int(asked_for)
    shared = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    return (random.SystemRandom().getrandbits(64) if shared is None else int(shared, 16)) % 1_000_000


FIRST_SEED = first_seed()
"""The random moments follow from this; each round takes the next one."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `seed` is run in all rounds, one that asks for `few_seed` in a fifth of them."""
    for name, rounds in (("seed", ROUNDS), ("few_seed", max(1, ROUNDS // 5))):
        if name in metafunc.fixturenames:
            seeds = range(FIRST_SEED, FIRST_SEED + rounds)
            metafunc.parametrize(name, seeds, ids=[f"seed={seed}" for seed in seeds])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not FIGURES:
        return
    terminalreporter.section(f"what chaos cost (HOTLINE_CHAOS_SEED={FIRST_SEED})")
    for name, values in sorted(FIGURES.items()):
        middle = statistics.median(values)
        terminalreporter.line(f"{name}: median {middle:.2f} s, longest {max(values):.2f} s, of {len(values)}")
