"""A row of digits that a caller keys: a customer's number, a telephone number. Never a PIN.

`#` ends the row, `*` throws away what was keyed and begins anew. Where nothing is keyed yet, the two mean what they
mean at every question: again, and back. A row ends by itself when it is as long as it may be, and when no key comes.
"""

from dataclasses import dataclass

from acd.core.instants import Duration
from ivr.visit import Visit

DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Entry:
    """What was keyed; without digits, `key` is the one that was pressed instead: `*`, `#`, or None for silence."""

    digits: str = ""
    key: str | None = None


async def take_digits(visit: Visit, *names: str, at_most: int, wait_for: Duration) -> Entry:
    """Ask for digits with these prompts. `wait_for` is for the next key. Raises PromptMissing and TimeIsUp."""
    key = visit.taken_ahead(DIGITS)
    if key is None:
        key = await visit.say(*names)
    if key is None:
        key = await visit.wait_for_key(wait_for)
    if key is None or key not in DIGITS:
        return Entry(key=key)
    digits = key
    while len(digits) < at_most:
        key = visit.taken_ahead(f"{DIGITS}*#") or await visit.wait_for_key(wait_for)
        if key is None or key == "#":
            break
        digits = "" if key == "*" else digits + key
    return Entry(digits)
