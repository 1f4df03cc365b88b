"""Ten callers, ten agents: everybody reaches a person who can help, and whose screen knew before the phone rang."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from acd.demo.caller import Caller, placed
from acd.demo.phone import Behaviour, registered
from tests.end_to_end.people import (
    assert_nothing_is_left,
    assert_screens_knew_first,
    at_desks,
    events,
    shared,
)
from tests.end_to_end.quick_bank import MENU, PLATINUM_LINE, pressed, write_quick_bank
from tests.house import House, house, until

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotline(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("bank")
    async for running in shared(house(folder, write_quick_bank(folder))):
        yield running


@dataclass(frozen=True)
class Wish:
    """A caller, and whom he must reach with what on the screen."""

    number: str
    keys: str
    agent: str
    lane: str
    language: str
    name: str = ""
    dialled: str = MENU
    customer: str = ""
    tier: str = ""
    vip: str | None = None


# In the order in which they call. Of the agents who can help, the one who has been ready longest is offered the call.
READY_FROM_THE_FIRST_ON = ("chen", "dora", "emma", "hao", "jin", "ivy", "frank", "grace", "anna", "ben")
WISHES = (
    Wish("13800000001", "11", "chen", "cards", "zh", customer="王芳", tier="platinum", vip="platinum"),
    Wish("13800000005", "21", "dora", "cards", "en", name="Tom at home", customer="Tom Baker"),
    Wish("008613800000003", "22", "emma", "mortgages", "en", customer="Sarah Jones", tier="platinum", vip="platinum"),
    Wish("+8613800000004", "12", "hao", "mortgages", "zh", name="张敏", customer="张敏"),
    Wish("13800000002", "13", "jin", "wealth", "zh", customer="李伟", tier="gold"),
    Wish("13912345678", "23", "ivy", "wealth", "en", name="A <b>bold</b> name"),
    Wish("02085551234", "10", "frank", "general", "zh", dialled=PLATINUM_LINE, vip="platinum"),
    Wish("anonymous", "20", "grace", "general", "en"),
    Wish("13912340009", "21", "anna", "cards", "en"),
    Wish("13912340010", "12", "ben", "mortgages", "zh"),
)


async def test_ten_callers_reach_ten_agents_by_skill_and_each_screen_knows_its_caller_before_the_phone_rings(
    hotline: House,
) -> None:
    callers = [
        Caller(wish.number, wish.dialled, wish.name, pressed(wish.keys), starts_after=400 * n)
        for n, wish in enumerate(WISHES)
    ]
    async with (
        registered([hotline.phone(agent) for agent in READY_FROM_THE_FIRST_ON], hotline.server) as phones,
        at_desks(hotline, *READY_FROM_THE_FIRST_ON) as desks,
    ):
        async with placed(callers, hotline.server):
            for screen in desks.values():
                await screen.until_state("talking", within=30)
            shown = {agent: [pop for _, pop in screen.pops] for agent, screen in desks.items()}
            for wish in WISHES:
                [pop] = shown[wish.agent]
                asked = ("lane", "language", "name", "dialled", "customer", "tier", "vip")
                assert {field: pop[field] for field in asked} == {field: getattr(wish, field) for field in asked}
                assert pop["number"] == wish.number.replace("anonymous", "")
                assert 0 <= pop["waited_ms"] < 2_000
            assert len({pop["call"] for [pop] in shown.values()}) == len(WISHES)
            assert assert_screens_knew_first(desks, phones) == len(WISHES)
        for agent, screen in desks.items():
            await screen.until_state("ready" if agent in {"frank", "grace"} else "wrap_up")
    await assert_nothing_is_left(hotline)
    assert [event["result"] for event in events(hotline, "CallClosed")] == ["answered"] * len(WISHES)


async def test_a_phone_rings_all_the_same_when_its_screen_says_nothing_but_only_after_it_had_its_time(
    hotline: House,
) -> None:
    async with (
        registered([hotline.phone("jin", behaviour=Behaviour.NO_ANSWER)], hotline.server) as phones,
        at_desks(hotline, "jin") as desks,
    ):
        desks["jin"].acknowledges = False
        async with placed([Caller("13912345678", keys=pressed("13"))], hotline.server):
            invited = await phones.until("jin", "invited")
        [(popped_at, _)] = desks["jin"].pops
        # The pop is on the screen at once; the phone waits 150 ms for its word, and then not much longer.
        assert 140 <= invited.at - popped_at < 1_000
        assert "did not show its call in time" in hotline.core_log()
        await until(lambda: bool(desks["jin"].ends))
        assert desks["jin"].ends[0]["reason"] == "caller_hung_up"
    await assert_nothing_is_left(hotline)
