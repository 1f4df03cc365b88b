"""How hard the properties are tried: a little in every run, much in the night (HOTLINE_TESTS=nightly)."""

import os

from hypothesis import HealthCheck, settings

EXAMPLES = 2_000 if os.environ.get("HOTLINE_TESTS") == "nightly" else 60

EFFORT = settings(max_examples=EXAMPLES, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck))
