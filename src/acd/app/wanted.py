"""What people want of a running core besides calls: that it reads its settings, or its emergency switches, again.

Of many who want the same while one is served, one more is served after it.
"""

import asyncio


class Wanted:
    """Noted by handlers of signals, and taken by whoever does it."""

    def __init__(self) -> None:
        self._settings = self._switches = False
        self._news = asyncio.Event()

    def read_settings(self) -> None:
        """Somebody wants the settings to be read again; with them, the switches are."""
        self._settings = True
        self._news.set()

    def read_switches(self) -> None:
        """Somebody wants the switches alone to be read again."""
        self._switches = True
        self._news.set()

    @property
    def something(self) -> bool:
        """Whether anything is wanted."""
        return self._news.is_set()

    async def take(self) -> tuple[bool, bool]:
        """Wait until something is wanted; whether it is the settings, and whether it is the switches."""
        await self._news.wait()
        wanted = self._settings, self._switches
        self._settings = self._switches = False
        self._news.clear()
        return wanted
