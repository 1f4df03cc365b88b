"""Scripted callers: who they say they are, what they key when, how long they wait, and when they hang up.

A caller hears nothing, and Asterisk sends him no sign when somebody answers (a connected-line update comes when a
phone begins to ring). So patience counts until `talking` is called, by who knows: the phones of acd.demo.phone see
the caller's number in the INVITE that they answer. All times are in milliseconds, kept to within a tenth of a second.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from acd.core.instants import Duration
from acd.demo.parties import Diary
from acd.demo.sipp import (
    NEVER,
    Happening,
    Listener,
    Server,
    Sipp,
    render,
    require_keys_can_be_pressed,
    running,
    table,
)

_TICK: Duration = 100
_TONE: Duration = 100
_REFUSALS = (403, 404, 408, 480, 484, 486, 488, 500, 503, 600, 603)
_KEYS_A_CALLER_MAY_PRESS = 32
_MOST_AT_ONCE = 1000
_LEAVE_WITHIN = 2.0

ANONYMOUS = "anonymous"
"""From whom a call comes that shows no number."""

_REPLY_WITHIN = 5.0
"""Seconds after which somebody who looks on is told that there is no reply; SIP goes on asking for half a minute."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key, or several in quick succession, pressed so long after the hotline answered.

    The first sounds 0.6 s later (SIPp warms the stream up), each lasts 0.1 s with 0.1 s of silence after it.
    """

    digits: str
    after: Duration

    @property
    def done_after(self) -> Duration:
        """When the last tone has gone and another key may be pressed without cutting it short."""
        return self.after + 600 + 2 * _TONE * len(self.digits) + _TICK


def keys(digits: str, first: Duration = 1500, apart: Duration = 1500) -> tuple[Key, ...]:
    """These digits, pressed one after the other; each comma between them is a pause of PAUSE."""
    pressed, after = [], first
    for sign in digits:
        if sign == ",":
            after += PAUSE
        else:
            pressed.append(Key(sign, after))
            after += apart
    return tuple(pressed)


PAUSE: Duration = 5_000
"""How long a comma among the keys waits, in milliseconds: a prompt or two."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One call, as its caller will go about it. What is None never happens by his doing.

    `number` and `name` go into the From header as given: percent-encode there what must be percent-encoded.
    `cancels_after` counts from the INVITE, `hangs_up_after` and `gives_up_after` from the hotline's answer (the
    latter stops counting at `talking`), `talks_for` from `talking`.
    """

    number: str
    dialled: str = "95555"
    name: str = ""
    keys: tuple[Key, ...] = ()
    starts_after: Duration = 0
    cancels_after: Duration | None = None
    hangs_up_after: Duration | None = None
    gives_up_after: Duration | None = None
    talks_for: Duration | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for a key that no telephone has, too many of them, or one too soon."""
        if any(not key.digits or set(key.digits) - set("0123456789*#ABCD") for key in self.keys):
            raise ValueError("a key is one of 0123456789*#ABCD, and a comma is a pause")
        if len(self.keys) > _KEYS_A_CALLER_MAY_PRESS:
            raise ValueError(f"a caller presses keys at most {_KEYS_A_CALLER_MAY_PRESS} times")
        for key, following in pairwise(self.keys):
            if following.after < key.done_after:
                raise ValueError(f"the key after {key.digits!r} may be pressed from {key.done_after} ms on")


class Callers:
    """A group of callers under way. Each is known by his place in the group, from 0."""

    def __init__(self, sipp: Sipp, diary: Diary, count: int) -> None:
        self.sipp = sipp
        self.diary = diary
        self._count = count

    def did(self, caller: int, what: str | None = None) -> list[Happening]:
        """What this caller saw and did: called, ringing, answered, key, talking, ended, hung_up, gave_up, …"""
        return self.diary.of(str(caller), what)

    async def until(self, what: str, count: int | None = None, within: float = 30.0) -> None:
        """Return when so many callers (all, when not said) have had it. Raises TimeoutError, with what they did."""
        wanted = self._count if count is None else count
        try:
            await self.diary.until(
                lambda: len({h.party for h in self.diary.happenings if h.what == what}) >= wanted, within
            )
        except TimeoutError:
            last = {caller: did[-1].what for caller in range(self._count) if (did := self.did(caller))}
            runs = "runs" if self.sipp.is_running else "has ended"
            raise TimeoutError(f"not {what} within {within:g} s: sipp {runs}, and callers did last: {last}") from None

    async def finished(self, within: float = 60.0) -> None:
        """Return when every call is over. Raises TimeoutError."""
        await self.until("over", within=within)

    def hang_up(self, caller: int) -> None:
        """Have this caller leave now: by BYE when the hotline has answered, by CANCEL before."""
        for happening in self.did(caller, "called"):
            self.sipp.tell(happening.detail, "HANGUP")

    def talking(self, caller: int) -> None:
        """Let this caller know that somebody talks to him: patience is over, `talks_for` begins."""
        for happening in self.did(caller, "called"):
            self.sipp.tell(happening.detail, "TALK")

    def up(self) -> list[int]:
        """The callers whose calls are neither over nor still to be placed."""
        return [n for n in range(self._count) if self.did(n, "called") and not self.did(n, "over")]

    async def leave(self) -> None:
        """Have every caller hang up, and wait a moment for it; who stays is dealt with by SIPp's own end."""
        for caller in self.up():
            self.hang_up(caller)
        with suppress(TimeoutError):
            await self.diary.until(lambda: not self.sipp.is_running or not self.up(), _LEAVE_WITHIN)


