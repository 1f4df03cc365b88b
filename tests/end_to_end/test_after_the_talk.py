"""After the talk callers are asked how they were served; and while they wait they are told how it stands with them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.cti.broker import Broker, listener, running_broker
from tests.end_to_end.on_the_line import (
    LIKENESS,
    assert_books_balance,
    calling,
    closed,
    desk_phone,
    prompt,
    until_hears,
    until_they_hear_each_other,
)
from tests.end_to_end.people import at_desks, events, shared, until_events
from tests.end_to_end.quick_bank import write_quick_bank
from tests.house import House, house, until
from tests.sounds import RATE, soundings

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]

FIRST, SECOND = "13812345678", "13912345678"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    async for running in shared(running_broker(tmp_path_factory.mktemp("broker"))):
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotline(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("bank")

    def change(bank: dict[str, Any]) -> None:
        bank["mqtt"] = {"host": "127.0.0.1", "port": broker.port}
        bank["lanes"]["general"]["announce"] = {"every": "15s", "position": True}
        texts = (("请为本次服务打分。", "How did we do?"), ("您的问题解决了吗？", "Is it settled?"))
        questions = [{"say": {"zh": zh, "en": en}} for zh, en in texts]
        bank["surveys"] = {"service": {"questions": questions, "unhappy_at": 2}}

    async for running in shared(house(folder, write_quick_bank(folder, change))):
        running.instance.command("dialplan set global HL_LAP 1")
        yield running


async def test_a_caller_is_asked_afterwards_and_the_next_is_served_in_the_middle_of_an_announcement(
    hotline: House, broker: Broker
) -> None:
    told = prompt(hotline, "position-next")
    with desk_phone(hotline, "grace") as grace:
        async with listener(broker) as other, at_desks(hotline, "grace") as desks:
            screen = desks["grace"]
            with await asyncio.to_thread(calling, hotline, FIRST) as first:
                await screen.until_state("talking")
                first_call = screen.pops[0][1]["call"]
                with await asyncio.to_thread(calling, hotline, SECOND) as second:
                    await until_events(hotline, "CallEnteredLane", 2)
                    waits = second.now()
                    await until_hears(second, "position-next", told, waits)

                    # The agent is free in the middle of it: he has the next caller at once, who hears no more of it.
                    began = first.now()
                    await asyncio.to_thread(grace.hang_up)
                    await until(lambda: len(grace.invites) == 2, 5, "the next caller is offered")
                    assert screen.pops[1][1]["number"] == SECOND
                    [heard] = soundings(second.heard_sound(waits), {"position-next": told}, LIKENESS)
                    assert heard.ends - heard.begins < len(told) / RATE - 0.3, "it was not broken off"
                    await until_they_hear_each_other(second, grace)

                    await until_hears(first, "the first question", prompt(hotline, "survey-service-1"), began)
                    pressed = first.now()
                    await asyncio.to_thread(first.press, "1")
                    await until_hears(first, "the second question", prompt(hotline, "survey-service-2"), pressed)
                    await asyncio.to_thread(first.hang_up)
                    answered = await other.hear("hotline/v1/events/survey_answered", call=first_call)
                    follow_up = await other.hear("hotline/v1/events/follow_up_raised", call=first_call)
                    assert (answered["survey"], answered["answers"], answered["agent"]) == ("service", [1], "grace")
                    assert (follow_up["lane"], follow_up["agent"]) == ("general", "grace")
                    assert (await closed(hotline, first_call))["result"] == "answered"

                    # Who hangs up first is not asked any more.
                    await asyncio.to_thread(second.hang_up)
                    await closed(hotline, screen.pops[1][1]["call"])
            assert len(await until_events(hotline, "SurveyAnswered", 1)) == 1
            assert len(events(hotline, "FollowUpRaised")) == 1
    await assert_books_balance(hotline)
