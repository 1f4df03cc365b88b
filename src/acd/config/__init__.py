"""The operator's settings: one YAML file, validated as a whole into a frozen value.

    config = load("hotline.yaml")      # or ConfigRefused with every fault, each with its line and column
    router = Router(config.policy())

Rules: every fault is reported at once, as `file:line:column: path: what is wrong, what is allowed`; a hostile
file is refused quickly and in little memory. Nothing here reads secrets, opens connections or starts
anything.
"""

from acd.config.faults import ConfigRefused, Fault
from acd.config.loading import load, loads
from acd.config.model import HotlineConfig, schema

__all__ = ["ConfigRefused", "Fault", "HotlineConfig", "load", "loads", "schema"]
