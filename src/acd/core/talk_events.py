"""What agents do with their talks: they put callers on hold, send them on, and raise their hands."""

from dataclasses import dataclass
from enum import StrEnum

from acd.core.instants import Duration
from acd.core.names import AgentId, CallId, LaneName, OfferId
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
class AgentConsulted:
    """A colleague was reserved whom an agent asks; what his screen shows before his phone rings is the caller's pop."""

    call: CallId
    offer: OfferId
    agent: AgentId
    """The colleague."""
    by: AgentId
    lane: LaneName


@dataclass(frozen=True, slots=True)
class ConsultAnswered:
    """The two agents talk; the caller is on hold."""

    call: CallId
    offer: OfferId
    agent: AgentId
    by: AgentId | None


@dataclass(frozen=True, slots=True)
class ConferenceStarted:
    """The caller, his agent and the colleague whom he asked hear each other. It ends with the consult."""

    call: CallId
    offer: OfferId
    agent: AgentId
    """The colleague."""
    by: AgentId | None
    lane: LaneName


class ConsultEnd(StrEnum):
    """How it came out that an agent asked a colleague."""

    HANDED_OVER = "handed_over"
    """The colleague is the caller's agent now."""
    OVER = "over"
    """The two have talked, and the caller is the agent's as before, or has gone."""
    NOT_ANSWERED = "not_answered"


@dataclass(frozen=True, slots=True)
class ConsultOver:
    """An agent does not ask his colleague any more."""

    call: CallId
    offer: OfferId
    agent: AgentId
    by: AgentId | None
    end: ConsultEnd


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
