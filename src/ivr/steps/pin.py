"""The PIN: asks the caller to prove who he is, under the interference tone.

Who is verified already is not asked. While digits are expected no key means anything else: there is no 0 for a person
and no way back, and who keys nothing goes on by `otherwise`.
"""

from acd.config.menus import PinEntry
from acd.config.targets import PERSON, Target
from acd.core.switch_events import Verdict
from ivr.line import PromptMissing
from ivr.pin.asking import tell, verify
from ivr.pin.ports import PinDesk
from ivr.visit import Visit


async def ask_for_pin(visit: Visit, name: str, step: PinEntry, pins: PinDesk) -> Target:
    """Say why with the prompt called `name`, and ask; a question that is there in no language leads to a person."""
    if visit.verified:
        return step.verified
    try:
        await tell(visit, name)
        verdict = await verify(visit, pins)
    except PromptMissing:
        return PERSON
    visit.by_silence = verdict is Verdict.NOT_GIVEN
    return step.verified if verdict is Verdict.VERIFIED else step.otherwise
