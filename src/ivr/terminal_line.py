"""A line to somebody at a keyboard: prompts are shown as text, keys are typed. For trying menus without a telephone.

It is its own clock: a prompt takes as long as its text is to be read aloud, silence takes as long as it is waited for,
and thinking takes no time. So a visit ends by its time limit as on a telephone, and never because somebody read slowly.
"""

from collections import deque
from collections.abc import Callable, Mapping

from acd.core.instants import Duration, Instant
from ivr.agi_commands import LONGEST_WAIT, set_variable
from ivr.agi_errors import CallerHungUp
from ivr.line import ANY_KEY, Prompt, PromptMissing, Tones

PER_CHARACTER: Duration = 80
"""Milliseconds in which a character of a text is read aloud, roughly."""

PER_KEY: Duration = 250
"""Milliseconds from one key to the next, of somebody who types several in one line."""

SHORT: Duration = 1_000
"""A wait of so many milliseconds or less passes without anybody being asked for a key."""

KEYS_AT_MOST = 64
"""Keys typed in one line that count; the rest is dropped."""


class TerminalLine:
    """A `Line` and its clock, from `starts_at` on.

    `show` is given each line of text; `read` is asked for the keys that are typed, several at once if he likes, and
    told whether they must not be seen; None from it is a hang-up, and an empty text is silence.
    """

    def __init__(
        self,
        texts: Mapping[Prompt, str],
        variables: Mapping[str, str],
        starts_at: Instant,
        show: Callable[[str], None],
        read: Callable[[bool], str | None],
    ) -> None:
        self._texts = texts
        self._variables = dict(variables)
        self._time = starts_at
        self._show = show
        self._read = read
        self._keys: deque[str] = deque(maxlen=KEYS_AT_MOST)
        self._masked = False
        self._was_typed = False
        """Something was typed since the tones began."""

    def now(self) -> Instant:
        """The instant of this line's own clock."""
        return self._time

    async def play(self, prompt: Prompt, interrupted_by: str) -> str | None:
        """See Line. Words of a row are shown one below the other; a key typed ahead cuts a prompt short."""
        text = self._texts.get(prompt)
        if text is None:
            raise PromptMissing(prompt.name)
        if text:
            self._show(f"{prompt.language}  {text}")
        if not interrupted_by:
            # Whoever may not interrupt is not heard either.
            self._keys.clear()
        elif self._keys:
            return self._next_key()
        self._time += len(text) * PER_CHARACTER
        return None

    async def start_tones(self, tones: Tones) -> None:  # noqa: ARG002 - a terminal has no sound
        """See Line. What is typed until the tones end is one line, which is not seen."""
        self._masked = True

    async def stop_tones(self) -> None:
        """See Line."""
        self._masked = self._was_typed = False

    async def record(self, name: str, at_most: Duration, silence: Duration) -> bool:  # noqa: ARG002 - nothing is
        """See Line; nothing is recorded."""
        self._show(f"    (the caller speaks; kept in {name})")
        return True

    async def wait_for_key(self, wait: Duration) -> str | None:
        """See Line."""
        if not self._keys and wait > SHORT and not self._was_typed:
            self._was_typed = self._masked
            typed = self._read(self._masked)
            if typed is None:
                raise CallerHungUp("gone from the keyboard")
            self._keys.extend(key for key in typed[:KEYS_AT_MOST] if key in ANY_KEY)
        if self._keys:
            return self._next_key()
        self._time += min(wait, LONGEST_WAIT)
        return None

    async def variable(self, name: str) -> str:
        """See Line."""
        return self._variables.get(name, "")

    async def set_variable(self, name: str, value: str) -> None:
        """See Line; refuses what a real call would refuse."""
        set_variable(name, value)
        self._variables[name] = value

    def _next_key(self) -> str:
        self._time += PER_KEY
        return self._keys.popleft()
