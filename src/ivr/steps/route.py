"""The route: the way of the first case that holds, by who calls, by the hour, by the load. Nothing is asked."""

from acd.config.menus import Route
from acd.config.targets import Target
from ivr.visit import Visit


def go_by_cases(visit: Visit, step: Route) -> Target:
    """The way on at this moment; conditions about a lane without a name are about the lane chosen so far."""
    visit.by_silence = False
    lane = visit.lane or visit.config.default_lane
    for case in step.cases:
        if visit.around.situation.holds(case.when, visit.facts(), lane):
            return case.to
    return step.otherwise
