"""The link between the core and Asterisk breaks, falls silent or turns slow: callers hear their music and nothing else.

No order is sent twice, whatever became of the link on its way; the core looks where everybody is and decides afresh.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos.bank import SPARES, STRAIGHT
from tests.chaos.fault_proxy import FaultProxy, fault_proxy
from tests.chaos.ringing import around_the_ringing_of_two_phones, each_of_the_two_picks_up_or_rings_out
from tests.chaos.staging import Scene, bank_hotline, staged
from tests.chaos.watching import assert_books_balance, assert_replay_says_the_same, closed_calls, note, total
from tests.house import until
from tests.telephone import Telephone

pytestmark = [pytest.mark.real, pytest.mark.chaos, pytest.mark.timeout(180)]

RECONNECTED_WITHIN = 5.0
"""Seconds from a reset, or from the moment at which silence is noticed, as promised."""

NOTICED_WITHIN = 5.0
"""Seconds in which the core must notice that nobody answers its pings."""

SILENCE_AT_MOST = 0.5
"""Seconds without a packet of music; Asterisk sends fifty of them a second."""

LISTENER = "13855000001"
"""The number of the caller who listens whether the music goes on."""


async def test_after_a_reset_the_core_is_back_at_once_and_orders_nothing_twice(tmp_path: Path, few_seed: int) -> None:
    async with a_few_wait_and_talk(tmp_path, few_seed) as (scene, link, listener):
        await around_the_ringing_of_two_phones(scene)
        before = link.connections
        link.reset()
        note("link reset: surveyed again", await back(scene, link, before, listener, RECONNECTED_WITHIN))
        await each_of_the_two_picks_up_or_rings_out(scene)
        await scene.are_ready(SPARES)
        await asyncio.sleep(scene.chance.uniform(0, 1))
        link.reset()
        await everybody_is_served(scene, link)


async def test_a_silent_link_is_noticed_and_replaced(tmp_path: Path, few_seed: int) -> None:
    async with a_few_wait_and_talk(tmp_path, few_seed) as (scene, link, listener):
        await around_the_ringing_of_two_phones(scene)
        before = link.connections
        link.fall_silent()
        took = await back(scene, link, before, listener, NOTICED_WITHIN + RECONNECTED_WITHIN)
        note("link silent: noticed, connected and surveyed again", took)
        await each_of_the_two_picks_up_or_rings_out(scene)
        await scene.are_ready(SPARES)
        await asyncio.sleep(scene.chance.uniform(0, 1))
        link.fall_silent()
        await everybody_is_served(scene, link)


async def test_on_a_link_that_is_300_ms_late_each_way_everything_goes_on(tmp_path: Path, few_seed: int) -> None:
    async with a_few_wait_and_talk(tmp_path, few_seed) as (scene, link, _):
        link.latency = 0.3
        before = link.connections
        await around_the_ringing_of_two_phones(scene)
        await each_of_the_two_picks_up_or_rings_out(scene)
        await scene.are_ready(SPARES)
        await everybody_is_served(scene, link)
        assert link.connections == before, "a late answer is no lost link"


async def test_on_a_link_of_a_thousand_bytes_a_second_callers_wait_on_until_it_is_faster(
    tmp_path: Path, few_seed: int
) -> None:
    async with a_few_wait_and_talk(tmp_path, few_seed) as (scene, link, listener):
        await around_the_ringing_of_two_phones(scene)
        link.bytes_per_second = 1_000
        await asyncio.sleep(scene.chance.uniform(6, 10))
        link.bytes_per_second = float("inf")
        took = await back(scene, link, 0, listener, NOTICED_WITHIN + RECONNECTED_WITHIN)
        note("link slow: surveyed again when it was fast", took)
        await each_of_the_two_picks_up_or_rings_out(scene)
        await scene.are_ready(SPARES)
        await everybody_is_served(scene, link)


@asynccontextmanager
async def a_few_wait_and_talk(folder: Path, seed: int) -> AsyncIterator[tuple[Scene, FaultProxy, Telephone]]:
    """A hotline whose core reaches Asterisk through a faulty network; the last who waits listens to the music."""
    async with bank_hotline(folder, with_core=False) as hotline:
        ports = hotline.prepared.ports
        async with fault_proxy(ports.ami_host, ports.ami) as link:
            hotline.prepared = replace(hotline.prepared, ports=replace(ports, ami=link.port))
            await hotline.start_core()
            async with staged(hotline, seed, waiting=6, talking=3, in_menu=0) as scene:
                with Telephone(ports.sip) as listener:
                    listener.call(STRAIGHT, LISTENER)
                    await asyncio.to_thread(listener.until_seen, "200 INVITE")
                    await scene.until_waiting([LISTENER])
                    await until(lambda: listener.heard() > 0, 15, "the listener hears music")
                    yield scene, link, listener
                    await asyncio.to_thread(listener.until_seen, "BYE")
            await hotline.stop_core()


async def back(scene: Scene, link: FaultProxy, connections: int, listener: Telephone, within: float) -> float:
    """Wait until the core has looked at everything on a newer connection; the music must not stop meanwhile."""
    loop = asyncio.get_running_loop()
    begun = heard_at = loop.time()
    while link.connections <= connections or not await scene.hotline.is_healthy():
        assert loop.time() - begun < within, "the core has no link"
        if listener.heard():
            heard_at = loop.time()
        assert loop.time() - heard_at < SILENCE_AT_MOST, "the music has stopped"
        await asyncio.sleep(0.05)
    took = loop.time() - begun
    scene.the_talks_went_on()
    scene.nobody_was_cut_off()
    return took


async def everybody_is_served(scene: Scene, link: FaultProxy) -> None:
    await scene.until_nobody_waits()
    scene.they_were_offered_in_order(scene.waiters)
    scene.the_talks_went_on()
    scene.nobody_was_cut_off()
    scene.no_phone_rang_twice()
    assert set(link.offers().values()) == {1}
    await scene.everybody_hangs_up()
    everybody = len(scene.people) + 1
    samples = await assert_books_balance(scene.hotline, offered=everybody)
    # A talk of a tenth of a second that began and ended while the link was down is nowhere to be seen afterwards.
    unseen = everybody - total(samples, "hotline_calls_answered_total")
    assert 0 <= unseen <= len(SPARES)
    assert set(closed_calls(scene.hotline).values()) == {1}
    await assert_replay_says_the_same(scene.hotline)
