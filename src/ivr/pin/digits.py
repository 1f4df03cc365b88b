"""The one place where keyed digits are held, and from which they are wiped.

The digits stand in a buffer of fixed size that never grows, so no older copy of it is left behind when it does. Nothing
here ever shows a digit: not `repr`, not an error. What Python and the libraries below us copy on the way out of here
is told in docs/pin.md.
"""

import hmac
from types import TracebackType
from typing import Self

MOST_DIGITS = 20


class Digits:
    """Digits that a caller keyed. A context manager: leaving it wipes them."""

    __slots__ = ("_buffer", "_many")

    def __init__(self) -> None:
        self._buffer = bytearray(MOST_DIGITS)
        self._many = 0

    @classmethod
    def of(cls, text: str) -> Self:
        """Digits that came in another way than by keys. Raises ValueError, which does not hold them."""
        if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
            raise ValueError(f"only digits are allowed, at most {MOST_DIGITS}")
        digits = cls()
        for key in text:
            digits.add(key)
        return digits

    def add(self, key: str) -> None:
        """Take one more digit; one beyond MOST_DIGITS is dropped."""
        if self._many < MOST_DIGITS:
            self._buffer[self._many] = ord(key)
            self._many += 1

    def wipe(self) -> None:
        """Overwrite everything; the buffer is empty then and may be used again."""
        for place in range(MOST_DIGITS):
            self._buffer[place] = 0
        self._many = 0

    @property
    def view(self) -> memoryview:
        """The digits where they stand, as ASCII. Whoever asks must let go of it before the digits are wiped."""
        return memoryview(self._buffer)[: self._many]

    def same_as(self, other: "Digits") -> bool:
        """Whether both hold the same digits, found out in the same time whatever they are."""
        return hmac.compare_digest(self.view, other.view)

    @property
    def plain(self) -> bool:
        """Whether anybody would guess them first: one digit repeated, or digits in a row up or down."""
        steps = {(after - before) % 10 for before, after in zip(self.view, self.view[1:], strict=False)}
        return steps <= {0} or steps in ({1}, {9})

    def __len__(self) -> int:
        """How many digits there are."""
        return self._many

    def __repr__(self) -> str:
        """Never a digit, nor how many."""
        return "<digits>"

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wipe."""
        self.wipe()
