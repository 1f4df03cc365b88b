"""The switch as the engine knows it, over a link that is lost, forged and late."""

import asyncio

import pytest

from acd.asterisk.link import LinkState
from acd.asterisk.switch import SwitchLimits
from acd.core.names import AgentId, CallId, OfferId, PhoneName
from acd.core.orders import ReturnCaller, RingAgent, SurveySwitch
from acd.core.switch_events import CallEnded, CallSeen, OrderFailed, SwitchLost, SwitchSurveyed
from acd.engine.clock import wall_seconds
from tests.asterisk.fake_manager import FakeChannel, fake_manager, user_event
from tests.asterisk.running_switch import CALL, Running, running
from tests.asterisk.waiting import until

OFFER = OfferId(1_000_001)
RING_ANNA = RingAgent(CALL, AgentId("anna"), PhoneName("anna-phone"), OFFER, ring_for=14_200)


async def test_after_connecting_the_token_is_set_the_switch_is_surveyed_and_then_it_is_ready() -> None:
    async with running() as run:
        said = [action["Action"] for action in run.manager.actions if action["Action"] != "Ping"]

        assert said == ["Login", "Setvar", "DeviceStateList", "Status"]
        assert len(run.manager.globals["HL_TOKEN"]) == 32
        assert run.seen == [SwitchSurveyed(asked_at=1_000, calls=())]
        assert run.switch.trouble == ""


async def test_an_offer_is_one_redirect_that_carries_all_of_it() -> None:
    async with running() as run:
        run.manager.channels[CALL] = FakeChannel(CALL)

        run.switch.carry_out(RING_ANNA)
        run.switch.carry_out(ReturnCaller(CALL, OFFER))
        await until(lambda: len(run.manager.taken("Redirect")) == 2)

        offer, return_ = run.manager.taken("Redirect")
        assert (offer["Channel"], offer["Context"], offer["Exten"]) == (CALL, "hl-offer", "1000001_15_anna-phone")
        assert (return_["Context"], return_["Exten"], return_["Priority"]) == ("hl-wait", "s", "1")


async def test_a_caller_who_has_gone_makes_the_order_fail() -> None:
    async with running() as run:
        run.switch.carry_out(RING_ANNA)
        run.switch.carry_out(ReturnCaller(CALL, OFFER))

        await until(lambda: run.seen[1:] == [OrderFailed(CALL, OFFER)] * 2)


async def test_an_order_that_breaks_a_rule_fails_and_is_not_sent() -> None:
    async with running() as run:
        run.switch.carry_out(ReturnCaller(CallId("/.*/"), OFFER))

        assert run.seen[1:] == [OrderFailed(CallId("/.*/"), OFFER)]
        assert run.manager.taken("Redirect") == []


async def test_an_order_whose_outcome_is_unknown_is_not_repeated_but_the_switch_is_surveyed() -> None:
    async with running() as run:
        run.manager.deaf_to = {"Redirect"}
        run.switch.carry_out(RING_ANNA)

        await until(lambda: len(run.surveys) == 2)

        assert len(run.manager.taken("Redirect")) == 1
        assert not any(isinstance(event, OrderFailed) for event in run.seen)


async def test_orders_given_while_the_link_is_down_are_dropped_for_good() -> None:
    async with running() as run:
        run.manager.channels[CALL] = FakeChannel(CALL)
        run.manager.reset()
        await until(lambda: SwitchLost() in run.seen)

        run.switch.carry_out(RING_ANNA)
        await until(lambda: run.switch.ready)
        run.switch.carry_out(SurveySwitch())
        await until(lambda: len(run.surveys) == 3)

        assert run.manager.taken("Redirect") == []
        assert run.switch.statistics.orders_dropped == 1


async def test_after_a_loss_the_switch_is_not_ready_before_it_was_surveyed_again() -> None:
    async with running() as run:
        run.manager.deaf_to = {"Status"}
        run.manager.reset()
        await until(lambda: run.switch.statistics.surveys_failed >= 2)

        assert not run.switch.ready
        assert run.switch._link.state is LinkState.READY
        assert "survey" in run.switch.trouble
        run.switch.carry_out(RING_ANNA)
        run.manager.deaf_to = set()
        await until(lambda: run.switch.ready)

        assert [type(event) for event in run.seen] == [SwitchSurveyed, SwitchLost, SwitchSurveyed]
        assert run.manager.taken("Redirect") == []


async def test_a_survey_that_fails_with_its_connection_does_not_delay_the_next_connections_first() -> None:
    limits = SwitchLimits(survey=30, survey_every=60, survey_pause=0, survey_retry=60)
    async with running(limits=limits) as run:
        run.manager.deaf_to = {"Status"}
        run.switch.carry_out(SurveySwitch())
        await until(lambda: len(run.manager.taken("Status")) == 2)

        run.manager.deaf_to = set()
        run.manager.reset()
        await until(lambda: SwitchLost() in run.seen)

        await until(lambda: run.switch.ready)


