"""Orders that move who talks: looked at first whether they fit, then one Redirect, and a word if nothing came of it."""

import pytest

from acd.core.names import AgentId, CallId, LanguageName, OfferId, PhoneName
from acd.core.orders import (
    AskCaller,
    BringTogether,
    HandOver,
    HangUpAgent,
    JoinAgain,
    LetGo,
    PutOnHold,
    RingColleague,
    SendCaller,
    TalkOrder,
)
from acd.core.switch_events import ConsultEnded, OfferFailure, OrderFailed
from acd.core.transfers import Target, TransferKind
from tests.asterisk.fake_manager import FakeChannel
from tests.asterisk.running_switch import CALL, Running, running
from tests.asterisk.waiting import until

DESK = "PJSIP/anna-0000000a"
EN = LanguageName("en")
TO_LANE = SendCaller(CALL, Target(TransferKind.LANE, "wealth"), EN)
ORDERS: list[TalkOrder] = [PutOnHold(CALL), JoinAgain(CALL), HangUpAgent(CALL), TO_LANE]


def talking(run: Running, stage: str = "talking", desk: str = DESK) -> None:
    run.manager.channels[CALL] = FakeChannel(CALL, {"HL_DESK": desk, "HL_STAGE": stage})


@pytest.mark.parametrize(
    ("order", "stage", "where"),
    [
        (PutOnHold(CALL), "talking", ("hl-held", "s")),
        (JoinAgain(CALL), "held", ("hl-join", "s")),
        (HangUpAgent(CALL), "talking", ("hl-after", "s")),
        (TO_LANE, "talking", ("hl-transfer", "lane_wealth")),
        (TO_LANE, "held", ("hl-transfer", "lane_wealth")),
        (TO_LANE, "after", ("hl-transfer", "lane_wealth")),
        (SendCaller(CALL, Target(TransferKind.AGENT, "ben"), EN), "talking", ("hl-transfer", "agent_ben")),
        (SendCaller(CALL, Target(TransferKind.NUMBER, "+4930"), EN), "talking", ("hl-transfer", "number_+4930")),
    ],
)
async def test_the_caller_is_moved_by_one_redirect(order: TalkOrder, stage: str, where: tuple[str, str]) -> None:
    async with running() as run:
        talking(run, stage)
        run.switch.carry_out(order)
        await until(lambda: run.manager.taken("Redirect"))
        [moved] = run.manager.taken("Redirect")
        assert (moved["Channel"], moved["Context"], moved["Exten"]) == (CALL, *where)
        # Only who shall wait for the caller is moved with him.
        assert moved.get("ExtraChannel") == (DESK if isinstance(order, PutOnHold) else None)
        assert run.seen[1:] == []


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("stage", ["waiting", "offered", "verifying", "fallback", ""])
async def test_whoever_is_elsewhere_is_left_there_and_the_agent_hears_so(order: TalkOrder, stage: str) -> None:
    async with running() as run:
        talking(run, stage, desk="")
        run.switch.carry_out(order)
        await until(lambda: run.seen[1:] == [OrderFailed(CALL, None)])
        assert run.manager.taken("Redirect") == []


@pytest.mark.parametrize("order", ORDERS)
async def test_who_is_gone_or_a_switch_that_is_not_ready_fails_the_order(order: TalkOrder) -> None:
    async with running() as run:
        run.switch.carry_out(order)
        await until(lambda: run.seen[1:] == [OrderFailed(CALL, None)])
    async with running(wait=False) as run:
        run.switch.carry_out(order)
        assert run.seen == [OrderFailed(CALL, None)]


async def test_an_agents_own_leg_is_moved_to_where_his_colleague_is_rung() -> None:
    order = RingColleague(CALL, AgentId("anna"), PhoneName("ben"), OfferId(8), 15_000)
    async with running() as run:
        run.manager.channels[CALL] = FakeChannel(CALL, {"HL_ASIDE": DESK})
        run.manager.channels[DESK] = FakeChannel(DESK, {})
        run.switch.carry_out(order)
        await until(lambda: run.manager.taken("Redirect"))
        [moved] = run.manager.taken("Redirect")
        assert (moved["Channel"], moved["Context"], moved["Exten"]) == (DESK, "hl-consult", "8_15_ben")
        assert "ExtraChannel" not in moved


