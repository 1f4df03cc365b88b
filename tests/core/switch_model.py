"""A small model of the switch: where each caller's channel truly is, and what the dialplan says as it moves.

It is the truth that surveys are taken from. Its facts are always true when they are said; whether they arrive late,
twice or not at all is the business of whoever carries them.
"""

from dataclasses import dataclass

from acd.core.instants import Instant
from acd.core.names import CallId, LaneName, LanguageName, OfferId, PhoneName
from acd.core.orders import RingAgent
from acd.core.switch_events import (
    CallArrived,
    CallEnded,
    CallEvent,
    CallFellBack,
    CallSeen,
    CallStartedWaiting,
    OfferAnswered,
    OfferFailed,
    OfferFailure,
    OfferReached,
    OrderFailed,
    Stage,
    SwitchSurveyed,
    TalkEnded,
)

_NONE_YET = LaneName("")
_NO_LANGUAGE_YET = LanguageName("")


@dataclass(slots=True)
class Channel:
    """One caller's channel, and the variables that ride on it."""

    call: CallId
    dialled: str
    tier: str
    arrived_at: Instant
    stage: Stage = Stage.IVR
    entered_at: Instant | None = None
    lane: LaneName = _NONE_YET
    language: LanguageName = _NO_LANGUAGE_YET
    offer: OfferId | None = None
    phone: PhoneName | None = None


class ModelSwitch:
    """All channels; each method moves one and returns what the dialplan says of it."""

    def __init__(self) -> None:
        self.channels: dict[CallId, Channel] = {}

    def at(self, *stages: Stage) -> list[Channel]:
        """The channels at one of these stages, in the order of their arrival."""
        return [channel for channel in self.channels.values() if channel.stage in stages]

    def arrive(self, call: CallId, dialled: str, tier: str, now: Instant) -> tuple[CallEvent, ...]:
        self.channels[call] = Channel(call, dialled, tier, now)
        return (CallArrived(call, "138", "", dialled, now),)

    def enter(self, channel: Channel, lane: LaneName, language: LanguageName, since: Instant) -> tuple[CallEvent, ...]:
        channel.stage, channel.entered_at = Stage.WAITING, max(since, channel.arrived_at)
        channel.lane, channel.language = lane, language
        return (self._waiting(channel),)

    def ring(self, order: RingAgent) -> tuple[CallEvent, ...]:
        """A redirect works for whoever hears music or a ringing phone; for all others it is refused."""
        channel = self.channels.get(order.call)
        if channel is None or channel.stage not in (Stage.WAITING, Stage.OFFERED):
            return (OrderFailed(order.call, order.offer),)
        channel.stage, channel.offer, channel.phone = Stage.OFFERED, order.offer, order.phone
        return (OfferReached(order.call, order.offer),)

    def return_caller(self, call: CallId, offer: OfferId) -> tuple[CallEvent, ...]:
        channel = self.channels.get(call)
        if channel is None or channel.stage is not Stage.OFFERED or channel.offer != offer:
            return ()
        return self._back_to_music(channel)

    def answer(self, channel: Channel) -> tuple[CallEvent, ...]:
        """The agent picks up, unless his phone is in use already."""
        if any(other.phone == channel.phone for other in self.at(Stage.TALKING)):
            return self.fail(channel, OfferFailure.BUSY)
        channel.stage = Stage.TALKING
        assert channel.offer is not None
        return (OfferAnswered(channel.call, channel.offer),)

    def fail(self, channel: Channel, cause: OfferFailure) -> tuple[CallEvent, ...]:
        assert channel.offer is not None
        failed = OfferFailed(channel.call, channel.offer, cause)
        return (failed, *self._back_to_music(channel))

    def end_talk(self, channel: Channel) -> tuple[CallEvent, ...]:
        channel.stage = Stage.AFTER
        return (TalkEnded(channel.call),)

    def fall_back(self, channel: Channel) -> tuple[CallEvent, ...]:
        channel.stage = Stage.FALLBACK
        return (CallFellBack(channel.call),)

    def hang_up(self, channel: Channel) -> tuple[CallEvent, ...]:
        del self.channels[channel.call]
        return (CallEnded(channel.call),)

    def survey(self, now: Instant) -> SwitchSurveyed:
        """The truth as it is now."""
        return SwitchSurveyed(now, tuple(_seen(channel) for channel in self.channels.values()))

    def _back_to_music(self, channel: Channel) -> tuple[CallEvent, ...]:
        channel.stage, channel.offer, channel.phone = Stage.WAITING, None, None
        return (self._waiting(channel),)

    def _waiting(self, channel: Channel) -> CallStartedWaiting:
        assert channel.entered_at is not None
        return CallStartedWaiting(
            channel.call,
            "138",
            "",
            channel.dialled,
            channel.arrived_at,
            channel.entered_at,
            channel.lane,
            channel.language,
            channel.tier,
        )


def _seen(channel: Channel) -> CallSeen:
    return CallSeen(
        channel.call,
        channel.stage,
        "138",
        "",
        channel.dialled,
        channel.arrived_at,
        channel.entered_at,
        channel.lane,
        channel.language,
        channel.tier,
        channel.offer,
        channel.phone,
    )
