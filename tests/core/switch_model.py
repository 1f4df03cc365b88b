"""A small model of the switch: where each caller's channel truly is, and what the dialplan says as it moves.

It is the truth that surveys are taken from. Its facts are always true when they are said; whether they arrive late,
twice or not at all is the business of whoever carries them.
"""

from typing import TypeAlias

from acd.core.instants import Instant
from acd.core.names import CallId, LaneName, LanguageName, OfferId, PhoneName
from acd.core.orders import (
    CallCustomer,
    DivertCaller,
    HandOver,
    LetGo,
    RingAgent,
    RingColleague,
    SayToCaller,
    SendCaller,
)
from acd.core.switch_events import (
    AgentLeft,
    AllTogether,
    CallArrived,
    CallbackAccepted,
    CallbackFailed,
    CallDiverted,
    CallEnded,
    CallerHandedOver,
    CallerHeld,
    CallerResumed,
    CallerSent,
    CallerVerified,
    CallEvent,
    CallFellBack,
    CallStartedWaiting,
    ColleagueAnswered,
    ConsultEnded,
    NumberAnswered,
    OfferAnswered,
    OfferFailed,
    OfferFailure,
    OfferReached,
    OrderFailed,
    PhoneChanged,
    PhoneState,
    Stage,
    SwitchSurveyed,
    TalkEnded,
    Verdict,
)
from acd.core.transfers import TransferKind
from tests.core.channels import Caller, Channel, phones_of, seen_of

Fact: TypeAlias = CallEvent | PhoneChanged

ON_A_PHONE = (Stage.OFFERED, Stage.TALKING, Stage.VERIFYING, Stage.HELD, Stage.CONFERENCE)


