"""People on the line with a whole hotline: who hears them, and how their calls ended."""

import asyncio
import time
from collections.abc import Collection
from typing import Any

from acd.core.instants import Instant
from tests.end_to_end.people import events, total, until_metrics
from tests.end_to_end.quick_bank import STRAIGHT
from tests.hearing import HearingTelephone
from tests.house import House, until
from tests.sounds import Sound, level, read_sound, soundings, tone

LIKENESS = 0.9
"""So like a prompt must what was heard be: many begin with the same word."""


class Timed(HearingTelephone):
    """A telephone that notes when it was rung last, by the clock that screens go by.

    It answers, but for numbers that are `busy`: a carrier reaches everybody's telephone at one place.
    """

    rung_at: Instant = 0
    busy: Collection[str] = ()

    def _ring(self, invite: str) -> None:
        if any(invite.startswith(f"INVITE sip:{number}@") for number in self.busy):
            self.does = 486
        else:
            self.does = 200
            self.rung_at = time.time_ns() // 1_000_000
        super()._ring(invite)


def outside(hotline: House, port: int, *busy: str) -> Timed:
    """The telephone of everybody whom the carrier at this port reaches; one at a time can talk."""
    telephone = Timed(hotline.prepared.ports.sip, 200, ("127.0.0.1", port))
    telephone.busy = busy
    return telephone


def desk_phone(hotline: House, agent: str) -> Timed:
    """The telephone on an agent's desk; it answers at once."""
    account = hotline.account(agent)
    return Timed(hotline.prepared.ports.sip).register(account["phone"], account["sip_secret"])


def calling(hotline: House, number: str, dialled: str = STRAIGHT) -> HearingTelephone:
    """Somebody who has dialled, and is answered."""
    telephone = HearingTelephone(hotline.prepared.ports.sip)
    telephone.call(dialled, number)
    telephone.until_seen("200 INVITE")
    return telephone


def prompt(hotline: House, name: str, language: str = "zh") -> Sound:
    """What callers hear of this name."""
    return read_sound(hotline.home / "sounds" / language / f"{name}.wav")


async def until_hears(telephone: HearingTelephone, name: str, sound: Sound, since: float) -> None:
    """Wait until a prompt has been heard, if not to its end."""
    deadline = telephone.now() + 20
    while not soundings(telephone.heard_sound(since), {name: sound}, LIKENESS):
        assert telephone.now() < deadline, f"{name} was not heard"
        await asyncio.sleep(0.1)


async def until_they_hear_each_other(one: HearingTelephone, other: HearingTelephone) -> None:
    """Wait until what either says reaches the other."""
    for speaks, hears in ((one, other), (other, one)):
        began, deadline = hears.now(), hears.now() + 10
        while level(hears.heard_sound(began)) < -30:
            assert hears.now() < deadline, "they do not hear each other"
            await asyncio.to_thread(speaks.say, tone(440, 620, 0.2, -12))


async def closed(hotline: House, call: str) -> dict[str, Any]:
    """How a call, or an entry, ended."""
    await until(lambda: any(each["call"] == call for each in events(hotline, "CallClosed")), 15, f"{call} closed")
    return next(each for each in events(hotline, "CallClosed") if each["call"] == call)


async def assert_books_balance(hotline: House) -> None:
    """Nobody is left on the line, waits, or is to be called back, and every caller is accounted for."""
    await hotline.until_empty()
    samples = await until_metrics(hotline, lambda seen: total(seen, "hotline_calls_waiting") == 0)
    assert total(samples, "hotline_callbacks_waiting") == 0
    assert not any(value for name, value in samples.items() if name.startswith("hotline_books_discrepancy"))
