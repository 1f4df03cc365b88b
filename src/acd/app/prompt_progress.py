"""Tells people how far the prompts are, without a line for each of those that were there already."""

from acd.app import console
from ivr.prompts import Progress as Prompt


class Progress:
    """Takes one prompt after the other; says how many are being spoken, and when they are done."""

    def __init__(self) -> None:
        self._spoken = 0

    def __call__(self, prompt: Prompt) -> None:
        """Note one prompt."""
        if prompt.source == "spoken":
            self._spoken += 1
            if self._spoken == 1:
                console.step("Speaking the prompts")
        if prompt.done == prompt.total and self._spoken:
            console.say(f"  {self._spoken} spoken, {prompt.total - self._spoken} there already")
