"""The core is killed like a light bulb, at any moment, and started again: nobody on the line may notice."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.chaos.bank import SPARES
from tests.chaos.ringing import around_the_ringing_of_two_phones, each_of_the_two_picks_up_or_rings_out
from tests.chaos.staging import Person, Scene, bank_hotline, staged
from tests.chaos.watching import (
    assert_books_balance,
    assert_replay_says_the_same,
    callers_on_asterisk,
    closed_calls,
    entered,
    note,
    total,
)

pytestmark = [pytest.mark.real, pytest.mark.chaos, pytest.mark.timeout(180)]


OUTAGE_AT_MOST = 2.0
READOPTED_WITHIN = 10.0
"""Seconds from the start of the new process, as promised."""


async def test_a_killed_core_comes_back_and_serves_everybody_in_the_order_in_which_they_came(
    tmp_path: Path, seed: int
) -> None:
    async with bank_hotline(tmp_path) as hotline, staged(hotline, seed) as scene:
        await around_the_ringing_of_two_phones(scene)
        await hotline.kill_core()
        await somebody_picks_up_or_not_while_the_core_is_away(scene)
        begun = asyncio.get_running_loop().time()
        await scene.restart()
        took = await everybody_is_known_again(scene, begun)
        note("killed: all waiting callers known again, from the start of the new process", took)
        # The script of those in the menu died, so they wait like the rest.
        await everybody_is_served_in_turn(scene, [*scene.waiters, *scene.in_menu])


async def test_a_core_that_hangs_for_some_seconds_goes_on_as_if_nothing_had_happened(
    tmp_path: Path, few_seed: int
) -> None:
    async with bank_hotline(tmp_path) as hotline, staged(hotline, few_seed) as scene:
        await around_the_ringing_of_two_phones(scene)
        hotline.freeze_core()
        await somebody_picks_up_or_not_while_the_core_is_away(scene)
        begun = asyncio.get_running_loop().time()
        hotline.thaw_core()
        took = await everybody_is_known_again(scene, begun)
        note("frozen for some seconds: all waiting callers known again, from its going on", took)
        # Those in the menu are still there, which is nobody's loss.
        await everybody_is_served_in_turn(scene, scene.waiters)


async def test_a_core_that_lost_its_journal_too_finds_everybody_and_since_when_they_wait(
    tmp_path: Path, few_seed: int
) -> None:
    async with bank_hotline(tmp_path) as hotline, staged(hotline, few_seed, ringing=0) as scene:
        await asyncio.sleep(scene.chance.uniform(0, 2))
        await hotline.kill_core()
        before = entered(hotline)
        (hotline.home / "journal").rename(hotline.home / "journal-that-was")
        begun = asyncio.get_running_loop().time()
        await scene.restart()
        took = await everybody_is_known_again(scene, begun)
        note("killed without a journal: all waiting callers known again", took)
        known = entered(hotline)
        assert {number: known[number] for number in before} == before
        await everybody_is_served_in_turn(scene, [*scene.waiters, *scene.in_menu])


async def everybody_is_served_in_turn(scene: Scene, waiting: list[Person]) -> None:
    scene.the_talks_went_on()
    scene.nobody_was_cut_off()
    await each_of_the_two_picks_up_or_rings_out(scene)
    await scene.are_ready(SPARES)
    await scene.until_nobody_waits()
    scene.they_were_offered_in_order(waiting)

    scene.the_talks_went_on()
    scene.nobody_was_cut_off()
    scene.no_phone_rang_twice()
    await scene.everybody_hangs_up()
    samples = await assert_books_balance(scene.hotline, offered=len(scene.talkers) + len(waiting))
    assert total(samples, "hotline_calls_answered_total") == len(scene.talkers) + len(waiting)
    assert max(closed_calls(scene.hotline).values()) == 1
    await assert_replay_says_the_same(scene.hotline)


async def somebody_picks_up_or_not_while_the_core_is_away(scene: Scene) -> None:
    for ringer in filter(scene.rings, scene.ringers):
        if scene.chance.random() < 0.5:
            await scene.picks_up(ringer)
    await asyncio.sleep(scene.chance.uniform(0, OUTAGE_AT_MOST))


async def everybody_is_known_again(scene: Scene, since: float) -> float:
    """Wait until the core knows again of all who wait, and since when; returns how long it took."""
    scene.nobody_was_cut_off()
    loop = asyncio.get_running_loop()
    begun = entered(scene.hotline)
    while (known := await waiting_in_books(scene)) != (waiting := await waiting_in_dialplan(scene)):
        assert loop.time() - since < READOPTED_WITHIN, f"{known:g} of {waiting} callers are known again"
        await asyncio.sleep(0.05)
    took = loop.time() - since
    assert took < READOPTED_WITHIN
    samples = await scene.hotline.metrics()
    assert samples["hotline_routing"] == 1
    answered = scene.answered_by(scene.ringers)
    oldest = min(begun[person.number] for person in scene.waiters if person.number not in answered)
    longest = max(value for name, value in samples.items() if name.startswith("hotline_longest_wait_seconds"))
    assert abs(time.time() - oldest / 1000 - longest) < 1.5
    return took


async def waiting_in_books(scene: Scene) -> float:
    return total(await scene.hotline.metrics(), "hotline_calls_waiting")


async def waiting_in_dialplan(scene: Scene) -> int:
    """Callers who hear the waiting music, alone or while a phone rings."""
    answered = scene.answered_by(scene.ringers)
    seen = await callers_on_asterisk(scene.hotline)
    waiting = {person.number for person in (*scene.waiters, *scene.in_menu)} - answered
    return sum(seen[number].context in {"hl-wait", "hl-offer"} for number in waiting)
