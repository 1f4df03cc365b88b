"""Keys become digits in the one buffer, while decoys sound on the line.

The tones begin before the first key is waited for and sound on after the last. A new row of them begins only when the
old one runs out, never because a key was pressed: so the line does not tell when, or how many, keys were. What is keyed
after the end is forgotten, and the tones sound until nothing more comes: the rest of a PIN must neither be heard nor
answer the next question of a menu, or it would stand in the journal as the way that the caller chose.
"""

from contextlib import suppress

import structlog

from acd.core.instants import Duration, Instant, seconds
from ivr.agi_errors import CommandFailed
from ivr.pin.digits import MOST_DIGITS, Digits
from ivr.pin.tones import AT_LEAST, SOUND_ON, decoys, lasting
from ivr.visit import TimeIsUp, Visit

LONGEST_ENTRY: Duration = seconds(60)
"""Milliseconds after which what has been keyed is taken as all of it, for * could go on for ever."""

RENEWED_BEFORE: Duration = 300
"""A row of tones is followed by the next so many milliseconds before its end, so that there is never silence."""

LATE: Duration = 4_000
"""Milliseconds that the tones sound on for a caller who keyed too little in time, and from each key that he presses
then: he has only now found his PIN."""

LATE_AT_MOST: Duration = 20_000
"""Milliseconds after the end of an entry for which keys that still come can prolong the tones."""

FASTEST_FINGERS: Duration = 160
"""Keys that come closer than this, in milliseconds and on average, nobody pressed: a dialling telephone needs 200."""

ENOUGH_TO_TELL = 4
"""Keys from which on it can be told; and so many must come after the end of the entry as well. An echo goes on as long
as the tones do, while a PIN that a softphone sent all at once ends."""

_log = structlog.get_logger(__name__)


class OwnEcho(Exception):
    """What came were our own tones, echoed by a line whose keys are sounds; of the caller nothing can be known."""


class NotMasked(Exception):
    """The tones do not sound, so nobody may be asked for a PIN; it has been logged."""


async def keyed(visit: Visit, at_most: int, wait_for: Duration, at_least: int = 1) -> Digits | None:
    """The digits that the caller keys, or None if he keys none; whoever gets them wipes them.

    `#` ends them early, `*` wipes them and begins anew, and so does silence of `wait_for` milliseconds end them; after
    fewer than `at_least` some more is waited for him to stop. Raises TimeIsUp, OwnEcho and NotMasked.
    """
    digits = Digits()
    tones = _Tones(visit)
    pace = _Pace()
    visit.forget_keys()
    try:
        silent = await _fill(visit, digits, min(at_most, MOST_DIGITS), wait_for, tones, pace)
        await _swallow(visit, LATE if silent and len(digits) < at_least else SOUND_ON, tones, pace)
        await tones.end()
    except (TimeIsUp, NotMasked):
        digits.wipe()
        await tones.end()
        raise
    except BaseException:
        # He hung up, or the connection is of no use any more: nobody is there who could hear the tones end.
        digits.wipe()
        raise
    if pace.echoes:
        digits.wipe()
        raise OwnEcho
    return digits if len(digits) else None


async def _fill(visit: Visit, digits: Digits, at_most: int, wait_for: Duration, tones: "_Tones", pace: "_Pace") -> bool:
    """Take keys until the entry ends; whether it is silence that ended it."""
    ends_at = visit.clock.now() + LONGEST_ENTRY
    key_by = min(visit.clock.now() + wait_for, ends_at)
    while len(digits) < at_most:
        left = key_by - visit.clock.now()
        if left <= 0:
            return True
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
    return False


async def _swallow(visit: Visit, quiet: Duration, tones: "_Tones", pace: "_Pace") -> None:
    """Forget what is keyed from now on, under the tones, until nothing has come for `quiet` milliseconds."""
    until = max(visit.clock.now() + quiet, tones.began + AT_LEAST)
    latest = max(until, visit.clock.now() + LATE_AT_MOST)
    while (left := until - visit.clock.now()) > 0:
        if await visit.wait_for_key(min(left, await tones.keep_up())) is None:
            continue
        pace.note_late()
        if not pace.echoes:
            until = min(max(until, visit.clock.now() + quiet), latest)


class _Pace:
    """How fast keys come, and whether they stop."""

    def __init__(self) -> None:
        self._late = 0
        self._many = 0
        self._first: Instant = 0
        self._last: Instant = 0

    def note(self, at: Instant) -> None:
        """A key came."""
        self._first = self._first if self._many else at
        self._last = at
        self._many += 1

    def note_late(self) -> None:
        """A key came after the end."""
        self._late += 1

    @property
    def echoes(self) -> bool:
        """Whether fingers cannot have pressed them, and they went on when the entry was over."""
        inhuman = self._last - self._first < FASTEST_FINGERS * (self._many - 1)
        return inhuman and min(self._many, self._late) >= ENOUGH_TO_TELL


class _Tones:
    """Decoys on the line, row after row."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self.began: Instant = visit.clock.now()
        self._renew_at: Instant = 0

    async def keep_up(self) -> Duration:
        """Have tones sound; for so many milliseconds they go on, and then this is called again. Raises NotMasked."""
        now = self._visit.clock.now()
        if now >= self._renew_at:
            row = decoys()
            # Reckoned from before the command: the row never ends earlier than it is thought to.
            self._renew_at = now + lasting(row) - RENEWED_BEFORE
            try:
                await self._visit.line.start_tones(row)
            except CommandFailed as error:
                _log.error("the interference tone fails; nobody is asked for a PIN", why=str(error))
                raise NotMasked from None
        return max(self._renew_at - self._visit.clock.now(), 1)

    async def end(self) -> None:
        """Let the line be still. A line that refuses is not still, which harms nothing: the row ends by itself."""
        with suppress(CommandFailed):
            await self._visit.line.stop_tones()
