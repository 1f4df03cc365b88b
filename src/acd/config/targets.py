"""Where a caller goes from a step of a menu, as an operator writes it.

    lane cards            he is to wait in this lane, and goes on with the next step; `cards` alone says the same
    menu card-menu        he goes on with the first step of another menu
    next                  he goes on with the next step
    person                he waits for a person at once, in the lane chosen so far, else in the default lane
    repeat                he hears the question again
    back                  he goes back to the question before this one
    message               he may leave a message for the lane chosen so far
    callback              he will be called back by the lane chosen so far
    number +862155555555  he is connected to a number outside, one of `overflow_numbers`
    say closed            he hears the announcement `closed`, and the call ends
    hang-up               the call ends

A lane whose name is one of these words can be reached by `lane message`, never by its name alone.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from acd.config.faults import suggestion
from acd.config.fields import ANNOUNCEMENT_PATTERN, NAME_PATTERN, NUMBER_PATTERN

LONGEST_TEXT = 80


class TargetKind(StrEnum):
    """The ways on from a step."""

    LANE = "lane"
    MENU = "menu"
    NEXT = "next"
    PERSON = "person"
    REPEAT = "repeat"
    BACK = "back"
    MESSAGE = "message"
    CALLBACK = "callback"
    NUMBER = "number"
    SAY = "say"
    HANG_UP = "hang-up"


LAST = frozenset(
    {
        TargetKind.PERSON,
        TargetKind.MESSAGE,
        TargetKind.CALLBACK,
        TargetKind.NUMBER,
        TargetKind.SAY,
        TargetKind.HANG_UP,
    }
)
"""Ways that end the menu."""


@dataclass(frozen=True, slots=True)
class Target:
    """One way on; `to` is the lane, the menu, the announcement or the number, and empty for the other kinds."""

    kind: TargetKind
    to: str = ""

    def __str__(self) -> str:
        """As an operator writes it."""
        return f"{self.kind} {self.to}" if self.to else str(self.kind)


NEXT = Target(TargetKind.NEXT)
PERSON = Target(TargetKind.PERSON)
REPEAT = Target(TargetKind.REPEAT)
BACK = Target(TargetKind.BACK)

_TO = {
    TargetKind.LANE: (NAME_PATTERN, "a lane", "lane cards"),
    TargetKind.MENU: (NAME_PATTERN, "a menu", "menu card-menu"),
    TargetKind.SAY: (ANNOUNCEMENT_PATTERN, "an announcement", "say closed"),
    TargetKind.NUMBER: (NUMBER_PATTERN, "a telephone number", "number +862155555555"),
}
_ALONE = tuple(kind for kind in TargetKind if kind not in _TO)
_HOW = f"write lane NAME, menu NAME, say ANNOUNCEMENT, number DIGITS, or one of {', '.join(_ALONE)}"
_WRITTEN = (
    "|".join(_ALONE),
    f"(lane +)?{NAME_PATTERN[1:-1]}",
    f"menu +{NAME_PATTERN[1:-1]}",
    f"say +{ANNOUNCEMENT_PATTERN[1:-1]}",
    f"number +{NUMBER_PATTERN[1:-1]}",
)
TARGET_PATTERN = f"^({'|'.join(_WRITTEN)})$"


def parse_target(value: object) -> Target:
    """The way on that `value` names. Raises `ValueError` that says what is wrong and what is allowed."""
    if isinstance(value, Target):
        return value
    words = value.split() if isinstance(value, str) and len(value) <= LONGEST_TEXT else []
    if not words:
        raise ValueError(f"does not say where callers go; {_HOW}")
    if words[0] not in tuple(TargetKind):
        if len(words) > 1 or not re.fullmatch(NAME_PATTERN[1:-1], words[0]):
            raise ValueError(f"`{words[0][:40]}` leads nowhere{suggestion(words[0], TargetKind)}; {_HOW}")
        return Target(TargetKind.LANE, words[0])
    kind = TargetKind(words[0])
    if kind not in _TO:
        if len(words) > 1:
            raise ValueError(f"nothing may follow {kind}; {_HOW}")
        return Target(kind)
    pattern, what, example = _TO[kind]
    if len(words) != 2 or not re.fullmatch(pattern[1:-1], words[1]):
        raise ValueError(f"{kind} is followed by {what}, for example {example}")
    return Target(kind, words[1])


TargetText: TypeAlias = Annotated[
    Target,
    BeforeValidator(parse_target),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": TARGET_PATTERN, "examples": ["cards", "menu card-menu", "say closed", "person"]}
    ),
]
