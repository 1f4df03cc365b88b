"""Scripted phones: they register with a password and do with every call what their script says.

All phones of a group are one SIPp process behind one address, which Asterisk reaches by the Contact that each phone
registered. A phone that was never registered needs no script: it is not started. All times are in milliseconds and
kept to within a twentieth of a second. Phones on this machine live on a loopback address of their own, so that
Asterisk does not take them for the trunk.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from acd.core.instants import Duration
from acd.demo.parties import Diary
from acd.demo.sipp import NEVER, Happening, Listener, Server, Sipp, SippFailed, render, running, table

PHONES_LIVE_AT = "127.0.0.2"
_TICK: Duration = 50
REGISTERED_FOR_SECONDS = 3600
_READY_WITHIN = 5.0
_LEAVE_WITHIN = 2.0
_REGISTERED_WITHIN = 11.0
_LOOK_EVERY = 1.0
"""Seconds between two looks at whether there still is somebody to be registered with."""


class PhoneRefused(RuntimeError):
    """Asterisk did not let a phone register."""


class Behaviour(IntEnum):
    """What a phone does with a call."""

    ANSWER = 1
    NO_ANSWER = 2
    BUSY = 3
    DECLINE = 4
    FORWARD = 5


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone. `hangs_up_after` counts from its answer; None: it waits for the other side to hang up.

    Answering and hanging up at once is `answer_after=0, hangs_up_after=0`.
    """

    name: str
    secret: str = field(repr=False)
    behaviour: Behaviour = Behaviour.ANSWER
    answer_after: Duration = 0
    hangs_up_after: Duration | None = None
    forward_to: str = ""


class Phones:
    """A group of registered phones, by their names."""

    def __init__(self, sipp: Sipp, diary: Diary, names: Sequence[str]) -> None:
        self.sipp = sipp
        self.diary = diary
        self._names = tuple(names)
        self._enrolments = 0

    def did(self, phone: str, what: str | None = None) -> list[Happening]:
        """What this phone saw and did: registered, invited, ringing, answered, cancelled, busy, ended, hung_up, …

        The detail of `invited` and `answered` is the leg's Call-ID, a bar, and the number that the INVITE is from.
        """
        return self.diary.of(phone, what)

    async def until(self, phone: str, what: str, count: int = 1, within: float = 30.0) -> Happening:
        """The `count`th time that this phone had it, waited for. Raises TimeoutError."""
        await self.diary.until(lambda: len(self.did(phone, what)) >= count, within)
        return self.did(phone, what)[count - 1]

    def answer(self, phone: str) -> None:
        """Have a ringing phone answer now."""
        self._tell_last(phone, "ANSWER")

    def hang_up(self, phone: str) -> None:
        """Have a talking phone hang up now."""
        self._tell_last(phone, "HANGUP")

    def up(self) -> list[str]:
        """The phones that have a call that is not over."""
        begun = [h.party for h in self.diary.happenings if h.what == "invited"]
        over = [h.party for h in self.diary.happenings if h.what == "over"]
        return [phone for phone in dict.fromkeys(begun) if begun.count(phone) > over.count(phone)]

    async def leave(self) -> None:
        """Have every talking phone hang up, and wait a moment for it."""
        for phone in self.up():
            if len(self.did(phone, "answered")) > 0:
                self.hang_up(phone)
        with suppress(TimeoutError):
            await self.diary.until(lambda: not self.sipp.is_running or not self.up(), _LEAVE_WITHIN)

    async def register(self, seconds: int = REGISTERED_FOR_SECONDS) -> None:
        """Register all phones for so long; 0 seconds takes them off. Raises PhoneRefused with those that may not.

        Who is not let in asks once more, as any phone does: a busy Asterisk may have answered too late.
        """
        refused = await self._enrol(self._names, seconds)
        if refused:
            refused = await self._enrol(refused, seconds)
        if refused:
            raise PhoneRefused(f"the hotline did not let these phones register: {', '.join(refused)}")

    async def _enrol(self, phones: Sequence[str], seconds: int) -> list[str]:
        begun = len(self.diary.happenings)
        self._enrolments += 1
        for phone in phones:
            self.sipp.tell(f"enrol-{self._enrolments}-{phone}", "ENROL", f"{phone}@{seconds}")

        def answered(*kinds: str) -> set[str]:
            return {h.party for h in self.diary.happenings[begun:] if h.what in kinds}

        with suppress(TimeoutError):
            await self.diary.until(lambda: answered("registered", "not_registered") >= set(phones), _REGISTERED_WITHIN)
        return [phone for phone in phones if phone not in answered("registered")]

    def _tell_last(self, phone: str, word: str) -> None:
        invited = self.did(phone, "invited")
        if invited:
            self.sipp.tell(invited[-1].detail.split("|")[0], word)


