"""Customers are called back by the second user of the manager interface, and are callers who have kept their place."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from acd.asterisk.ami_link import ManagerAccess
from acd.asterisk.obtain import Asterisk
from acd.asterisk.render import AMI_CALLBACKS_USER, AMI_USER
from acd.asterisk.switch import AsteriskSwitch
from acd.config.caller_side import CallbacksConfig
from acd.config.loading import load
from acd.config.model import TrunkConfig
from acd.core.names import AgentId, CallId, LaneName, LanguageName, OfferId, PhoneName
from acd.core.orders import AskCaller, CallCustomer, RingAgent, SurveySwitch
from acd.core.switch_events import (
    CallbackFailed,
    CallEnded,
    CallerVerified,
    CallStartedWaiting,
    OfferAnswered,
    OfferFailure,
    OfferReached,
    Stage,
    SwitchEvent,
    SwitchSurveyed,
    TalkEnded,
    Verdict,
)
from acd.engine.clock import SystemClock
from tests.asterisk.waiting import until
from tests.real import RealHotline, start_hotline
from tests.telephone import Telephone

pytestmark = pytest.mark.real

OUTSIDE = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(250)}.{secrets.randbelow(250) + 2}"
"""The carrier that is called: an address of loopback that no other test has, for its port is always SIP's own."""
SIP_PORT = 5060
NUMBER = "+8613812345678"
OFFER = OfferId(7_000_001)


@pytest.fixture(scope="module")
def hotline(
    private_asterisk: Asterisk, example_bank: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealHotline]:
    bank = load(example_bank)
    update = {
        "trunks": {"out": TrunkConfig(match=(OUTSIDE,)), **bank.trunks},
        "callbacks": CallbacksConfig(numbers=("+86", "1")),
    }
    running = start_hotline(private_asterisk, tmp_path_factory.mktemp("hotline"), bank.model_copy(update=update))
    yield running
    running.instance.stop()


class Floor:
    """A switch with both its links, and what it saw."""

    def __init__(self, hotline: RealHotline) -> None:
        self.seen: list[SwitchEvent] = []
        self.switch = AsteriskSwitch.connect(
            ManagerAccess("127.0.0.1", hotline.ports.ami, AMI_USER, hotline.credentials.ami),
            self.seen.append,
            SystemClock(),
            callbacks=ManagerAccess(
                "127.0.0.1", hotline.ports.ami, AMI_CALLBACKS_USER, hotline.credentials.ami_callbacks
            ),
        )

    def order(self, number: str = NUMBER, offer: RingAgent | None = None, ring_for: int = 10_000) -> CallCustomer:
        """Ring the customer of a new entry."""
        call = CallId(f"cb-hotline-1795318465.{secrets.randbelow(10**9)}")
        order = CallCustomer(
            call, number, ring_for, LaneName("cards"), LanguageName("en"), "95555",
            1_795_318_465_000, 1_795_318_475_000, "platinum", "jin", "1001", (("main", "1"), ("cards", "#")),
            None if offer is None else RingAgent(call, offer.agent, offer.phone, offer.offer, offer.ring_for),
        )  # fmt: skip
        self.switch.carry_out(order)
        return order

    async def next(self, kind: type[SwitchEvent], within: float = 10.0) -> SwitchEvent:
        """The first event of a kind."""
        await until(lambda: any(isinstance(event, kind) for event in self.seen), within)
        return next(event for event in self.seen if isinstance(event, kind))

    async def survey(self) -> SwitchSurveyed:
        before = len(self.seen)
        self.switch.carry_out(SurveySwitch())

        def found() -> list[SwitchSurveyed]:
            return [event for event in self.seen[before:] if isinstance(event, SwitchSurveyed)]

        await until(found)
        return found()[-1]


@asynccontextmanager
async def running(hotline: RealHotline) -> AsyncIterator[Floor]:
    async with asyncio.TaskGroup() as tasks:
        floor = Floor(hotline)
        tasks.create_task(floor.switch.run())
        callbacks = floor.switch.callbacks
        assert callbacks is not None
        await until(lambda: floor.switch.ready and callbacks.ready)
        floor.seen.clear()
        yield floor
        floor.switch.close()
    await asyncio.to_thread(hotline.until_quiet)


@pytest.fixture
async def floor(hotline: RealHotline) -> AsyncIterator[Floor]:
    async with running(hotline) as floor:
        yield floor


def customer(hotline: RealHotline, does: int = 200) -> Telephone:
    """The customer's telephone, beyond the carrier."""
    return Telephone(hotline.ports.sip, does, (OUTSIDE, SIP_PORT))


def ring_anna() -> RingAgent:
    return RingAgent(CallId(""), AgentId("anna"), PhoneName("anna"), OFFER, 15_000)


async def seen(telephone: Telephone, what: str) -> None:
    await asyncio.to_thread(telephone.until_seen, what)


