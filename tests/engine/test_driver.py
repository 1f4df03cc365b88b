"""The loop: written down before it is acted on, shown before it rings, and nobody held up by anybody else."""

import asyncio

import pytest

from acd.core.agents import AgentState
from acd.core.events import AgentChanged, AgentOffered, CallAnswered
from acd.core.inputs import PolicyLoaded, TimePassed
from acd.core.instants import seconds
from acd.core.names import CallId
from acd.core.orders import CallCustomer, Order, RingAgent, SurveySwitch
from acd.core.policy import Callbacks
from acd.core.requests import BecomeReady, LogIn, PauseAgent
from acd.core.router import Router
from acd.core.switch_events import (
    CallbackAccepted,
    CallEnded,
    CallStartedWaiting,
    OfferAnswered,
    OfferReached,
    SwitchEvent,
    SwitchLost,
)
from acd.engine import driver as driver_module
from acd.engine.clock import SystemClock
from acd.engine.driver import digest_of
from acd.journal.records import decode, encode
from tests.builders import ANNA, BEN, FIRST, SECOND, THIRD, one_agent_policy, policy
from tests.fakes import SmallHotline, eventually, running, turns


async def test_nothing_is_shown_said_or_rung_before_it_is_written_down() -> None:
    hotline = SmallHotline()
    async with running(hotline.driver):
        hotline.survey()
        await hotline.sit_down(ANNA)
        hotline.said.clear()
        hotline.journal.hold()
        hotline.enter(FIRST)
        await eventually(lambda: hotline.driver.router.offer_of(ANNA))
        await turns()
        assert hotline.screens.asked == []
        assert hotline.switch.orders == []
        assert hotline.said == []
        hotline.journal.release()
        await eventually(hotline.switch.rung)
    assert hotline.switch.rung() == [(FIRST, ANNA)]
    assert isinstance(hotline.journal.entries[-1].input, CallStartedWaiting)


async def test_a_journal_that_breaks_its_promise_stops_the_loop_before_anything_is_acted_on() -> None:
    hotline = SmallHotline()
    hotline.survey()
    hotline.journal.error = OSError("disk on fire")
    with pytest.raises(ExceptionGroup):
        async with running(hotline.driver):
            await asyncio.Event().wait()
    assert hotline.said == []


async def test_what_came_in_while_the_journal_was_busy_goes_into_one_commit() -> None:
    hotline = SmallHotline()
    async with running(hotline.driver):
        hotline.journal.hold()
        hotline.survey()
        await eventually(lambda: hotline.journal.asked)
        for number in range(40):
            hotline.enter(CallId(f"hotline-5.{number}"))
        hotline.journal.release()
        await eventually(lambda: len(hotline.journal.entries) == 41)
    assert hotline.journal.commits == [1, 40]


async def test_a_flood_is_committed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_module, "BATCH_LIMIT", 10)
    hotline = SmallHotline()
    for number in range(25):
        hotline.enter(CallId(f"hotline-5.{number}"))
    async with running(hotline.driver):
        await eventually(lambda: len(hotline.journal.entries) == 25)
    assert hotline.journal.commits == [10, 10, 5]


async def test_the_phone_rings_only_after_the_screen_has_shown_the_caller() -> None:
    hotline = SmallHotline()
    hotline.screens.slow = {ANNA}
    shown_when_rung: list[bool] = []
    hotline.switch.watch = lambda _order: shown_when_rung.append(bool(hotline.screens.shown))
    async with running(hotline.driver):
        hotline.survey()
        await hotline.sit_down(ANNA)
        hotline.enter(FIRST)
        await eventually(lambda: hotline.screens.asked)
        await turns()
        assert hotline.switch.orders == []
        hotline.screens.wake()
        await eventually(hotline.switch.rung)
    assert shown_when_rung == [True]
    assert (hotline.screens.shown[0].number, hotline.screens.shown[0].name) == ("13800000000", "Li")


async def test_who_is_called_back_is_shown_to_the_agent_reserved_for_him_before_his_own_phone_rings() -> None:
    hotline = SmallHotline(policy(callbacks=Callbacks()))
    hotline.screens.slow = {ANNA}
    async with running(hotline.driver):
        hotline.survey()
        hotline.enter(FIRST)
        hotline.driver.submit(CallbackAccepted(FIRST, ""))
        hotline.driver.submit(CallEnded(FIRST))
        await hotline.sit_down(ANNA)
        await eventually(lambda: hotline.screens.asked)
        await turns()
        assert not [order for order in hotline.switch.orders if isinstance(order, CallCustomer)]
        hotline.screens.wake()
        await eventually(lambda: [order for order in hotline.switch.orders if isinstance(order, CallCustomer)])
    assert [(offer.number, offer.callback) for offer in hotline.screens.shown] == [("13800000000", True)]


