"""The talk about a PIN: asked for by a menu's step, or by an agent in the middle of a call.

What is said after a wrong PIN is the same as after one of a customer whom nobody knows.
"""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from acd.core.instants import Duration, seconds
from acd.core.switch_events import Verdict
from ivr.entry import take_digits
from ivr.line import PromptMissing
from ivr.pin.digits import MOST_DIGITS, Digits
from ivr.pin.entry import OwnEcho, keyed
from ivr.pin.ports import PinDesk
from ivr.visit import Visit

MOMENT: Duration = seconds(1)
"""Milliseconds of silence after which a caller who waits for a verdict is told so."""

T = TypeVar("T")

_SAID = {
    Verdict.VERIFIED: "pin-verified",
    Verdict.WRONG: "pin-not-verified",
    Verdict.LOCKED: "pin-locked",
    Verdict.UNAVAILABLE: "pin-unavailable",
}


async def verify(visit: Visit, pins: PinDesk) -> Verdict:
    """Ask a caller for his PIN as often as he may try, and tell him what came of it.

    He of whom nobody knows which customer he says he is, is first asked for his number. Raises TimeIsUp; PromptMissing
    when what asks him is there in no language.
    """
    if not visit.customer and not await identify(visit, pins):
        return Verdict.NOT_GIVEN
    try:
        verdict = await _tries(visit, pins)
    except OwnEcho:
        verdict = Verdict.UNAVAILABLE
    if verdict is Verdict.VERIFIED:
        visit.prove()
    if verdict in _SAID:
        await tell(visit, _SAID[verdict])
    return verdict


async def identify(visit: Visit, pins: PinDesk) -> bool:
    """Ask a caller for his customer number; False if he gives none. Raises TimeIsUp and PromptMissing."""
    entry = await take_digits(visit, "pin-customer", at_most=MOST_DIGITS, wait_for=pins.limits.wait_for)
    if entry.digits:
        visit.identify(entry.digits)
    return bool(entry.digits)


async def tell(visit: Visit, prompt: str) -> None:
    """Say something without which a caller can go on, too. Raises TimeIsUp."""
    try:
        await visit.say(prompt, barge_in=False)
    except PromptMissing:
        return


async def while_held(visit: Visit, work: Coroutine[None, None, T]) -> T:
    """Wait for `work` with the caller on the line; keys that he presses meanwhile are forgotten.

    The dead-man's handle takes a caller away from whom nothing is asked for a few seconds, so he is asked for keys.
    Raises TimeIsUp and what the line raises; the work is cancelled then.
    """
    try:
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(work)
            await asyncio.wait({task}, timeout=MOMENT / 1_000)
            if not task.done():
                await tell(visit, "pin-moment")
            while not task.done():
                await visit.wait_for_key(MOMENT)
                # A line in virtual time would leave the work no moment of its own.
                await asyncio.sleep(0)
    except BaseExceptionGroup as group:
        # The conversation ends for one reason, and whoever catches it knows only single ones.
        raise group.exceptions[0] from None
    return task.result()


async def _tries(visit: Visit, pins: PinDesk) -> Verdict:
    limits = pins.limits
    verdict = Verdict.NOT_GIVEN
    for attempt in range(1, limits.attempts_per_call + 1):
        await visit.say("pin-enter", barge_in=False)
        digits = await keyed(visit, limits.at_most, limits.wait_for)
        if digits is None:
            return Verdict.NOT_GIVEN
        with digits:
            fits = len(digits) >= limits.at_least
            verdict = await _checked(visit, pins, digits) if fits else Verdict.NOT_GIVEN
        if verdict not in {Verdict.WRONG, Verdict.NOT_GIVEN}:
            break
        if attempt < limits.attempts_per_call:
            await tell(visit, "pin-wrong" if fits else "pin-short")
    return verdict


async def _checked(visit: Visit, pins: PinDesk, digits: Digits) -> Verdict:
    return await while_held(visit, pins.check(visit.customer, visit.call, digits))
