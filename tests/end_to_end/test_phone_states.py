"""What an agent's phone really does is known within a moment, whatever the agent's screen says."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from acd.asterisk.ami_link import ManagerAccess
from acd.asterisk.render import AMI_USER
from acd.asterisk.switch import AsteriskSwitch
from acd.config.loading import load
from acd.core.names import AgentId, OfferId, PhoneName
from acd.core.orders import RingAgent
from acd.core.switch_events import (
    CallStartedWaiting,
    OfferAnswered,
    PhoneChanged,
    PhoneState,
    SwitchEvent,
    SwitchSurveyed,
    TalkEnded,
)
from acd.engine.clock import SystemClock
from tests.house import until
from tests.real import RealHotline
from tests.telephone import Telephone

pytestmark = pytest.mark.real

FREE, BUSY, LOST = PhoneState.FREE, PhoneState.BUSY, PhoneState.LOST
MOMENT = 3
"""Seconds within which a phone's change must be known."""


class Watch:
    """A switch on this Asterisk, and what it saw."""

    def __init__(self, hotline: RealHotline) -> None:
        self.seen: list[SwitchEvent] = []
        access = ManagerAccess("127.0.0.1", hotline.ports.ami, AMI_USER, hotline.credentials.ami)
        self.switch = AsteriskSwitch.connect(access, self.seen.append, SystemClock())

    @property
    def changes(self) -> list[PhoneChanged]:
        return [event for event in self.seen if isinstance(event, PhoneChanged)]

    async def until_changes(self, *states: PhoneState) -> None:
        """Wait until the only phone that does anything has gone through these states and no others."""
        expected = [PhoneChanged(PhoneName("anna"), state) for state in states]
        await until(lambda: self.changes == expected, MOMENT, f"anna's phone is {states[-1]}, after {self.changes}")


@pytest.fixture
async def watch(hotline: RealHotline) -> AsyncIterator[Watch]:
    await asyncio.to_thread(hotline.until_quiet)
    watch = Watch(hotline)
    async with asyncio.TaskGroup() as group:
        group.create_task(watch.switch.run())
        await until(lambda: watch.switch.ready, 10, "the switch is surveyed")
        yield watch
        watch.switch.close()


@pytest.fixture
async def anna(hotline: RealHotline, watch: Watch) -> AsyncIterator[Telephone]:
    """Anna's phone, which has just registered and logs out again when her test is over."""
    secret = hotline.credentials.sip["anna"]
    with Telephone(hotline.ports.sip) as telephone:
        await asyncio.to_thread(telephone.register, "anna", secret)
        await watch.until_changes(FREE)
        yield telephone
        await asyncio.to_thread(telephone.hang_up)
        await asyncio.to_thread(telephone.unregister, "anna", secret)
        await until(lambda: watch.changes[-1].state is LOST, MOMENT, "anna's phone is lost")


async def test_every_phone_of_the_settings_is_in_the_first_survey_and_nobody_elses(
    watch: Watch, example_bank: Path
) -> None:
    first = next(event for event in watch.seen if isinstance(event, SwitchSurveyed))

    assert first.phones == tuple((PhoneName(name), LOST) for name in sorted(load(example_bank).agents))


async def test_a_phone_that_registers_is_free_and_one_that_logs_out_is_lost(
    hotline: RealHotline, watch: Watch, anna: Telephone
) -> None:
    await asyncio.to_thread(anna.unregister, "anna", hotline.credentials.sip["anna"])
    await watch.until_changes(FREE, LOST)

    await asyncio.to_thread(anna.register, "anna", hotline.credentials.sip["anna"])
    await watch.until_changes(FREE, LOST, FREE)


async def test_a_phone_in_a_call_that_is_not_ours_is_busy_until_it_ends(
    hotline: RealHotline, watch: Watch, anna: Telephone
) -> None:
    # As if somebody else used the same phone: this Asterisk has no other way to call one.
    hotline.instance.command("module load res_clioriginate.so")
    hotline.instance.command("channel originate PJSIP/anna application Wait 60")
    await asyncio.to_thread(anna.until_seen, "ACK")
    await watch.until_changes(FREE, BUSY)

    await asyncio.to_thread(anna.hang_up)
    await watch.until_changes(FREE, BUSY, FREE)


async def test_a_whole_call_of_ours_changes_a_phone_twice(hotline: RealHotline, watch: Watch, anna: Telephone) -> None:
    with Telephone(hotline.ports.sip) as caller:
        caller.call("95555")
        await until(lambda: any(isinstance(e, CallStartedWaiting) for e in watch.seen), 10, "he waits")
        [waiting] = [event for event in watch.seen if isinstance(event, CallStartedWaiting)]
        watch.switch.carry_out(RingAgent(waiting.call, AgentId("anna"), PhoneName("anna"), OfferId(7), 15_000))
        await until(lambda: OfferAnswered(waiting.call, OfferId(7)) in watch.seen, 10, "they talk")
        await asyncio.to_thread(anna.hang_up)
        await until(lambda: TalkEnded(waiting.call) in watch.seen, 10, "the talk is over")
        await watch.until_changes(FREE, BUSY, FREE)
    assert watch.switch.statistics.blocks_unwanted == 0
    assert not watch.switch.statistics.dropped
