"""Which lanes a caller may have chosen by the time he comes to a step, for whoever has to say where he will wait."""

from collections import deque
from collections.abc import Mapping

from acd.config.menu_graph import GOES_ON, ways
from acd.config.model import HotlineConfig
from acd.config.targets import TargetKind
from acd.core.names import LaneName

Lanes = frozenset[LaneName | None]
"""None stands for a caller who has chosen no lane."""


def lanes_at(config: HotlineConfig) -> Mapping[tuple[str, int], Lanes]:
    """By menu and step: what may have been chosen there. Steps to which no number leads are not in it.

    The place behind the last step of a menu is there, too: who comes to it has run out of steps.
    """
    found: dict[tuple[str, int], set[LaneName | None]] = {}
    ahead = deque[tuple[str, int]]()

    def comes(place: tuple[str, int], lanes: set[LaneName | None]) -> None:
        known = found.setdefault(place, set())
        if not lanes <= known:
            known |= lanes
            ahead.append(place)

    for number in config.numbers.values():
        comes((number.menu, 0), {None})
    while ahead:
        menu, at = ahead.popleft()
        if at >= len(config.menus[menu]):
            continue
        for way in ways(config.menus[menu][at]):
            lanes = {LaneName(way.target.to)} if way.target.kind is TargetKind.LANE else found[menu, at]
            if way.target.kind is TargetKind.MENU:
                comes((way.target.to, 0), set(lanes))
            elif way.target.kind in GOES_ON and config.menus[menu][at].step != "transfer":
                comes((menu, at + 1), set(lanes))
    return {place: frozenset(lanes) for place, lanes in found.items()}
