"""Words that callers have to hear: they are said, and the caller goes on.

Without `barge_in` no key cuts them short, and keys pressed before or meanwhile are forgotten. Words that are there in
no language lead to a person, who can say them.
"""

from acd.config.menus import Say
from acd.config.targets import NEXT, Target
from ivr.visit import Visit


async def say(visit: Visit, name: str, step: Say) -> Target:
    """Say the prompt called `name`; with `barge_in` a key that cut it short answers the next question."""
    visit.keep(await visit.say(name, barge_in=step.barge_in))
    return NEXT
