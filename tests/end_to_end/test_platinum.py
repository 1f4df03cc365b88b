"""A platinum caller is served as if he had waited longer, by his credit and no more; equals come in their order."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from acd.demo.caller import Caller, placed
from acd.demo.phone import registered
from tests.end_to_end.people import assert_nothing_is_left, at_desks, shared, until_events
from tests.end_to_end.quick_bank import PLATINUM_LINE, STRAIGHT, write_quick_bank
from tests.house import House, house, until

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]

CREDIT = 5_000

GOLD, PLATINUM, ALSO_PLATINUM = "13800000002", "13800000001", "13800000003"
CALLS = (
    # Who calls, what he dials, and when; beside each, the instant that his credit makes of it.
    ("13900000001", STRAIGHT, 0),
    (GOLD, STRAIGHT, 2_000),
    (PLATINUM, STRAIGHT, 3_500),  # -1.5 s
    ("13900000002", PLATINUM_LINE, 6_000),  # 1 s: before the gold customer, who came 4 s earlier, and no further
    ("13900000003", STRAIGHT, 7_500),
    (ALSO_PLATINUM, STRAIGHT, 9_500),  # 4.5 s: before the one who came 2 s earlier
    ("13900000004", STRAIGHT, 10_500),
)
SERVED = (PLATINUM, "13900000001", "13900000002", GOLD, ALSO_PLATINUM, "13900000003", "13900000004")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotline(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("bank")

    def change(bank: dict[str, Any]) -> None:
        bank["vip"]["platinum"]["credit"] = f"{CREDIT // 1000}s"
        bank["numbers"][PLATINUM_LINE] = {"menu": "straight"}

    async for running in shared(house(folder, write_quick_bank(folder, change))):
        yield running


async def test_a_platinum_caller_overtakes_by_his_credit_and_no_more(hotline: House) -> None:
    callers = [Caller(number, dialled, starts_after=at) for number, dialled, at in CALLS]
    async with (
        registered([hotline.phone("frank", hangs_up_after=100)], hotline.server),
        at_desks(hotline, "frank", ready=False) as desks,
        placed(callers, hotline.server) as calls,
    ):
        waiting = await until_events(hotline, "CallEnteredLane", len(CALLS), within=30)
        assert [event["call"] for event in waiting] == [
            event["call"] for event in await until_events(hotline, "CallAppeared", len(CALLS))
        ], "nobody overtook anybody on the way into the lane"
        frank = desks["frank"]
        await frank.ready()
        await until(lambda: len(frank.pops) == len(CALLS), 20, "everybody served")
        await calls.finished()
        pops = [pop for _, pop in frank.pops]
        assert [pop["number"] for pop in pops] == list(SERVED)
        platinum = {number for number, dialled, _ in CALLS if dialled == PLATINUM_LINE} | {PLATINUM, ALSO_PLATINUM}
        assert {pop["number"] for pop in pops if pop["vip"] == "platinum"} == platinum
        assert {pop["tier"] for pop in pops if pop["number"] == GOLD} == {"gold"}

        # By the waiting times on the screen itself: a call's place is its waiting time and its credit together.
        entered = {pop["number"]: at - pop["waited_ms"] for at, pop in frank.pops}
        place = {number: at - (CREDIT if number in platinum else 0) for number, at in entered.items()}
        assert sorted(place, key=place.__getitem__) == list(SERVED)
    await assert_nothing_is_left(hotline)
