"""The manager interface's bytes, cut into blocks: no sockets, no waiting, and nothing here believes what it reads.

Events nobody asked for are recognised by their first bytes and never parsed. What is parsed must be spotless: it
begins with `Event:` or `Response:`, every line is `Key: value`, no key comes twice (but for a few that may), and no
control character stands in it. A caller's number can hold line breaks and so forge the end of one block and the
beginning of another; what such a caller can write before the true rest of a block fails one of these rules or
says nothing that the true block did not say (acd.asterisk.translate has the other half of the defence).

Memory is bounded: a block longer than `longest_block` is dropped while it arrives, and reading goes on after the
next blank line. Each byte is looked at a fixed number of times, however it is sliced.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from acd.asterisk.link_statistics import LinkStatistics

LONGEST_BLOCK = 64 * 1024
MOST_LINES = 512
LONGEST_GREETING = 128
GREETING = b"Asterisk Call Manager/"

REPEATABLE = frozenset({"Variable", "ChanVariable", "Output"})
"""Headers that Asterisk itself writes several times in one block."""

_END = b"\r\n\r\n"
# Some of Asterisk's replies were seen to end like this; as a block's end it harms nobody.
_SHORT_END = b"\r\n\n"
_ANY_END = re.compile(rb"\r\n\r?\n")
_OVERLAP = len(_END) - 1
_CONTROLS = bytes([*range(0x20), 0x7F])


class BlockFault(StrEnum):
    """Why a block was dropped."""

    TOO_LONG = "too_long"
    TOO_MANY_LINES = "too_many_lines"
    UNKNOWN_START = "unknown_start"
    CONTROL_CHARACTER = "control_character"
    NOT_A_HEADER = "not_a_header"
    REPEATED_KEY = "repeated_key"


class GreetingError(ConnectionError):
    """Whoever answered on the port is not an Asterisk manager interface."""


class Block(NamedTuple):
    """One event or reply, in the order it was written."""

    headers: dict[str, str]
    repeated: tuple[tuple[str, str], ...] = ()
    """All occurrences of the headers in REPEATABLE; they are not in `headers`."""


class AmiFraming:
    """Takes the bytes of one connection as they come and gives back the wanted blocks."""

    def __init__(
        self,
        wanted_events: Iterable[str],
        statistics: LinkStatistics,
        *,
        longest_block: int = LONGEST_BLOCK,
        most_lines: int = MOST_LINES,
    ) -> None:
        self.greeting: str | None = None
        self._wanted = (b"Response: ", *(f"Event: {name}\r\n".encode() for name in sorted(wanted_events)))
        self._statistics = statistics
        self._longest_block = longest_block
        self._most_lines = most_lines
        self._buffer = bytearray()
        self._searched = 0
        self._overflowing = False

    def receive(self, data: bytes) -> list[Block]:
        """Take the next bytes, of any number, and return the wanted blocks they complete.

        Raises GreetingError if the connection does not begin as Asterisk's manager interface does. Faulty blocks
        never raise; they are counted by reason.
        """
        self._statistics.bytes_received += len(data)
        self._buffer += data
        if self.greeting is None and not self._take_greeting():
            return []
        blocks: list[Block] = []
        for piece in self._complete_pieces():
            # This loop sees every event of the switch, so the order is by how often each case comes.
            if piece.startswith(self._wanted):
                self._parse_into(blocks, piece)
            elif piece.startswith(b"Event: "):
                self._statistics.blocks_unwanted += 1
            elif stripped := piece.lstrip(b"\r\n"):
                self._take_odd(blocks, stripped)
            else:
                # A blank line too many; it was counted as a block.
                self._statistics.blocks_received -= 1
        return blocks

    def _take_odd(self, blocks: list[Block], piece: bytes) -> None:
        """A block with blank lines before it, which harm nobody, or one that begins as none does."""
        if piece.startswith(self._wanted):
            self._parse_into(blocks, piece)
        elif piece.startswith(b"Event: "):
            self._statistics.blocks_unwanted += 1
        else:
            self._drop(BlockFault.UNKNOWN_START)

    def _take_greeting(self) -> bool:
        """Cut the greeting's line, which has no blank line behind it; False while it is incomplete."""
        line, found, _ = self._buffer.partition(b"\r\n")
        expected = GREETING if found else GREETING[: len(line)]
        if not line.startswith(expected) or len(line) > LONGEST_GREETING:
            raise GreetingError("no Asterisk manager interface answered on this port")
        if not found:
            return False
        self.greeting = line.decode("ascii", "replace")
        del self._buffer[: len(line) + 2]
        return True

    def _complete_pieces(self) -> list[bytes]:
        """Cut everything up to the last blank line off the buffer, as raw blocks."""
        buffer = self._buffer
        # Only the new bytes are searched, and the few before them in which a blank line may have begun.
        start = max(0, self._searched - _OVERLAP)
        end = _behind(buffer, _END, start)
        short = buffer.find(_SHORT_END, start) >= 0
        if short:
            end = max(end, _behind(buffer, _SHORT_END, start))
        if not end:
            self._searched = len(buffer)
            if len(buffer) > self._longest_block:
                self._overflow()
            return []
        complete = bytes(memoryview(buffer)[:end])
        del buffer[:end]
        self._searched = len(buffer)
        pieces = _ANY_END.split(complete) if short else complete.split(_END)
        pieces.pop()
        if self._overflowing:
            # The first of these is the end of the block that was too long.
            self._overflowing = False
            del pieces[0]
        if len(buffer) > self._longest_block:
            self._overflow()
        self._statistics.blocks_received += len(pieces)
        return pieces

    def _overflow(self) -> None:
        """Forget an endless block while it arrives, but for the bytes in which its end may have begun."""
        if not self._overflowing:
            self._overflowing = True
            self._statistics.blocks_received += 1
            self._drop(BlockFault.TOO_LONG)
        del self._buffer[:-_OVERLAP]
        self._searched = len(self._buffer)

    def _parse_into(self, blocks: list[Block], piece: bytes) -> None:
        if len(piece) > self._longest_block:
            self._drop(BlockFault.TOO_LONG)
            return
        block = parse_block(piece, self._most_lines)
        if isinstance(block, BlockFault):
            self._drop(block)
        else:
            blocks.append(block)

    def _drop(self, fault: BlockFault) -> None:
        self._statistics.dropped[fault] += 1