class ModelSwitch:
    """All channels and phones; each method moves one and returns what the dialplan says of it."""

    def __init__(self) -> None:
        self.channels: dict[CallId, Channel] = {}
        self.rung: dict[CallId, CallCustomer] = {}
        """Customers whose phones are being rung, with the orders to do so."""
        self.phones: dict[PhoneName, PhoneState] = {}
        """How phones are apart from our calls; one that is not here is free."""

    def at(self, *stages: Stage) -> list[Channel]:
        """The channels at one of these stages, in the order of their arrival."""
        return [channel for channel in self.channels.values() if channel.stage in stages]

    def arrive(self, call: CallId, caller: Caller, now: Instant) -> tuple[Fact, ...]:
        self.channels[call] = Channel(call, caller, now)
        return (CallArrived(call, caller.number, "", caller.dialled, now),)

    def enter(self, channel: Channel, lane: LaneName, language: LanguageName, since: Instant) -> tuple[Fact, ...]:
        channel.stage, channel.entered_at = Stage.WAITING, max(since, channel.arrived_at)
        channel.lane, channel.language = lane, language
        return (self._waiting(channel),)

    def ring(self, order: RingAgent) -> tuple[Fact, ...]:
        """A redirect works for whoever hears music or a ringing phone; for all others it is refused."""
        channel = self.channels.get(order.call)
        if channel is None or channel.stage not in (Stage.WAITING, Stage.OFFERED):
            return (OrderFailed(order.call, order.offer),)
        left = self._leave_phone(channel)
        self.phones.setdefault(order.phone, PhoneState.FREE)
        channel.stage, channel.offer, channel.phone = Stage.OFFERED, order.offer, order.phone
        return (*left, OfferReached(order.call, order.offer), *self._phone_is(order.phone))

    def return_caller(self, call: CallId, offer: OfferId) -> tuple[Fact, ...]:
        channel = self.channels.get(call)
        if channel is None or channel.stage is not Stage.OFFERED or channel.offer != offer:
            return ()
        return self._back_to_music(channel)

    def divert(self, order: DivertCaller) -> tuple[Fact, ...]:
        """As with an offer: whoever talks already is not torn away."""
        channel = self.channels.get(order.call)
        if channel is None or channel.stage not in (Stage.WAITING, Stage.OFFERED):
            return (OrderFailed(order.call, None),)
        left = self._leave_phone(channel)
        channel.stage, channel.way = Stage.DIVERTED, order.outcome.kind
        return (*left, CallDiverted(order.call))

    def say(self, order: SayToCaller) -> tuple[Fact, ...]:
        channel = self.channels.get(order.call)
        if channel is not None and channel.stage is Stage.WAITING:
            channel.asked = channel.asked or order.offer_callback
        return ()

    def accept_callback(self, channel: Channel, number: str) -> tuple[Fact, ...]:
        """He pressed the key, and perhaps keyed another number; he goes on waiting until he is sent away."""
        return (CallbackAccepted(channel.call, number),)

    def call_customer(self, order: CallCustomer) -> tuple[Fact, ...]:
        """A name that a channel has already cannot be given to another; else the customer's phone rings."""
        if order.call in self.rung or order.call in self.channels:
            return (CallbackFailed(order.call, OfferFailure.FAILED),)
        self.rung[order.call] = order
        return ()

    def customer_fails(self, call: CallId, cause: OfferFailure) -> tuple[Fact, ...]:
        del self.rung[call]
        return (CallbackFailed(call, cause),)

    def customer_answers(self, call: CallId) -> tuple[Fact, ...]:
        """He is on the line under the name of his entry, and is led to an agent's phone, or waits."""
        order = self.rung.pop(call)
        caller = Caller(order.dialled, order.number, order.tier, False, order.manager, order.menu)
        channel = self.channels[call] = Channel(call, caller, order.arrived_at)
        if order.offer is None:
            return self.enter(channel, order.lane, order.language, order.entered_at)
        channel.stage, channel.entered_at = Stage.WAITING, order.entered_at
        channel.lane, channel.language = order.lane, order.language
        return self.ring(order.offer)

    def ask_for_pin(self, call: CallId) -> tuple[Fact, ...]:
        channel = self.channels.get(call)
        if channel is not None and channel.stage is Stage.TALKING:
            channel.stage = Stage.VERIFYING
        return ()

    def give_verdict(self, channel: Channel, verdict: Verdict) -> tuple[Fact, ...]:
        channel.stage = Stage.TALKING
        channel.verified = channel.verified or verdict is Verdict.VERIFIED
        return (CallerVerified(channel.call, verdict, "4711"),)

    def put_on_hold(self, call: CallId) -> tuple[Fact, ...]:
        """What does not fit is refused, and nobody is moved."""
        channel = self.channels.get(call)
        if channel is None or channel.stage is not Stage.TALKING:
            return (OrderFailed(call, None),)
        channel.stage = Stage.HELD
        return (CallerHeld(call),)

    def join_again(self, call: CallId) -> tuple[Fact, ...]:
        channel = self.channels.get(call)
        if channel is None or channel.stage is not Stage.HELD:
            return (OrderFailed(call, None),)
        left = self._leave_colleague(channel)
        channel.stage = Stage.TALKING
        return (CallerResumed(call), *left)

    def ring_colleague(self, order: RingColleague) -> tuple[Fact, ...]:
        """The caller stays on hold; the colleague's phone rings."""
        channel = self.channels.get(order.call)
        if channel is None or channel.stage is not Stage.HELD or channel.colleague is not None:
            return (ConsultEnded(order.call, order.offer, OfferFailure.FAILED),)
        channel.colleague = (order.offer, order.phone, False)
        return self._phone_is(order.phone)

    def colleague_answers(self, channel: Channel) -> tuple[Fact, ...]:
        """Unless his phone is in use already."""
        assert channel.colleague is not None
        offer, phone, answered = channel.colleague
        if answered:
            return ()
        if self._is_used(phone) or self.phones.get(phone, PhoneState.FREE) is not PhoneState.FREE:
            return self.colleague_goes(channel, OfferFailure.BUSY)
        channel.colleague = (offer, phone, True)
        return (ColleagueAnswered(channel.call, offer),)

    def colleague_goes(self, channel: Channel, cause: OfferFailure) -> tuple[Fact, ...]:
        """He does not answer, or hangs up; the agent waits for his caller again."""
        assert channel.colleague is not None
        offer, _, answered = channel.colleague
        return (ConsultEnded(channel.call, offer, None if answered else cause), *self._leave_colleague(channel))

    def hand_over(self, order: HandOver) -> tuple[Fact, ...]:
        channel = self.channels.get(order.call)
        if channel is None or channel.stage is not Stage.HELD or channel.colleague is None or not channel.colleague[2]:
            return (OrderFailed(order.call, None),)
        offer, phone, _ = channel.colleague
        left = self._leave_phone(channel, also_colleague=False)
        channel.stage, channel.colleague = Stage.TALKING, None
        channel.offer, channel.phone = offer, phone
        # The agent's own leg says that it has lost the colleague's, before or after.
        said: tuple[Fact, ...] = (ConsultEnded(order.call, offer, None), CallerHandedOver(order.call, offer))
        return (*(said if offer % 2 else said[::-1]), *left)

    def bring_together(self, call: CallId) -> tuple[Fact, ...]:
        channel = self.channels.get(call)
        if channel is None or channel.stage is not Stage.HELD or channel.colleague is None or not channel.colleague[2]:
            return (OrderFailed(call, None),)
        channel.stage = Stage.CONFERENCE
        return (AllTogether(call, channel.colleague[0]),)

    def let_go(self, order: LetGo) -> tuple[Fact, ...]:
        """One of the two agents leaves."""
        channel = self.channels.get(order.call)
        if channel is None or channel.colleague is None or not channel.colleague[2]:
            return (OrderFailed(order.call, None),)
        if channel.stage is not Stage.CONFERENCE:
            return (
                self.colleague_goes(channel, OfferFailure.FAILED)
                if order.colleague
                else (OrderFailed(order.call, None),)
            )
        return self.leave(channel, colleague=order.colleague)

    def leave(self, channel: Channel, *, colleague: bool) -> tuple[Fact, ...]:
        """Of two agents who talk with the caller one leaves, and he talks on with the other."""
        assert channel.colleague is not None
        assert channel.offer is not None
        channel.stage = Stage.TALKING
        if colleague:
            return (AgentLeft(channel.call, channel.colleague[0]), *self._leave_colleague(channel))
        gone = AgentLeft(channel.call, channel.offer)
        left = self._leave_phone(channel, also_colleague=False)
        (channel.offer, channel.phone, _), channel.colleague = channel.colleague, None
        return (gone, *left)

    def _is_used(self, phone: PhoneName) -> bool:
        talking = self.at(Stage.TALKING, Stage.VERIFYING, Stage.HELD, Stage.CONFERENCE)
        asked = [each.colleague[1] for each in talking if each.colleague is not None and each.colleague[2]]
        return phone in asked or any(each.phone == phone for each in talking)

    def hang_up_agent(self, call: CallId) -> tuple[Fact, ...]:
        channel = self.channels.get(call)
        if channel is None or channel.stage is not Stage.TALKING:
            return (OrderFailed(call, None),)
        return self.end_talk(channel)

    def send(self, order: SendCaller) -> tuple[Fact, ...]:
        """Whoever talks, or has just talked, leaves his agent; only a number outside is dialled by the dialplan."""
        channel = self.channels.get(order.call)
        if channel is None or channel.stage not in (Stage.TALKING, Stage.HELD, Stage.AFTER):
            return (OrderFailed(order.call, None),)
        assert channel.offer is not None
        sent = CallerSent(order.call, channel.offer, order.target)
        if order.target.kind is TransferKind.NUMBER:
            left = self._leave_phone(channel)
            channel.stage = Stage.TRANSFERRED
            return (sent, *left)
        if order.target.kind is TransferKind.LANE:
            channel.lane = LaneName(order.target.to)
        return (sent, *self._back_to_music(channel))

    def answer_outside(self, channel: Channel) -> tuple[Fact, ...]:
        return (NumberAnswered(channel.call),)

    def lose_agent(self, channel: Channel) -> tuple[Fact, ...]:
        """The agent hung up while the caller was asked for his PIN or on hold, so the caller waits again.

        So does he when a number outside does not answer.
        """
        return self._back_to_music(channel)

    def answer(self, channel: Channel) -> tuple[Fact, ...]:
        """The agent picks up, unless his phone is in use already or cannot be reached."""
        assert channel.phone is not None
        assert channel.offer is not None
        if self.phones.get(channel.phone) is PhoneState.LOST:
            return self.fail(channel, OfferFailure.UNREACHABLE)
        used = self._is_used(channel.phone)
        if used or self.phones.get(channel.phone) is PhoneState.BUSY:
            return self.fail(channel, OfferFailure.BUSY)
        channel.stage = Stage.TALKING
        return (OfferAnswered(channel.call, channel.offer),)

    def fail(self, channel: Channel, cause: OfferFailure) -> tuple[Fact, ...]:
        assert channel.offer is not None
        failed = OfferFailed(channel.call, channel.offer, cause)
        return (failed, *self._back_to_music(channel))

    def end_talk(self, channel: Channel) -> tuple[Fact, ...]:
        channel.stage = Stage.AFTER
        assert channel.phone is not None
        return (TalkEnded(channel.call), *self._phone_is(channel.phone))

    def fall_back(self, channel: Channel) -> tuple[Fact, ...]:
        channel.stage = Stage.FALLBACK
        return (CallFellBack(channel.call),)

    def hang_up(self, channel: Channel) -> tuple[Fact, ...]:
        del self.channels[channel.call]
        return (*self._leave_phone(channel), CallEnded(channel.call))

    def set_phone(self, phone: PhoneName, state: PhoneState) -> tuple[Fact, ...]:
        """The phone is unplugged, used for another call, or neither of both again."""
        before = self.state_of(phone)
        self.phones[phone] = state
        return self._phone_is(phone) if self.state_of(phone) is not before else ()

    def state_of(self, phone: PhoneName) -> PhoneState:
        state = self.phones.get(phone, PhoneState.FREE)
        if state is PhoneState.FREE and any(phone in phones_of(channel) for channel in self.at(*ON_A_PHONE)):
            return PhoneState.BUSY
        return state

    def survey(self, now: Instant) -> SwitchSurveyed:
        """The truth as it is now."""
        phones = tuple((phone, self.state_of(phone)) for phone in sorted(self.phones))
        return SwitchSurveyed(now, tuple(seen_of(channel) for channel in self.channels.values()), phones)

    def _phone_is(self, phone: PhoneName) -> tuple[Fact, ...]:
        return (PhoneChanged(phone, self.state_of(phone)),)

    def _leave_colleague(self, channel: Channel) -> tuple[Fact, ...]:
        colleague, channel.colleague = channel.colleague, None
        return () if colleague is None else self._phone_is(colleague[1])

    def _leave_phone(self, channel: Channel, *, also_colleague: bool = True) -> tuple[Fact, ...]:
        """What is said of the phones that the channel used."""
        colleague = self._leave_colleague(channel) if also_colleague else ()
        return (*self._leave_own_phone(channel), *colleague)

    def _leave_own_phone(self, channel: Channel) -> tuple[Fact, ...]:
        phone, channel.phone = channel.phone, None
        if phone is None or channel.stage not in ON_A_PHONE:
            return ()
        return self._phone_is(phone)

    def _back_to_music(self, channel: Channel) -> tuple[Fact, ...]:
        left = self._leave_phone(channel)
        channel.stage, channel.offer = Stage.WAITING, None
        return (self._waiting(channel), *left)

    def _waiting(self, channel: Channel) -> CallStartedWaiting:
        assert channel.entered_at is not None
        caller = channel.caller
        return CallStartedWaiting(
            channel.call,
            caller.number,
            "",
            caller.dialled,
            channel.arrived_at,
            channel.entered_at,
            channel.lane,
            channel.language,
            caller.tier,
            caller.verified or channel.verified,
            caller.manager,
            caller.menu,
            "",
            caller.advert,
            caller.accepted,
            caller.wish,
        )
