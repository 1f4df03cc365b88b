"""What an operator says for the agent's side of a lane: how calls come out, what is said, what may be offered.

Callers and routing see none of it. A disposition is known by its code, which is one in the whole tree of its lane, so
that records need no path; where it stands in the tree may change without any record changing its meaning.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, TypeAlias

from pydantic import Field, StrictBool, StrictInt

from acd.config.fields import LanguageRef, Name, Section, Shown, Spoken

MOST_LEVELS = 3
"""Choices that an agent makes one after the other, at most."""
MOST_OF_ONE = 50
"""Dispositions side by side: more than a list can show."""
MOST_CODES = 300
"""Dispositions of one lane."""
MOST_OFFERS = 10

Named: TypeAlias = Annotated[Mapping[LanguageRef, Shown], Field(min_length=1)]


class Disposition(Section):
    """One way in which a call comes out, with the finer ones under it."""

    name: Named
    under: Annotated[Mapping[Name, "Disposition"], Field(max_length=MOST_OF_ONE)] = Field(default_factory=dict)


class DispositionsConfig(Section):
    """How the calls of a lane may come out, as a tree; `required` if an agent must choose one."""

    required: StrictBool = False
    tree: Annotated[Mapping[Name, Disposition], Field(min_length=1, max_length=MOST_OF_ONE)]

    def rows(self) -> Iterator[tuple[tuple[str, ...], Disposition]]:
        """Every disposition with the codes that lead to it, its own last; each before those under it."""
        yield from _rows((), self.tree)

    def path_to(self, code: str) -> tuple[str, ...]:
        """The codes that lead to `code`, itself last; empty if there is none of this code."""
        return next((path for path, _ in self.rows() if path[-1] == code), ())

    def may_end_with(self, code: str) -> bool:
        """Whether a record may have this code: one with nothing finer under it."""
        return any(path[-1] == code and not each.under for path, each in self.rows())


class ContactsConfig(Section):
    """How long it is kept what agents and callers had to do with each other."""

    keep_days: Annotated[StrictInt, Field(ge=40, le=3_660)] = 730
    """Not less than what the first-line resolution of a month looks back on."""


Script: TypeAlias = Mapping[LanguageRef, Spoken]
"""What an agent of the lane says first, in every language."""
Offers: TypeAlias = Annotated[tuple[Mapping[LanguageRef, Shown], ...], Field(max_length=MOST_OFFERS)]
"""What an agent of the lane may offer to its callers."""


def _rows(above: tuple[str, ...], tree: Mapping[str, Disposition]) -> Iterator[tuple[tuple[str, ...], Disposition]]:
    for code, each in tree.items():
        yield (*above, code), each
        yield from _rows((*above, code), each.under)
