"""Whoever tries out PINs or one-time codes is seen in the metrics: each verdict is counted, once."""

import pytest

from acd.app.counted_pins import CountedPins
from acd.config import HotlineConfig
from acd.core.switch_events import Verdict
from ivr.agi_errors import CallerHungUp
from ivr.pin.digits import Digits
from ivr.pin.script import PinScript
from tests.ivr.fake_line import FakeSituation, led
from tests.ivr.pin.pin_bank import CHANGES, KNOWN, FakePins, KeyingLine, settings

VERIFIED, WRONG, LOCKED = Verdict.VERIFIED, Verdict.WRONG, Verdict.LOCKED
NOT_GIVEN, UNAVAILABLE = Verdict.NOT_GIVEN, Verdict.UNAVAILABLE


async def counted_in_a_menu(
    entries: list[str], pins: FakePins | None = None, config: HotlineConfig | None = None
) -> list[Verdict]:
    counted: list[Verdict] = []
    desk = CountedPins(pins or FakePins(), counted.append, within_a_talk=False)
    await led(KeyingLine(entries=entries), KNOWN, config or settings(), pins=desk)
    desk.over(told=False)
    return counted


@pytest.mark.parametrize(
    ("entries", "verdicts"),
    [
        (["4719#"], [VERIFIED]),
        (["0815#", "0816#", "0817#"], [WRONG, WRONG, WRONG]),
        (["0815#", "4719#"], [WRONG, VERIFIED]),
        (["0815#"], [WRONG]),
        ([], [NOT_GIVEN]),
        (["12#", "12#", "12#"], [NOT_GIVEN]),
    ],
)
async def test_every_pin_in_a_menu_is_counted_and_so_is_who_keys_none(
    entries: list[str], verdicts: list[Verdict]
) -> None:
    assert await counted_in_a_menu(entries) == verdicts


@pytest.mark.parametrize("instead", [LOCKED, UNAVAILABLE])
async def test_what_nobody_can_say_is_counted_as_what_it_is(instead: Verdict) -> None:
    assert await counted_in_a_menu(["4719#"], FakePins(instead=instead)) == [instead]


async def test_a_verdict_is_counted_before_the_caller_keys_the_next_one() -> None:
    counted: list[Verdict] = []
    before: list[list[Verdict]] = []

    class Watched(FakePins):
        async def check(self, customer: str, call: str, pin: Digits) -> Verdict:
            before.append([*counted])
            return await super().check(customer, call, pin)

    desk = CountedPins(Watched(), counted.append, within_a_talk=False)
    await led(KeyingLine(entries=["0815#", "4719#"]), KNOWN, settings(), pins=desk)
    assert before == [[], [WRONG]]


@pytest.mark.parametrize(
    ("entries", "verdicts"),
    [
        (["99999999#", "8264#", "8264#"], [WRONG]),
        (["48151623#", "8264#", "8264#"], [VERIFIED]),
        (["48151623#"], [NOT_GIVEN]),
    ],
)
async def test_a_one_time_code_is_counted_as_a_pin_is(entries: list[str], verdicts: list[Verdict]) -> None:
    assert await counted_in_a_menu(entries, FakePins(pins={}), settings(CHANGES)) == verdicts


async def test_who_is_never_asked_is_not_counted() -> None:
    counted: list[Verdict] = []
    CountedPins(FakePins(), counted.append, within_a_talk=False).over(told=False)
    assert counted == []


async def counted_in_a_talk(entries: list[str]) -> tuple[list[Verdict], Verdict]:
    """What is counted beside the verdict that the core tells, which comes second."""
    counted: list[Verdict] = []
    desk = CountedPins(FakePins(), counted.append, within_a_talk=True)
    line = KeyingLine(entries=entries, variables={"HL_LANGUAGE": "en"})
    script = PinScript(settings, KNOWN, line, FakeSituation(), desk, {})
    told = await script.ask(line)
    desk.over(told=True)
    return counted, told


@pytest.mark.parametrize(
    ("entries", "beside", "told"),
    [
        (["4719#"], [], VERIFIED),
        (["0815#", "0816#", "0817#"], [WRONG, WRONG], WRONG),
        (["0815#", "4719#"], [WRONG], VERIFIED),
        (["0815#"], [], WRONG),
        ([], [], NOT_GIVEN),
    ],
)
async def test_in_a_talk_each_verdict_is_counted_but_the_one_that_the_core_tells(
    entries: list[str], beside: list[Verdict], told: Verdict
) -> None:
    assert await counted_in_a_talk(entries) == (beside, told)


async def test_who_hangs_up_in_a_talk_after_a_wrong_pin_is_counted_as_the_core_hears_of_none() -> None:
    counted: list[Verdict] = []
    desk = CountedPins(FakePins(), counted.append, within_a_talk=True)
    line = KeyingLine(entries=["0815#"], variables={"HL_LANGUAGE": "en"}, ends_at=15_000)
    with pytest.raises(CallerHungUp):
        await PinScript(settings, KNOWN, line, FakeSituation(), desk, {}).ask(line)
    desk.over(told=False)

    assert counted == [WRONG]
