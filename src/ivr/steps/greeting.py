"""The greeting: says something and goes on.

Any key cuts it short. The key is not lost: it answers the question that comes next, if it is one of its keys. A
greeting that is there in no language is left out: the next step is heard all the same.
"""

from acd.config.menus import Greeting
from acd.config.targets import NEXT, Target
from ivr.line import PromptMissing
from ivr.visit import Visit


async def greet(visit: Visit, name: str, step: Greeting) -> Target:  # noqa: ARG001 - every kind is called alike
    """Play the greeting called `name`; in every language while the caller has chosen none."""
    try:
        visit.keep(await visit.say(name))
    except PromptMissing:
        return NEXT
    return NEXT
