"""An agent wants his caller verified in the middle of a talk: what is asked, and what is written on the call."""

import pytest

from acd.config import HotlineConfig
from acd.core.switch_events import Verdict
from ivr.agi_errors import CallerHungUp
from ivr.pin.script import LONGEST_ASKING, PinScript
from tests.ivr.fake_line import FakeDirectory, FakeSituation, bank
from tests.ivr.pin.pin_bank import CUSTOMER, KNOWN, FakePins, KeyingLine, settings


async def asked(
    line: KeyingLine,
    pins: FakePins | None = None,
    directory: FakeDirectory = KNOWN,
    config: HotlineConfig | None = None,
) -> Verdict:
    chosen = config or settings()
    return await PinScript(lambda: chosen, directory, line, FakeSituation(), pins or FakePins(), {}).ask(line)


def english(**more: str) -> dict[str, str]:
    return {"HL_LANGUAGE": "en", **more}


async def test_the_right_pin_is_written_as_verified_with_whose_it_is() -> None:
    line = KeyingLine(entries=["4719#"], variables=english())

    assert await asked(line) is Verdict.VERIFIED
    assert line.wrote == [
        ("HL_VERDICT", "verified"),
        ("HL_CUSTOMER", CUSTOMER),
        ("HL_VERIFIED", "1"),
        ("HL_DONE", "1"),
    ]
    assert line.heard == ["en/pin-enter", "en/pin-verified"]


async def test_who_keyed_his_customer_number_in_the_menu_is_asked_as_that_customer() -> None:
    line, pins = KeyingLine(entries=["8264#"], variables=english(HL_CUSTOMER="22")), FakePins(pins={"22": "8264"})

    assert await asked(line, pins) is Verdict.VERIFIED
    assert line.written()["HL_CUSTOMER"] == "22"


@pytest.mark.parametrize(
    ("verdict", "entries"),
    [(Verdict.WRONG, ["0815#"] * 3), (Verdict.LOCKED, ["4719#"]), (Verdict.UNAVAILABLE, ["4719#"])],
)
async def test_any_other_verdict_is_written_and_nothing_is_proved(verdict: Verdict, entries: list[str]) -> None:
    line = KeyingLine(entries=entries, variables=english())

    assert await asked(line, FakePins(instead=verdict)) is verdict
    assert line.written()["HL_VERDICT"] == verdict
    assert line.written().get("HL_VERIFIED", "") == ""
    assert line.wrote[-1] == ("HL_DONE", "1")


async def test_who_was_verified_and_now_does_not_know_it_is_not_believed_any_more() -> None:
    line = KeyingLine(entries=["0815#"] * 3, variables=english(HL_VERIFIED="1", HL_CUSTOMER=CUSTOMER))

    assert await asked(line) is Verdict.WRONG
    assert line.written()["HL_VERIFIED"] == ""


@pytest.mark.parametrize("entries", [["0815#"], ["0815#", "0816#"], ["0815#", "12#", "12#"], ["0815#", "8152" * 8]])
async def test_a_wrong_one_stands_against_silence_too_few_digits_and_an_echo(entries: list[str]) -> None:
    line = KeyingLine(entries=entries, variables=english(HL_VERIFIED="1", HL_CUSTOMER=CUSTOMER), after=130)

    assert await asked(line) is Verdict.WRONG
    assert (line.written()["HL_VERDICT"], line.written()["HL_VERIFIED"]) == ("wrong", "")
    assert line.heard[-1] == "en/pin-not-verified"


async def test_a_wrong_one_stands_when_the_time_is_up() -> None:
    line = KeyingLine(entries=["0815#", "12*" * 90], variables=english(HL_VERIFIED="1", HL_CUSTOMER=CUSTOMER))

    assert await asked(line) is Verdict.WRONG
    assert line.heard[-1] != "en/pin-not-verified", "there was no time left to say it"
    assert line.written()["HL_VERIFIED"] == ""


@pytest.mark.parametrize("instead", [Verdict.UNAVAILABLE, None])
async def test_a_bank_that_is_down_and_silence_take_nothing_away(instead: Verdict | None) -> None:
    entries = ["4719#"] if instead else []
    line = KeyingLine(entries=entries, variables=english(HL_VERIFIED="1", HL_CUSTOMER=CUSTOMER))

    assert await asked(line, FakePins(instead=instead)) is (instead or Verdict.NOT_GIVEN)
    assert "HL_VERIFIED" not in line.written()


async def test_nobody_is_held_longer_than_an_agent_can_wait() -> None:
    line = KeyingLine(entries=["0815#"] * 3, after=7_500, variables=english())

    assert await asked(line) in {Verdict.WRONG, Verdict.NOT_GIVEN}
    assert line.time < LONGEST_ASKING + 5_000
    assert not line.masked


async def test_without_a_section_pin_the_verdict_is_unavailable_and_nothing_is_asked() -> None:
    line = KeyingLine(entries=["4719#"], variables=english())

    assert await asked(line, config=bank()) is Verdict.UNAVAILABLE
    assert line.heard == []


async def test_a_missing_prompt_is_no_entry_without_a_word() -> None:
    line = KeyingLine(entries=["4719#"], variables=english(), missing={"zh/pin-enter", "en/pin-enter"})

    assert await asked(line) is Verdict.UNAVAILABLE
    assert not line.tones


async def test_an_unknown_caller_is_asked_for_his_customer_number_first() -> None:
    keys = [(2_100 + 100 * number, key) for number, key in enumerate(f"{CUSTOMER}#")]
    line = KeyingLine(entries=["4719#"], keys=keys, variables=english())

    assert await asked(line, directory=FakeDirectory()) is Verdict.VERIFIED
    assert line.heard == ["en/pin-customer", "en/pin-enter", "en/pin-verified"]


async def test_who_hangs_up_in_the_middle_leaves_nothing_written() -> None:
    line = KeyingLine(entries=["4719#"], ends_at=2_700, variables=english())

    with pytest.raises(CallerHungUp):
        await asked(line)
    assert line.wrote == []


async def test_a_language_that_is_none_any_more_is_the_default_one() -> None:
    line = KeyingLine(entries=["4719#"], variables={"HL_LANGUAGE": "fr"})

    assert await asked(line) is Verdict.VERIFIED
    assert line.heard[0] == "zh/pin-enter"
