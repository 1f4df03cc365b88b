"""What is remembered of callers by their numbers, beyond a single call. A number proves nothing about who calls."""

from acd.core.calls import Call
from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.core.names import AgentId
from acd.core.wishes import WISHES_AT_MOST, CallbackWish

NUMBERS_AT_MOST = 50_000
"""Numbers whose last agent is remembered; beyond it the one that talked longest ago is forgotten."""


def remember_agent(memory: Memory, call: Call, agent: AgentId, now: Instant) -> None:
    """Note who talked with the caller's number last."""
    if call.number:
        known = memory.last_agents
        known.pop(call.number, None)
        known[call.number] = (agent, now)
        if len(known) > NUMBERS_AT_MOST:
            del known[next(iter(known))]


def note_wish(memory: Memory, call: Call, now: Instant) -> None:
    """Note that the caller is to be called back; he has a number and is in a lane."""
    assert call.lane is not None
    assert call.language is not None
    assert call.entered_at is not None
    memory.wishes[call.id] = CallbackWish(call.id, call.number, call.lane, call.language, call.entered_at, now)
    if len(memory.wishes) > WISHES_AT_MOST:
        del memory.wishes[next(iter(memory.wishes))]


def fulfil_wishes(memory: Memory, call: Call) -> None:
    """Whoever wanted to be called back at this caller's number talks with an agent now."""
    if memory.wishes and call.number:
        for wish in [wish for wish in memory.wishes.values() if wish.number == call.number]:
            del memory.wishes[wish.call]
