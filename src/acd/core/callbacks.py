"""Who may be called back now: what decides whether an entry stands in line."""

from acd.core.calls import Call, CallState
from acd.core.instants import Instant
from acd.core.language.facts import FloorFacts
from acd.core.memory import Memory


def stands_in_line(entry: Call, memory: Memory, floor: FloorFacts, now: Instant) -> bool:
    """Whether an entry of who left the line stands in line for him at `now`, so that an agent may take him.

    Not before the next attempt is due, nor outside the hours, nor while he is still on the line, hearing that he will
    be called back; and never if the hotline itself calls nobody, or knows no number of his.
    """
    rules, callback = memory.policy.callbacks, entry.callback
    if rules is None or callback is None or entry.state is not CallState.AWAY or not entry.number:
        return False
    if callback.next_at is not None and callback.next_at > now:
        return False
    return callback.wished_in not in memory.calls and (not rules.hours or floor.is_open(rules.hours))
