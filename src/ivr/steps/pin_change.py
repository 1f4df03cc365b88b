"""The change of the PIN: a new one is keyed twice, under the interference tone.

Who is verified in this call sets a new one. Everybody else, who has none yet or has forgotten it, must key the
one-time code that a person or a letter of the bank gave him: the number that somebody calls from proves nothing, and
so a first PIN cannot be had for it. A code that was keyed is an attempt as a PIN is.
"""

from acd.config.menus import PinChange
from acd.config.targets import PERSON, Target
from ivr.line import PromptMissing
from ivr.pin.asking import hush, identify, tell, while_held
from ivr.pin.digits import MOST_DIGITS, Digits
from ivr.pin.entry import NotMasked, OwnEcho, keyed
from ivr.pin.ports import Change, PinDesk
from ivr.visit import Visit

ATTEMPTS = 3
"""How often a new PIN may be keyed that is too plain, too short or not the same twice."""


async def change_pin(visit: Visit, name: str, step: PinChange, pins: PinDesk) -> Target:
    """Say why with the prompt called `name`; a question that is there in no language leads to a person."""
    try:
        await tell(visit, name)
        changed: bool | None = await _changed(visit, pins)
    except (OwnEcho, NotMasked):
        changed = False
    except PromptMissing:
        return PERSON
    await tell(visit, "pin-changed" if changed else "pin-not-changed")
    await hush(visit)
    visit.by_silence = changed is None
    return step.changed if changed else step.otherwise


async def _changed(visit: Visit, pins: PinDesk) -> bool | None:
    """Whether there is a new PIN; None for a caller who keyed nothing where he was asked."""
    if visit.verified:
        return await _new_one(visit, pins, None)
    if not visit.customer and not await identify(visit, pins):
        return None
    await visit.say("pin-code", barge_in=False)
    code = await keyed(visit, MOST_DIGITS, pins.limits.wait_for)
    if code is None:
        return None
    with code:
        return await _new_one(visit, pins, code)


async def _new_one(visit: Visit, pins: PinDesk, code: Digits | None) -> bool | None:
    for attempt in range(1, ATTEMPTS + 1):
        first = await _keyed(visit, pins, "pin-new")
        if first is None:
            return None
        with first:
            wrong = _fault(first, pins)
            if not wrong:
                second = await _keyed(visit, pins, "pin-again")
                if second is None:
                    return None
                with second:
                    same = first.same_as(second)
                if same:
                    done = await while_held(visit, pins.change(visit.customer, visit.call, first, code))
                    if done is not Change.REFUSED:
                        return done is Change.CHANGED
                    wrong = "pin-too-plain"
                else:
                    wrong = "pin-differs"
        if attempt < ATTEMPTS:
            await tell(visit, wrong)
    return False


def _fault(digits: Digits, pins: PinDesk) -> str:
    """The prompt that says why this cannot be a PIN; empty if it can."""
    if len(digits) < pins.limits.at_least:
        return "pin-short"
    return "pin-too-plain" if digits.plain else ""


async def _keyed(visit: Visit, pins: PinDesk, prompt: str) -> Digits | None:
    await visit.say(prompt, barge_in=False)
    return await keyed(visit, pins.limits.at_most, pins.limits.wait_for, pins.limits.at_least)
