"""A telephone that keeps all that is heard and said on its line, sample by sample, and can say anything itself.

Its two directions lie on one time axis, so that both together are what a tap or an extension phone would hear.
"""

import re
import select
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeAlias

import numpy

from tests.sounds import RATE, Sound, from_wire, keys_in_band, to_wire
from tests.telephone import Telephone

FRAME = 160
"""Samples of a packet, 20 ms."""
STILL = bytes([0xD5]) * FRAME
LONGEST = RATE * 300
"""Samples kept of a direction, five minutes; what comes later is not kept."""

LATE = 0.04
"""Seconds that a packet may be late and the next ones still come in time."""

_WITH_EVENTS = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 8 0 96\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:96 telephone-event/8000\r\na=sendrecv\r\n"
)
_WITHOUT_EVENTS = _WITH_EVENTS.replace(" 0 96\r\n", " 0\r\n").replace("a=rtpmap:96 telephone-event/8000\r\n", "")
_KEYS = "0123456789*#ABCD"

Packet: TypeAlias = tuple[int, bytes, bool]
"""Payload type, payload, and whether it belongs to the key that the packet before it began."""


@dataclass(frozen=True, slots=True)
class WiredKey:
    """A key that was on the wire as an RFC 4733 event: which one, and from when on, in seconds."""

    key: str
    at: float


