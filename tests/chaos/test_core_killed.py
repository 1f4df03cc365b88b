"""The core is killed like a light bulb, at any moment, and started again: nobody on the line may notice."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.chaos.bank import RING_FOR, SPARES
from tests.chaos.staging import Scene, bank_hotline, staged
from tests.chaos.watching import (
    assert_books_balance,
    assert_replay_says_the_same,
    closed_calls,
    entered,
    note,
    total,
)
from tests.house import House, until

pytestmark = [pytest.mark.real, pytest.mark.chaos, pytest.mark.timeout(180)]


OUTAGE_AT_MOST = 2.0
READOPTED_WITHIN = 10.0
"""Seconds from the start of the new process, as promised."""


async def test_a_killed_core_comes_back_and_serves_everybody_in_the_order_in_which_they_came(
    tmp_path: Path, seed: int
) -> None:
    async with bank_hotline(tmp_path) as hotline, staged(hotline, seed) as scene:
        await killed_around_the_ringing_of_two_phones(scene)
        await somebody_picks_up_or_not_while_the_core_is_away(scene)
        await restarted_and_everybody_is_known_again(scene)

        scene.the_talks_went_on()
        scene.nobody_was_cut_off()
        await each_of_the_two_picks_up_or_rings_out(scene)
        await scene.are_ready(SPARES)
        await until_nobody_waits(hotline)
        scene.they_were_offered_in_order([*scene.waiters, *scene.in_menu])

        scene.the_talks_went_on()
        scene.nobody_was_cut_off()
        scene.no_phone_rang_twice()
        await scene.everybody_hangs_up()
        samples = await assert_books_balance(hotline, offered=len(scene.people))
        assert total(samples, "hotline_calls_answered_total") == len(scene.people)
        assert max(closed_calls(hotline).values()) == 1
        await assert_replay_says_the_same(hotline)


async def killed_around_the_ringing_of_two_phones(scene: Scene) -> None:
    """Half of the time the core dies on the way from "ready" to the phones, else while they ring."""
    for ringer in scene.ringers:
        await scene.screens[ringer].say("ready")
    if scene.chance.random() < 0.5:
        await asyncio.sleep(scene.chance.uniform(0, 0.3))
    else:
        await until(lambda: all(map(scene.rings, scene.ringers)), 10, "both phones ring")
        await asyncio.sleep(scene.chance.uniform(0, 2))
    await scene.hotline.kill_core()


async def somebody_picks_up_or_not_while_the_core_is_away(scene: Scene) -> None:
    for ringer in filter(scene.rings, scene.ringers):
        if scene.chance.random() < 0.5:
            scene.phones.answer(ringer)
            await scene.phones.until(ringer, "answered")
    await asyncio.sleep(scene.chance.uniform(0, OUTAGE_AT_MOST))


async def restarted_and_everybody_is_known_again(scene: Scene) -> None:
    begun = entered(scene.hotline)
    loop = asyncio.get_running_loop()
    started_at = loop.time()
    await scene.restart()
    waiting = [*scene.waiters, *scene.in_menu]
    expected = len(waiting) - len(scene.answered_by(scene.ringers))
    while (known := total(samples := await scene.hotline.metrics(), "hotline_calls_waiting")) != expected:
        assert loop.time() - started_at < READOPTED_WITHIN, f"{known:g} of {expected} callers are known again"
        await asyncio.sleep(0.05)
    note("waiting callers known again after the restart began", took := loop.time() - started_at)
    assert took < READOPTED_WITHIN
    assert samples["hotline_routing"] == 1
    answered = scene.answered_by(scene.ringers)
    oldest = min(begun[person.number] for person in scene.waiters if person.number not in answered)
    longest = max(value for name, value in samples.items() if name.startswith("hotline_longest_wait_seconds"))
    assert abs(time.time() - oldest / 1000 - longest) < 1.5


async def each_of_the_two_picks_up_or_rings_out(scene: Scene) -> None:
    for ringer in scene.ringers:
        screen = scene.screens[ringer]
        if scene.talks(ringer):
            await screen.until_state("talking")
        elif scene.chance.random() < 0.5:
            await phone_rings(scene, ringer)
            scene.phones.answer(ringer)
            await screen.until_state("talking")
        else:
            await phone_rings(scene, ringer)
            await screen.until_state("paused", RING_FOR / 1000 + 10)
            assert screen.states[-1]["reason"] == "no answer"


async def phone_rings(scene: Scene, agent: str) -> None:
    """Return when the phone rings; an agent whose word "ready" was lost with the core says it again."""
    deadline = asyncio.get_running_loop().time() + 30
    while not scene.rings(agent):
        assert asyncio.get_running_loop().time() < deadline, f"{agent} is {scene.screens[agent].state}"
        if scene.screens[agent].state == "paused":
            await scene.screens[agent].ready()
        await asyncio.sleep(0.05)


async def until_nobody_waits(hotline: House) -> None:
    deadline = asyncio.get_running_loop().time() + 40
    while waiting := total(await hotline.metrics(), "hotline_calls_waiting"):
        assert asyncio.get_running_loop().time() < deadline, f"{waiting:g} callers still wait"
        await asyncio.sleep(0.1)
