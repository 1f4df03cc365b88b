"""A record of what a group of parties did, that can be waited on."""

import asyncio
from collections.abc import Callable

from acd.demo.sipp import Happening, Listener


class Diary:
    """All happenings of a group, in the order in which they came. It grows with the group: a few lines a call."""

    def __init__(self, listener: Listener | None = None) -> None:
        self.happenings: list[Happening] = []
        self._listener = listener
        self._news = asyncio.Event()

    def write(self, happening: Happening) -> None:
        """Take one more happening, and tell those who wait."""
        self.happenings.append(happening)
        if self._listener is not None:
            self._listener(happening)
        self._news.set()

    def of(self, party: str, what: str | None = None) -> list[Happening]:
        """What this party did; only happenings of one kind when `what` is given."""
        return [h for h in self.happenings if h.party == party and what in {None, h.what}]

    def count(self, what: str) -> int:
        """How many happenings of this kind there were."""
        return sum(h.what == what for h in self.happenings)

    async def until(self, holds: Callable[[], bool], within: float) -> None:
        """Return when `holds` is true of the diary as it stands. Raises TimeoutError after `within` seconds."""
        async with asyncio.timeout(within):
            while not holds():
                self._news.clear()
                await self._news.wait()
