"""What the switch must do. Orders go there and nowhere else; none is ever sent twice."""

from dataclasses import dataclass
from typing import TypeAlias

from acd.core.instants import Duration
from acd.core.names import AgentId, CallId, LanguageName, OfferId, PhoneName
from acd.core.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class RingAgent:
    """Move the caller from the music to where this phone is rung."""

    call: CallId
    agent: AgentId
    phone: PhoneName
    offer: OfferId
    ring_for: Duration


@dataclass(frozen=True, slots=True)
class ReturnCaller:
    """Move the caller back to the music: the offer he is in no longer holds."""

    call: CallId
    offer: OfferId


@dataclass(frozen=True, slots=True)
class DivertCaller:
    """Move the caller out of the lane to a declared end; never one of the kind LANE, which needs no order."""

    call: CallId
    outcome: Outcome
    language: LanguageName


@dataclass(frozen=True, slots=True)
class SayToCaller:
    """Let the caller hear an announcement between two laps of music; it never keeps him from an offer."""

    call: CallId
    announcement: str
    """A name from the settings; with `offer_callback` a key then leads to being called back."""
    language: LanguageName
    offer_callback: bool = False


@dataclass(frozen=True, slots=True)
class SurveySwitch:
    """Look at all channels now rather than at the next round: something is overdue."""


Order: TypeAlias = RingAgent | ReturnCaller | DivertCaller | SayToCaller | SurveySwitch
