"""Menus that break a promise: a person at 0, a key for every language, an advert where its lane is chosen."""

from collections.abc import Iterator

from acd.config.advice.subject import Advice, Subject, joined
from acd.config.menu_graph import GOES_ON, Way, reached_from, ways
from acd.config.menus import AdvertOffer, KeyMenu, LanguageChoice, Transfer
from acd.config.targets import TargetKind
from acd.core.names import LaneName

_NOBODY = frozenset({TargetKind.HANG_UP, TargetKind.SAY})
"""Where a caller speaks with nobody."""


def broken_promises(subject: Subject) -> Iterator[Advice]:
    """Menus whose 0 leads to nobody; languages that no key chooses; adverts that are offered to none of their lanes."""
    config = subject.config
    chosen = set()
    for menu, steps in config.menus.items():
        for at, step in enumerate(steps):
            if isinstance(step, KeyMenu) and "0" in step.keys and step.keys["0"].kind in _NOBODY:
                leads = f"leads to `{step.keys['0']}`, but callers are used to a person at 0"
                yield ("menus", menu, at, "keys", "0"), f"{leads}; take it out, and it does"
            elif isinstance(step, LanguageChoice):
                chosen |= set(step.keys.values())
    if chosen:
        for language in config.languages:
            if language not in chosen:
                why = "no caller can choose it: no step `language` has a key for it"
                yield ("languages", language), f"{why}; give it one, or take the language out"
    yield from _adverts_for_nobody(subject)


def _adverts_for_nobody(subject: Subject) -> Iterator[Advice]:
    if not any(advert.lanes for advert in subject.config.adverts.values()):
        return
    offered: dict[str, set[LaneName]] = {}
    for (menu, at), lanes in _lanes_chosen(subject).items():
        step = subject.config.menus[menu][at]
        if isinstance(step, AdvertOffer):
            offered.setdefault(step.advert, set()).update(lanes)
    for name, advert in subject.config.adverts.items():
        if advert.lanes and name in offered and not offered[name] & set(advert.lanes):
            came = joined([str(lane) for lane in subject.config.lanes if lane in offered[name]])
            why = f"nobody is asked: who comes to the question goes to {came}"
            yield ("adverts", name, "lanes"), f"{why}; name that lane, or ask where one of these has been chosen"


def _lanes_chosen(subject: Subject) -> dict[tuple[str, int], set[LaneName]]:
    """For each step that callers come to: the lanes that may have been chosen by then."""
    menus, default = subject.config.menus, subject.config.default_lane
    heard = [number.menu for number in subject.config.numbers.values()]
    found = {(name, at): set[LaneName]() for name in reached_from(menus, heard) for at in range(len(menus[name]))}
    ahead = [((name, 0), {default}) for name in dict.fromkeys(heard) if (name, 0) in found]
    while ahead:
        place, lanes = ahead.pop()
        new = lanes - found[place]
        if not new:
            continue
        found[place] |= new
        menu, at = place
        step = menus[menu][at]
        if isinstance(step, Transfer):
            continue
        for way in ways(step):
            after = _after(place, way)
            if after in found:
                ahead.append((after, {LaneName(way.target.to)} if way.target.kind is TargetKind.LANE else new))
    return found


def _after(place: tuple[str, int], way: Way) -> tuple[str, int] | None:
    if way.target.kind is TargetKind.MENU:
        return way.target.to, 0
    return (place[0], place[1] + 1) if way.target.kind in GOES_ON else None
