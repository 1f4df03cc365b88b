"""Which names an expression may use, and what is said of a name that nobody knows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from acd.core.language.terms import RESERVED
from acd.core.language.words import ExpressionFault, Kind, Word, listed, quoted, suggestion, unexpected

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_LONGEST_VALUE = 64


class Names(StrEnum):
    """The kinds of names, as messages call them."""

    SKILL = "skill"
    LANE = "lane"
    LANGUAGE = "language"
    TIER = "tier"
    NUMBER = "dialled number"
    MENU = "menu"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of one hotline. A name that stands in none of these is a fault, also where nothing is known at all."""

    skills: tuple[str, ...]
    lanes: tuple[str, ...]
    languages: tuple[str, ...]
    tiers: tuple[str, ...]
    numbers: tuple[str, ...]
    """The numbers that callers dial."""
    menus: Mapping[str, tuple[str, ...]]
    """The keys that each menu knows."""
    calendars: tuple[str, ...]
    about_a_call: bool = True
    """Whether there is a call that the expression may ask about."""

    def of(self, kind: Names) -> tuple[str, ...]:
        """All names of one kind."""
        return {
            Names.SKILL: self.skills,
            Names.LANE: self.lanes,
            Names.LANGUAGE: self.languages,
            Names.TIER: self.tiers,
            Names.NUMBER: self.numbers,
            Names.MENU: tuple(self.menus),
            Names.CALENDAR: self.calendars,
        }[kind]


def name_of(word: Word, kind: Names, vocabulary: Vocabulary | None) -> str:
    """The name in `word`. Raises ExpressionFault when the vocabulary, if there is one, does not know it."""
    if word.kind is not Kind.NAME:
        raise unexpected(word, f"a {kind}")
    if vocabulary:
        return known(word, kind, vocabulary.of(kind))
    if not _NAME.fullmatch(word.text):
        raise ExpressionFault(word.at, f"{quoted(word.text)} cannot be the name of a {kind}")
    return word.text


def value_of(word: Word, kind: str, example: str) -> str:
    """What a fact of a call is compared with: a bare name, or anything in quotes, as in `example`.

    Raises ExpressionFault; whether anybody knows the value is not looked at.
    """
    if word.kind is Kind.VALUE or (word.kind is Kind.ODD and word.text in ("*", "#", "+")):
        raise ExpressionFault(word.at, f"{quoted(word.text)} stands without its quotes; write it as in {example}")
    if word.kind not in (Kind.NAME, Kind.QUOTED):
        raise unexpected(word, f"a {kind}")
    if word.is_one_of(*RESERVED):
        raise ExpressionFault(word.at, f"{word.text} is a word of the language; in quotes it may be a {kind}")
    if not 0 < len(word.text) <= _LONGEST_VALUE or not word.text.isprintable():
        raise ExpressionFault(word.at, f"{quoted(word.text)} cannot be a {kind}; write it as in {example}")
    return word.text


def known(word: Word, kind: str, names: tuple[str, ...]) -> str:
    """The text of `word`. Raises ExpressionFault when it is none of `names`."""
    if word.text not in names:
        what = f"there is no {kind} {quoted(word.text)}{suggestion(word.text, names)}"
        # A tier is that of a VIP class, or one that customers have and the settings name.
        more = "; name it in `tiers` if customers have it" if kind == Names.TIER else ""
        raise ExpressionFault(word.at, f"{what}; {listed(names)}{more}")
    return word.text
