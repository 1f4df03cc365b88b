"""The words of an expression, and what a fault in one looks like.

A text is cut into words once, from left to right, with nothing remembered between them. Texts come from a file that
anybody may have written, so everything is bounded: the text, the count of its words, and how deep they nest.
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from acd.core.language.terms import JOINING

LONGEST_TEXT = 400
MOST_WORDS = 60
"""Signs and parentheses count as words, too."""
DEEPEST = 20
"""Each `not` and each parenthesis is one deeper."""


class ExpressionFault(ValueError):
    """A text is no expression."""

    def __init__(self, at: int, message: str) -> None:
        """`message` says what is wrong, then what is allowed; `at` is the first character concerned, from 1."""
        super().__init__(f"character {at}: {message}")
        self.at = at
        self.message = message


class Kind(Enum):
    """What sort of word it is."""

    NAME = "name"
    VALUE = "value"
    """Whatever begins with a digit: 3, 45s, 85%, 18:00, 09:00-17:30."""
    QUOTED = "quoted"
    SIGN = "sign"
    ODD = "odd"
    """Nothing that this language knows."""
    END = "end"


@dataclass(frozen=True, slots=True)
class Word:
    """One word, as it stands in the text; what was quoted stands without its quotes."""

    kind: Kind
    text: str
    at: int
    """Its first character, from 1."""

    def is_one_of(self, *texts: str) -> bool:
        """Whether it is one of the language's own words or signs `texts`."""
        return self.kind in (Kind.NAME, Kind.SIGN) and self.text in texts


_WORD = re.compile(
    r"""(?P<name>[^\W0-9][\w.-]*)
      | (?P<value>[0-9][\w.:-]*(?:\ ?%)?)
      | "(?P<quoted>[^"]*)" | '(?P<single>[^']*)'
      | (?P<slip>=>|=<|<>|&+|\|+)
      | (?P<sign>>=|<=|==|!=|[<>()])
      | (?P<odd>\S)""",
    re.VERBOSE,
)
_KINDS: Final = {"single": Kind.QUOTED, "slip": Kind.ODD} | {kind.value: kind for kind in Kind}
_MEANT: Final = {
    "=": "==",
    "=>": ">=",
    "=<": "<=",
    "<>": "!=",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "&": "and",
    "&&": "and",
    "|": "or",
    "||": "or",
    "!": "not",
    ",": "and",
    "+": "and",
}
"""What people of other languages write, and what it is called here."""


_WIDE: Final = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    "\u201c": '"',
    "\u201d": '"',
    "\u2018": "'",
    "\u2019": "'",
    "\u3001": ",",
    "\u3002": ".",
    "\u3000": " ",
}
"""What a keyboard for Chinese types in place of the signs, digits and letters that the settings are made of."""
_ANY_WIDE: Final = re.compile(f"[{''.join(_WIDE)}]")


def wide_sign(text: str) -> tuple[int, str] | None:
    """Where the first full-width sign of `text` is, from 1, and what to write instead; None without one."""
    found = _ANY_WIDE.search(text)
    if found is None:
        return None
    if found[0] == "\u3000":
        return found.start() + 1, "a full-width space stands here; write a plain one"
    return found.start() + 1, f"`{found[0]}` is a full-width sign; write `{_WIDE[found[0]]}`"


class Words:
    """The words of one text, taken one after the other; after the last comes the end, for ever."""

    def __init__(self, text: str) -> None:
        """Raises ExpressionFault when `text` is too long, has too many words, or signs of another keyboard."""
        if len(text) > LONGEST_TEXT:
            raise ExpressionFault(LONGEST_TEXT + 1, f"too long; at most {LONGEST_TEXT} characters")
        self._words = [_word(found) for found in _WORD.finditer(text)]
        for word in self._words:
            if word.kind is not Kind.QUOTED and (wide := wide_sign(word.text)):
                raise ExpressionFault(word.at + wide[0] - 1, wide[1])
        if len(self._words) > MOST_WORDS:
            raise ExpressionFault(self._words[MOST_WORDS].at, f"too many words; at most {MOST_WORDS}")
        self._words.append(Word(Kind.END, "", len(text) + 1))
        self._next = 0
        self._depth = 0

    @property
    def ahead(self) -> Word:
        """The next word, which stays."""
        return self._words[self._next]

    def take(self) -> Word:
        """The next word, which is used up."""
        word = self.ahead
        if word.kind is not Kind.END:
            self._next += 1
        return word

    def took(self, text: str) -> bool:
        """Use up the next word if it is the language's own word or sign `text`."""
        if not self.ahead.is_one_of(text):
            return False
        self.take()
        return True

    def expect(self, text: str, wanted: str = "") -> None:
        """Use up `text`. Raises ExpressionFault when something else stands there; `wanted` describes it better."""
        if not self.took(text):
            raise unexpected(self.ahead, wanted or f"`{text}`")

    def deeper(self) -> None:
        """Something is nested from here on. Raises ExpressionFault when that is too deep."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionFault(self.ahead.at, f"nested too deeply; at most {DEEPEST} deep")

    def shallower(self) -> None:
        """The nested part has ended."""
        self._depth -= 1


def _word(found: re.Match[str]) -> Word:
    group = str(found.lastgroup)
    kind = _KINDS[group]
    return Word(kind, found[group], found.start(group) + (0 if kind is Kind.QUOTED else 1))


def unexpected(word: Word, wanted: str) -> ExpressionFault:
    """The fault that `word` stands where `wanted` should be."""
    if word.kind is Kind.END:
        return ExpressionFault(word.at, f"it ends where {wanted} should be")
    if word.kind is Kind.ODD and word.text in ("'", '"'):
        return ExpressionFault(word.at, "a quote is opened and never closed")
    joined = word.text.lower() if word.kind is Kind.NAME and word.text.lower() in JOINING else word.text
    meant = _MEANT.get(word.text) or (joined if joined != word.text else "")
    hint = f"; write `{meant}`" if meant else ""
    return ExpressionFault(word.at, f"{shown(word)} stands where {wanted} should be{hint}")


def shown(word: Word) -> str:
    """A word as a message shows it."""
    return quoted(word.text) if word.kind is Kind.QUOTED else f"`{printable(word.text)}`"


def quoted(text: str) -> str:
    """A text from outside as a message shows it: in quotes, bounded and printable."""
    return f'"{printable(text)}"'


def printable(text: str, most: int = 40) -> str:
    """`text` with everything that is not printable escaped, cut to `most` characters."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in cut)


def suggestion(wrong: str, allowed: Iterable[str]) -> str:
    """` (did you mean …?)` when one of `allowed` looks like `wrong`, else nothing."""
    near = difflib.get_close_matches(wrong[:64], list(allowed)[:2000], n=1, cutoff=0.6)
    return f" (did you mean {near[0]}?)" if near else ""


def listed(names: Iterable[str], most: int = 12) -> str:
    """`known are …`, in order, cut after `most`; `none are known` for no names."""
    known = list(names)
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return f"known are {', '.join(printable(name) for name in known[:most])}{more}" if known else "none are known"