@asynccontextmanager
async def registered(
    phones: Sequence[Phone],
    server: Server,
    *,
    host: str = PHONES_LIVE_AT,
    listener: Listener | None = None,
    messages: Path | None = None,
) -> AsyncIterator[Phones]:
    """These phones, registered and ready; unregistered and silent when the block is left.

    Raises PhoneRefused with the phones that Asterisk refused, SippMissing, SippFailed, ValueError for an odd name.
    """
    diary = Diary(listener)
    rows = [(*_row(phone), f"[authentication username={phone.name} password={phone.secret}]") for phone in phones]
    async with running(
        render("phone.xml.j2", tick=_TICK, server=server, anybody=False),
        {"phones.csv": table(rows)},
        server,
        diary.write,
        host=host,
        options=["-infindex", "phones.csv", "0"],
        messages=messages,
    ) as sipp:
        await _ready(sipp)
        group = Phones(sipp, diary, [phone.name for phone in phones])
        try:
            await group.register()
            yield group
        finally:
            await group.leave()
            if sipp.is_running:
                with suppress(PhoneRefused):
                    await group.register(seconds=0)


def _row(phone: Phone) -> tuple[str | int, ...]:
    hangs_up_after = NEVER if phone.hangs_up_after is None else phone.hangs_up_after
    return phone.name, int(phone.behaviour), phone.answer_after, hangs_up_after, phone.forward_to


async def _ready(sipp: Sipp) -> None:
    """Return when the phones answer an OPTIONS request. Raises SippFailed when they have ended or stay silent."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setblocking(False)
        probe.bind((sipp.host, 0))
        here = ":".join(map(str, probe.getsockname()))
        with suppress(TimeoutError):
            async with asyncio.timeout(_READY_WITHIN):
                for attempt in range(1000):
                    if not sipp.is_running:
                        raise SippFailed(sipp.why(await sipp.wait()))
                    with suppress(TimeoutError, OSError):
                        probe.sendto(_options(here, attempt), (sipp.host, sipp.port))
                        await asyncio.wait_for(loop.sock_recv(probe, 4096), 0.1)
                        return
    raise SippFailed(f"the phones at {sipp.host}:{sipp.port} did not come up in {_READY_WITHIN:.0f} s")


def _options(here: str, attempt: int) -> bytes:
    lines = (
        "OPTIONS sip:ready@phones SIP/2.0",
        f"Via: SIP/2.0/UDP {here};branch=z9hG4bK-ready{attempt}",
        f"From: <sip:ready@{here}>;tag=ready{attempt}",
        "To: <sip:ready@phones>",
        f"Call-ID: ready-{attempt}-{here}",
        "CSeq: 1 OPTIONS",
        "Max-Forwards: 70",
        "Content-Length: 0",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def run_phone(
    server: Server,
    phone: Phone,
    on_line: Callable[[str], None] = print,
    for_seconds: float | None = None,
    gone: Callable[[], bool] = lambda: False,
) -> None:
    """Register this phone and let it do as its script says, telling line by line, until cancelled or so long.

    Once the hotline is `gone` that is said, and the phone goes without taking leave, for which nobody is there.
    """

    def listener(happening: Happening) -> None:
        if (line := tell(happening)) is not None:
            on_line(line)

    async with registered([phone], server, listener=listener) as group:
        with suppress(TimeoutError):
            async with asyncio.timeout(for_seconds):
                await _until_over(group.sipp, gone, on_line)


async def run_outside(
    server: Server,
    carrier: Server,
    phone: Phone,
    on_line: Callable[[str], None] = print,
    gone: Callable[[], bool] = lambda: False,
) -> None:
    """Be every telephone that the hotline calls through this carrier, telling line by line, until cancelled or `gone`.

    Raises SippMissing, SippFailed; the latter also where something else listens at the carrier's address already.
    """

    def listener(happening: Happening) -> None:
        if (line := tell(happening)) is not None:
            on_line(line)

    async with running(
        render("phone.xml.j2", tick=_TICK, server=server, anybody=True),
        {"phones.csv": table([(*_row(phone), "")])},
        server,
        listener,
        host=carrier.host,
        port=carrier.port,
        options=["-infindex", "phones.csv", "0"],
    ) as sipp:
        await _ready(sipp)
        await _until_over(sipp, gone, on_line)


async def _until_over(sipp: Sipp, gone: Callable[[], bool], on_line: Callable[[str], None]) -> None:
    """Return when SIPp has ended, or the hotline is `gone`, which is said. Raises SippFailed."""
    while not gone() and not await sipp.ends_within(_LOOK_EVERY):
        pass
    if sipp.is_running:
        on_line("the hotline has ended")
        await sipp.stop()
    else:
        await sipp.wait()


_WORDS = {
    "registered": "{} is registered",
    "off": "{} is no longer registered",
    "ringing": "{} rings",
    "answered": "{} answers",
    "cancelled": "{} stops ringing",
    "busy": "{} is busy",
    "declined": "{} declines",
    "forwarded": "{} forwards",
    "hung_up": "{} hangs up",
    "ended": "{}: the caller or the hotline hung up",
}


def tell(happening: Happening) -> str | None:
    """A happening of a phone in words, or None when it is not worth a line."""
    taken_off = (happening.what, happening.detail) == ("registered", "0")
    words = _WORDS.get("off" if taken_off else happening.what)
    return None if words is None else words.format(happening.party)
