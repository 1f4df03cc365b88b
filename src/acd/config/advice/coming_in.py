"""Lanes and menus that no caller ever gets into."""

from collections.abc import Iterator

from acd.config.advice.subject import Advice, Subject
from acd.config.menu_graph import reached_from, ways
from acd.config.targets import TargetKind
from acd.core.names import LaneName
from acd.core.outcomes import OutcomeKind


def unreachable_lanes(subject: Subject) -> Iterator[Advice]:
    """Lanes that no menu leads to, that are not the default, and to which no other lane sends callers."""
    config, lanes = subject.config, subject.policy.lanes
    reached = {config.default_lane, *_led_to(subject)}
    ahead = sorted(reached)
    while ahead:
        new = [lane for name in ahead for lane in _sends_to(subject, name) if lane not in reached]
        reached |= set(new)
        ahead = sorted(set(new))
    for name, lane in lanes.items():
        if lane.hours and not subject.waiting_hours[name]:
            what = f"calendar {lane.hours} is never open, so every caller goes to `{lane.when_closed}`"
            yield ("lanes", name, "hours"), f"{what}; give it hours"
        if name not in reached:
            yield (
                ("lanes", name),
                "no caller gets here: no menu that is heard leads here, it is not the default_lane, "
                "and no lane sends callers on to it",
            )


def unreachable_menus(subject: Subject) -> Iterator[Advice]:
    """Menus that are heard by no number and to which no other menu leads that is heard."""
    heard = _heard(subject)
    for name in subject.config.menus:
        if name not in heard:
            yield ("menus", name), "no caller hears this menu: no number has it, and no menu that is heard leads here"


def _heard(subject: Subject) -> dict[str, int]:
    return reached_from(subject.config.menus, (number.menu for number in subject.config.numbers.values()))


def _led_to(subject: Subject) -> Iterator[LaneName]:
    for name in _heard(subject):
        for step in subject.config.menus[name]:
            yield from (LaneName(way.target.to) for way in ways(step) if way.target.kind is TargetKind.LANE)


def _sends_to(subject: Subject, name: LaneName) -> Iterator[LaneName]:
    lane = subject.policy.lanes[name]
    ends = [lane.when_full, lane.when_closed, lane.when_unstaffed, *(step.overflow for step in lane.steps)]
    ends.append(subject.config.lanes[name].when_emergency)
    yield from (LaneName(end.to) for end in ends if end is not None and end.kind is OutcomeKind.LANE)
