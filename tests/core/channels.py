"""A caller's channel in the small model of the switch: what rides on it, and what a survey sees of it."""

from dataclasses import dataclass, field

from acd.core.instants import Instant
from acd.core.names import CallId, LaneName, LanguageName, OfferId, PhoneName
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.switch_events import CallSeen, Stage


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls; nothing of this changes while he is on the line."""

    dialled: str
    number: str = ""
    tier: str = ""
    verified: bool = False
    manager: str = ""
    menu: tuple[tuple[str, str], ...] = ()
    advert: str = ""
    accepted: bool = False
    wish: Outcome | None = None


@dataclass(slots=True)
class Channel:
    """One caller's channel, and the variables that ride on it."""

    call: CallId
    caller: Caller
    arrived_at: Instant
    stage: Stage = Stage.IVR
    entered_at: Instant | None = None
    lane: LaneName = field(default=LaneName(""))
    language: LanguageName = field(default=LanguageName(""))
    offer: OfferId | None = None
    phone: PhoneName | None = None
    asked: bool = False
    """He was asked whether he wants to be called back."""
    way: OutcomeKind | None = None
    """Where he was sent."""
    verified: bool = False
    colleague: tuple[OfferId, PhoneName, bool] | None = None
    """Whose phone is rung, or talks, while the caller is on hold; with the offer's number, and whether he answered."""


def phones_of(channel: Channel) -> tuple[PhoneName | None, ...]:
    return (channel.phone, None if channel.colleague is None else channel.colleague[1])


def seen_of(channel: Channel) -> CallSeen:
    caller = channel.caller
    return CallSeen(
        channel.call,
        channel.stage,
        caller.number,
        "",
        caller.dialled,
        channel.arrived_at,
        channel.entered_at,
        channel.lane,
        channel.language,
        caller.tier,
        channel.offer,
        channel.phone,
        caller.verified or channel.verified,
        caller.manager,
        caller.menu,
        "",
        caller.advert,
        caller.accepted,
        channel.colleague[0] if channel.colleague is not None and channel.colleague[2] else None,
    )
