"""`hotline check`: everything that is wrong with the settings, at once, and the first fault of the customer file."""

from pathlib import Path

from acd.app import console
from acd.app.customers import directory_of
from acd.config import ConfigRefused, load

CLEAN, WARNINGS, ERRORS = 0, 1, 2


def run(path: Path) -> int:
    """Print the faults and return the exit code. Raises `DirectoryFault`."""
    try:
        config = load(path)
    except ConfigRefused as refused:
        for fault in refused.faults:
            console.refuse(str(fault))
        return ERRORS
    customers = directory_of(config)
    for warning in config.warnings:
        console.say(f"warning: {warning}")
    console.say(
        f"{path}: {len(config.lanes)} lanes, {len(config.agents)} agents, {len(customers)} customers, "
        f"version {config.version}"
    )
    return WARNINGS if config.warnings else CLEAN
