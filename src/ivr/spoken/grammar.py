"""What every family of languages can say, and which family a voice belongs to.

All waits and positions are said in whole sentences, so that a recording of each part sounds right wherever it stands.
"""

from collections.abc import Mapping
from functools import cache
from typing import Protocol

from acd.core.instants import Duration
from ivr.spoken.chinese import Chinese
from ivr.spoken.english import English
from ivr.spoken.words import PAUSE, Words

_FAMILIES = {"cmn": "zh", "zh": "zh", "en": "en"}
"""Families by the first part of a voice's name."""


class Grammar(Protocol):
    """How one family of languages says numbers. Every method raises ValueError outside of what it says it can."""

    def number(self, value: int) -> Words:
        """A count, from 0 to 999,999,999,999."""
        ...

    def money(self, fen: int) -> Words:
        """An amount in hundredths of a yuan, below 1,000,000,000,000 yuan; also one below zero."""
        ...

    def time_of_day(self, minute: int) -> Words:
        """A time by the clock, in whole minutes after midnight, from 0 to 1439."""
        ...

    def duration(self, lasting: Duration) -> Words:
        """Milliseconds in hours and minutes, or in seconds below a minute; what is left over is not said."""
        ...

    def position(self, position: int) -> Words:
        """A caller's place among those who wait, 1 for the next, as a sentence; to 999,999,999,999."""
        ...

    def wait(self, low: int, high: int) -> Words:
        """How long a caller will probably wait, in whole minutes at least and at most, as a sentence.

        0 for `low` says only the most, and `high` below `low` only the least.
        """
        ...

    def wait_under_a_minute(self) -> Words:
        """That he will probably wait less than a minute, as a sentence."""
        ...

    def wait_over_an_hour(self) -> Words:
        """That he will probably wait more than an hour, as a sentence."""
        ...


GRAMMARS: Mapping[str, Grammar] = {"zh": Chinese(), "en": English()}
"""The grammars by family: zh for Chinese, en for English."""

FURTHEST_POSITION = 999
"""The last place in a lane that is said; nobody is helped by a higher one."""
LONGEST_WAIT = 60
"""Minutes; of longer waits only that is said."""
DIGIT_WORDS = frozenset({PAUSE, *(f"digit-{digit}" for digit in range(10))})
"""All that `digits` can say."""


def family_of(voice: str) -> str | None:
    """The family of the language that this voice reads; None for one whose numbers we cannot say."""
    return _FAMILIES.get(voice.partition("-")[0])


@cache
def position_words(family: str) -> frozenset[str]:
    """All words with which positions are said."""
    grammar = GRAMMARS[family]
    return frozenset(word for place in range(1, FURTHEST_POSITION + 1) for word in grammar.position(place))


@cache
def wait_words(family: str) -> frozenset[str]:
    """All words with which waits are said."""
    grammar = GRAMMARS[family]
    said = {*grammar.wait_under_a_minute(), *grammar.wait_over_an_hour()}
    for minutes in range(1, LONGEST_WAIT + 1):
        said |= {*grammar.wait(0, minutes), *grammar.wait(minutes, 0), *grammar.wait(1, minutes)}
        said |= {*grammar.wait(minutes, LONGEST_WAIT)}
    return frozenset(said)
