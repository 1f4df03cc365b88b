"""Two phones that ring while harm is done, and what becomes of them: each is picked up, or rings out."""

import asyncio

from tests.chaos.bank import RING_FOR
from tests.chaos.staging import Scene
from tests.house import Screen, until


async def around_the_ringing_of_two_phones(scene: Scene) -> None:
    """Return at a random moment: half of the time on the way from "ready" to the phones, else while they ring."""
    for ringer in scene.ringers:
        await scene.says(ringer, "ready")
    if scene.chance.random() < 0.5:
        await asyncio.sleep(scene.chance.uniform(0, 0.3))
    else:
        await until(lambda: all(map(scene.rings, scene.ringers)), 10, "both phones ring")
        await asyncio.sleep(scene.chance.uniform(0, 2))


async def each_of_the_two_picks_up_or_rings_out(scene: Scene) -> None:
    rings_out = [ringer for ringer in scene.ringers if not scene.talks(ringer) and scene.chance.random() < 0.5]
    for ringer in scene.ringers:
        if ringer not in rings_out:
            if not scene.talks(ringer):
                await phone_rings(scene, ringer)
                await scene.picks_up(ringer)
            await scene.screens[ringer].until_state("talking")
    for ringer in rings_out:
        screen = scene.screens[ringer]
        if not rang_out(screen):
            await phone_rings(scene, ringer)
        await until(lambda: rang_out(screen), RING_FOR / 1000 + 10, f"{ringer}'s phone rings out")  # noqa: B023


def rang_out(screen: Screen) -> bool:
    return screen.state == "paused" and screen.states[-1]["reason"] == "no answer"


async def phone_rings(scene: Scene, agent: str) -> None:
    """Return when the phone rings; an agent whose word "ready" was lost with the core says it again."""
    deadline = asyncio.get_running_loop().time() + 30
    while not scene.rings(agent):
        assert asyncio.get_running_loop().time() < deadline, f"{agent} is {scene.screens[agent].state}"
        if scene.screens[agent].state == "paused":
            await scene.screens[agent].ready()
        await asyncio.sleep(0.05)