async def test_a_screen_that_does_not_show_the_caller_holds_the_phone_up_for_150_milliseconds_at_most() -> None:
    hotline = SmallHotline()
    hotline.screens.slow = {ANNA}
    async with running(hotline.driver):
        hotline.survey()
        await hotline.sit_down(ANNA)
        hotline.enter(FIRST)
        await eventually(lambda: hotline.screens.asked)
        asked_at = asyncio.get_running_loop().time()
        await eventually(hotline.switch.rung)
        held_up = asyncio.get_running_loop().time() - asked_at
    assert hotline.screens.shown == []
    assert held_up >= 0.1


async def test_a_broken_screen_does_not_keep_the_phone_from_ringing() -> None:
    hotline = SmallHotline()
    hotline.screens.broken = {ANNA}
    async with running(hotline.driver):
        hotline.survey()
        await hotline.sit_down(ANNA)
        hotline.enter(FIRST)
        await eventually(hotline.switch.rung)


async def test_a_slow_screen_holds_up_nobody_elses_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_module, "POP_LIMIT", 60)
    hotline = SmallHotline()
    hotline.screens.slow = {ANNA}
    async with running(hotline.driver):
        hotline.survey()
        await hotline.sit_down(ANNA, BEN)
        hotline.enter(FIRST)
        hotline.enter(SECOND)
        await eventually(hotline.switch.rung)
        assert hotline.switch.rung() == [(SECOND, BEN)]
        hotline.screens.wake()
        await eventually(lambda: len(hotline.switch.rung()) == 2)


@pytest.mark.parametrize("news", [CallEnded(FIRST), SwitchLost()], ids=["caller gone", "link lost"])
async def test_an_offer_that_no_longer_holds_when_it_is_shown_is_not_rung(
    news: SwitchEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver_module, "POP_LIMIT", 60)
    hotline = SmallHotline()
    hotline.screens.slow = {ANNA}
    async with running(hotline.driver):
        hotline.survey()
        await hotline.sit_down(ANNA)
        hotline.enter(FIRST)
        await eventually(lambda: hotline.screens.asked)
        hotline.driver.submit(news)
        await eventually(lambda: hotline.journal.entries[-1].input == news)
        hotline.screens.wake()
        await eventually(lambda: hotline.screens.shown)
        await turns()
    assert hotline.switch.rung() == []


async def test_a_late_screen_does_not_ring_the_agents_next_offer_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_module, "POP_LIMIT", 60)
    hotline = SmallHotline(one_agent_policy())
    hotline.screens.slow = {ANNA}
    async with running(hotline.driver):
        hotline.survey()
        await hotline.sit_down(ANNA)
        hotline.enter(FIRST)
        hotline.enter(SECOND)
        await eventually(lambda: hotline.screens.asked)
        hotline.driver.submit(CallEnded(FIRST))
        await eventually(lambda: len(hotline.screens.asked) == 2)
        hotline.screens.wake()
        await eventually(lambda: len(hotline.screens.shown) == 2)
        await turns()
    assert hotline.switch.rung() == [(SECOND, ANNA)]


async def test_other_orders_are_carried_out_at_once_and_in_order() -> None:
    hotline = SmallHotline(one_agent_policy())
    async with running(hotline.driver):
        hotline.survey()
        await hotline.sit_down(ANNA)
        hotline.enter(FIRST)
        await eventually(hotline.switch.rung)
        hotline.clock.advance(seconds(2))
        hotline.driver.enter(TimePassed())
        await eventually(lambda: len(hotline.switch.orders) == 2)
    kinds: list[type[Order]] = [type(order) for order in hotline.switch.orders]
    assert kinds == [RingAgent, SurveySwitch]


# People's requests


async def test_a_request_is_answered_with_its_refusal_or_with_nothing() -> None:
    hotline = SmallHotline()
    async with running(hotline.driver):
        assert await hotline.driver.ask(BecomeReady(ANNA)) == "log in first"
        assert await hotline.driver.ask(LogIn(ANNA)) is None
        assert (
            await hotline.driver.ask(PauseAgent(ANNA, "no desire")) == "unknown pause reason; allowed: lunch, meeting"
        )


async def test_a_request_is_answered_only_when_it_is_written_down() -> None:
    hotline = SmallHotline()
    async with running(hotline.driver), asyncio.TaskGroup() as tasks:
        hotline.journal.hold()
        asking = tasks.create_task(hotline.driver.ask(LogIn(ANNA)))
        await eventually(lambda: hotline.journal.asked)
        await turns()
        assert not asking.done()
        hotline.journal.release()


async def test_who_goes_away_before_his_answer_upsets_nobody() -> None:
    hotline = SmallHotline()
    async with running(hotline.driver), asyncio.TaskGroup() as tasks:
        hotline.journal.hold()
        asking = tasks.create_task(hotline.driver.ask(LogIn(ANNA)))
        await eventually(lambda: hotline.journal.asked)
        asking.cancel()
        hotline.journal.release()
        await eventually(lambda: hotline.said)
        assert await hotline.driver.ask(BecomeReady(ANNA)) is None


# Too much, too late, too early


