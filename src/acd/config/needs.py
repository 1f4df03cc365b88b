"""What a lane asks of its agents, as text: `cards`, `cards >= 3`, several joined by `and`.

This file is the whole language; a richer one replaces it. Levels run from 1 to 10, and a skill without a
level means level 1.
"""

import re

from acd.core.names import Skill
from acd.core.policy import Need

LOWEST_LEVEL = 1
HIGHEST_LEVEL = 10
RESERVED = frozenset({"and", "or", "not"})
LONGEST_TEXT = 400
_HOW = "write `skill` or `skill >= level`, several joined by `and`"
_TERM = re.compile(r"\s*([a-z][a-z0-9-]{0,31})(?:\s*>=\s*([0-9]{1,3}))?\s*")


def parse_needs(text: object) -> tuple[Need, ...]:
    """The needs that `text` names; all must hold. Raises `ValueError` that says what is wrong and where."""
    if not isinstance(text, str):
        raise ValueError(f"not a text; {_HOW}")  # noqa: TRY004 - pydantic makes a fault of it.
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"too long; at most {LONGEST_TEXT} characters")
    found: dict[str, Need] = {}
    start = 0
    for part in re.split(r"\band\b(?!-)", text):
        need = _need(part, start + len(part) - len(part.lstrip()) + 1)
        if need.skill in found:
            raise ValueError(f"{need.skill} stands twice; once is enough, with the higher level")
        found[need.skill] = need
        start += len(part) + len("and")
    return tuple(found.values())


def _need(part: str, character: int) -> Need:
    match = _TERM.fullmatch(part)
    if not match:
        raise ValueError(f"cannot be read at character {character}; {_HOW}")
    skill, level = match[1], int(match[2] or LOWEST_LEVEL)
    if skill in RESERVED:
        raise ValueError(f"`{skill}` at character {character} is no skill; {_HOW}")
    if not LOWEST_LEVEL <= level <= HIGHEST_LEVEL:
        raise ValueError(
            f"level {level} of {skill} does not exist; levels are {LOWEST_LEVEL} to {HIGHEST_LEVEL}"
        )
    return Need(Skill(skill), level)
