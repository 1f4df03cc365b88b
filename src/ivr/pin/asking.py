"""The talk about a PIN: asked for by a menu's step, or by an agent in the middle of a call.

What is said after a wrong PIN is the same as after one of a customer whom nobody knows.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import TypeVar

from acd.core.instants import Duration, seconds
from acd.core.switch_events import Verdict
from ivr.entry import take_digits
from ivr.line import PromptMissing
from ivr.pin.digits import MOST_DIGITS, Digits
from ivr.pin.entry import NotMasked, OwnEcho, keyed
from ivr.pin.ports import PinDesk
from ivr.visit import TimeIsUp, Visit

MOMENT: Duration = seconds(1)
"""Milliseconds of silence after which a caller who waits for a verdict is told so."""

STRAY: Duration = 200
"""Milliseconds without a key after which none is thought to be on its way any more."""

T = TypeVar("T")

_SAID = {
    Verdict.VERIFIED: "pin-verified",
    Verdict.WRONG: "pin-not-verified",
    Verdict.LOCKED: "pin-locked",
    Verdict.UNAVAILABLE: "pin-unavailable",
}


async def verify(visit: Visit, pins: PinDesk) -> Verdict:
    """Ask a caller for his PIN as often as he may try, and tell him what came of it.

    He of whom nobody knows which customer he says he is, is first asked for his number. A wrong one stands, whatever
    comes after it but a right one or a lock. Raises TimeIsUp; PromptMissing when what asks him is there in no language.
    """
    if not visit.customer and not await identify(visit, pins):
        return Verdict.NOT_GIVEN
    verdict = await _tries(visit, pins)
    if verdict is Verdict.VERIFIED:
        visit.prove()
    # What came of it is so even if there is no time to say it.
    with suppress(TimeIsUp):
        if verdict in _SAID:
            await tell(visit, _SAID[verdict])
    await hush(visit)
    return verdict


async def hush(visit: Visit) -> None:
    """Forget all keys until now and for a moment: no digit of a PIN answers what comes next, or reaches an agent."""
    visit.forget_keys()
    with suppress(TimeIsUp):
        for _ in range(MOST_DIGITS):
            if await visit.wait_for_key(STRAY) is None:
                return


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
    most = pins.limits.attempts_per_call
    last = Verdict.NOT_GIVEN
    for attempt in range(1, most + 1):
        try:
            verdict, told = await _try(visit, pins)
            if told and attempt < most:
                await tell(visit, told)
        except (OwnEcho, NotMasked):
            verdict, told = Verdict.UNAVAILABLE, ""
        except (TimeIsUp, PromptMissing):
            if last is Verdict.WRONG:
                return last
            raise
        if last is not Verdict.WRONG or verdict in {Verdict.VERIFIED, Verdict.LOCKED}:
            last = verdict
        if not told:
            break
    return last


async def _try(visit: Visit, pins: PinDesk) -> tuple[Verdict, str]:
    """The verdict on one entry, and the prompt that asks for another; empty if none is asked for."""
    limits = pins.limits
    await visit.say("pin-enter", barge_in=False)
    digits = await keyed(visit, limits.at_most, limits.wait_for, limits.at_least)
    if digits is None:
        return Verdict.NOT_GIVEN, ""
    with digits:
        if len(digits) < limits.at_least:
            return Verdict.NOT_GIVEN, "pin-short"
        verdict = await _checked(visit, pins, digits)
    return verdict, "pin-wrong" if verdict is Verdict.WRONG else ""


async def _checked(visit: Visit, pins: PinDesk, digits: Digits) -> Verdict:
    return await while_held(visit, pins.check(visit.customer, visit.call, digits))
