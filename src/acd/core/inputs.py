"""Everything that may enter the router. What is journaled is a row of these with the time each was taken."""

from dataclasses import dataclass
from typing import TypeAlias

from acd.core.policy import Policy
from acd.core.requests import Request
from acd.core.switch_events import SwitchEvent, SwitchSurveyed


@dataclass(frozen=True, slots=True)
class CoreStarted:
    """A process took over. `epoch` rises with every start, so that no offer's number is ever given twice."""

    epoch: int


@dataclass(frozen=True, slots=True)
class PolicyLoaded:
    """The operator's rules from now on."""

    policy: Policy


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Nothing happened, but something fell due."""


QUIET = (SwitchSurveyed, TimePassed)
"""Inputs that come round by themselves. One of which nothing comes leaves no trace in the memory, so that it need not
be written down; else the journal would fill with surveys of callers who all wait where they waited before."""

Input: TypeAlias = SwitchEvent | Request | CoreStarted | PolicyLoaded | TimePassed
