"""Adverts, PINs, callbacks and surveys are counted where they belong, and nobody can be told from the numbers."""

from dataclasses import replace

import pytest

from acd.core.caller_events import AdvertOffered, CallbackQueued, CustomerMissed, SurveyAnswered
from acd.core.events import CallClosed, CallResult
from acd.core.inputs import PolicyLoaded
from acd.core.names import CallId, LaneName
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Lane
from acd.core.switch_events import (
    AdvertLeft,
    CallbackFailed,
    CallEnded,
    MessageLeft,
    OfferFailure,
    Stage,
    SurveyTaken,
    TalkEnded,
    Verdict,
)
from acd.metrics import Metrics, caller_side
from acd.metrics.labels import KINDS_AT_MOST
from tests.cti.small_hotline import ANNA, CALLED_BACK_AT, CARDS, CUSTOMER, GENERAL, SmallHotline, eventful_policy
from tests.metrics.test_metrics import read, watched


def cared_for() -> tuple[SmallHotline, Metrics]:
    hotline = SmallHotline(eventful_policy())
    return hotline, watched(hotline)


async def test_adverts_are_counted_as_offered_accepted_heard_and_left() -> None:
    hotline, metrics = cared_for()
    hotline.call("no", advert="gold")
    leaves = hotline.call("leaves", advert="gold", advert_accepted=True)
    hotline.sleep(1_500)
    hotline.take(AdvertLeft(leaves))
    hears = hotline.call("hears", advert="gold", advert_accepted=True)
    hotline.sleep(2_000)
    hotline.hangs_up(hears)

    page = await read(metrics)
    of = "{advert=gold,lane=cards}"
    assert page[f"hotline_advert_offered_total{of}"] == 3
    assert page[f"hotline_advert_accepted_total{of}"] == 2
    assert page[f"hotline_advert_heard_seconds_total{of}"] == 3.5
    assert page[f"hotline_advert_left_total{of}"] == 1


async def test_verdicts_of_talks_and_of_menus_are_counted_together() -> None:
    hotline, metrics = cared_for()
    hotline.becomes_ready(ANNA)
    call = hotline.call("c1")
    hotline.answers(call)
    hotline.is_asked_for_his_pin(call, Verdict.WRONG)
    metrics.note_verdict(Verdict.WRONG)
    metrics.note_verdict(Verdict.LOCKED)

    page = await read(metrics)
    counted = {verdict: page[f"hotline_pin_verdicts_total{{verdict={verdict.value}}}"] for verdict in Verdict}
    assert counted == {**dict.fromkeys(Verdict, 0), Verdict.WRONG: 2, Verdict.LOCKED: 1}


async def test_a_callback_is_counted_from_the_wish_to_its_end() -> None:
    hotline, metrics = cared_for()
    entry = hotline.is_to_be_called_back("c1")
    page = await read(metrics)
    assert page["hotline_callbacks_waiting{lane=cards}"] == 1
    assert page["hotline_callbacks_queued_total{lane=cards,message=no}"] == 1
    assert page["hotline_calls_called_back_total{lane=cards}"] == 1

    hotline.becomes_ready(ANNA)
    hotline.take(CallbackFailed(entry, OfferFailure.BUSY))
    hotline.sleep(600_000)
    hotline.take(CallbackFailed(entry, OfferFailure.NO_ANSWER))
    page = await read(metrics)
    assert page["hotline_callback_rings_total{lane=cards}"] == 2
    assert page["hotline_callback_misses_total{lane=cards,reason=busy}"] == 1
    assert page["hotline_callback_misses_total{lane=cards,reason=no_answer}"] == 1
    assert page["hotline_callbacks_total{lane=cards,outcome=unreached}"] == 1
    assert page["hotline_callbacks_waiting{lane=cards}"] == page["hotline_callbacks_waiting{lane=general}"] == 0
    assert page["hotline_books_discrepancy{lane=cards}"] == 0


async def test_a_customer_who_was_reached_is_an_answered_callback_and_his_message_is_told_apart() -> None:
    hotline, metrics = cared_for()
    call = hotline.call("c1", wish=Outcome(OutcomeKind.MESSAGE))
    hotline.take(MessageLeft(call))
    hotline.hangs_up(call)
    hotline.becomes_ready(ANNA)
    entry = hotline.offer().call
    hotline.answers(entry)
    hotline.talks_and_ends(entry)

    page = await read(metrics)
    assert page["hotline_callbacks_queued_total{lane=cards,message=yes}"] == 1
    assert page["hotline_callbacks_total{lane=cards,outcome=answered}"] == 1
    assert page["hotline_calls_closed_total{result=left_message}"] == 1
    assert page["hotline_books_discrepancy{lane=cards}"] == 0