async def test_every_connection_has_a_token_of_its_own_and_older_ones_count_no_more() -> None:
    async with running() as run:
        old = run.manager.globals["HL_TOKEN"]
        run.manager.reset()
        await until(lambda: len(run.surveys) == 2)

        await run.manager.say("ended", CALL, token=old, Stage="waiting")
        await run.manager.say("ended", CALL, token="", Stage="waiting")
        await run.manager.say("ended", CALL, Stage="waiting")
        await until(lambda: run.seen[-1] == CallEnded(CALL))

        assert run.manager.globals["HL_TOKEN"] != old
        assert sum(isinstance(event, CallEnded) for event in run.seen) == 1
        assert run.switch.statistics.dropped["wrong_token"] == 2


async def test_a_token_lost_to_a_reload_of_the_dialplan_is_back_after_one_survey() -> None:
    async with running() as run:
        token = run.manager.globals.pop("HL_TOKEN")

        run.switch.carry_out(SurveySwitch())
        await until(lambda: len(run.surveys) == 2)

        assert run.manager.globals["HL_TOKEN"] == token


async def test_an_event_behind_a_survey_reaches_the_core_behind_it() -> None:
    async with running() as run:
        run.manager.deaf_to = {"Status"}
        run.switch.carry_out(SurveySwitch())
        await until(lambda: len(run.manager.taken("Status")) == 2)
        identity = run.manager.taken("Status")[1]["ActionID"]
        token = run.manager.globals["HL_TOKEN"]

        await run.manager.send(
            f"Response: Success\r\nActionID: {identity}\r\nEventList: start\r\nMessage: x\r\n\r\n"
            f"Event: StatusComplete\r\nActionID: {identity}\r\nEventList: Complete\r\nListItems: 0\r\n\r\n"
            + user_event("ended", CALL, token, said={"Stage": "waiting"})
        )
        await until(lambda: CallEnded(CALL) in run.seen)

        assert [type(event) for event in run.seen] == [SwitchSurveyed, SwitchSurveyed, CallEnded]


async def test_surveys_asked_for_while_one_is_under_way_become_one() -> None:
    async with running() as run:
        for _ in range(100):
            run.switch.carry_out(SurveySwitch())
        await until(lambda: len(run.surveys) == 2)
        await run.manager.say("ended", CALL, Stage="waiting")
        await until(lambda: CallEnded(CALL) in run.seen)

        assert len(run.manager.taken("Status")) == 2


async def test_the_switch_is_surveyed_again_and_again_without_being_asked() -> None:
    async with running(limits=SwitchLimits(survey_every=0.02, survey_pause=0)) as run:
        run.manager.channels[CALL] = FakeChannel(CALL, {"HL_CALL": CALL, "HL_STAGE": "waiting"})
        await until(lambda: len(run.surveys) >= 4)

        [call] = run.surveys[-1].calls
        assert isinstance(call, CallSeen)
        assert call.call == CALL


async def test_a_survey_that_cannot_be_taken_in_is_not_the_last_one() -> None:
    async with running(limits=SwitchLimits(survey_every=0.05, survey_pause=0)) as run:
        sink, run.switch._sink = run.switch._sink, lambda _: 1 / 0  # type: ignore[assignment, return-value]
        await until(lambda: run.switch.statistics.listener_failures > 0)
        run.switch._sink = sink
        known = len(run.surveys)

        await until(lambda: len(run.surveys) > known)


async def test_the_heartbeat_is_written_and_never_waits() -> None:
    async with running(wait=False) as run:
        run.switch.heartbeat(1)
        await until(lambda: run.switch.ready)
        assert run.manager.globals["HL_BEAT"] == "1"

        run.switch.heartbeat(2)
        await until(lambda: run.manager.globals["HL_BEAT"] == "2")
        run.manager.reset()
        await until(lambda: not run.switch.ready)
        run.switch.heartbeat(3)
        await until(lambda: run.manager.globals["HL_BEAT"] == "3")


async def test_a_switch_that_cannot_be_surveyed_gets_no_sign_of_life() -> None:
    async with running() as run:
        run.manager.deaf_to = {"Status"}
        run.manager.reset()
        await until(lambda: run.switch.statistics.surveys_failed >= 1)

        run.switch.heartbeat(7)
        await until(lambda: run.switch.statistics.surveys_failed >= 2)

        assert "HL_BEAT" not in run.manager.globals


async def test_a_switch_that_says_it_shuts_down_counts_as_lost() -> None:
    async with running() as run:
        await run.manager.send("Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\n\r\n")

        await until(lambda: SwitchLost() in run.seen)


async def test_the_lag_of_events_is_measured_by_their_time_stamps() -> None:
    async with running() as run:
        lags: list[float] = []
        run.switch.statistics.on_lag = lags.append
        token = run.manager.globals["HL_TOKEN"]
        stamped = user_event("ended", CALL, token, said={"Stage": "ivr"})

        await run.manager.send(stamped.replace("1795323839.862159", f"{wall_seconds() - 3:.6f}"))
        await until(lambda: lags)

        assert lags[0] == pytest.approx(3, abs=1)
        assert run.switch.statistics.lag_seconds == lags[0]


async def test_cancelling_the_switch_leaves_nothing_running() -> None:
    async with fake_manager() as manager:
        run = Running(manager)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await run.switch.run()

        assert not run.switch.ready
        assert asyncio.all_tasks() - {asyncio.current_task()} <= {
            task for task in asyncio.all_tasks() if "serve" in repr(task)
        }
