"""What the engine may rely on from a switch, held against the fake one and against a real Asterisk."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from acd.asterisk.obtain import Asterisk
from acd.config.caller_side import CallbacksConfig
from acd.config.loading import load
from acd.core.names import AgentId, CallId, LaneName, LanguageName, OfferId, PhoneName
from acd.core.orders import (
    AskCaller,
    CallCustomer,
    DivertCaller,
    HangUpAgent,
    JoinAgain,
    PlanSurvey,
    PutOnHold,
    ReturnCaller,
    RingAgent,
    SayToCaller,
    SendCaller,
)
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.switch_events import (
    CallArrived,
    CallbackFailed,
    CallDiverted,
    CallEnded,
    CallStartedWaiting,
    OfferFailed,
    OfferFailure,
    OfferReached,
    OrderFailed,
    PhoneChanged,
    PhoneState,
    Stage,
    SwitchLost,
    SwitchSurveyed,
)
from acd.core.transfers import Target, TransferKind
from tests.contracts.switch_floors import Floor, fake_floor, next_event, real_floor, survey
from tests.real import RealHotline, obtained, start_hotline

NUMBER = "13812345678"
OFFER = OfferId(1_000_001)


@pytest.fixture(scope="module")
def private_asterisk() -> Asterisk:
    return obtained()


@pytest.fixture(scope="module")
def hotline(private_asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHotline]:
    bank = Path(__file__).parents[2] / "examples" / "bank" / "hotline.yaml"
    config = load(bank).model_copy(update={"callbacks": CallbacksConfig(numbers=("+86",))})
    running = start_hotline(private_asterisk, tmp_path_factory.mktemp("hotline"), config)
    yield running
    running.instance.stop()


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.real)])
async def floor(request: pytest.FixtureRequest) -> AsyncIterator[Floor]:
    if request.param == "fake":
        async with fake_floor() as floor:
            yield floor
    else:
        async with real_floor(request.getfixturevalue("hotline")) as floor:
            yield floor


def ring(call: CallId, offer: OfferId = OFFER) -> RingAgent:
    """Ring a phone that nobody has registered."""
    return RingAgent(call, AgentId("anna"), PhoneName("nobody"), offer, ring_for=5_000)


async def waiting_caller(floor: Floor) -> CallStartedWaiting:
    await floor.call(NUMBER)
    _, event = await next_event(floor, CallStartedWaiting)
    assert isinstance(event, CallStartedWaiting)
    return event


async def test_a_caller_is_heard_of_when_he_arrives_and_when_he_waits(floor: Floor) -> None:
    waiting = await waiting_caller(floor)
    _, arrived = await next_event(floor, CallArrived)

    assert arrived == CallArrived(waiting.call, NUMBER, waiting.name, "95555", waiting.arrived_at)
    assert (waiting.number, waiting.dialled, waiting.tier) == (NUMBER, "95555", "")
    assert waiting.arrived_at <= waiting.entered_at


async def test_a_survey_shows_a_caller_with_what_rides_on_his_channel(floor: Floor) -> None:
    waiting = await waiting_caller(floor)

    [call] = (await survey(floor)).calls

    assert (call.call, call.stage, call.number) == (waiting.call, Stage.WAITING, NUMBER)
    assert (call.arrived_at, call.entered_at) == (waiting.arrived_at, waiting.entered_at)
    assert (call.lane, call.language, call.tier) == (waiting.lane, waiting.language, "")
    assert (call.offer, call.phone, call.dialled) == (None, None, "95555")


async def test_an_offer_arrives_fails_for_want_of_a_phone_and_the_caller_keeps_his_place(floor: Floor) -> None:
    waiting = await waiting_caller(floor)
    before = len(floor.seen)

    floor.switch.carry_out(ring(waiting.call))

    at, reached = await next_event(floor, OfferReached, before)
    at, failed = await next_event(floor, OfferFailed, at)
    _, again = await next_event(floor, CallStartedWaiting, at)
    assert reached == OfferReached(waiting.call, OFFER)
    assert failed == OfferFailed(waiting.call, OFFER, OfferFailure.UNREACHABLE)
    assert again == waiting


async def test_a_returned_caller_waits_on_in_his_old_place(floor: Floor) -> None:
    waiting = await waiting_caller(floor)
    before = len(floor.seen)

    floor.switch.carry_out(ReturnCaller(waiting.call, OFFER))

    assert (await next_event(floor, CallStartedWaiting, before))[1] == waiting


async def test_an_order_for_a_caller_who_has_gone_fails(floor: Floor) -> None:
    waiting = await waiting_caller(floor)
    await floor.hang_up()
    at, ended = await next_event(floor, CallEnded)
    assert ended == CallEnded(waiting.call)

    # The channel outlives its last word by a moment.
    gone = CallId(waiting.call + "9")
    floor.switch.carry_out(ring(gone))

    assert (await next_event(floor, OrderFailed, at))[1] == OrderFailed(gone, OFFER)


async def test_a_diverted_caller_is_told_as_one_and_his_call_ends_by_itself(floor: Floor) -> None:
    waiting = await waiting_caller(floor)

    floor.switch.carry_out(DivertCaller(waiting.call, Outcome(OutcomeKind.CALLBACK), LanguageName("en")))

    at, diverted = await next_event(floor, CallDiverted)
    assert diverted == CallDiverted(waiting.call)
    assert (await next_event(floor, CallEnded, at))[1] == CallEnded(waiting.call)


async def test_a_diversion_of_a_caller_who_has_gone_fails(floor: Floor) -> None:
    gone = CallId((await waiting_caller(floor)).call + "9")

    floor.switch.carry_out(DivertCaller(gone, Outcome(OutcomeKind.SAY, "closed"), LanguageName("en")))

    assert (await next_event(floor, OrderFailed))[1] == OrderFailed(gone, None)


@pytest.mark.parametrize("what", ["announcement", "survey", "PIN", "hold", "join", "hang up", "transfer"])
async def test_what_is_only_said_planned_or_asked_too_late_moves_no_waiting_caller(floor: Floor, what: str) -> None:
    waiting = await waiting_caller(floor)
    before = len(floor.seen)

    orders = {
        "announcement": SayToCaller(waiting.call, "closed", LanguageName("en")),
        "survey": PlanSurvey(waiting.call, "cards"),
        "PIN": AskCaller(waiting.call, LanguageName("en")),
        "hold": PutOnHold(waiting.call),
        "join": JoinAgain(waiting.call),
        "hang up": HangUpAgent(waiting.call),
        "transfer": SendCaller(waiting.call, Target(TransferKind.LANE, "cards"), LanguageName("en")),
    }
    floor.switch.carry_out(orders[what])

    [call] = (await survey(floor)).calls
    assert (call.call, call.stage) == (waiting.call, Stage.WAITING)
    # Of what was to move him an agent hears that it was not done.
    said = [event for event in floor.seen[before:] if event != OrderFailed(waiting.call, None)]
    assert [type(event) for event in said] == [SwitchSurveyed]


async def test_a_customer_with_a_number_that_is_not_allowed_is_not_reached(floor: Floor) -> None:
    entry = CallId("cb-hotline-1795318465.99")

    floor.switch.carry_out(
        CallCustomer(entry, "+4930123456", 5_000, LaneName("cards"), LanguageName("en"), "95555", 1_795_318_465_000,
                     1_795_318_475_000, "", "", "", (), None)
    )  # fmt: skip

    assert (await next_event(floor, CallbackFailed))[1] == CallbackFailed(entry, OfferFailure.FAILED)
    assert (await survey(floor)).calls == ()
    assert floor.switch.statistics.numbers_refused == 1


async def test_a_phone_that_comes_and_goes_is_told_at_once_and_seen_by_surveys(floor: Floor) -> None:
    anna = PhoneName("anna")
    assert dict((await survey(floor)).phones)[anna] is PhoneState.LOST

    await floor.plug_in(anna)
    at, came = await next_event(floor, PhoneChanged)
    assert came == PhoneChanged(anna, PhoneState.FREE)
    assert dict((await survey(floor)).phones)[anna] is PhoneState.FREE

    await floor.unplug(anna)
    assert (await next_event(floor, PhoneChanged, at))[1] == PhoneChanged(anna, PhoneState.LOST)
    assert dict((await survey(floor)).phones)[anna] is PhoneState.LOST


async def test_after_the_link_was_cut_a_survey_finds_the_caller_where_he_was_and_orders_work(floor: Floor) -> None:
    waiting = await waiting_caller(floor)
    before = len(floor.seen)

    await floor.cut_link()
    at, _ = await next_event(floor, SwitchLost, before)
    at, surveyed = await next_event(floor, SwitchSurveyed, at)
    floor.switch.carry_out(ring(waiting.call))

    assert isinstance(surveyed, SwitchSurveyed)
    assert [(call.call, call.entered_at) for call in surveyed.calls] == [(waiting.call, waiting.entered_at)]
    assert (await next_event(floor, OfferReached, at))[1] == OfferReached(waiting.call, OFFER)


async def test_only_the_dialplans_own_events_travel(floor: Floor) -> None:
    waiting = await waiting_caller(floor)
    await floor.hang_up()
    await next_event(floor, CallEnded)

    statistics = floor.switch.statistics
    assert waiting.call
    assert statistics.blocks_unwanted == 0
    assert not statistics.dropped
