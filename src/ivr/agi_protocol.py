"""AGI as a machine without I/O: bytes from Asterisk go in, what they mean comes out.

`receive` never raises, never waits and never keeps more than one unfinished line and one unfinished reply: whatever
is wrong with the bytes, the answer is one `Ended`, and from then on nothing. The shell in agi_server.py brings the
bytes and counts the seconds.

The rules: first the header, whole and within its limits, then one reply for each command, in step. A reply that
nobody asked for is not kept for the next command, it ends the connection. A line `HANGUP` may stand anywhere, even
inside the text of a 520, and means that the caller has gone.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from ivr.agi_commands import Command
from ivr.agi_environment import Environment, parse_environment
from ivr.agi_errors import AgiError, CallerHungUp, ProtocolBroken, Refusal, SwitchLeft

LONGEST_HEADER = 16_384
MOST_HEADER_LINES = 64
LONGEST_LINE = 4_096
LONGEST_REPLY = 16_384
"""Limits in bytes, line ends included. At each of them the connection ends with `too_long`."""

_CODE = re.compile(rb"([0-9]{3})([ -])(.*)", re.DOTALL)
_RESULT = re.compile(r"result=([^ ]*)(?: (.*))?", re.DOTALL)
_END_POSITION = re.compile(r"(?:^| )endpos=([0-9]{1,18})$")
_NUMBER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Reply:
    """What Asterisk said to one command.

    `result` stands after `result=`, as text (digits that were keyed may begin with 0); `note` is what stood in
    parentheses: a variable's value or a word such as `timeout`; `end_position` counts samples. A refused command has
    the code 510 or 520 and nothing else.
    """

    code: int
    result: str = ""
    note: str | None = None
    end_position: int | None = None

    @property
    def number(self) -> int | None:
        """The result as a whole number, or None if it is none."""
        return int(self.result) if _NUMBER.fullmatch(self.result) else None


@dataclass(frozen=True, slots=True)
class CallPresented:
    """The header is complete and sound; commands may be sent."""

    environment: Environment


@dataclass(frozen=True, slots=True)
class Replied:
    """The answer to the command that was sent."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Ended:
    """The conversation is over, and why. Always the last event of a connection."""

    error: AgiError


AgiEvent: TypeAlias = CallPresented | Replied | Ended


class _State(Enum):
    HEADER = auto()
    READY = auto()
    ASKED = auto()
    OVER = auto()


class AgiConnection:
    """One conversation with Asterisk about one call."""

    def __init__(self) -> None:
        self._state = _State.HEADER
        self._line = bytearray()
        self._header: list[bytes] = []
        self._taken = 0
        self._in_usage = False

    @property
    def over(self) -> bool:
        """Whether the conversation has ended; nothing can be sent then."""
        return self._state is _State.OVER

    @property
    def kept(self) -> int:
        """How many bytes are held back for later; never more than the limits above allow."""
        return len(self._line) + sum(map(len, self._header))

    def send(self, command: Command) -> bytes:
        """The bytes of `command`. Raises UnsafeCommand, and AssertionError if it is not our turn to speak."""
        assert self._state is _State.READY, "one command at a time, and none before the header or after the end"
        encoded = command.encode()
        self._state = _State.ASKED
        self._taken = 0
        return encoded

    def receive(self, data: bytes) -> list[AgiEvent]:
        """Take what arrived; no bytes mean that the connection was closed. Returns what came of it, oldest first."""
        events: list[AgiEvent] = []
        try:
            if not data:
                self._closed()
            start = 0
            while not self.over and start < len(data):
                end = data.find(b"\n", start)
                piece = data[start:] if end < 0 else data[start:end]
                if len(self._line) + len(piece) >= LONGEST_LINE:
                    raise ProtocolBroken(Refusal.TOO_LONG, f"a line of more than {LONGEST_LINE} bytes")
                self._line += piece
                if end < 0:
                    break
                start = end + 1
                line = bytes(self._line)
                self._line.clear()
                event = self._take(line)
                if event is not None:
                    events.append(event)
        except AgiError as error:
            if not self.over:
                self._finish()
                events.append(Ended(error))
        return events

    def _closed(self) -> None:
        if self._state is _State.HEADER:
            raise ProtocolBroken(Refusal.CUT_OFF, "closed before the header was complete")
        # A cut-off HANGUP line is a hang-up all the same, and the two are one to whoever hears of it.
        raise SwitchLeft("Asterisk closed the connection")

    def _finish(self) -> None:
        self._state = _State.OVER
        self._line.clear()
        self._header.clear()

    def _take(self, line: bytes) -> AgiEvent | None:
        self._taken += len(line) + 1
        if self._state is _State.HEADER:
            return self._take_header(line)
        if line == b"HANGUP":
            raise CallerHungUp("Asterisk says that the caller hung up")
        if self._state is _State.READY:
            raise ProtocolBroken(Refusal.UNASKED, "a line that answers no command")
        if self._taken > LONGEST_REPLY:
            raise ProtocolBroken(Refusal.TOO_LONG, f"a reply of more than {LONGEST_REPLY} bytes")
        return self._take_reply(line)

    def _take_header(self, line: bytes) -> AgiEvent | None:
        if self._taken > LONGEST_HEADER or len(self._header) >= MOST_HEADER_LINES:
            raise ProtocolBroken(Refusal.TOO_LONG, "a header of too many lines or bytes")
        if line:
            self._header.append(line)
            return None
        environment = parse_environment(self._header)
        self._header.clear()
        self._state = _State.READY
        return CallPresented(environment)

    def _take_reply(self, line: bytes) -> AgiEvent | None:
        coded = _CODE.fullmatch(line)
        if self._in_usage:
            # The lines between are the manual page of the command; only the closing 520 has a meaning.
            if coded is None or coded[1] != b"520" or coded[2] != b" ":
                return None
            self._in_usage = False
            return self._replied(Reply(520))
        if coded is None:
            raise ProtocolBroken(Refusal.MALFORMED, "a reply without a code")
        code, dash = int(coded[1]), coded[2] == b"-"
        match code, dash:
            case 200, False:
                return self._replied(_parse_result(coded[3].decode("utf-8", errors="replace")))
            case ((510 | 520), False):
                return self._replied(Reply(code))
            case 520, True:
                self._in_usage = True
                return None
            case 511, False:
                raise CallerHungUp("Asterisk says that the channel is dead")
        raise ProtocolBroken(Refusal.MALFORMED, "a reply with a code that Asterisk does not use")

    def _replied(self, reply: Reply) -> AgiEvent:
        self._state = _State.READY
        return Replied(reply)


def _parse_result(text: str) -> Reply:
    parts = _RESULT.fullmatch(text)
    if parts is None:
        raise ProtocolBroken(Refusal.MALFORMED, "a reply without a result")
    result, rest = parts[1], parts[2] or ""
    end_position = None
    # From the end, because a variable's value in the parentheses may itself hold parentheses and "endpos=".
    position = _END_POSITION.search(rest) if not rest.endswith(")") else None
    if position is not None:
        end_position = int(position[1])
        rest = rest[: position.start()]
    note = None
    if rest:
        if not (rest.startswith("(") and rest.endswith(")") and len(rest) >= 2):
            raise ProtocolBroken(Refusal.MALFORMED, "a reply with something unknown after its result")
        note = rest[1:-1]
    return Reply(200, result, note, end_position)
