"""The collecting of digits: a customer keys the number by which he is known.

Whether anybody knows it is never said: a number that nobody has sounds like one that somebody has, and what it is
worth shows when a PIN is asked for. 0 and nothing else leads to a person.
"""

from acd.config.menus import Collect
from acd.config.targets import BACK, NEXT, PERSON, REPEAT, Target
from acd.core.instants import Duration, seconds
from ivr.entry import take_digits
from ivr.spoken import digits
from ivr.visit import Visit

ENTERED = "collect-entered"
CONFIRM = "collect-confirm"
TOO_SHORT = "entry-too-short"

CONFIRM_WITHIN: Duration = seconds(5)
"""How long the answer is waited for, in milliseconds, once the digits have been read out."""


async def collect(visit: Visit, name: str, step: Collect) -> Target:
    """Ask with the prompt called `name`; what is keyed is the customer whom the caller says to be."""
    silent = True
    for _ in range(step.attempts):
        entry = await take_digits(visit, name, at_most=step.at_most, wait_for=step.wait_for)
        if entry.digits or entry.key is not None:
            silent = False
            visit.by_silence = False
        match entry.digits or entry.key:
            case "*":
                return BACK
            case "#":
                return REPEAT
            case "0":
                return PERSON
            case None:
                continue
        if len(entry.digits) < step.at_least:
            visit.keep(await visit.say(TOO_SHORT))
            continue
        match await _confirmed(visit, entry.digits) if step.confirm else "1":
            case "0":
                return PERSON
            case "1":
                visit.identify(entry.digits)
                return NEXT
    visit.note_silence(silent=silent)
    return visit.unanswered(step.otherwise)


async def _confirmed(visit: Visit, number: str) -> str | None:
    """1 for right, 0 for a person, all else for wrong."""
    while True:
        key = await visit.ask(ENTERED, *digits(number), CONFIRM, keys="12", wait_for=CONFIRM_WITHIN, attempts=1)
        if key != "#":
            return key