async def test_each_answer_of_a_survey_is_counted_and_so_is_who_was_not_content() -> None:
    hotline, metrics = cared_for()
    hotline.becomes_ready(ANNA)
    for name, answers in (("good", (5, 4)), ("bad", (1, 0)), ("gone", ())):
        call = hotline.call(name, number="")
        hotline.answers(call)
        hotline.take(TalkEnded(call))
        hotline.take(SurveyTaken(call, "service", answers, comment=name == "bad"))
        hotline.take(CallEnded(call))
        hotline.sleep(20_000)

    page = await read(metrics)
    answers_ = {
        (question, answer): page.get(
            f"hotline_survey_answers_total{{answer={answer},lane=cards,question={question},survey=service}}", 0
        )
        for question in (1, 2)
        for answer in range(6)
    }
    assert {key for key, count in answers_.items() if count == 1} == {(1, 5), (2, 4), (1, 1), (2, 0)}
    assert sum(answers_.values()) == 4
    assert page["hotline_survey_comments_total{lane=cards,survey=service}"] == 1
    assert page["hotline_follow_ups_total{lane=cards,survey=service}"] == 1


async def test_a_lanes_emergency_switch_shows() -> None:
    hotline, metrics = cared_for()
    assert (await read(metrics))["hotline_lane_emergency{lane=general}"] == 0
    lanes = hotline.policy.lanes
    switched = {**lanes, GENERAL: replace(lanes[GENERAL], emergency=Outcome(OutcomeKind.SAY, "lines_down"))}
    hotline.take(PolicyLoaded(replace(hotline.policy, version="later", lanes=switched)))
    page = await read(metrics)
    assert (page["hotline_lane_emergency{lane=general}"], page["hotline_lane_emergency{lane=cards}"]) == (1, 0)


async def test_a_new_lane_is_shown_at_zero() -> None:
    hotline, metrics = cared_for()
    wealth = Lane(LaneName("wealth"), "wealth")
    hotline.take(
        PolicyLoaded(replace(hotline.policy, version="later", lanes={**hotline.policy.lanes, wealth.name: wealth}))
    )
    page = await read(metrics)
    assert page["hotline_callback_rings_total{lane=wealth}"] == 0
    assert page["hotline_callbacks_total{lane=wealth,outcome=cancelled}"] == 0


async def test_a_day_on_which_everything_happens_tells_nobody_who_it_was() -> None:
    hotline, metrics = cared_for()
    hotline.everything_happens()
    _, page = await metrics.page()
    for secret in ("13800000001", CALLED_BACK_AT, CUSTOMER, "Wang", "cb-c6"):
        assert secret not in page.decode()


async def test_a_flood_of_names_and_entries_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    hotline, metrics = cared_for()
    for number in range(KINDS_AT_MOST * 2):
        metrics.hear(hotline.time, AdvertOffered(CallId("c"), CARDS, f"advert-{number}", accepted=False))
        metrics.hear(hotline.time, SurveyAnswered(CallId("c"), CARDS, None, f"survey-{number}", (99,), comment=False))
    page = await read(metrics)
    assert page["hotline_advert_offered_total{advert=other,lane=cards}"] == KINDS_AT_MOST
    other = "{answer=9,lane=cards,question=1,survey=other}"
    assert page[f"hotline_survey_answers_total{other}"] == KINDS_AT_MOST

    monkeypatch.setattr(caller_side, "ENTRIES_AT_MOST", 2)
    for number in range(3):
        metrics.hear(hotline.time, CallbackQueued(CallId(f"cb-{number}"), CallId(f"{number}"), CARDS, message=False))
    metrics.hear(hotline.time, CustomerMissed(CallId("cb-2"), CARDS, OfferFailure.BUSY, None))
    for number in range(3):
        entry = CallId(f"cb-{number}")
        metrics.hear(
            hotline.time,
            CallClosed(entry, CallResult.UNREACHED, Stage.WAITING, CARDS, None, 0, 0, None, 0, 0),
        )
    assert (await read(metrics))["hotline_callbacks_total{lane=cards,outcome=unreached}"] == 2
