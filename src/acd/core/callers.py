"""What is remembered of callers by their numbers, beyond a single call. A number proves nothing about who calls."""

from typing import TypeVar

from acd.core.calls import Call
from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.core.names import AgentId

T = TypeVar("T")

NUMBERS_AT_MOST = 50_000
"""Numbers of which each of these things is remembered; beyond it the one of longest ago is forgotten."""


def remember_agent(memory: Memory, call: Call, agent: AgentId, now: Instant) -> None:
    """Note who talked with the caller's number last."""
    _note(memory.last_agents, call.number, (agent, now))


def remember_advert(memory: Memory, call: Call, now: Instant) -> None:
    """Note that the caller was asked about adverts."""
    _note(memory.asked_adverts, call.number, now)


def remember_survey(memory: Memory, call: Call, now: Instant) -> None:
    """Note that the caller was asked how he was served."""
    _note(memory.surveyed, call.number, now)


def _note(known: dict[str, T], number: str, value: T) -> None:
    if not number:
        return
    known.pop(number, None)
    known[number] = value
    if len(known) > NUMBERS_AT_MOST:
        del known[next(iter(known))]
