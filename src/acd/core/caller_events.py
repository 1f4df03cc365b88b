"""What became of a caller besides being served: what he was told and asked, what he heard, when he is called back."""

from dataclasses import dataclass

from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, CallId, LaneName
from acd.core.switch_events import OfferFailure, Verdict


@dataclass(frozen=True, slots=True)
class WaitForetold:
    """How long a caller who has just begun to wait will probably wait, at least and at most; said only if reliable."""

    call: CallId
    lane: LaneName
    at_least: Duration
    at_most: Duration


@dataclass(frozen=True, slots=True)
class AdvertOffered:
    """A caller was asked in the menu whether he wants to hear an advert while he waits."""

    call: CallId
    lane: LaneName
    advert: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class AdvertHeard:
    """A caller hears no more of the advert that he wanted to hear."""

    call: CallId
    lane: LaneName
    advert: str
    heard: Duration
    left: bool
    """He left it with a key; else he was answered, sent away, or hung up."""


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    """A caller was asked for his PIN in the middle of a talk."""

    call: CallId
    agent: AgentId | None
    verdict: Verdict
    customer: str


@dataclass(frozen=True, slots=True)
class CallbackQueued:
    """A caller keeps his place and is called back; the entry is the place's new name."""

    entry: CallId
    call: CallId
    """The call in which he wished it."""
    lane: LaneName
    message: bool
    """He has spoken a message."""


@dataclass(frozen=True, slots=True)
class CustomerCalled:
    """A customer's phone is rung because his turn to be called back has come."""

    entry: CallId
    lane: LaneName
    agent: AgentId | None
    """Who is reserved for him; None for nobody."""
    attempt: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class CustomerMissed:
    """A customer did not answer when he was called back."""

    entry: CallId
    lane: LaneName
    cause: OfferFailure
    again_at: Instant | None
    """When his turn may come again; None if that was the last time."""


@dataclass(frozen=True, slots=True)
class SurveyAnswered:
    """What a caller said of how he was served."""

    call: CallId
    lane: LaneName
    agent: AgentId | None
    survey: str
    answers: tuple[int, ...]
    """The key pressed for each question, 0 for none."""
    comment: bool


@dataclass(frozen=True, slots=True)
class FollowUpRaised:
    """A caller was not content: somebody should look after it."""

    call: CallId
    lane: LaneName
    agent: AgentId | None
    survey: str
