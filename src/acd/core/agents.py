"""An agent's desk: the states it may be in, and which may follow which."""

from dataclasses import dataclass
from enum import StrEnum

from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, CallId, LaneName, OfferId
from acd.core.switch_events import PhoneState


class AgentState(StrEnum):
    """What an agent is doing."""

    LOGGED_OUT = "logged_out"
    READY = "ready"
    RESERVED = "reserved"
    """Chosen for a call; the phone does not ring yet."""
    RINGING = "ringing"
    TALKING = "talking"
    CONSULTED = "consulted"
    """Asked by a colleague whose caller is on hold: his phone rings, or the two talk."""
    WRAP_UP = "wrap_up"
    COOLING = "cooling"
    """Left alone for some seconds after the phone was busy, declined or could not be reached."""
    PAUSED = "paused"
    OTHER_CALL = "other_call"
    """Would be ready, but his phone is on a call that is not ours."""
    PHONE_LOST = "phone_lost"
    """Would be ready, but his phone cannot be reached."""


OFFERED = frozenset({AgentState.RESERVED, AgentState.RINGING})
"""States in which an agent holds an offer."""

ON_A_CALL = OFFERED | {AgentState.TALKING, AgentState.CONSULTED}
"""States in which pausing and leaving have to wait."""

HINDERED = frozenset({AgentState.OTHER_CALL, AgentState.PHONE_LOST})
"""States that end when the phone is free again."""

ABSENT = frozenset({AgentState.LOGGED_OUT, AgentState.PAUSED, AgentState.PHONE_LOST})
"""States of an agent who serves nobody until he or his phone is back."""

_S = AgentState
_IDLE = frozenset({_S.READY, _S.OTHER_CALL, _S.PHONE_LOST})
LEGAL: dict[AgentState, frozenset[AgentState]] = {
    _S.LOGGED_OUT: frozenset({_S.PAUSED, _S.TALKING}),
    _S.READY: frozenset({_S.RESERVED, _S.CONSULTED, _S.TALKING, _S.PAUSED, _S.LOGGED_OUT}) | HINDERED,
    _S.RESERVED: frozenset({_S.RINGING, _S.TALKING, _S.COOLING, _S.PAUSED, _S.LOGGED_OUT}) | _IDLE,
    _S.RINGING: frozenset({_S.TALKING, _S.COOLING, _S.PAUSED, _S.LOGGED_OUT}) | _IDLE,
    _S.TALKING: frozenset({_S.WRAP_UP, _S.PAUSED, _S.LOGGED_OUT}) | _IDLE,
    _S.CONSULTED: frozenset({_S.TALKING, _S.COOLING, _S.PAUSED, _S.LOGGED_OUT}) | _IDLE,
    _S.WRAP_UP: frozenset({_S.WRAP_UP, _S.RESERVED, _S.PAUSED, _S.LOGGED_OUT, _S.TALKING}) | _IDLE,
    _S.COOLING: frozenset({_S.PAUSED, _S.LOGGED_OUT, _S.TALKING}) | _IDLE,
    _S.PAUSED: frozenset({_S.PAUSED, _S.LOGGED_OUT, _S.TALKING}) | _IDLE,
    _S.OTHER_CALL: frozenset({_S.PAUSED, _S.LOGGED_OUT, _S.TALKING}) | _IDLE,
    _S.PHONE_LOST: frozenset({_S.PAUSED, _S.LOGGED_OUT, _S.TALKING}) | _IDLE,
}
"""Which state may follow which. Talking may follow any idle state: a survey can find a talk that was missed. Reserved
follows the wrap-up only when a caller comes back whom the agent had sent to somebody who did not answer."""


@dataclass(slots=True)
class Desk:
    """One agent's present state; the router alone changes it, and only by `move`."""

    agent: AgentId
    state: AgentState = AgentState.LOGGED_OUT
    since: Instant = 0
    until: Instant | None = None
    """When the state ends by itself, or a pause its limit; None when it does not."""
    reason: str = ""
    idle_since: Instant = 0
    """Since when the agent has had nothing to do; an offer that came to nothing by no fault of his leaves it."""
    call: CallId | None = None
    offer: OfferId | None = None
    afterwards: AgentState | None = None
    """PAUSED or LOGGED_OUT when the agent asked for it during an offer or a call."""
    afterwards_reason: str = ""
    phone: PhoneState = PhoneState.FREE
    """What the switch last said of the phone."""
    misses: int = 0
    """Calls in a row that he left unanswered."""
    lane: LaneName | None = None
    """Of his last call, whose rules his wrap-up follows."""
    extended: bool = False
    """Whether this wrap-up was lengthened."""
    on_since: Instant = 0
    """Since when he is logged in."""
    answered: int = 0
    """Calls since he logged in."""
    talked: Duration = 0
    """How long he has talked since he logged in, finished talks alone; with the time for which callers were on hold."""
    hand_since: Instant | None = None
    """Since when he has his hand raised for a supervisor; None when he has not."""

    def move(self, state: AgentState, now: Instant, *, until: Instant | None = None, reason: str = "") -> None:
        """Change the state; raises AssertionError for a step that `LEGAL` does not know."""
        assert state in LEGAL[self.state], f"{self.agent}: {self.state} may not become {state}"
        if self.state is AgentState.LOGGED_OUT:
            self.on_since, self.answered, self.talked, self.misses = now, 0, 0, 0
        self.state = state
        self.since = now
        self.until = until
        self.reason = reason
        if state not in ON_A_CALL:
            self.call = None
            self.offer = None

    def occupancy(self, now: Instant) -> int:
        """Millionths of the time since he logged in for which he has talked."""
        return self.talked * 1_000_000 // max(1, now - self.on_since)
