"""The end: says goodbye, if it has words for that, and the call ends."""

from acd.config.menus import HangUp
from acd.config.targets import PERSON, Target, TargetKind
from ivr.visit import Visit

END = Target(TargetKind.HANG_UP)


async def hang_up(visit: Visit, name: str, step: HangUp) -> Target:
    """Say the prompt called `name`, if the step has words; keys cut it short and mean nothing any more.

    A caller who is here because he pressed nothing is not hung up on: somebody may be in need, or have a telephone
    whose keys we do not hear.
    """
    if visit.by_silence:
        return PERSON
    if step.say:
        await visit.say(name)
    return END
