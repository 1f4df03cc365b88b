"""Counts what callers key as PINs and one-time codes, so that somebody who tries them out is seen in the metrics."""

from collections.abc import Callable

from acd.core.switch_events import Verdict
from ivr.pin.digits import Digits
from ivr.pin.ports import Change, PinDesk, PinLimits

_OF_A_CODE = {
    Change.CHANGED: Verdict.VERIFIED,
    Change.WRONG: Verdict.WRONG,
    Change.LOCKED: Verdict.LOCKED,
    Change.UNAVAILABLE: Verdict.UNAVAILABLE,
}
"""A code that was right for a new PIN that will not do is counted when the next one is keyed."""


class CountedPins:
    """The `PinDesk` of one conversation, in which each verdict on keyed digits is counted as it is given.

    In a menu, one in which nothing was keyed that could be checked counts as NOT_GIVEN. Of a conversation within a talk
    the core hears, and tells, what came of it in the end; that is not counted here.
    """

    def __init__(self, pins: PinDesk, note: Callable[[Verdict], None], *, within_a_talk: bool) -> None:
        self._pins = pins
        self._note = note
        self._within_a_talk = within_a_talk
        self._asked = self._judged = False
        self._last: Verdict | None = None
        """Within a talk the newest verdict, which may be the one that the core will tell."""

    @property
    def limits(self) -> PinLimits:
        """See PinDesk. Whoever reads them is about to ask a caller."""
        self._asked = True
        return self._pins.limits

    async def check(self, customer: str, call: str, pin: Digits) -> Verdict:
        """See PinDesk."""
        verdict = await self._pins.check(customer, call, pin)
        self._came(verdict)
        return verdict

    async def change(self, customer: str, call: str, new: Digits, code: Digits | None) -> Change:
        """See PinDesk."""
        change = await self._pins.change(customer, call, new, code)
        # Without a code he is verified already, and tries nothing out.
        self._judged = True
        if code is not None and change in _OF_A_CODE:
            self._came(_OF_A_CODE[change])
        return change

    def over(self, *, told: bool) -> None:
        """The conversation is over; `told` is whether the core hears what came of it."""
        if self._within_a_talk:
            if self._last is not None and not told:
                self._note(self._last)
        elif self._asked and not self._judged:
            self._note(Verdict.NOT_GIVEN)

    def _came(self, verdict: Verdict) -> None:
        self._judged = True
        if not self._within_a_talk:
            self._note(verdict)
            return
        if self._last is not None:
            self._note(self._last)
        self._last = verdict
