"""Wherever a caller hangs up, he leaves one record and no ghost: no channel, no reserved agent, nobody in a lane."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from acd.demo.caller import Caller, Callers, Key, placed
from acd.demo.phone import Behaviour, Phones, registered
from tests.end_to_end.people import assert_nothing_is_left, at_desks, events, shared, total, until_metrics
from tests.end_to_end.quick_bank import MENU, SHORT_ABANDON, STRAIGHT, pressed, write_quick_bank
from tests.house import House, Screen, house, until
from tests.telephone import Telephone

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]

GENERAL_IN_CHINESE = ("anna", "ben", "chen", "frank", "grace", "hao", "ivy", "jin")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotline(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("bank")
    async for running in shared(house(folder, write_quick_bank(folder))):
        yield running


def endings(hotline: House, since: int) -> list[tuple[str, str]]:
    """How the calls after the first `since` came out, and where they ended."""
    return [(event["result"], event["stage"]) for event in events(hotline, "CallClosed")[since:]]


@pytest.fixture
def closed_before(hotline: House) -> int:
    return len(events(hotline, "CallClosed"))


@pytest.mark.parametrize(
    ("keys", "stays"),
    [((), 1_000), ((Key("#", 0),), 1_700), ((Key("2", 0),), 1_700)],
    ids=["in the greeting", "while choosing the language", "in the menu"],
)
async def test_who_leaves_before_he_has_chosen_was_never_in_a_lane(
    hotline: House, closed_before: int, keys: tuple[Key, ...], stays: int
) -> None:
    async with placed([Caller("13912345678", keys=keys, hangs_up_after=stays)], hotline.server) as callers:
        await until(lambda: len(events(hotline, "CallAppeared")) == closed_before + 1)
        await until_metrics(hotline, lambda now: now["hotline_agi_connections"] == 1, 5, "the menu serves him")
        assert callers.up(), "he is still there"
        await callers.finished()
    await assert_nothing_is_left(hotline)
    assert endings(hotline, closed_before) == [("left_in_menu", "ivr")]


@pytest.mark.parametrize(("waits", "result"), [(0, "short_abandoned"), (2 * SHORT_ABANDON, "abandoned")])
async def test_who_leaves_while_waiting_is_an_abandoned_call(
    hotline: House, closed_before: int, waits: int, result: str
) -> None:
    async with placed([Caller("13912345678", keys=pressed("23"))], hotline.server) as callers:
        longest = 'hotline_longest_wait_seconds{lane="wealth"}'
        await until_metrics(
            hotline, lambda now: total(now, "hotline_calls_waiting") == 1 and now[longest] * 1000 >= waits
        )
        callers.hang_up(0)
        await callers.finished()
    await assert_nothing_is_left(hotline)
    assert endings(hotline, closed_before) == [(result, "waiting")]


async def test_who_leaves_while_the_agents_phone_rings_stops_it_and_the_agent_is_ready_again(
    hotline: House, closed_before: int
) -> None:
    async with (
        registered([hotline.phone("jin", behaviour=Behaviour.NO_ANSWER)], hotline.server) as phones,
        at_desks(hotline, "jin") as desks,
        placed([Caller("13912345678", keys=pressed("13"))], hotline.server) as callers,
    ):
        ringing = await phones.until("jin", "ringing")
        await desks["jin"].until_state("ringing")
        callers.hang_up(0)
        cancelled = await phones.until("jin", "cancelled", within=5)
        assert cancelled.at - ringing.at < 3_000
        await desks["jin"].until_state("ready")
        await until(lambda: bool(desks["jin"].ends))
        assert [end["reason"] for end in desks["jin"].ends] == ["caller_hung_up"]
        await assert_nothing_is_left(hotline)
        assert [stage for _, stage in endings(hotline, closed_before)] == ["offered"]
        assert endings(hotline, closed_before)[0][0] in {"short_abandoned", "abandoned"}


async def test_who_leaves_while_talking_gives_the_agent_time_for_his_notes(hotline: House, closed_before: int) -> None:
    async with (
        registered([hotline.phone("jin")], hotline.server) as phones,
        at_desks(hotline, "jin") as desks,
        placed([Caller("13912345678", keys=pressed("13"))], hotline.server) as callers,
    ):
        await desks["jin"].until_state("talking", within=20)
        callers.hang_up(0)
        await phones.until("jin", "ended", within=5)
        await desks["jin"].until_state("wrap_up")
        await desks["jin"].until_state("ready")
        await assert_nothing_is_left(hotline)
        assert endings(hotline, closed_before) == [("answered", "talking")]


@pytest.mark.parametrize("sooner_by", [-0.06, 0.02], ids=["caller first", "agent first"])
async def test_who_leaves_at_the_very_moment_of_the_answer_is_answered_or_gone_but_never_both(
    hotline: House, closed_before: int, sooner_by: float
) -> None:
    """Eight calls ring at once; each is answered and left some hundredths of a second before or after the other."""
    count = len(GENERAL_IN_CHINESE)
    calls = [Caller(f"1390000000{n}", STRAIGHT) for n in range(count)]
    async with (
        registered(
            [hotline.phone(agent, behaviour=Behaviour.NO_ANSWER) for agent in GENERAL_IN_CHINESE], hotline.server
        ) as phones,
        at_desks(hotline, *GENERAL_IN_CHINESE) as desks,
        placed(calls, hotline.server) as callers,
    ):
        for agent in desks:
            await phones.until(agent, "ringing")
        for n, agent in enumerate(desks):
            caller = int(phones.did(agent, "invited")[0].detail[-1])
            await _at_once(callers, caller, phones, agent, sooner_by + n * 0.01)
        await callers.finished()
        await assert_nothing_is_left(hotline)
        ended = endings(hotline, closed_before)
        assert len(ended) == count
        assert set(ended) <= {
            ("answered", "talking"),
            ("answered", "after"),
            ("abandoned", "offered"),
            ("short_abandoned", "offered"),
        }
        for screen in desks.values():
            await screen.until_state("ready")
            assert_screen_kept_only_an_answered_caller(screen)
        answered = sum(result == "answered" for result, _ in ended)
        talked = [screen for screen in desks.values() if "talking" in [state["state"] for state in screen.states]]
        assert len(talked) <= answered


def assert_screen_kept_only_an_answered_caller(screen: Screen) -> None:
    """The pop of a caller who was gone before the answer has been taken from the screen."""
    talked = "talking" in [state["state"] for state in screen.states]
    if not talked and screen.pops:
        assert [end["reason"] for end in screen.ends] in (["caller_hung_up"], [])


async def _at_once(callers: Callers, caller: int, phones: Phones, agent: str, hang_up_later_by: float) -> None:
    # This is no waiting for anything: the distance between the two is what is tried.
    if hang_up_later_by < 0:
        callers.hang_up(caller)
        await asyncio.sleep(-hang_up_later_by)
        phones.answer(agent)
    else:
        phones.answer(agent)
        await asyncio.sleep(hang_up_later_by)
        callers.hang_up(caller)


async def test_who_takes_his_call_back_before_the_answer_leaves_one_record_at_the_most(
    hotline: House, closed_before: int
) -> None:
    """The hotline answers within milliseconds, so a CANCEL is too late as often as not; then a BYE follows."""
    async with AsyncExitStack() as stack:
        telephones = [stack.enter_context(Telephone(hotline.prepared.ports.sip)) for _ in range(20)]
        for n, telephone in enumerate(telephones):
            telephone.call(MENU)
            await asyncio.sleep(0.001 * (n // 2))
            telephone.hang_up()
        for telephone in telephones:
            await asyncio.to_thread(telephone.until, lambda t=telephone: {"487 INVITE", "200 INVITE"} & set(t.seen))
            telephone.hang_up()
        answered = sum("200 INVITE" in telephone.seen for telephone in telephones)
        await assert_nothing_is_left(hotline)
        ended = endings(hotline, closed_before)
        assert set(ended) <= {("left_in_menu", "ivr")}
        # Who was answered has a record; who had gone before the dialplan began may have none.
        assert answered <= len(ended) <= len(telephones)