async def test_a_full_inbox_drops_what_the_switch_said_but_nobodys_request_and_no_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver_module, "INBOX_LIMIT", 10)
    hotline = SmallHotline()
    overflows: list[None] = []
    hotline.driver.on_overflow = lambda: overflows.append(None)
    rules = PolicyLoaded(policy(version="2"))
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(hotline.driver.ask(LogIn(ANNA)))
        await turns(1)
        hotline.driver.enter(rules)
        for number in range(9):
            hotline.enter(CallId(f"hotline-5.{number}"))
        assert len(overflows) == 1
        async with running(hotline.driver), asyncio.timeout(5):
            assert await asking is None
            await eventually(lambda: len(hotline.journal.entries) == 3)
    assert [entry.input for entry in hotline.journal.entries[:2]] == [LogIn(ANNA), rules]
    assert list(hotline.driver.router.memory.calls) == [CallId("hotline-5.8")]


async def test_what_falls_due_happens_although_nothing_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_module, "BEAT_EVERY", 60)  # so that no heartbeat wakes the loop by chance
    hotline = SmallHotline(one_agent_policy(arrival_limit=20), SystemClock())
    async with running(hotline.driver):
        hotline.survey()
        await hotline.sit_down(ANNA)
        hotline.enter(FIRST)
        await eventually(lambda: SurveySwitch() in hotline.switch.orders)
    states = [event.state for event in hotline.said if isinstance(event, AgentChanged)]
    assert AgentState.COOLING in states
    assert any(isinstance(entry.input, TimePassed) for entry in hotline.journal.entries)


async def test_time_that_passes_without_effect_is_not_written_down() -> None:
    hotline = SmallHotline()
    async with running(hotline.driver):
        hotline.survey()
        await eventually(lambda: hotline.journal.entries)
        hotline.clock.advance(seconds(100))
        hotline.enter(FIRST)
        await eventually(lambda: len(hotline.journal.entries) == 2)
        await turns()
    assert not any(isinstance(entry.input, TimePassed) for entry in hotline.journal.entries)


async def test_a_survey_that_finds_everything_as_believed_is_not_written_down() -> None:
    hotline = SmallHotline()
    async with running(hotline.driver):
        hotline.survey()
        await eventually(lambda: hotline.driver.router.memory.switch_ready)
        written = len(hotline.journal.entries)
        before = hotline.driver.router.memory.now
        hotline.survey()
        hotline.enter(FIRST)
        await eventually(lambda: len(hotline.journal.entries) > written)
    assert isinstance(hotline.journal.entries[written].input, CallStartedWaiting)
    assert hotline.driver.router.memory.now >= before


async def test_the_heart_stops_when_the_loop_stands_still_and_beats_on_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver_module, "BEAT_EVERY", 0.005)
    hotline = SmallHotline()
    beats: list[int] = []
    hotline.driver.on_beat = beats.append
    async with running(hotline.driver):
        await eventually(lambda: len(beats) >= 3)
        hotline.journal.hold()
        hotline.survey()
        await eventually(lambda: hotline.journal.asked)
        stood_at = len(beats)
        until = asyncio.get_running_loop().time() + 0.05
        await eventually(lambda: asyncio.get_running_loop().time() > until)
        assert len(beats) == stood_at
        hotline.journal.release()
        await eventually(lambda: len(beats) > stood_at)
    assert beats == list(range(1, len(beats) + 1))


# After a crash


async def test_what_was_written_down_brings_a_fresh_process_to_the_same_memory_and_the_same_next_decision() -> None:
    hotline = SmallHotline()
    async with running(hotline.driver):
        hotline.survey()
        await hotline.sit_down(ANNA, BEN)
        for call in (FIRST, SECOND, THIRD):
            hotline.clock.advance(700)
            hotline.enter(call)
        await eventually(lambda: len(hotline.switch.rung()) == 2)
        offer = hotline.driver.router.offer_of(ANNA)
        assert offer is not None
        hotline.driver.submit(OfferReached(FIRST, offer.offer))
        hotline.driver.submit(OfferAnswered(FIRST, offer.offer))
        await eventually(lambda: any(isinstance(event, CallAnswered) for event in hotline.said))
        hotline.clock.advance(seconds(3))
        hotline.driver.enter(TimePassed())
        await eventually(lambda: SurveySwitch() in hotline.switch.orders)

    fresh = Router.fresh(hotline.rules)
    for entry in hotline.journal.entries:
        step = fresh.take(decode(encode(entry.input)), entry.at)
        assert digest_of(step) == entry.digest
    assert repr(fresh.memory) == repr(hotline.driver.router.memory) == hotline.journal.checkpoints[-1]
    now = hotline.clock.now() + seconds(10)
    ended = CallEnded(FIRST)
    decision = hotline.driver.router.take(ended, now)
    assert repr(fresh.take(ended, now)) == repr(decision)
    assert [event.call for event in decision.events if isinstance(event, AgentOffered)] == [THIRD, SECOND][:1]
