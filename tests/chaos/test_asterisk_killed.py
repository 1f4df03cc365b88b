"""Asterisk dies with everybody on it: the calls are lost, but nothing of them may haunt the core."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.chaos.staging import bank_hotline, staged
from tests.chaos.watching import assert_books_balance, assert_replay_says_the_same, closed_calls, note
from tests.house import House, until

pytestmark = [pytest.mark.real, pytest.mark.chaos, pytest.mark.timeout(180)]


async def test_when_asterisk_dies_each_call_is_closed_once_and_the_next_one_is_answered(
    tmp_path: Path, few_seed: int
) -> None:
    async with bank_hotline(tmp_path) as hotline, staged(hotline, few_seed, waiting=6, talking=3, in_menu=1) as scene:
        await scene.both_phones_ring()
        await asyncio.sleep(scene.chance.uniform(0, 2))
        kill_asterisk(hotline)
        await until_healthy(hotline, False)
        await asyncio.sleep(scene.chance.uniform(0, 2))
        begun = asyncio.get_running_loop().time()
        await asyncio.to_thread(hotline.instance.start, hotline.prepared.files, hotline.prepared.ports)
        await until_healthy(hotline, True)
        note(
            "Asterisk killed: the core serves again, from the start of the new Asterisk",
            asyncio.get_running_loop().time() - begun,
        )
        # The core tells of it in its log a moment after it serves again.
        await until(lambda: len(closed_calls(hotline)) == len(scene.people), what="every call is closed")
        assert set(closed_calls(hotline).values()) == {1}
        for agent in (*scene.talking_agents, *scene.ringers):
            await scene.screens[agent].until_state("ready")

        await scene.phones.register()
        for ringer in scene.ringers:
            await scene.says(ringer, "pause", reason="break")
        (caller,) = await scene.newcomers_call(1)
        await until(lambda: caller.number in scene.answered_by(scene.screens), 20, "the next caller is served")
        await scene.everybody_hangs_up()
        never_in_a_lane = len(scene.in_menu)
        await assert_books_balance(hotline, offered=len(scene.people) - never_in_a_lane)
        assert sorted(closed_calls(hotline).values()) == [1] * len(scene.people)
        await assert_replay_says_the_same(hotline)


def kill_asterisk(hotline: House) -> None:
    pid = hotline.instance.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


async def until_healthy(hotline: House, healthy: bool) -> None:
    """Wait until the core says that all is well, or that it is not."""
    deadline = asyncio.get_running_loop().time() + 20
    while await hotline.is_healthy() is not healthy:
        assert asyncio.get_running_loop().time() < deadline, f"the core never said healthy={healthy}"
        await asyncio.sleep(0.05)
