"""What changes from one version of the settings to another, and for whom, in plain words and in numbers.

    for difference in differences(load("old.yaml"), load("new.yaml")): ...

Pure comparison, sorted the same way each time. Two versions that mean the same have no differences, however they are
written; two whose versions differ always have one.
"""

from acd.config.differences.agents import agent_differences
from acd.config.differences.difference import Difference, Kind, Movement
from acd.config.differences.hours import calendar_differences, shift_differences
from acd.config.differences.lanes import lane_differences
from acd.config.differences.plain import plain_differences
from acd.config.differences.reserves import reserve_differences
from acd.config.differences.two import Two
from acd.config.model import HotlineConfig

__all__ = ["Difference", "Kind", "Movement", "differences"]


def differences(old: HotlineConfig, new: HotlineConfig) -> tuple[Difference, ...]:
    """Everything that differs: lanes, agents, reserves, hours, then all other sections in the order of their names."""
    two = Two.of(old, new)
    found = [
        *lane_differences(two),
        *agent_differences(two),
        *reserve_differences(two),
        *calendar_differences(two),
        *shift_differences(two),
        *plain_differences(old, new),
    ]
    if not found and old.version != new.version:
        # Nothing that is known to be written in settings ends here; it is better said badly than not at all.
        found.append(Difference("settings", "version", Kind.CHANGED, "mean something else", old.version, new.version))
    return tuple(found)
