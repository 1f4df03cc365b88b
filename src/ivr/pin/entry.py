"""Keys become digits in the one buffer, while decoys sound on the line.

The tones begin before the first key is waited for and sound on after the last. A new row of them begins only when the
old one runs out, never because a key was pressed: so the line does not tell when, or how many, keys were.
"""

from contextlib import suppress

from acd.core.instants import Duration, Instant, seconds
from ivr.agi_errors import CommandFailed
from ivr.pin.digits import MOST_DIGITS, Digits
from ivr.pin.tones import AT_LEAST, SOUND_ON, decoys, lasting
from ivr.visit import TimeIsUp, Visit

LONGEST_ENTRY: Duration = seconds(60)
"""Milliseconds after which what has been keyed is taken as all of it, for * could go on for ever."""

RENEWED_BEFORE: Duration = 300
"""A row of tones is followed by the next so many milliseconds before its end, so that there is never silence."""

FASTEST_FINGERS: Duration = 160
"""Keys that come closer than this, in milliseconds and on average, nobody pressed: a dialling telephone needs 200."""

ENOUGH_TO_TELL = 4
"""Keys from which on it can be told."""


class OwnEcho(Exception):
    """What came were our own tones, echoed by a line whose keys are sounds; of the caller nothing can be known."""


async def keyed(visit: Visit, at_most: int, wait_for: Duration) -> Digits | None:
    """The digits that the caller keys, or None if he keys none; whoever gets them wipes them.

    `#` ends them early, `*` wipes them and begins anew, and so does silence of `wait_for` milliseconds end them.
    Raises TimeIsUp and OwnEcho.
    """
    digits = Digits()
    tones = _Tones(visit)
    visit.forget_keys()
    try:
        pace = await _fill(visit, digits, min(at_most, MOST_DIGITS), wait_for, tones)
        if len(digits):
            await tones.sound_on()
        await tones.end()
    except TimeIsUp:
        digits.wipe()
        await tones.end()
        raise
    except BaseException:
        # He hung up, or the connection is of no use any more: nobody is there who could hear the tones end.
        digits.wipe()
        raise
    if pace.inhuman:
        digits.wipe()
        raise OwnEcho
    return digits if len(digits) else None


async def _fill(visit: Visit, digits: Digits, at_most: int, wait_for: Duration, tones: "_Tones") -> "_Pace":
    pace = _Pace()
    ends_at = visit.clock.now() + LONGEST_ENTRY
    key_by = min(visit.clock.now() + wait_for, ends_at)
    while len(digits) < at_most:
        left = key_by - visit.clock.now()
        if left <= 0:
            break
        key = await visit.wait_for_key(min(left, await tones.keep_up()))
        if key is None:
            continue
        if key == "#" and len(digits):
            break
        if key == "*":
            digits.wipe()
        elif key != "#":
            # A # before the first digit cut short what he took for the end of the prompt.
            digits.add(key)
        pace.note(visit.clock.now())
        key_by = min(visit.clock.now() + wait_for, ends_at)
    return pace


class _Pace:
    """How fast keys come."""

    def __init__(self) -> None:
        self._many = 0
        self._first: Instant = 0
        self._last: Instant = 0

    def note(self, at: Instant) -> None:
        """A key came."""
        self._first = self._first if self._many else at
        self._last = at
        self._many += 1

    @property
    def inhuman(self) -> bool:
        """Whether fingers cannot have pressed them."""
        return self._many >= ENOUGH_TO_TELL and self._last - self._first < FASTEST_FINGERS * (self._many - 1)


class _Tones:
    """Decoys on the line, row after row."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._began: Instant | None = None
        self._renew_at: Instant = 0

    async def keep_up(self) -> Duration:
        """Have tones sound; for so many milliseconds they go on now, and then this is called again."""
        now = self._visit.clock.now()
        self._began = now if self._began is None else self._began
        if now >= self._renew_at:
            row = decoys()
            # Reckoned from before the command: the row never ends earlier than it is thought to.
            self._renew_at = now + lasting(row) - RENEWED_BEFORE
            await self._visit.line.start_tones(row)
        return max(self._renew_at - self._visit.clock.now(), 1)

    async def sound_on(self) -> None:
        """Let them sound for a while after the last key; what is pressed meanwhile is forgotten. Raises TimeIsUp."""
        assert self._began is not None, "a key came, so tones have begun"
        until = max(self._visit.clock.now() + SOUND_ON, self._began + AT_LEAST)
        while (left := until - self._visit.clock.now()) > 0:
            await self._visit.wait_for_key(min(left, await self.keep_up()))

    async def end(self) -> None:
        """Let the line be still. A line that refuses is not still, which harms nothing: the row ends by itself."""
        with suppress(CommandFailed):
            await self._visit.line.stop_tones()
