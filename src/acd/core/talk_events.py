"""What agents do with their talks: they put callers on hold, send them on, and raise their hands."""

from dataclasses import dataclass

from acd.core.instants import Duration
from acd.core.names import AgentId, CallId, LaneName
from acd.core.transfers import Target, TransferResult


@dataclass(frozen=True, slots=True)
class CallHeld:
    """A caller hears music in the middle of his talk."""

    call: CallId
    agent: AgentId | None
    lane: LaneName


@dataclass(frozen=True, slots=True)
class CallResumed:
    """A caller is on hold no more; he and his agent hear each other again."""

    call: CallId
    agent: AgentId | None
    lane: LaneName
    held: Duration
    """How long he was on hold this time."""


@dataclass(frozen=True, slots=True)
class CallTransferred:
    """A caller has left his talk for whom an agent sent him to."""

    call: CallId
    agent: AgentId | None
    """Who sent him."""
    lane: LaneName
    """In which he had been answered."""
    target: Target


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """How a transfer came out."""

    call: CallId
    agent: AgentId | None
    """Who had sent the caller."""
    target: Target
    result: TransferResult


@dataclass(frozen=True, slots=True)
class ControlFailed:
    """The switch could not do with a talk what the agent had asked for; the two talk on as before."""

    call: CallId
    agent: AgentId | None


@dataclass(frozen=True, slots=True)
class NumberDialled:
    """An agent calls a customer; the entry is the name of the call."""

    entry: CallId
    agent: AgentId
    lane: LaneName
    """Under whose rules he is served, and in whose books he is counted once he answers."""


@dataclass(frozen=True, slots=True)
class HandRaised:
    """An agent wants a supervisor to look at his talk, or no longer."""

    agent: AgentId
    call: CallId
    raised: bool
