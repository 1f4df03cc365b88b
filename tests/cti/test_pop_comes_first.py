"""Whatever else is found out of a caller comes after his pop: the phone waits for the pop alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from acd.core.events import AgentOffered
from acd.core.names import CallId
from tests.cti.open_web import Browser, Web, browser, open_web
from tests.cti.small_hotline import ANNA


@asynccontextmanager
async def at_work() -> AsyncIterator[tuple[Web, Browser, list[AgentOffered]]]:
    """An agent at her screen who is offered a call, and the offers that were followed up."""
    followed: list[AgentOffered] = []
    async with open_web() as web, browser(web, ANNA) as anna:
        web.screens.on_pop(followed.append)
        await anna.say(type="ready")
        await anna.hear("state", state="ready")
        web.hotline.call("c1")
        yield web, anna, followed


async def test_the_rest_is_asked_for_when_the_pop_is_on_the_screen() -> None:
    async with at_work() as (web, anna, followed):
        offer = web.hotline.offer()
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            tasks.create_task(web.screens.show(offer))
            await anna.hear("pop")
            assert followed == []
            await anna.say(type="shown", offer=offer.offer)
        assert followed == [offer]


async def test_a_screen_that_is_late_is_told_the_rest_all_the_same() -> None:
    async with at_work() as (web, anna, followed):
        offer = web.hotline.offer()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.05):
                await web.screens.show(offer)
        assert followed == [offer]
        await anna.hear("pop")


async def test_of_a_caller_who_has_left_nothing_more_is_asked() -> None:
    async with at_work() as (web, anna, followed):
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            tasks.create_task(web.screens.show(web.hotline.offer()))
            await anna.hear("pop")
            web.hotline.hangs_up(CallId("c1"))
        assert followed == []
