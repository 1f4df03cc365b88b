"""The language's own words, and the signs with which it compares."""

import operator
from collections.abc import Callable
from enum import IntEnum, StrEnum
from typing import Final


class Compare(StrEnum):
    """How a comparison compares; the value is how it is written."""

    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"
    EQUAL = "=="
    UNEQUAL = "!="

    @property
    def test(self) -> Callable[[float, float], bool]:
        """The comparison itself, to be called with what is and with what is asked for."""
        return _TESTS[self]

    @property
    def opposite(self) -> "Compare":
        """What holds exactly when this does not."""
        return _OPPOSITES[self]


_TESTS: Final[dict[Compare, Callable[[float, float], bool]]] = {
    Compare.AT_LEAST: operator.ge,
    Compare.MORE_THAN: operator.gt,
    Compare.AT_MOST: operator.le,
    Compare.LESS_THAN: operator.lt,
    Compare.EQUAL: operator.eq,
    Compare.UNEQUAL: operator.ne,
}
_OPPOSITES: Final = {
    Compare.AT_LEAST: Compare.LESS_THAN,
    Compare.MORE_THAN: Compare.AT_MOST,
    Compare.AT_MOST: Compare.MORE_THAN,
    Compare.LESS_THAN: Compare.AT_LEAST,
    Compare.EQUAL: Compare.UNEQUAL,
    Compare.UNEQUAL: Compare.EQUAL,
}


class CallFact(StrEnum):
    """What a caller is known by; the value is how it is written."""

    LANGUAGE = "language"
    TIER = "tier"
    DIALLED = "dialled"


class LaneMeasure(StrEnum):
    """What can be measured of a lane; the value is how it is written."""

    WAITING = "waiting"
    LONGEST_WAIT = "longest_wait"
    SERVICE_LEVEL = "service_level"
    BUDGET_BURNED = "budget_burned"
    ESTIMATED_WAIT = "estimated_wait"


class AgentCount(StrEnum):
    """Which agents can be counted; the value is how it is written."""

    IDLE = "idle"
    STAFFED = "staffed"


class Weekday(IntEnum):
    """The days of the week, Monday 0; each is written by its name here, in small letters."""

    MON = 0
    TUE = 1
    WED = 2
    THU = 3
    FRI = 4
    SAT = 5
    SUN = 6


JOINING: Final = frozenset({"and", "or", "not", "in"})
ABOUT_A_CALL: Final = (*CallFact, "verified", "menu")
ABOUT_THE_FLOOR: Final = (*LaneMeasure, *AgentCount, "time", "day", "open", "closes_in")
WITH_ARGUMENT: Final = frozenset({*LaneMeasure, *AgentCount, "open", "closes_in"})
"""What is followed by a parenthesis."""
RESERVED: Final = frozenset(str(word) for word in (*JOINING, *ABOUT_A_CALL, *ABOUT_THE_FLOOR))
"""All of them; a skill may not be called by one."""
