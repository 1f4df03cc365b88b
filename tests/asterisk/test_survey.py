"""What a look at all channels tells of the callers."""

import pytest

from acd.asterisk.framing import Block
from acd.asterisk.link_statistics import LinkStatistics
from acd.asterisk.survey import VARIABLES, read_survey
from acd.core.names import CallId, LaneName, LanguageName, OfferId, PhoneName
from acd.core.switch_events import CallSeen, Stage

CALL = "hotline-1795318465.12"
FULL = {
    "HL_CALL": CALL,
    "HL_STAGE": "offered",
    "HL_NUMBER": "+4930123",
    "HL_DIALLED": "95555",
    "HL_ARRIVED": "1795318465000",
    "HL_ENTERED": "1795318475000",
    "HL_LANE": "cards",
    "HL_LANGUAGE": "zh",
    "HL_TIER": "platinum",
    "HL_VERIFIED": "1",
    "HL_MANAGER": "ben",
    "HL_MENU": "main=2/cards=1",
    "HL_CUSTOMER": "1001",
    "HL_ADVERT": "gold",
    "HL_ADVERT_ON": "1",
    "HL_OFFER": "1000001",
    "HL_PHONE": "anna",
}


def channel(uniqueid: str = CALL, **variables: str) -> Block:
    lines = tuple(("Variable", f"{name}={variables.get(name, '(null)')}") for name in VARIABLES)
    return Block({"Event": "Status", "CallerIDName": "Zoë", "Uniqueid": uniqueid, "ActionID": "1"}, lines)


def seen(*items: Block) -> tuple[CallSeen, ...]:
    survey = read_survey(items, 1_795_318_500_000, LinkStatistics())
    assert survey.asked_at == 1_795_318_500_000
    return survey.calls


def test_a_caller_is_seen_with_everything_that_rides_on_his_channel() -> None:
    assert seen(channel(**FULL)) == (
        CallSeen(
            call=CallId(CALL),
            stage=Stage.OFFERED,
            number="+4930123",
            name="Zoë",
            dialled="95555",
            arrived_at=1_795_318_465_000,
            entered_at=1_795_318_475_000,
            lane=LaneName("cards"),
            language=LanguageName("zh"),
            tier="platinum",
            offer=OfferId(1_000_001),
            phone=PhoneName("anna"),
            verified=True,
            manager="ben",
            menu=(("main", "2"), ("cards", "1")),
            customer="1001",
            advert="gold",
            advert_accepted=True,
        ),
    )


def test_agents_channels_and_strangers_are_no_callers() -> None:
    agents_leg = channel("hotline-1795318465.13", **FULL)
    stranger = channel("hotline-1795318465.14")

    assert seen(agents_leg, channel(**FULL), stranger) == seen(channel(**FULL))


def test_a_caller_between_his_first_steps_is_there_and_has_arrived() -> None:
    [call] = seen(channel(HL_CALL=CALL))

    assert (call.stage, call.arrived_at, call.entered_at) == (Stage.ARRIVED, 1_795_318_500_000, None)
    assert (call.offer, call.phone, call.lane) == (None, None, "")


def test_a_caller_with_odd_values_is_not_taken_for_gone() -> None:
    statistics = LinkStatistics()
    odd = channel(**{**FULL, "HL_TIER": "<b>", "HL_OFFER": "x", "HL_ENTERED": "soon", "HL_STAGE": "heaven"})
    worse = channel(**{**FULL, "HL_VERIFIED": "yes", "HL_MANAGER": "B", "HL_MENU": "main=2/"})

    [call] = read_survey([odd], 1_795_318_500_000, statistics).calls

    assert (call.tier, call.offer, call.entered_at, call.stage) == ("", None, None, Stage.ARRIVED)
    assert statistics.dropped == {"odd_survey_value": 4}
    [call] = read_survey([worse], 1_795_318_500_000, statistics).calls
    assert (call.verified, call.manager, call.menu, call.stage) == (False, "", (), Stage.OFFERED)
    assert statistics.dropped == {"odd_survey_value": 7}


@pytest.mark.parametrize("stage", [Stage.VERIFYING, Stage.SERVED])
def test_a_caller_who_is_asked_or_was_served_is_seen_as_one(stage: Stage) -> None:
    [call] = seen(channel(**{**FULL, "HL_STAGE": stage}))

    assert call.stage is stage


def test_a_diverted_caller_is_seen_where_he_is() -> None:
    [call] = seen(channel(**{**FULL, "HL_STAGE": "diverted", "HL_OFFER": "", "HL_PHONE": ""}))

    assert (call.stage, call.offer, call.phone) == (Stage.DIVERTED, None, None)


def test_a_channel_that_says_a_variable_twice_or_another_one_is_not_believed() -> None:
    twice = channel(**FULL)
    twice = twice._replace(repeated=(*twice.repeated, ("Variable", "HL_STAGE=talking")))
    other = channel(**FULL)
    other = other._replace(repeated=(*other.repeated, ("Variable", "HL_X=x")))

    assert seen(twice, other, channel(**FULL)._replace(repeated=())) == ()
