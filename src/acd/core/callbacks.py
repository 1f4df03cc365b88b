"""Who may be called back now: what decides whether an entry stands in line."""

from acd.core.calls import Call, CallState
from acd.core.instants import Instant
from acd.core.language.facts import FloorFacts
from acd.core.memory import Memory
from acd.core.policy import Lane


def stands_in_line(entry: Call, memory: Memory, floor: FloorFacts, now: Instant) -> bool:
    """Whether an entry of who left the line stands in line for him at `now`, so that an agent may take him.

    Not before the next attempt is due, nor outside the hours, nor in an emergency, nor while he is still on the line,
    hearing that he will be called back; and never if the hotline calls nobody, or no number of his that it may call.
    """
    rules, callback = memory.policy.callbacks, entry.callback
    if rules is None or callback is None or entry.state is not CallState.AWAY:
        return False
    if not rules.reaches(entry.number_to_call) or _lane_of(entry, memory).emergency is not None:
        return False
    if memory.callbacks_from > now or (callback.next_at is not None and callback.next_at > now):
        return False
    return callback.wished_in not in memory.calls and (not rules.hours or floor.is_open(rules.hours))


def _lane_of(entry: Call, memory: Memory) -> Lane:
    lanes = memory.policy.lanes
    return lanes.get(entry.lane or memory.policy.default_lane, lanes[memory.policy.default_lane])