@asynccontextmanager
async def placed(
    callers: Sequence[Caller],
    server: Server,
    *,
    host: str = "127.0.0.1",
    listener: Listener | None = None,
    per_second: float = 1000.0,
    messages: Path | None = None,
) -> AsyncIterator[Callers]:
    """All these calls, placed from one SIPp at this rate (on top of each caller's `starts_after`).

    Calls still up when the block is left get a BYE or CANCEL. Raises ValueError, SippMissing, SippFailed.
    """
    if not 0 < len(callers) <= _MOST_AT_ONCE:
        raise ValueError(f"from 1 to {_MOST_AT_ONCE} callers go into one group")
    slots = max(len(caller.keys) for caller in callers)
    if slots:
        require_keys_can_be_pressed()
    scenario = render("caller.xml.j2", key_slots=slots, tick=_TICK, tone=_TONE, refusals=_REFUSALS)
    rows = [_row(label, caller, slots) for label, caller in enumerate(callers)]
    diary = Diary(listener)
    options = [*_rate(per_second), "-m", str(len(callers)), "-l", str(len(callers))]
    async with running(
        scenario,
        {"callers.csv": table(rows)},
        server,
        diary.write,
        host=host,
        options=options,
        messages=messages,
    ) as sipp:
        group = Callers(sipp, diary, len(callers))
        try:
            yield group
        finally:
            await group.leave()


def _rate(per_second: float) -> list[str]:
    # SIPp takes a whole number of calls per period, so the period carries the fraction.
    if per_second >= 1 and per_second == int(per_second):
        return ["-r", str(int(per_second))]
    return ["-r", "1", "-rp", str(max(1, round(1000 / per_second)))]


def _row(label: int, caller: Caller, slots: int) -> list[object]:
    def or_never(duration: Duration | None) -> Duration:
        return NEVER if duration is None else duration

    row: list[object] = [label, caller.dialled, caller.number, caller.name, caller.starts_after]
    row += map(or_never, (caller.cancels_after, caller.hangs_up_after, caller.gives_up_after, caller.talks_for))
    for slot in range(slots):
        pressed = slot < len(caller.keys)
        row += [caller.keys[slot].digits, caller.keys[slot].after] if pressed else ["0", NEVER]
    return row


async def place_call(
    server: Server,
    number: str,
    keys_pressed: str = "21",
    caller: str = "13812345678",
    talk: Duration | None = None,
    on_line: Callable[[str], None] = print,
) -> bool:
    """Place one call and tell, line by line, what comes of it. True when it was answered by the hotline.

    The caller hangs up `talk` milliseconds after the hotline's answer, waiting included; None: he stays until the
    other side hangs up. Cancelled, he hangs up. Raises ValueError, SippMissing, SippFailed.
    """
    _require_plausible(number, caller)
    script = Caller(caller, dialled=number, keys=keys(keys_pressed), hangs_up_after=talk)
    async with placed([script], server, listener=lambda h: on_line(line) if (line := tell(h)) else None) as group:
        on_line(f"calling {number} as {caller if caller == ANONYMOUS else masked(caller)}")

        def tell_of_silence() -> None:
            if {happening.what for happening in group.did(0)} == {"called"}:
                on_line(f"there is no reply from {server.host}:{server.port}")

        loop = asyncio.get_running_loop()
        impatience = loop.call_later(_REPLY_WITHIN, tell_of_silence)
        try:
            await group.sipp.wait()
        finally:
            impatience.cancel()
        if loop.time() < impatience.when():
            tell_of_silence()
        return bool(group.did(0, "answered"))


def _require_plausible(number: str, caller: str) -> None:
    """Raise ValueError for what makes a request that Asterisk drops without a word."""
    if not re.fullmatch(r"\+?[0-9*]{1,32}", number):
        raise ValueError(f"{number[:40]!r} cannot be dialled; a number is digits, with or without a + before them")
    if caller != ANONYMOUS and not re.fullmatch(r"\+?[0-9]{1,32}", caller):
        raise ValueError(
            f"no call can come from {caller[:40]!r}; allowed are digits, with or without a + before them, and "
            f"{ANONYMOUS} for who hides his number"
        )


def masked(number: str) -> str:
    """A caller's number as it may be shown: its last four digits."""
    return "…" + "".join(c for c in number if c in "0123456789")[-4:]


_WORDS = {
    "ringing": "ringing",
    "answered": "answered by the hotline",
    "key": "key {} pressed",
    "line_changed": "an agent's phone is being rung",
    "talking": "an agent answered, talking",
    "ended": "the hotline ended the call",
    "hung_up": "hung up",
    "gave_up": "lost patience and hung up",
    "cancelled": "hung up before the hotline answered",
    "refused": "refused by the hotline with {}",
    "failed": "failed: {}",
}


def tell(happening: Happening) -> str | None:
    """A happening of a caller in words, or None when it is not worth a line."""
    words = _WORDS.get(happening.what)
    return None if words is None else words.format(happening.detail)
