"""The menu: asks what the caller calls about, and each key leads to a lane.

A caller who presses nothing or nonsense often enough keeps the lane he has, at first none: then the default lane is
taken at the end. A key such as 0 for a person is a key like any other: it is in the settings or it leads nowhere.
"""

from acd.config.menus import LaneMenu
from ivr.visit import Visit


async def choose_lane(visit: Visit, menu: str, name: str, step: LaneMenu) -> None:
    """Ask with the prompt called `name`; what is chosen is the visit's lane from here on, and the key is kept."""
    # Two keys may lead to the same lane, so the question is answered by the key itself.
    key = await visit.ask(name, step.say, {key: key for key in step.keys}, step.wait_for, step.attempts)
    if key is not None:
        visit.lane = step.keys[key]
        visit.pressed_in[menu] = key
