"""The greeting: says something and goes on.

Any key cuts it short. The key is not lost: it answers the question that comes next, if it is one of its keys.
"""

from acd.config.menus import Greeting
from ivr.visit import Visit


async def greet(visit: Visit, name: str, step: Greeting) -> None:
    """Play the greeting called `name`; in every language while the caller has chosen none."""
    visit.keep(await visit.say(name, step.say))
