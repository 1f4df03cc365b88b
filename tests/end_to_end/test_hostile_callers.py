"""Whatever a caller sends as number and name, it changes nothing but his own call, and is shown as plain text."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from acd.demo.caller import Caller, placed
from acd.demo.phone import registered
from tests.end_to_end.hostile import MARKUP, forgeries, is_plain, quoted, strangers, written
from tests.end_to_end.people import (
    assert_nothing_is_left,
    assert_screens_knew_first,
    at_desks,
    events,
    shared,
    until_events,
)
from tests.end_to_end.quick_bank import STRAIGHT, pressed, write_quick_bank
from tests.house import House, house, until

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]

SEED = 22
STRANGERS = 100
GENERAL = ("chen", "frank", "grace", "hao", "jin", "ivy")
"""Those who take the hostile callers, one after the other."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotline(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("bank")
    async for running in shared(house(folder, write_quick_bank(folder))):
        yield running


async def test_forged_numbers_and_a_hundred_nasty_ones_change_nothing_but_their_own_calls(hotline: House) -> None:
    talker = Caller("13800000005", keys=pressed("20"))
    waiter = Caller("13812345678", keys=pressed("22"))
    phones_at_hand = [hotline.phone(agent, hangs_up_after=50) for agent in GENERAL]
    phones_at_hand += [hotline.phone("dora"), hotline.phone("emma")]
    async with (
        registered(phones_at_hand, hotline.server) as phones,
        at_desks(hotline, "dora", "emma", *GENERAL, ready=False) as desks,
        placed([talker], hotline.server) as talking,
        placed([waiter], hotline.server) as waiting,
    ):
        dora, emma = desks["dora"], desks["emma"]
        await until_events(hotline, "CallEnteredLane", 2)
        await dora.ready()
        await dora.until_state("talking")
        victims = {event["call"] for event in events(hotline, "CallAppeared")}
        assert len(victims) == 2

        for agent in GENERAL:
            await desks[agent].ready()
        crowd = [Caller(written(number), STRAIGHT) for number in forgeries(victims, "0" * 32)]
        crowd += strangers(STRANGERS, SEED)
        crowd.append(Caller("13899999999", STRAIGHT, quoted(MARKUP)))
        async with placed(crowd, hotline.server) as hostile:
            await hostile.finished(within=90)
            let_in = len({event.party for event in hostile.diary.happenings if event.what == "answered"})
            assert let_in >= 0.9 * len(crowd), "almost all of them come in: it is a test of what happens then"
        appeared = {event["call"] for event in await until_events(hotline, "CallAppeared", let_in + 2)} - victims
        closed = [event["call"] for event in await until_events(hotline, "CallClosed", len(appeared))]
        assert sorted(closed) == sorted(appeared), "each ended its own call, once, and no other"
        assert len(closed) == let_in
        assert not (hotline.home / "asterisk" / "taken").exists()

        assert talking.up() == [0]
        assert waiting.up() == [0]
        assert dora.state == "talking"
        await emma.ready()
        await emma.until_state("talking")
        [(offered_at, pop)] = emma.pops
        assert pop["number"] == waiter.number
        entered = next(event["at"] for event in events(hotline, "CallEnteredLane") if event["call"] == pop["call"])
        assert abs(offered_at - pop["waited_ms"] - entered) < 1_000, "he kept his place all the while"

        pops = [pop for agent in GENERAL for _, pop in desks[agent].pops]
        assert len(pops) >= let_in
        for pop in pops:
            assert re.fullmatch(r"\+?[0-9]{0,24}", pop["number"])
            assert is_plain(pop["name"])
            assert len(pop["name"]) <= 64
            assert (pop["customer"], pop["tier"], pop["vip"]) == ("", "", None)
            assert (pop["lane"], pop["language"], pop["dialled"]) == ("general", "zh", STRAIGHT)
        assert MARKUP[:64] in {pop["name"] for pop in pops}, "text stays text: the screen escapes it"
        assert any("王小明" in pop["name"] for pop in pops)
        assert assert_screens_knew_first({"emma": emma, "dora": dora}, phones) == 2
    await until(lambda: len(events(hotline, "CallClosed")) == len(closed) + 2)
    await assert_nothing_is_left(hotline)


async def test_nothing_that_a_caller_sent_is_in_the_logs(hotline: House) -> None:
    log = hotline.core_log()
    assert len(log) > 1000
    assert "13812345678" not in log
    assert "王小明" not in log
    assert "onerror" not in log
