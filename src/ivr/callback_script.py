"""The script `callback` of the AGI server: a waiting caller has pressed the key for being called back.

He hears the number at which he will be called, digit by digit, and says by keys whether it is right or keys another
one. `HL_CALLBACK_NUMBER` is that other number, empty for the one he calls from; `HL_DONE` is 1 only if he confirmed.
Whoever presses nothing keeps his place on the line, and so does one whom this script leaves in the middle.
"""

from collections.abc import Mapping

from acd.config.model import HotlineConfig
from acd.core.instants import Duration, seconds
from acd.core.policy import LONGEST_NUMBER, Callbacks
from ivr.agi_call import AgiCall
from ivr.agi_line import AgiLine
from ivr.entry import take_digits
from ivr.line import Line, Prompt, PromptMissing
from ivr.spoken import digits
from ivr.visit import Surroundings, TimeIsUp, Visit, visit_again

LONGEST_VISIT: Duration = seconds(120)
"""Milliseconds after which a caller is asked nothing more, and waits on."""

WAIT_FOR: Duration = seconds(6)
"""How long a key is waited for, in milliseconds."""

MOST_ENTRIES = 3
"""How often a caller may key another number."""

NUMBER = "callback-number"
ENTERED = "callback-entered"
CONFIRM = "callback-confirm"
ENTER = "callback-enter"
NOT_ALLOWED = "callback-not-allowed"
NOT_WANTED = "callback-not-wanted"


def may_be_called(number: str, config: HotlineConfig) -> bool:
    """Whether the settings allow this number to be called back, by how it begins.

    Without a section `callbacks` people call back, and decide for themselves.
    """
    rules = Callbacks() if config.callbacks is None else config.callbacks.callbacks(config.numbers)
    return rules.reaches(number)


class CallbackScript:
    """Asks where to call back. `lengths` is what the prompts' build returned."""

    def __init__(self, around: Surroundings, lengths: Mapping[Prompt, Duration]) -> None:
        self._around = around
        self._lengths = lengths

    async def __call__(self, call: AgiCall) -> None:
        """Ask one caller."""
        await self.ask(AgiLine(call, self._lengths))

    async def ask(self, line: Line) -> None:
        """Ask the caller on this line, and write on his call what he confirmed."""
        visit = await visit_again(line, self._around, LONGEST_VISIT)
        try:
            chosen = await _number_of(visit)
            if chosen is None:
                await visit.say(NOT_WANTED)
                return
        except (PromptMissing, TimeIsUp):
            # Nobody is called back at a number that he has not heard and confirmed: he waits on.
            return
        await line.set_variable("HL_CALLBACK_NUMBER", chosen)
        await line.set_variable("HL_DONE", "1")


async def _number_of(visit: Visit) -> str | None:
    """Where he wants to be called: another number, empty for his own; None if nowhere."""
    if may_be_called(visit.number, visit.config):
        match await _confirmed(visit, NUMBER, visit.number):
            case "1":
                return ""
            case None:
                return None
    for _ in range(MOST_ENTRIES):
        entry = await take_digits(visit, ENTER, at_most=LONGEST_NUMBER, wait_for=WAIT_FOR)
        if entry.key == "#":
            continue
        if not entry.digits:
            return None
        if not may_be_called(entry.digits, visit.config):
            visit.keep(await visit.say(NOT_ALLOWED))
            continue
        match await _confirmed(visit, ENTERED, entry.digits):
            case "1":
                return entry.digits
            case None:
                return None
    return None


async def _confirmed(visit: Visit, name: str, number: str) -> str | None:
    """1 for right, 2 for another number, None for neither."""
    while True:
        key = await visit.ask(name, *digits(number), CONFIRM, keys="12", wait_for=WAIT_FOR, attempts=2)
        if key != "#":
            return key if key in {"1", "2"} else None
