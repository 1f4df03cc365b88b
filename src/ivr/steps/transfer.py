"""The transfer: the caller waits in a lane at once, or is connected to a number outside. The menu ends."""

from acd.config.menus import Transfer
from acd.config.targets import PERSON, Target, TargetKind
from acd.core.names import LaneName
from ivr.visit import Visit


def transfer(visit: Visit, step: Transfer) -> Target:
    """The way on; a lane is waited in at once, with no further step."""
    if step.to.kind is TargetKind.LANE:
        visit.lane = LaneName(step.to.to)
        return PERSON
    return step.to
