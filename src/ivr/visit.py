"""One caller's way through a menu: what is known of him so far, and the few things every step does with him.

A visit has an end: when its time is up, the caller goes on to wait for a person with what he has chosen until then.
A caller can be kept by his own keys for that long and no longer.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from acd.config.menus import Texts
from acd.core.instants import Duration, Instant
from acd.core.names import LaneName, LanguageName
from acd.engine.ports import Clock
from ivr.line import ANY_KEY, Line, Prompt
from ivr.prompt_names import INVALID_KEY

T = TypeVar("T")


class TimeIsUp(Exception):
    """The caller has been in the menu as long as anybody may."""


class Visit:
    """A caller in a menu.

    `languages` is the order in which a caller hears the languages while he has chosen none; `ends_at` is when his
    time is up.
    """

    def __init__(self, line: Line, clock: Clock, languages: Sequence[LanguageName], ends_at: Instant) -> None:
        self.language: LanguageName | None = None
        self.lane: LaneName | None = None
        self.pressed_in: dict[str, str] = {}
        """The key that chose a lane, for each menu; the last one where a menu asks twice."""
        self._line = line
        self._clock = clock
        self._languages = tuple(languages)
        self._ends_at = ends_at
        self._pressed: str | None = None

    async def say(self, name: str, texts: Texts) -> str | None:
        """Play a prompt in the caller's language, or in all of them; any key ends it and is returned.

        Languages that have no text are left out. Raises TimeIsUp.
        """
        languages = self._languages if self.language is None else (self.language,)
        for language in languages:
            if language in texts:
                self._time_left()
                key = await self._line.play(Prompt(language, name), ANY_KEY)
                if key is not None:
                    return key
        return None

    def keep(self, key: str | None) -> None:
        """Remember a key that the caller pressed before he was asked; the next question decides what it is worth."""
        self._pressed = key

    async def ask(self, name: str, texts: Texts, keys: Mapping[str, T], wait_for: Duration, attempts: int) -> T | None:
        """What the caller chose, or None if he chose nothing in so many attempts. Raises TimeIsUp.

        Silence repeats the question; a key that leads nowhere is said to be one, and then the question is repeated.
        A key that was pressed during the greeting before answers the question at once if it is one of its keys. If
        it is not, it only cut the greeting short: many press # to get on, and nobody had told them the keys yet.
        """
        key, self._pressed = self._pressed, None
        if key is not None and key in keys:
            return keys[key]
        key = None
        for attempt in range(1, attempts + 1):
            if key is None:
                key = await self.say(name, texts)
            if key is None:
                key = await self._line.wait_for_key(min(wait_for, self._time_left()))
            if key is None:
                continue
            if key in keys:
                return keys[key]
            key = None
            if attempt < attempts:
                # Whoever knows the keys by now need not hear it out: a key pressed meanwhile is the next attempt.
                key = await self.say(INVALID_KEY, texts)
        return None

    def _time_left(self) -> Duration:
        left = self._ends_at - self._clock.now()
        if left <= 0:
            raise TimeIsUp
        return left
