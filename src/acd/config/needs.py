"""What a lane asks of its agents, as text: `cards`, `cards >= 3`, several joined by `and`.

This file is the whole language; a richer one replaces it. Levels run from 1 to 10, and a skill without a level
means level 1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from acd.core.names import Skill
from acd.core.policy import Need

LOWEST_LEVEL = 1
HIGHEST_LEVEL = 10
RESERVED = frozenset({"and", "or", "not"})
LONGEST_TEXT = 400
_HOW = "write `skill` or `skill >= level`, several joined by `and`"
_WORD = re.compile(r"\s*(?:(?P<name>[a-z][a-z0-9-]{0,31})|(?P<level>[0-9]+)|(?P<at_least>>=)|(?P<odd>\S+))\s*")


@dataclass(frozen=True, slots=True)
class _Word:
    kind: str
    text: str
    at: int
    """Its first character, counted from 1."""


def parse_needs(text: object) -> tuple[Need, ...]:
    """The needs that `text` names; all must hold. Raises `ValueError` that says what is wrong and where."""
    if not isinstance(text, str):
        raise ValueError(f"not a text; {_HOW}")  # noqa: TRY004 - pydantic makes a fault of it.
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"too long; at most {LONGEST_TEXT} characters")
    words = _words(text)
    found: dict[str, Need] = {}
    word = next(words)
    while True:
        if word.kind != "name" or word.text in RESERVED:
            raise _unexpected(word, "a skill")
        skill, level = word.text, LOWEST_LEVEL
        if skill in found:
            raise ValueError(f"{skill} stands twice; once is enough, with the higher level")
        word = next(words)
        if word.kind == "at_least":
            level = _level(next(words), skill)
            word = next(words)
        found[skill] = Need(Skill(skill), level)
        if word.kind == "end":
            return tuple(found.values())
        if word.text != "and":
            raise _unexpected(word, "`and`" if level > LOWEST_LEVEL else "`>=` or `and`")
        word = next(words)


def _level(word: _Word, skill: str) -> int:
    if word.kind != "level":
        raise _unexpected(word, "a level")
    if not LOWEST_LEVEL <= int(word.text) <= HIGHEST_LEVEL:
        allowed = f"levels are {LOWEST_LEVEL} to {HIGHEST_LEVEL}"
        raise ValueError(f"level {word.text[:20]} of {skill} does not exist; {allowed}")
    return int(word.text)


def _words(text: str) -> Iterator[_Word]:
    """The words of `text`, and then the end for ever."""
    for match in _WORD.finditer(text):
        kind = str(match.lastgroup)
        yield _Word(kind, match[kind], match.start(kind) + 1)
    while True:
        yield _Word("end", "", len(text) + 1)


def _unexpected(word: _Word, wanted: str) -> ValueError:
    what = "it ends" if word.kind == "end" else f"`{word.text[:40]}` stands"
    return ValueError(f"{what} at character {word.at} where {wanted} should be; {_HOW}")
