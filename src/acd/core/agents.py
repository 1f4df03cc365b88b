"""An agent's desk: the states it may be in, and which may follow which."""

from dataclasses import dataclass
from enum import StrEnum

from acd.core.instants import Instant
from acd.core.names import AgentId, CallId, OfferId


class AgentState(StrEnum):
    """What an agent is doing."""

    LOGGED_OUT = "logged_out"
    READY = "ready"
    RESERVED = "reserved"
    """Chosen for a call; the phone does not ring yet."""
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    COOLING = "cooling"
    """Left alone for some seconds after the phone was busy, declined or could not be reached."""
    PAUSED = "paused"


OFFERED = frozenset({AgentState.RESERVED, AgentState.RINGING})
"""States in which an agent holds an offer."""

ON_A_CALL = OFFERED | {AgentState.TALKING}
"""States in which pausing and leaving have to wait."""

_S = AgentState
LEGAL: dict[AgentState, frozenset[AgentState]] = {
    _S.LOGGED_OUT: frozenset({_S.PAUSED, _S.TALKING}),
    _S.READY: frozenset({_S.RESERVED, _S.TALKING, _S.PAUSED, _S.LOGGED_OUT}),
    _S.RESERVED: frozenset({_S.RINGING, _S.TALKING, _S.READY, _S.COOLING, _S.PAUSED, _S.LOGGED_OUT}),
    _S.RINGING: frozenset({_S.TALKING, _S.READY, _S.COOLING, _S.PAUSED, _S.LOGGED_OUT}),
    _S.TALKING: frozenset({_S.WRAP_UP, _S.READY, _S.PAUSED, _S.LOGGED_OUT}),
    _S.WRAP_UP: frozenset({_S.READY, _S.PAUSED, _S.LOGGED_OUT, _S.TALKING}),
    _S.COOLING: frozenset({_S.READY, _S.PAUSED, _S.LOGGED_OUT, _S.TALKING}),
    _S.PAUSED: frozenset({_S.PAUSED, _S.READY, _S.LOGGED_OUT, _S.TALKING}),
}
"""Which state may follow which. Talking may follow any idle state: a survey can find a talk that was missed."""


@dataclass(slots=True)
class Desk:
    """One agent's present state; the router alone changes it, and only by `move`."""

    agent: AgentId
    state: AgentState = AgentState.LOGGED_OUT
    since: Instant = 0
    until: Instant | None = None
    """When the state ends by itself; None when it does not."""
    reason: str = ""
    idle_since: Instant = 0
    """Since when the agent has had nothing to do; an offer that came to nothing by no fault of his leaves it."""
    call: CallId | None = None
    offer: OfferId | None = None
    afterwards: AgentState | None = None
    """PAUSED or LOGGED_OUT when the agent asked for it during an offer or a call."""
    afterwards_reason: str = ""

    def move(self, state: AgentState, now: Instant, *, until: Instant | None = None, reason: str = "") -> None:
        """Change the state; raises AssertionError for a step that `LEGAL` does not know."""
        assert state in LEGAL[self.state], f"{self.agent}: {self.state} may not become {state}"
        self.state = state
        self.since = now
        self.until = until
        self.reason = reason
        if state not in ON_A_CALL:
            self.call = None
            self.offer = None
