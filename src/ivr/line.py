"""The line to a caller, as the steps of a menu see it.

`AgiLine` is the one on a real call; tests have one in virtual time. It raises `CallOver` from any method when there is
nobody to talk to any more, and the steps let that pass: a dialogue with nobody just ends.
"""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from acd.core.instants import Duration

ANY_KEY = "0123456789*#"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A recorded or spoken text: its name, and the language it is in."""

    language: str
    name: str


@dataclass(frozen=True, slots=True)
class Tone:
    """Two frequencies in Hz that sound together, 0 for none, and for how many milliseconds."""

    low: int
    high: int
    lasting: Duration


Tones: TypeAlias = tuple[Tone, ...]


class PromptMissing(Exception):
    """There is no sound for a prompt; what it says must reach the caller in another way."""


class Line(Protocol):
    """What a step can do with a caller."""

    async def play(self, prompt: Prompt, interrupted_by: str) -> str | None:
        """Play a prompt to its end, or until one of the keys is pressed, which is returned.

        Keys that do not interrupt are lost. Raises PromptMissing when there is no such sound.
        """
        ...

    async def start_tones(self, tones: Tones) -> None:
        """Let tones sound on the line until `stop_tones`, whatever else is asked for meanwhile; they do not repeat."""
        ...

    async def stop_tones(self) -> None:
        """Let the line be still again."""
        ...

    async def record(self, name: str, at_most: Duration, silence: Duration) -> bool:
        """Record what the caller says under the call's name, in the folder called `name` of Asterisk's spool.

        Ends after `at_most` milliseconds, after so many of `silence`, or by any key. False if nothing was kept.
        """
        ...

    async def wait_for_key(self, wait: Duration) -> str | None:
        """The next key pressed within `wait` milliseconds, or None."""
        ...

    async def variable(self, name: str) -> str:
        """A variable of the call, or the empty text if it is not set."""
        ...

    async def set_variable(self, name: str, value: str) -> None:
        """Write a variable of the call."""
        ...
