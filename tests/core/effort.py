"""How hard the properties are tried: a little and always the same in every run, much and anew in the night.

HOTLINE_TESTS=nightly chooses the night. A normal run shows a failing history as it was found, for to shorten it may
take minutes; HOTLINE_TESTS=shorten looks for the shortest. A failure found is worth an example test.
"""

import os

from hypothesis import HealthCheck, Phase, settings

HOW = os.environ.get("HOTLINE_TESTS", "")
NIGHTLY = HOW == "nightly"
_PHASES = (Phase.explicit, Phase.generate, *((Phase.shrink,) if HOW else ()))


def effort(examples: int, moves: int = 30) -> settings:
    """So many histories in a normal run, and many more in the night."""
    return settings(
        max_examples=40 * examples if NIGHTLY else examples,
        stateful_step_count=moves,
        derandomize=not NIGHTLY,
        phases=_PHASES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


EFFORT = effort(120)