async def hears_sound(telephone: Telephone) -> None:
    telephone.heard()
    await until(lambda: telephone.heard() > 0)


async def test_a_customer_who_answers_waits_in_his_old_place_and_can_be_offered(
    hotline: RealHotline, floor: Floor
) -> None:
    with customer(hotline) as wang:
        order = floor.order()
        waiting = await floor.next(CallStartedWaiting)
        assert waiting == CallStartedWaiting(
            order.call, NUMBER, "", "95555", order.arrived_at, order.entered_at, order.lane, order.language,
            "platinum", manager="jin", menu=order.menu, customer="1001",
        )  # fmt: skip
        invite = wang.invites[0]
        assert invite.startswith(f"INVITE sip:{NUMBER}@{OUTSIDE}")
        assert "95555" in next(line for line in invite.splitlines() if line.startswith("From:"))
        await hears_sound(wang)
        [call] = (await floor.survey()).calls
        assert (call.call, call.stage, call.entered_at) == (order.call, Stage.WAITING, order.entered_at)
        with Telephone(hotline.ports.sip, 200).register("anna", hotline.credentials.sip["anna"]) as anna:
            floor.switch.carry_out(RingAgent(order.call, AgentId("anna"), PhoneName("anna"), OFFER, 15_000))
            assert await floor.next(OfferAnswered) == OfferAnswered(order.call, OFFER)
            assert NUMBER in anna.invites[0]
            # Keys pass from the one to the other, so sound does as well.
            await until(lambda: (wang.press("5"), anna.heard(), anna.events > 0)[2])
            wang.hang_up()
            await seen(anna, "BYE")
    assert await floor.next(CallEnded) == CallEnded(order.call)


async def test_an_agent_who_is_reserved_is_rung_when_the_customer_answers(hotline: RealHotline, floor: Floor) -> None:
    with (
        customer(hotline) as wang,
        Telephone(hotline.ports.sip, 200).register("anna", hotline.credentials.sip["anna"]) as anna,
    ):
        order = floor.order(offer=ring_anna())
        assert await floor.next(OfferReached) == OfferReached(order.call, OFFER)
        assert await floor.next(OfferAnswered) == OfferAnswered(order.call, OFFER)
        [call] = (await floor.survey()).calls
        assert (call.call, call.stage, call.offer) == (order.call, Stage.TALKING, OFFER)
        # Nobody asks for his PIN, so the two are joined again at once; they are parted once, for both orders.
        for _ in range(2):
            floor.switch.carry_out(AskCaller(order.call, LanguageName("en")))
        assert await floor.next(CallerVerified) == CallerVerified(order.call, Verdict.UNAVAILABLE, "1001")
        await until(lambda: (wang.press("5"), anna.heard(), anna.events > 0)[2])
        assert (await floor.survey()).calls[0].stage is Stage.TALKING
        assert len([event for event in floor.seen if isinstance(event, CallerVerified)]) == 1
        await asyncio.to_thread(anna.hang_up)
        assert await floor.next(TalkEnded) == TalkEnded(order.call)
        await seen(wang, "BYE")
    assert not any(isinstance(event, CallStartedWaiting) for event in floor.seen)


@pytest.mark.parametrize(
    ("does", "cause"),
    [(486, OfferFailure.BUSY), (180, OfferFailure.NO_ANSWER), (603, OfferFailure.DECLINED)],
    ids=["busy", "nobody answers", "declined"],
)
async def test_a_customer_who_does_not_answer_is_told_as_one(
    hotline: RealHotline, floor: Floor, does: int, cause: OfferFailure
) -> None:
    with customer(hotline, does):
        order = floor.order(ring_for=1_000)
        assert await floor.next(CallbackFailed) == CallbackFailed(order.call, cause)
    assert (await floor.survey()).calls == ()


@pytest.mark.parametrize("number", ["+4930123456", "9001234567", "110"])
async def test_a_number_that_the_settings_do_not_allow_is_not_called(
    hotline: RealHotline, floor: Floor, number: str
) -> None:
    with customer(hotline) as nobody:
        order = floor.order(number)
        assert await floor.next(CallbackFailed) == CallbackFailed(order.call, OfferFailure.FAILED)
        assert nobody.invites == []


async def test_one_entry_is_not_rung_twice_at_a_time_and_can_be_rung_again_afterwards(
    hotline: RealHotline, floor: Floor
) -> None:
    with customer(hotline, 180) as wang:
        order = floor.order(offer=ring_anna(), ring_for=1_000)
        await seen(wang, "INVITE")
        floor.switch.carry_out(order)
        await floor.next(CallbackFailed)
        assert len(wang.invites) == 1
        await asyncio.to_thread(hotline.until_quiet)
        floor.switch.carry_out(order)
        await until(lambda: len(wang.invites) == 2)
        await until(lambda: floor.seen == [CallbackFailed(order.call, OfferFailure.NO_ANSWER)] * 2)
