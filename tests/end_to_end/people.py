"""What the end-to-end tests do with a running hotline: people at desks, records of calls, what must never be left."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

from acd.demo.phone import Phones
from tests.house import House, Screen, until

Thing = TypeVar("Thing")

HELD = ("reserved", "ringing", "talking")
"""States of an agent who has an offer or a call."""

REPAIRS_BY_CHANCE = 2


async def shared(manager: AbstractAsyncContextManager[Thing]) -> AsyncIterator[Thing]:
    """What a fixture of a whole module yields: entered and left by one task, as a task group demands."""
    opened: asyncio.Future[Thing] = asyncio.get_running_loop().create_future()
    closing = asyncio.Event()

    async def keep() -> None:
        async with manager as thing:
            opened.set_result(thing)
            await closing.wait()

    keeper = asyncio.create_task(keep())
    await asyncio.wait({opened, keeper}, return_when=asyncio.FIRST_COMPLETED)
    if keeper.done():
        await keeper
    yield opened.result()
    closing.set()
    await keeper


@asynccontextmanager
async def at_desks(hotline: House, *agents: str, ready: bool = True) -> AsyncIterator[dict[str, Screen]]:
    """These agents at their screens, ready in this order (the first has been idle longest), paused afterwards."""
    screens = {agent: hotline.screen(agent) for agent in agents}
    try:
        for agent, screen in screens.items():
            await until(lambda screen=screen: bool(screen.state), 10, f"{agent} logged in")  # type: ignore[misc]
        for screen in screens.values():
            if ready:
                await screen.ready()
        yield screens
        for screen in screens.values():
            await screen.say("pause", reason="break")
        for screen in screens.values():
            await screen.until_state("paused")
    finally:
        hotline.close_screens()


def events(hotline: House, *kinds: str) -> list[dict[str, Any]]:
    """The core's own events of these kinds, in order, as its log has them: a moment after everybody else knows."""
    # What comes after the last line's end is a line that is still being written.
    whole = hotline.core_log().rpartition("\n")[0].splitlines()
    lines = (json.loads(line) for line in whole if line.startswith("{"))
    return [line for line in lines if line.get("event") in kinds]


async def until_events(hotline: House, kind: str, count: int, within: float = 20.0) -> list[dict[str, Any]]:
    """Wait until there have been so many events of this kind, and return them."""
    await until(lambda: len(events(hotline, kind)) >= count, within, f"{count} times {kind}")
    return events(hotline, kind)


def total(samples: Mapping[str, float], name: str) -> float:
    """A metric summed up over all its labels."""
    return sum(value for sample, value in samples.items() if sample == name or sample.startswith(name + "{"))


async def until_metrics(
    hotline: House, holds: Callable[[dict[str, float]], bool], within: float = 20.0, what: str = ""
) -> dict[str, float]:
    """Scrape again and again until the metrics fit, and return them."""
    deadline = asyncio.get_running_loop().time() + within
    while not holds(samples := await hotline.metrics()):
        assert asyncio.get_running_loop().time() < deadline, f"not within {within:g} s: {what}"
        await asyncio.sleep(0.02)
    return samples


async def assert_nothing_is_left(hotline: House) -> None:
    """No channel, no agent who is held, nobody waiting, one record for each call, and books that balance."""
    await hotline.until_empty()

    def is_quiet(samples: dict[str, float]) -> bool:
        held = sum(samples[f'hotline_agents{{state="{state}"}}'] for state in HELD)
        return held == 0 == total(samples, "hotline_calls_waiting")

    samples = await until_metrics(hotline, is_quiet, 10, "no agent is held and nobody waits")
    await until_events(hotline, "CallClosed", round(total(samples, "hotline_calls_closed_total")))

    def told(what: str) -> Counter[str]:
        return Counter(event["call"] for event in events(hotline, what))

    # Who was on the line without being waited for or held may be the last to be gone.
    await until(lambda: told("CallAppeared") == told("CallClosed"), what="one record for each call")
    closed = told("CallClosed")
    assert not closed or max(closed.values()) == 1
    assert total(samples, "hotline_calls_closed_total") == len(closed)
    books = {name: value for name, value in samples.items() if name.startswith("hotline_books_discrepancy")}
    assert books
    assert not any(books.values())
    offered = total(samples, "hotline_calls_offered_total")
    ways_out = ("answered", "abandoned", "short_abandoned", "fell_back")
    assert offered == sum(total(samples, f"hotline_calls_{way}_total") for way in ways_out)
    # A survey may meet a caller between the variable that says where he is and the event that says so.
    assert total(samples, "hotline_calls_repaired_total") <= REPAIRS_BY_CHANCE


def assert_screens_knew_first(desks: Mapping[str, Screen], phones: Phones) -> int:
    """Every INVITE to a phone came after the pop of the same call on its agent's screen; how many there were."""
    compared = 0
    for agent, screen in desks.items():
        seen: Counter[str] = Counter()
        for invite in phones.did(agent, "invited"):
            number = invite.detail.split("|")[1]
            pops = [at for at, pop in screen.pops if pop["number"] == number]
            assert len(pops) > seen[number], f"{agent}'s phone rang for …{number[-4:]} of whom the screen knew nothing"
            assert pops[seen[number]] <= invite.at, f"{agent}'s phone rang {pops[seen[number]] - invite.at} ms too soon"
            seen[number] += 1
            compared += 1
    return compared
