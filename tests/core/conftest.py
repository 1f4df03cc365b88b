"""How hard the properties are tried: a little in every run, much in the night (HYPOTHESIS_PROFILE=nightly)."""

import os

from hypothesis import HealthCheck, settings

_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}

settings.register_profile("default", max_examples=60, stateful_step_count=50, **_COMMON)  # type: ignore[arg-type]
settings.register_profile(
    "nightly", max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "3000")), stateful_step_count=150, **_COMMON
)  # type: ignore[arg-type]
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
