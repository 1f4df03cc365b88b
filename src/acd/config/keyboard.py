"""Signs in a settings file that look right and are not: tabs, and the full-width signs of a keyboard for Chinese.

What callers hear may have full-width signs, and mostly does. So one is looked for only where the file is at fault, and
told only where YAML or a value would have another sign in its place.
"""

import re
from collections.abc import Iterator

from acd.core.language.words import wide_sign

LONGEST_LINE = 1_000
"""Characters of a line that somebody has written himself; in a longer one nothing is looked for, as that takes long."""

_TAB = re.compile(r"^[ -]*(\t)")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_MISPLACED = (
    re.compile("^[ -]*(\u3000)"),
    # A colon behind a key.
    re.compile(r"(?:^|[{,，])[ -]*[\"“]?[A-Za-z0-9_+.-]+[\"”]?[ ]*(：)"),
    # A comma between two entries, of which the next begins with a key or is the next value of a list.
    re.compile(r"(?<=[A-Za-z0-9_\"'”\]}%％])[ ]*(，)[ ]*[\"“]?[A-Za-z0-9_.-]+[\"”]?[ ]*[:：,，\]］}｝]"),
    re.compile(r"[:：\[,，][ ]*([｛［])"),
    re.compile(r"([｝］])[ ]*(?:$|[,，}\]｝］])"),
)


def misplaced_sign(text: str, first: int, last: int) -> tuple[int, int, str] | None:
    """The last tab or full-width sign in the lines `first` to `last` of a text that is not YAML, counted from 1.

    As line, column and message; None when no such sign is out of place there.
    """
    lines = text.split("\n")
    for number in range(min(last, len(lines)), max(first, 1) - 1, -1):
        line = lines[number - 1]
        if tab := _TAB.match(line):
            return number, tab.start(1) + 1, "a tab stands here; YAML takes spaces alone"
        found = min(_signs(line), default=None)
        if found is not None:
            return number, found[0] + 1, instead_of(found[1])
    return None


def instead_of(text: str) -> str:
    """What to write for the first full-width sign of `text`; empty without one."""
    found = wide_sign(text)
    if found is None:
        return ""
    # A key and its value are told apart by the colon and the space together.
    return found[1] + (" and a space behind it" if text[found[0] - 1] == "：" else "")


def _signs(line: str) -> Iterator[tuple[int, str]]:
    if len(line) > LONGEST_LINE:
        return
    bare = _QUOTED.sub(lambda quoted: "x" * len(quoted[0]), line.partition(" #")[0])
    for pattern in _MISPLACED:
        for found in pattern.finditer(bare):
            yield found.start(1), found[1]
