"""Customers are rung by the second user of the manager interface, each order once, or the sink hears at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from acd.asterisk.ami_actions import check_action
from acd.asterisk.ami_link import ManagerAccess
from acd.asterisk.callbacks_link import originate
from acd.asterisk.switch import AsteriskSwitch
from acd.core.names import AgentId, CallId, LaneName, LanguageName, OfferId, PhoneName
from acd.core.orders import CallCustomer, RingAgent
from acd.core.switch_events import OrderFailed, SwitchEvent
from tests.asterisk.fake_manager import SECRET, FakeChannel, FakeManager, fake_manager
from tests.asterisk.running_switch import LIMITS, LINK_LIMITS, StepClock
from tests.asterisk.waiting import until

ENTRY = CallId("cb-hotline-1795318465.12")
OFFER = RingAgent(ENTRY, AgentId("anna"), PhoneName("anna"), OfferId(1_000_001), ring_for=14_500)
ORDER = CallCustomer(
    ENTRY, "+8613812345678", 29_500, LaneName("cards"), LanguageName("zh"), "95555",
    1_795_318_465_000, 1_795_318_475_000, "platinum", "jin", "1001", (("main", "1"), ("cards", "#")), OFFER,
)  # fmt: skip
WITH_NOBODY = replace(ORDER, offer=None)


class Running:
    """A switch with both its links, to one manager or two."""

    def __init__(self, control: FakeManager, second: FakeManager) -> None:
        self.second = second
        self.seen: list[SwitchEvent] = []
        access = ManagerAccess("127.0.0.1", control.port, "core", SECRET)
        callbacks = ManagerAccess("127.0.0.1", second.port, "callbacks", SECRET)
        self.switch = AsteriskSwitch.connect(
            access, self.seen.append, StepClock(), link_limits=LINK_LIMITS, limits=LIMITS, callbacks=callbacks
        )
        assert self.switch.callbacks is not None
        self.callbacks = self.switch.callbacks


@asynccontextmanager
async def running(*, wait: bool = True) -> AsyncIterator[Running]:
    async with fake_manager() as control, fake_manager() as second, asyncio.TaskGroup() as group:
        run = Running(control, second)
        second.fail_log_in = not wait
        group.create_task(run.switch.run())
        try:
            await until(lambda: run.switch.ready and run.callbacks.ready is wait)
            run.seen.clear()
            yield run
        finally:
            run.switch.close()


async def test_a_customer_is_rung_with_all_that_his_channel_must_carry() -> None:
    async with running() as run:
        run.switch.carry_out(ORDER)
        await until(lambda: run.second.taken("Originate"))

        [action] = run.second.taken("Originate")
        assert action | {"ActionID": ""} == {
            "Action": "Originate", "ActionID": "", "Channel": "Local/+8613812345678@hl-callback-out/n",
            "Context": "hl-callback", "Exten": "1000001_15_anna", "Priority": "1", "Timeout": "35000", "Async": "true",
            "Codecs": "alaw,ulaw",
            "ChannelId": ENTRY, "OtherChannelId": f"{ENTRY}-out",
            "Variable": f"HL_ENTRY={ENTRY},HL_RING=30,HL_NUMBER=+8613812345678,HL_DIALLED=95555,"
            "HL_ARRIVED=1795318465000,HL_ENTERED=1795318475000,HL_LANE=cards,HL_LANGUAGE=zh,HL_TIER=platinum,"
            "HL_MANAGER=jin,HL_CUSTOMER=1001,HL_MENU=main=1/cards=#",
        }  # fmt: skip
        assert run.second.taken("Setvar") == []
        assert run.seen == []


def test_with_nobody_reserved_he_waits_when_he_has_answered() -> None:
    assert dict(originate(WITH_NOBODY))["Exten"] == "wait"


def test_the_longest_of_everything_still_fits_into_the_action() -> None:
    longest = CallCustomer(
        CallId("c" * 75), "+" + "8" * 15, 10**9, LaneName("l" * 32), LanguageName("a" * 32), "1" * 32, 10**14, 10**14,
        "t" * 32, "m" * 32, "9" * 20, tuple(("m" * 20, "1") for _ in range(8)), OFFER,
    )  # fmt: skip
    check_action(originate(longest))


@pytest.mark.parametrize(
    ("order", "heard"),
    [(ORDER, OrderFailed(ENTRY, OFFER.offer)), (WITH_NOBODY, OrderFailed(ENTRY, None))],
    ids=["an agent is reserved", "nobody is"],
)
async def test_an_order_that_is_refused_or_cannot_be_sent_fails_at_once(
    order: CallCustomer, heard: SwitchEvent
) -> None:
    async with running() as run:
        run.second.channels[ENTRY] = FakeChannel(ENTRY)
        run.switch.carry_out(order)
        await until(lambda: run.seen == [heard])
        run.switch.carry_out(replace(order, number="+86,900"))
        assert run.seen == [heard, heard]
        assert len(run.second.taken("Originate")) == 1
    async with running(wait=False) as run:
        run.switch.carry_out(order)
        assert run.seen == [heard]
        assert run.second.taken("Originate") == []


async def test_an_order_of_which_nothing_is_known_is_never_sent_again_and_the_deadline_decides() -> None:
    async with running() as run:
        run.second.deaf_to = {"Originate"}
        run.switch.carry_out(ORDER)
        await until(lambda: run.callbacks.statistics.outcomes_unknown == 1)

        assert run.seen == []
        assert len(run.second.taken("Originate")) == 1


async def test_a_hotline_without_callbacks_reaches_no_customer() -> None:
    seen: list[SwitchEvent] = []
    async with fake_manager() as manager, asyncio.TaskGroup() as group:
        access = ManagerAccess("127.0.0.1", manager.port, "core", SECRET)
        switch = AsteriskSwitch.connect(access, seen.append, StepClock(), link_limits=LINK_LIMITS, limits=LIMITS)
        group.create_task(switch.run())
        await until(lambda: switch.ready)
        switch.carry_out(WITH_NOBODY)
        assert seen[-1] == OrderFailed(ENTRY, None)
        switch.close()


async def test_callers_are_served_while_the_second_link_is_down() -> None:
    async with running(wait=False) as run:
        assert run.switch.ready
        assert run.callbacks.trouble != ""
