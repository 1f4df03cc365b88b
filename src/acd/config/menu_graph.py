"""All menus together as a graph: where a caller may go on from each step, and by what.

    ways(step)          every way on from a step, with the place in it where an operator wrote it
    reached_from(...)   the menus that callers come to, beginning with those of the numbers

What the ivr package does with a caller and what `hotline check` says of the menus both rest on this. It says what may
happen, so a way that is never taken in practice counts, too.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from acd.config.menus import Collect, KeyMenu, LanguageChoice, Menu, PinChange, Route, Step, Transfer
from acd.config.targets import NEXT, Target, TargetKind

Place: TypeAlias = tuple[str | int, ...]
Menus: TypeAlias = Mapping[str, Menu]


class By(StrEnum):
    """What leads a caller along a way."""

    KEY = "key"
    """A key of this step, or a row of them."""
    ITSELF = "itself"
    """Nothing that he does: he is silent, the hour or the load decides, or a text has ended."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way on from a step."""

    target: Target
    by: By
    place: Place = ()
    """Where in the step it is written; empty for one that holds by itself."""
    written: bool = True
    """Whether an operator has written it."""


FALL = Way(NEXT, By.ITSELF, written=False)
"""The text has ended, and the next step begins."""
QUESTIONS = (LanguageChoice, KeyMenu, Collect)
"""The steps to which `back` leads."""
_FALLS = frozenset({"greeting", "say", "language", "advert_offer", "survey"})
"""Kinds of steps after which the next one begins, whatever the caller does."""
_SILENT = {
    "menu": ("otherwise",),
    "hours": ("open", "closed"),
    "route": ("otherwise",),
    "collect": ("otherwise",),
    # Who is known to be verified already is not asked, so that way needs no key either.
    "pin": ("verified", "otherwise"),
    "pin_change": ("otherwise",),
    "transfer": ("to",),
}
"""By kind of step: the keys of the settings that hold a way on which needs no key of the telephone."""
GOES_ON = frozenset({TargetKind.NEXT, TargetKind.LANE})
"""Ways that lead to the next step of the same menu."""


def ways(step: Step) -> tuple[Way, ...]:
    """Every way on from a step, in the order of the file; none for a step that ends the call or the menu by itself.

    The keys that mean the same everywhere (0, * and #) are left out: 0 ends the menu, and the others lead where the
    caller has been.
    """
    return (*_by_key(step), *_by_itself(step))


def goes_on(step: Step) -> bool:
    """Whether a caller may come from this step to the next one of its menu."""
    return not isinstance(step, Transfer) and any(way.target.kind in GOES_ON for way in ways(step))


def leads_to(menu: Menu) -> Iterator[str]:
    """The menus to which the steps of a menu lead, each step that callers come to; a name may come twice."""
    for step in menu:
        yield from (way.target.to for way in ways(step) if way.target.kind is TargetKind.MENU)
        if not goes_on(step):
            return


def reached_from(menus: Menus, first: Iterable[str]) -> dict[str, int]:
    """The menus that callers come to who begin with those of `first`, and after how many menus at least."""
    found = {name: 0 for name in first if name in menus}
    ahead = list(found)
    for name in ahead:
        for after in leads_to(menus[name]):
            if after in menus and after not in found:
                found[after] = found[name] + 1
                ahead.append(after)
    return found


def _by_key(step: Step) -> Iterator[Way]:
    match step:
        case KeyMenu():
            yield from (Way(target, By.KEY, ("keys", key)) for key, target in step.keys.items())
        case PinChange():
            yield _written(step, "changed", By.KEY)
        case LanguageChoice() | Collect():
            yield Way(NEXT, By.KEY, written=False)


def _by_itself(step: Step) -> Iterator[Way]:
    if isinstance(step, Route):
        yield from (Way(case.to, By.ITSELF, ("cases", at, "to")) for at, case in enumerate(step.cases))
    yield from (_written(step, key, By.ITSELF) for key in _SILENT.get(step.step, ()))
    if step.step in _FALLS:
        yield FALL


def _written(step: Step, key: str, by: By) -> Way:
    return Way(getattr(step, key), by, (key,), written=key in step.model_fields_set)
