"""The hours: one way while a calendar is open, another while it is closed. Nothing is asked."""

from acd.config.menus import Hours
from acd.config.targets import Target
from ivr.visit import Visit


def go_by_hours(visit: Visit, step: Hours) -> Target:
    """The way on at this moment."""
    # Whatever comes of it comes of the clock, and not of what he did not press before.
    visit.by_silence = False
    return step.open if visit.around.situation.is_open(step.calendar) else step.closed
