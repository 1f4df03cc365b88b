"""Lanes that no caller ever gets into."""

from collections.abc import Iterator

from acd.config.advice.subject import Advice, Subject
from acd.config.menus import LaneMenu
from acd.core.outcomes import OutcomeKind
from acd.core.policy import Lane


def unreachable_lanes(subject: Subject) -> Iterator[Advice]:
    """Lanes that no key of a menu leads to, that are not the default, and to which no other lane sends callers."""
    config, lanes = subject.config, subject.policy.lanes
    heard = {number.menu for number in config.numbers.values()}
    reached = {str(config.default_lane)}
    for name, menu in config.menus.items():
        if name in heard:
            reached |= {str(lane) for step in menu if isinstance(step, LaneMenu) for lane in step.keys.values()}
    ahead = sorted(reached)
    while ahead:
        new = [lane for name, each in lanes.items() if name in ahead for lane in _sends_to(each) if lane not in reached]
        reached |= set(new)
        ahead = sorted(set(new))
    for name, lane in lanes.items():
        if lane.hours and not subject.waiting_hours[name]:
            what = f"calendar {lane.hours} is never open, so every caller goes to `{lane.when_closed}`"
            yield ("lanes", name, "hours"), f"{what}; give it hours"
        if name not in reached:
            yield (
                ("lanes", name),
                "no caller gets here: no key of a menu that is heard leads here, it is not the default_lane, "
                "and no lane sends callers on to it",
            )


def _sends_to(lane: Lane) -> Iterator[str]:
    ends = (lane.when_full, lane.when_closed, lane.when_unstaffed, *(step.overflow for step in lane.steps))
    yield from (end.to for end in ends if end is not None and end.kind is OutcomeKind.LANE)
