"""How hard the properties are tried: a little and always the same in every run, much and anew in the night.

HOTLINE_TESTS=nightly chooses the night. A failure found there is worth an example test.
"""

import os

from hypothesis import HealthCheck, settings

NIGHTLY = os.environ.get("HOTLINE_TESTS") == "nightly"

EFFORT = settings(
    max_examples=3_000 if NIGHTLY else 120,
    stateful_step_count=50,
    derandomize=not NIGHTLY,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
