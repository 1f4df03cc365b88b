"""What one browser has still to be sent: bounded, and a later state takes the place of an earlier one.

A browser that does not read fills its own outbox and no other. A full outbox is closed, not trimmed: the browser
connects anew and is told the present state, which is always right.
"""

import asyncio
from collections import OrderedDict

MESSAGES_AT_MOST = 64


class Outbox:
    """Texts for one connection, in order; a text with the key of one still unsent takes that one's place."""

    def __init__(self, at_most: int = MESSAGES_AT_MOST) -> None:
        self._at_most = at_most
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._unkeyed = 0
        self._news = asyncio.Event()
        self._drained = asyncio.Event()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether nothing is taken any more."""
        return self._closed

    def put(self, text: str, key: str = "") -> bool:
        """Add a text; False, and closed from then on, if there was no room."""
        if self._closed:
            return False
        if not key:
            self._unkeyed += 1
            key = f"#{self._unkeyed}"
        if key not in self._texts and len(self._texts) >= self._at_most:
            self.cut()
            return False
        # The newest of a kind goes to the end: it must not overtake what was said before it.
        self._texts.pop(key, None)
        self._texts[key] = text
        self._drained.clear()
        self._news.set()
        return True

    def close(self) -> None:
        """Take nothing more; what is in goes out."""
        self._closed = True
        self._news.set()
        self._drained.set()

    def cut(self) -> None:
        """Take nothing more and forget what is in."""
        self._texts.clear()
        self.close()

    async def drained(self) -> None:
        """Return when whoever takes has come back for more: all that was put is on its way. At once if closed."""
        await self._drained.wait()

    async def take(self) -> str | None:
        """The next text; None once the outbox is closed and empty."""
        while not self._texts:
            if self._closed:
                return None
            self._drained.set()
            self._news.clear()
            await self._news.wait()
        return self._texts.popitem(last=False)[1]
