"""The menu: asks what the caller calls about, and each key leads somewhere.

A caller who presses nothing or nonsense often enough goes on by `otherwise`. The key itself is remembered, too: rules
may ask which one it was, and two keys may lead to the same place.
"""

from acd.config.menus import KeyMenu
from acd.config.targets import Target
from ivr.visit import GLOBAL_KEYS, Visit


async def choose_way(visit: Visit, menu: str, name: str, step: KeyMenu) -> Target:
    """Ask with the prompt called `name`; the way that the key of this menu leads."""
    key = await visit.ask(name, keys=step.keys, wait_for=step.wait_for, attempts=step.attempts, barge_in=step.barge_in)
    if key is None:
        return visit.unanswered(step.otherwise)
    if key not in step.keys:
        return GLOBAL_KEYS[key]
    visit.pressed_in[menu] = key
    return step.keys[key]
