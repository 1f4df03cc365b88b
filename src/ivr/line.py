"""The line to a caller, as the steps of a menu see it.

`AgiLine` is the one on a real call; tests have one in virtual time. It raises `CallOver` from any method when there is
nobody to talk to any more, and the steps let that pass: a dialogue with nobody just ends.
"""

from dataclasses import dataclass
from typing import Protocol

from acd.core.instants import Duration

ANY_KEY = "0123456789*#"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A recorded or spoken text: its name, and the language it is in."""

    language: str
    name: str


class Line(Protocol):
    """What a step can do with a caller."""

    async def play(self, prompt: Prompt, interrupted_by: str) -> str | None:
        """Play a prompt to its end, or until one of the keys is pressed, which is returned.

        Keys that do not interrupt are lost. A prompt that is missing is silence of no length.
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
