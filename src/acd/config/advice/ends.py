"""Ends that callers do not come to: a number that nobody can call, an announcement that another one drowns out."""

import ipaddress
from collections.abc import Iterator

from acd.config.advice.subject import Advice, Place, Subject
from acd.config.menu_graph import ways
from acd.config.targets import TargetKind
from acd.core.language.texts import duration_text
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Lane, RouteStep


def no_way_out(subject: Subject) -> Iterator[Advice]:
    """Numbers outside to which callers are sent while no carrier can be called."""
    addresses = [address for trunk in subject.config.trunks.values() for address in trunk.match]
    if any(map(_can_be_called, addresses)):
        return
    why = "no carrier in trunks has a single IPv4 address, so none can be called; add its address to match"
    for name, lane in subject.policy.lanes.items():
        for place, end in _ends(subject, lane):
            if end is not None and end.kind is OutcomeKind.NUMBER:
                yield ("lanes", name, *place), f"nobody gets to {end.to}: {why}"
    for place, number in _numbers_in_menus(subject):
        yield place, f"nobody gets to {number}: {why}"
    for called, number in subject.config.transfer_numbers.items():
        yield ("transfer_numbers", called), f"nobody gets to {number}: {why}"
    if subject.config.callbacks is not None:
        yield ("callbacks", "numbers"), f"nobody is called back: {why}"


def _numbers_in_menus(subject: Subject) -> Iterator[tuple[Place, str]]:
    for menu, steps in subject.config.menus.items():
        for at, step in enumerate(steps):
            for way in ways(step):
                if way.target.kind is TargetKind.NUMBER:
                    yield ("menus", menu, at, *way.place), way.target.to


def _can_be_called(written: str) -> bool:
    """As `acd.asterisk.outside` chooses the way out."""
    network = ipaddress.ip_network(written, strict=False)
    return network.version == 4 and network.num_addresses == 1


def _ends(subject: Subject, lane: Lane) -> Iterator[tuple[Place, Outcome | None]]:
    for number, step in enumerate(lane.steps):
        place = subject.step_place(lane.name, number)[2:]
        yield (*place, *(("overflow",) if place[0] == "steps" else ()), "to"), step.overflow
    yield ("when_full",), lane.when_full
    yield ("when_closed",), lane.when_closed
    yield ("when_unstaffed",), lane.when_unstaffed
    yield ("when_emergency",), subject.config.lanes[lane.name].when_emergency


def drowned_out(subject: Subject) -> Iterator[Advice]:
    """Announcements that fall due together with another one, of which callers hear the last alone."""
    for name, lane in subject.policy.lanes.items():
        said: dict[tuple[int, str], RouteStep] = {}
        for number, step in enumerate(lane.steps):
            if not step.announce:
                continue
            first = said.setdefault((step.after, step.when), step)
            if first is not step and first.announce != step.announce:
                due = f"{first.announce} and {step.announce} fall due together after {duration_text(step.after)}"
                yield (
                    (*subject.step_place(name, number), "announce"),
                    f"{due}, and callers hear the last one alone; give one of them another time",
                )