class HearingTelephone(Telephone):
    """A telephone with ears; as a caller or, registered, as an agent's phone.

    From its making on it sends a packet every 20 ms to whoever is there, of silence when it has nothing to say, and
    keeps both directions. `in_band` is a line without RFC 4733: its keys are sounds.
    """

    def __init__(
        self, server_port: int, does: int = 200, at: tuple[str, int] = ("127.0.0.1", 0), *, in_band: bool = False
    ) -> None:
        self.sdp = _WITHOUT_EVENTS if in_band else _WITH_EVENTS
        self.wired_in: list[WiredKey] = []
        """Keys that reached this telephone as RFC 4733 events; whatever is here, its owner could know."""
        self._to_say: deque[Packet] = deque()
        self._saying = threading.Condition()
        self._heard = numpy.zeros(LONGEST)
        self._said_sound = numpy.zeros(LONGEST)
        self._packets = 0
        self._frame = 0
        self._event_at = 0
        self._last: tuple[int, int, int] = (-1, 0, 0)
        self._wired_last = -1
        self._media_over = threading.Event()
        super().__init__(server_port, does, at)
        self._origin = time.monotonic()
        self._media_thread = threading.Thread(target=self._carry, daemon=True)
        self._media_thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()
        self._media_over.set()
        self._media_thread.join()
        super().__exit__(kind, error, trace)

    # What it says.

    def say(self, sound: Sound, *, wait: bool = True) -> Self:
        """Send a sound in the time that it takes; with `wait`, return when it is on its way whole."""
        padded = numpy.concatenate([sound, numpy.zeros(-len(sound) % FRAME)])
        return self._put([(8, to_wire(padded[at : at + FRAME]), False) for at in range(0, len(padded), FRAME)], wait)

    def press_in_band(self, keys: str, lasting: float = 0.12, gap: float = 0.15, level: float = -12.0) -> Self:
        """Press keys as a telephone without RFC 4733 does, and return when it is done. `level` is dBFS."""
        return self.say(keys_in_band(keys, lasting, gap, level))

    def press(self, key: str) -> None:
        """Press one key, or several one after another, as RFC 4733 has it, and return when it is done."""
        for one in key:
            event = _KEYS.index(one)
            packets: list[Packet] = []
            for number in range(1, 9):
                end = 0x80 if number > 5 else 0
                payload = struct.pack("!BBH", event, end | 10, FRAME * min(number, 5))
                packets.append((96, payload, number > 1))
            self._put([*packets, *[(8, STILL, False)] * 5], wait=True)

    def _send_media(self, kind: int, payload: bytes, at: int) -> None:  # noqa: ARG002 - this line keeps its own time
        self._put([(kind, payload, False)], wait=True)

    # What was heard, and said.

    def now(self) -> float:
        """Seconds on the axis of both directions."""
        return time.monotonic() - self._origin

    def heard_sound(self, since: float = 0.0, until: float | None = None) -> Sound:
        """What this telephone heard; nothing received is silence."""
        return self._part(self._heard, since, until)

    def said_sound(self, since: float = 0.0, until: float | None = None) -> Sound:
        """What this telephone said as sound."""
        return self._part(self._said_sound, since, until)

    def line_sound(self, since: float = 0.0, until: float | None = None) -> Sound:
        """Both directions together, as a tap or an extension phone hears them."""
        last = self.now() if until is None else until
        return self.heard_sound(since, last) + self.said_sound(since, last)

    def heard(self) -> int:
        """How many packets of sound have come since this was asked last."""
        with self._saying:
            count, self._packets = self._packets, 0
        return count

    def until_heard(self, seconds: float) -> float:
        """Listen for so long from now on; returns the instant at which that began."""
        began = self.now()
        while self.now() < began + seconds:
            time.sleep(0.02)
        return began

    def _part(self, whole: Sound, since: float, until: float | None) -> Sound:
        last = self.now() if until is None else until
        with self._saying:
            return whole[round(since * RATE) : min(LONGEST, round(last * RATE))].copy()

    # The line itself.

    def _put(self, packets: list[Packet], wait: bool) -> Self:
        with self._saying:
            self._to_say.extend(packets)
            if wait:
                limit = 5 + len(packets) * 0.05
                assert self._saying.wait_for(lambda: not self._to_say, limit), "nobody is there to hear it"
        return self

    def _carry(self) -> None:
        while not self._media_over.is_set():
            due = self._origin + self._frame * 0.02
            if (rest := due - time.monotonic()) > 0:
                ready, _, _ = select.select([self._media], [], [], rest)
                if ready:
                    self._take()
                continue
            if rest < -LATE:
                # A machine that had no time for us: a line does not make up for that in a rush, and Asterisk would
                # lose keys in one. Time stood still for that long.
                self._origin -= rest
            self._give()
            self._frame += 1

    def _give(self) -> None:
        if not self._their_media:
            return
        with self._saying:
            kind, payload, goes_on = self._to_say.popleft() if self._to_say else (8, STILL, False)
            at = self._frame * FRAME
            if not goes_on:
                self._event_at = at
            if kind == 8 and at + FRAME <= LONGEST:
                self._said_sound[at : at + len(payload)] = from_wire(8, payload)
            self._saying.notify_all()
        self._said += 1
        marked = 0x80 if kind == 96 and not goes_on else 0
        head = struct.pack("!BBHII", 0x80, kind | marked, self._said & 0xFFFF, self._event_at, 7)
        self._media.sendto(head + payload, ("127.0.0.1", self._their_media))

    def _take(self) -> None:
        packet = self._media.recv(2_048)
        if len(packet) < 12 or packet[0] >> 6 != 2:
            return
        kind, stamp = packet[1] & 0x7F, struct.unpack("!I", packet[4:8])[0]
        source, payload = struct.unpack("!I", packet[8:12])[0], packet[12 + 4 * (packet[0] & 0x0F) :]
        arrived = round((time.monotonic() - self._origin) * RATE)
        with self._saying:
            if kind not in {0, 8}:
                if len(payload) >= 4 and stamp != self._wired_last and payload[0] < len(_KEYS):
                    self._wired_last = stamp
                    self.wired_in.append(WiredKey(_KEYS[payload[0]], arrived / RATE))
                return
            self._packets += 1
            last_source, last_stamp, last_at = self._last
            at = last_at + stamp - last_stamp
            # A stream goes on by its own stamps, however late this thread comes to it; a new one, or one that jumped
            # away from the time, begins when it comes.
            goes_on = source == last_source and stamp - last_stamp == FRAME
            if not goes_on and (source != last_source or abs(at - arrived) > RATE // 5):
                at = arrived
            self._last = (source, stamp, at)
            if at >= 0 and at + len(payload) <= LONGEST:
                self._heard[at : at + len(payload)] = from_wire(kind, payload)

    def _ring(self, invite: str) -> None:
        self._their_media = int(re.findall(r"m=audio (\d+)", invite)[0])
        super()._ring(invite)