def _behind(buffer: bytearray, end: bytes, start: int) -> int:
    """The position behind the last `end` in the buffer, or 0."""
    found = buffer.rfind(end, start)
    return found + len(end) if found >= 0 else 0


def parse_block(piece: bytes, most_lines: int = MOST_LINES) -> Block | BlockFault:
    """One block without its blank line, or what is wrong with it. Bad UTF-8 becomes U+FFFD; it is not a fault."""
    line_ends = piece.count(b"\r\n")
    if line_ends >= most_lines:
        return BlockFault.TOO_MANY_LINES
    if len(piece) - len(piece.translate(None, _CONTROLS)) != 2 * line_ends:
        return BlockFault.CONTROL_CHARACTER
    pairs = [line.split(": ", 1) for line in piece.decode("utf-8", "replace").split("\r\n")]
    try:
        headers: dict[str, str] = dict(pairs)
    except ValueError:
        return BlockFault.NOT_A_HEADER
    if headers.keys().isdisjoint(REPEATABLE):
        return Block(headers) if len(headers) == len(pairs) else BlockFault.REPEATED_KEY
    repeated = tuple((key, value) for key, value in pairs if key in REPEATABLE)
    once = {key: value for key, value in pairs if key not in REPEATABLE}
    if len(once) + len(repeated) != len(pairs):
        return BlockFault.REPEATED_KEY
    return Block(once, repeated)
