"""A neutral witness: a second manager connection that sees calls dialled, answered and hung up, by Asterisk's clock.

It knows nothing of the hotline or of app_queue, and sends nothing but its log-in. When an agent becomes free is the
hangup of his leg; when he is given the next caller is the DialBegin that rings his phone.
"""

import asyncio
from dataclasses import dataclass, field
from typing import cast

from bench.bank import OBSERVER

CARRIER = "PJSIP/trunk-"


@dataclass(slots=True)
class Seen:
    """One caller, as Asterisk's events tell of him; all times are seconds of Asterisk's clock, 0.0 for never."""

    waiting_at: float = 0.0
    dialled_at: float = 0.0
    answered_at: float = 0.0
    ended_at: float = 0.0
    music: int = 0
    """How often the music began for him: at first, after each announcement, and when his agent's phone was rung."""


@dataclass(slots=True)
class Witness:
    """All that was seen since the last `forget`."""

    callers: dict[str, Seen] = field(default_factory=dict)
    free: dict[str, float] = field(default_factory=dict)
    """When each agent who has not been dialled since became free."""
    offers: list[tuple[float, float]] = field(default_factory=list)
    """Each agent's turn: when he became free, and when his phone was dialled for the next caller."""
    dials: list[tuple[str, str, float]] = field(default_factory=list)
    """Each dial of a phone: the call, the phone, and when."""
    failed: int = 0
    """Dials that no phone answered."""
    legs_ended: int = 0

    def forget(self) -> None:
        """Begin a new measurement."""
        self.callers.clear()
        self.free.clear()
        self.offers.clear()
        self.dials.clear()
        self.failed = self.legs_ended = 0

    def take(self, event: dict[str, str]) -> None:
        """Take note of one event."""
        at = float(event["Timestamp"])
        channel, uniqueid = event.get("Channel", ""), event.get("Uniqueid", "")
        match event["Event"]:
            case "MusicOnHoldStart" if channel.startswith(CARRIER):
                seen = self.callers.setdefault(uniqueid, Seen())
                seen.waiting_at = seen.waiting_at or at
                seen.music += 1
            case "DialBegin":
                seen = self.callers.setdefault(uniqueid, Seen())
                seen.dialled_at = seen.dialled_at or at
                self.dials.append((uniqueid, _phone(event["DestChannel"]), at))
                freed = self.free.pop(_phone(event["DestChannel"]), None)
                if freed is not None:
                    self.offers.append((freed, at))
            case "DialEnd":
                if event["DialStatus"] == "ANSWER":
                    self.callers.setdefault(uniqueid, Seen()).answered_at = at
                else:
                    self.failed += 1
            case "Hangup" if channel.startswith(CARRIER):
                self.callers.setdefault(uniqueid, Seen()).ended_at = at
            case "Hangup":
                self.legs_ended += 1
                self.free[_phone(channel)] = at

    def offer_latencies(self) -> list[float]:
        """Seconds from an agent's hangup to his next dial, of those who were free while somebody waited."""
        steps = [(seen.waiting_at, 1) for seen in self.callers.values() if seen.waiting_at]
        steps += [
            (seen.dialled_at or seen.ended_at, -1)
            for seen in self.callers.values()
            if seen.waiting_at and (seen.dialled_at or seen.ended_at)
        ]
        steps.sort()
        latencies, waiting, place = [], 0, 0
        for freed, dialled in sorted(self.offers):
            while place < len(steps) and steps[place][0] < freed:
                waiting += steps[place][1]
                place += 1
            if waiting > 0:
                latencies.append(dialled - freed)
        return latencies

    def waits(self) -> list[float]:
        """Seconds from the first note of music to the first phone's dial, of each caller who got so far."""
        return [
            max(0.0, seen.dialled_at - seen.waiting_at)
            for seen in self.callers.values()
            if seen.dialled_at and seen.waiting_at
        ]

    def announcements(self) -> int:
        """How often the music was broken off for something else than an offer, of all callers."""
        return sum(max(0, seen.music - 1 - (seen.dialled_at > 0)) for seen in self.callers.values())

    def ended(self) -> int:
        """How many callers have left."""
        return sum(1 for seen in self.callers.values() if seen.ended_at)

    def answered(self) -> int:
        """How many callers an agent answered."""
        return sum(1 for seen in self.callers.values() if seen.answered_at)


class Observer(asyncio.Protocol):
    """The connection; logs in at once, and hands every event to its witness."""

    def __init__(self, secret: str) -> None:
        self.witness = Witness()
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._secret = secret
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Log in."""
        # uvloop's transports are no asyncio.Transport by class.
        log_in = f"Action: Login\r\nUsername: {OBSERVER}\r\nSecret: {self._secret}\r\n\r\n"
        cast("asyncio.Transport", transport).write(log_in.encode())

    def data_received(self, data: bytes) -> None:
        """Cut the bytes into blocks. The numbers in them are our own callers', so nothing here is hostile."""
        *blocks, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for block in blocks:
            lines = (line.split(": ", 1) for line in block.decode("utf-8", "replace").split("\r\n"))
            headers = {line[0]: line[1] for line in lines if len(line) == 2}
            if "Event" in headers and "Timestamp" in headers:
                self.witness.take(headers)
            elif headers.get("Response") == "Success" and not self.ready.done():
                self.ready.set_result(None)
            elif headers.get("Response") == "Error" and not self.ready.done():
                self.ready.set_exception(ConnectionError("the observer was not let in"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will be seen."""
        if not self.ready.done():
            self.ready.set_exception(exc or ConnectionError("the observer's connection was closed"))


def _phone(channel: str) -> str:
    return channel.removeprefix("PJSIP/").rsplit("-", 1)[0]