async def test_a_caller_who_is_on_hold_no_more_is_no_reason_to_move_an_agent() -> None:
    order = RingColleague(CALL, AgentId("anna"), PhoneName("ben"), OfferId(8), 15_000)
    async with running() as run:
        run.manager.channels[CALL] = FakeChannel(CALL, {"HL_ASIDE": ""})
        run.switch.carry_out(order)
        await until(lambda: run.seen[1:] == [ConsultEnded(CALL, OfferId(8), OfferFailure.FAILED)])
        assert run.manager.taken("Redirect") == []


async def test_a_caller_is_handed_over_if_there_is_a_colleague_to_take_him() -> None:
    async with running() as run:
        run.manager.channels[CALL] = FakeChannel(CALL, {"HL_COLLEAGUE": DESK})
        run.switch.carry_out(HandOver(CALL, PhoneName("ben"), OfferId(8)))
        await until(lambda: run.manager.taken("Redirect"))
        [moved] = run.manager.taken("Redirect")
        assert (moved["Channel"], moved["Context"], moved["Exten"]) == (CALL, "hl-complete", "8_ben")
        assert "ExtraChannel" not in moved


async def test_a_caller_is_taken_into_the_talk_of_two_agents_while_there_is_one() -> None:
    async with running() as run:
        run.manager.channels[CALL] = FakeChannel(CALL, {"HL_CONSULT": "8"})
        run.switch.carry_out(BringTogether(CALL))
        await until(lambda: run.manager.taken("Redirect"))
        [moved] = run.manager.taken("Redirect")
        assert (moved["Channel"], moved["Context"], moved["Exten"]) == (CALL, "hl-conference", "s")
    async with running() as run:
        run.manager.channels[CALL] = FakeChannel(CALL, {"HL_CONSULT": ""})
        run.switch.carry_out(BringTogether(CALL))
        await until(lambda: run.seen[1:] == [OrderFailed(CALL, None)])


@pytest.mark.parametrize(("colleague", "variable"), [(True, "HL_COLLEAGUE"), (False, "HL_DESK")])
async def test_one_of_two_agents_is_let_go_and_nobody_else_is_moved(*, colleague: bool, variable: str) -> None:
    async with running() as run:
        run.manager.channels[CALL] = FakeChannel(CALL, {variable: DESK})
        run.manager.channels[DESK] = FakeChannel(DESK, {})
        run.switch.carry_out(LetGo(CALL, colleague=colleague))
        await until(lambda: run.manager.taken("Redirect"))
        [moved] = run.manager.taken("Redirect")
        assert (moved["Channel"], moved["Context"], moved["Exten"]) == (DESK, "hl-leave", "s")


async def test_one_order_at_a_time_and_the_second_fails() -> None:
    async with running() as run:
        talking(run)
        run.switch.carry_out(AskCaller(CALL, EN))
        run.switch.carry_out(PutOnHold(CALL))
        assert run.seen[1:] == [OrderFailed(CALL, None)]
        await until(lambda: len(run.manager.taken("Redirect")) == 1)


@pytest.mark.parametrize(
    "target",
    [
        Target(TransferKind.LANE, "Wealth"),
        Target(TransferKind.AGENT, "a_b"),
        Target(TransferKind.NUMBER, "1"),
        Target(TransferKind.NUMBER, "+49\r\nAction: Originate"),
        Target(TransferKind.LANE, ""),
    ],
)
async def test_a_target_that_cannot_be_said_is_not_said(target: Target) -> None:
    async with running() as run:
        talking(run)
        run.switch.carry_out(SendCaller(CallId(CALL), target, EN))
        assert run.seen[1:] == [OrderFailed(CALL, None)]
        assert run.manager.taken("Getvar") == []
