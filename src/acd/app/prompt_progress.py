"""Tells people how far the prompts are, without a line for each of those that were there already."""

from acd.app import console
from acd.core.instants import Duration, Instant
from acd.engine.clock import SystemClock
from acd.engine.ports import Clock
from ivr.prompts import Progress as Prompt
from ivr.prompts import Source

TELL_EVERY: Duration = 2_000
"""Milliseconds between two lines about how far it is; what is over sooner needs none."""


class Progress:
    """Takes one prompt after the other; says that some are being spoken, now and then how far it is, and the end."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._told_at: Instant = self._clock.now()
        self.counts = dict.fromkeys(Source, 0)
        """How many prompts came from where."""

    def __call__(self, prompt: Prompt) -> None:
        """Note one prompt."""
        self.counts[prompt.source] += 1
        spoken = self.counts[Source.SPOKEN]
        if prompt.source is Source.SPOKEN and spoken == 1:
            console.step("Speaking the prompts")
        if prompt.done == prompt.total:
            if spoken:
                console.say(f"  {spoken} spoken, {prompt.total - spoken} there already")
        elif spoken and self._clock.now() >= self._told_at + TELL_EVERY:
            self._told_at = self._clock.now()
            console.say(f"  {prompt.done} of {prompt.total}")
