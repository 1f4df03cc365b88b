"""The core does not come back: the dialplan takes everybody to the static queue by itself, and people answer there.

A frozen core is worse than a dead one, for its ports stay open: the same must hold.
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.chaos.bank import FALLBACK, SPARES
from tests.chaos.staging import Person, Scene, bank_hotline, staged
from tests.chaos.watching import (
    assert_books_balance,
    assert_replay_says_the_same,
    callers_on_asterisk,
    note,
    total,
)
from tests.house import until

pytestmark = [pytest.mark.real, pytest.mark.chaos, pytest.mark.timeout(240)]

FALLBACK_WITHIN = 45.0
"""Seconds from the core's death until a waiting caller is in the static queue, as promised."""

MENU_SPARE = 15.0
"""Seconds that a caller may be in the menu of a frozen core until the dead man's handle fires: a prompt and a bit."""


async def test_without_a_core_everybody_reaches_the_static_queue_and_stays_there_when_it_is_back(
    tmp_path: Path, few_seed: int
) -> None:
    # Two hotlines side by side, for most of this is waiting.
    async with asyncio.TaskGroup() as both:
        for core in (Killed(), Frozen()):
            both.create_task(everybody_reaches_the_static_queue(tmp_path / core.name, few_seed, core))


class Killed:
    """The core is dead; later a new one is started."""

    name = "killed"

    async def away(self, scene: Scene) -> None:
        await scene.hotline.kill_core()

    async def back(self, scene: Scene) -> None:
        await scene.restart()


class Frozen:
    """The core stands still; later it goes on."""

    name = "frozen"

    async def away(self, scene: Scene) -> None:
        scene.hotline.freeze_core()

    async def back(self, scene: Scene) -> None:
        scene.hotline.thaw_core()


async def everybody_reaches_the_static_queue(folder: Path, seed: int, core: Killed | Frozen) -> None:
    async with bank_hotline(folder) as hotline, staged(hotline, seed) as scene:
        await scene.both_phones_ring()
        await asyncio.sleep(scene.chance.uniform(0, 2))
        await core.away(scene)
        begun = asyncio.get_running_loop().time()
        await scene.picks_up(scene.ringers[0])
        await scene.newcomers_call(2)
        fallen = [person for person in scene.people if person.number not in scene.answered_by(scene.talking_agents)]
        reached = await until_in_the_static_queue(scene, fallen, begun)
        for who, people in (("waiting", scene.waiters), ("in the menu", scene.in_menu), ("new", scene.newcomers)):
            latest = max(reached[person.number] for person in people if person in fallen)
            note(f"{core.name} for good: the last of those {who} in the static queue", latest)
        await until(lambda: len(scene.answered_by(FALLBACK)) == len(FALLBACK), 20, "frank and grace talk")
        scene.the_talks_went_on()
        scene.nobody_was_cut_off()

        begun = asyncio.get_running_loop().time()
        await core.back(scene)
        await scene.says(scene.ringers[1], "pause", reason="break")
        await a_new_caller_is_served(scene)
        note(f"{core.name} for good: back until a new caller is answered", asyncio.get_running_loop().time() - begun)
        assert await in_the_static_queue(scene, fallen) == {person.number for person in fallen}
        assert scene.answered_by(SPARES) & {person.number for person in fallen} == set()
        scene.the_talks_went_on()
        scene.nobody_was_cut_off()
        scene.no_phone_rang_twice()
        await scene.everybody_hangs_up()
        samples = await assert_books_balance(hotline, offered=len(scene.people))
        assert total(samples, "hotline_calls_fell_back_total") == len(fallen)
        await assert_replay_says_the_same(hotline)


async def until_in_the_static_queue(scene: Scene, people: list[Person], begun: float) -> dict[str, float]:
    """After how many seconds each of them was in the static queue."""
    loop = asyncio.get_running_loop()
    reached: dict[str, float] = {}
    while len(reached) < len(people):
        at = loop.time() - begun
        for number in await in_the_static_queue(scene, people):
            reached.setdefault(number, at)
        late = {p.number for p in people} - reached.keys()
        assert at < FALLBACK_WITHIN + MENU_SPARE, f"{late} are not in the static queue"
        assert at < FALLBACK_WITHIN or late <= {p.number for p in scene.in_menu}, f"{late} were late"
        scene.nobody_was_cut_off()
        await asyncio.sleep(0.2)
    return reached


async def in_the_static_queue(scene: Scene, people: Iterable[Person]) -> set[str]:
    seen = await callers_on_asterisk(scene.hotline)
    return {p.number for p in people if p.number in seen and seen[p.number].application == "Queue"}


async def a_new_caller_is_served(scene: Scene) -> None:
    await scene.are_ready(SPARES[:1])
    (caller,) = await scene.newcomers_call(1)
    await until(lambda: caller.number in scene.answered_by(SPARES[:1]), 20, "the new caller is served")
