"""A caller is asked for his PIN in a menu: what he hears, how often he may try, and where he goes."""

import asyncio

import pytest
from structlog.testing import capture_logs

from acd.core.switch_events import Verdict
from ivr.agi_errors import CallerHungUp, CommandFailed
from ivr.choice import Choice
from ivr.line import Tones
from ivr.pin.digits import MOST_DIGITS, Digits
from tests.ivr.fake_line import FakeDirectory, bank_with, led
from tests.ivr.pin.pin_bank import CUSTOMER, KNOWN, LIMITS, FakePins, KeyingLine, settings

ZH = "zh/"


async def walked(line: KeyingLine, pins: FakePins, directory: FakeDirectory = KNOWN) -> Choice:
    return await led(line, directory, settings(), pins=pins)


def said(line: KeyingLine) -> list[str]:
    """What was said in Chinese; every language says the same while none is chosen."""
    return [prompt.removeprefix(ZH) for prompt in line.heard if prompt.startswith(ZH)]


async def test_the_right_pin_verifies_the_customer_of_the_number() -> None:
    line, pins = KeyingLine(entries=["4719#"]), FakePins()
    choice = await walked(line, pins)

    assert (choice.verified, choice.customer, choice.lane) == (True, CUSTOMER, "wealth")
    assert said(line) == ["main-1-pin", "pin-enter", "pin-verified"]
    assert line.written()["HL_VERIFIED"] == "1"
    assert pins.asked == [(CUSTOMER, "call-1")]


async def test_three_wrong_ones_lead_to_a_person_and_no_fourth_is_asked_for() -> None:
    line, pins = KeyingLine(entries=["0815#"] * 4), FakePins()
    choice = await walked(line, pins)

    assert (choice.verified, choice.lane) == (False, "general")
    asked = ["pin-enter", "pin-wrong", "pin-enter", "pin-wrong", "pin-enter"]
    assert said(line) == ["main-1-pin", *asked, "pin-not-verified"]
    assert "HL_VERIFIED" not in line.written()


async def test_a_customer_whom_nobody_knows_hears_the_same_as_one_who_keyed_a_wrong_pin() -> None:
    heard = []
    for pins in (FakePins(), FakePins(pins={})):
        line = KeyingLine(entries=["0815#"] * 3)
        await walked(line, pins)
        heard.append((line.heard, line.time))
    assert heard[0] == heard[1]


async def test_a_second_try_may_be_right() -> None:
    line = KeyingLine(entries=["0815#", "4719#"])
    assert (await walked(line, FakePins())).verified


@pytest.mark.parametrize(
    ("verdict", "prompt"), [(Verdict.LOCKED, "pin-locked"), (Verdict.UNAVAILABLE, "pin-unavailable")]
)
async def test_locked_and_unavailable_lead_to_a_person_at_once(verdict: Verdict, prompt: str) -> None:
    line, pins = KeyingLine(entries=["4719#"] * 3), FakePins(instead=verdict)
    choice = await walked(line, pins)

    assert (choice.verified, choice.lane) == (False, "general")
    assert said(line) == ["main-1-pin", "pin-enter", prompt]
    assert len(pins.asked) == 1


async def test_a_silent_caller_is_not_asked_again_and_goes_to_a_person() -> None:
    line, pins = KeyingLine(), FakePins()
    choice = await walked(line, pins)

    assert (choice.verified, choice.lane) == (False, "general")
    assert said(line) == ["main-1-pin", "pin-enter"]
    assert pins.asked == []


async def test_no_digit_of_a_pin_that_is_keyed_too_late_answers_the_menus_that_follow() -> None:
    menu = "- {step: menu, say: {zh: 请选择。, en: Choose.}, keys: {%s: menu %s, '9': wealth}, otherwise: person}"
    menus = "  main:\n    - {step: pin, say: {zh: 核实。, en: We verify you.}, verified: wealth, otherwise: menu m4}\n"
    for key, after in ("47", "71", "19"):
        menus += f"  m{key}:\n    {menu % (repr(key), f'm{after}')}\n"
    menus += "  m9:\n    - {step: transfer, to: wealth}\n"
    config = bank_with(menus, "pin: {}\n")
    # Two prompts in two languages, the patience of the step, and then he has found his PIN.
    keys = [(8_000 + LIMITS.wait_for + 500 + 3_000 * number, key) for number, key in enumerate("4719")]
    choice = await led(KeyingLine(keys=keys), KNOWN, config, pins=FakePins())

    assert choice.menu == ()
    assert choice.lane == "general"


async def test_a_wrong_pin_stands_when_nothing_comes_after_it() -> None:
    for entries in (["0815#"], ["0815#", "0816#"], ["0815#", "12#", "12#"]):
        line, pins = KeyingLine(entries=entries), FakePins()
        assert not (await walked(line, pins)).verified
        assert said(line)[-1] == "pin-not-verified"


async def test_without_tones_a_person_verifies_him(monkeypatch: pytest.MonkeyPatch) -> None:
    line, pins = KeyingLine(entries=["4719#"]), FakePins()

    async def refused(_: Tones) -> None:
        raise CommandFailed("the tones do not sound")

    monkeypatch.setattr(line, "start_tones", refused)
    with capture_logs() as logs:
        choice = await walked(line, pins)

    assert (choice.verified, choice.lane) == (False, "general")
    assert said(line) == ["main-1-pin", "pin-enter", "pin-unavailable"]
    assert (pins.asked, len(logs)) == ([], 1)


async def test_too_few_digits_are_told_and_nobody_is_asked_about_them() -> None:
    line, pins = KeyingLine(entries=["471#", "4719#"]), FakePins()
    choice = await walked(line, pins)

    assert choice.verified
    assert said(line) == ["main-1-pin", "pin-enter", "pin-short", "pin-enter", "pin-verified"]
    assert len(pins.asked) == 1


async def test_of_whom_nobody_knows_who_he_is_the_customer_number_is_asked_first() -> None:
    # Each prompt lasts 2 s in each of two languages: the number is keyed after the second question.
    keys = [(8_100 + 100 * number, key) for number, key in enumerate("10000001#")]
    line, pins = KeyingLine(entries=["4719#"], keys=keys), FakePins()
    choice = await walked(line, pins, FakeDirectory())

    assert (choice.verified, choice.customer) == (True, CUSTOMER)
    assert said(line) == ["main-1-pin", "pin-customer", "pin-enter", "pin-verified"]
    assert pins.asked == [(CUSTOMER, "call-1")]


async def test_who_says_not_who_he_is_goes_to_a_person() -> None:
    line, pins = KeyingLine(entries=["4719#"]), FakePins()
    choice = await walked(line, pins, FakeDirectory())

    assert (choice.verified, choice.lane) == (False, "general")
    assert not line.tones


async def test_who_is_verified_is_not_asked_again() -> None:
    step = "- {step: pin, say: {zh: 核实。, en: We verify you.}, verified: %s, otherwise: person}\n"
    config = bank_with(f"  main:\n    {step % 'next'}    {step % 'wealth'}", "pin: {}\n")
    line, pins = KeyingLine(entries=["4719#"] * 2), FakePins()
    choice = await led(line, KNOWN, config, pins=pins)

    assert (choice.verified, choice.lane) == (True, "wealth")
    assert len(pins.asked) == 1


async def test_the_prompts_are_not_cut_short_so_that_no_key_is_pressed_without_tones() -> None:
    keys = [(at, "7") for at in range(100, 7_900, 500)]
    line, pins = KeyingLine(entries=["4719#"], keys=keys), FakePins()
    assert (await walked(line, pins)).verified


async def test_a_missing_prompt_leads_to_a_person_and_keys_nothing() -> None:
    line = KeyingLine(entries=["4719#"], missing={"zh/pin-enter", "en/pin-enter"})
    choice = await walked(line, FakePins())

    assert (choice.verified, choice.lane) == (False, "general")
    assert not line.tones


async def test_in_a_hotline_without_a_desk_he_goes_to_a_person() -> None:
    choice = await led(KeyingLine(entries=["4719#"]), KNOWN, settings())
    assert (choice.verified, choice.lane) == (False, "general")


async def test_a_line_that_echoes_our_own_tones_costs_no_attempt_and_leads_to_a_person() -> None:
    line, pins = KeyingLine(entries=["815294" * 6], after=130), FakePins()
    choice = await walked(line, pins)

    assert (choice.verified, choice.lane) == (False, "general")
    assert said(line) == ["main-1-pin", "pin-enter", "pin-unavailable"]
    assert pins.asked == []


async def test_every_buffer_is_wiped_when_the_verdict_is_there() -> None:
    line, pins = KeyingLine(entries=["0815#", "4719#"]), FakePins()
    await walked(line, pins)

    assert [bytes(digits._buffer) for digits in pins.held] == [bytes(MOST_DIGITS)] * 2


class SlowPins(FakePins):
    """A desk that takes its time, until it is told to go on."""

    async def check(self, customer: str, call: str, pin: Digits) -> Verdict:
        verdict = await super().check(customer, call, pin)
        try:
            await asyncio.Event().wait()
        finally:
            self.instead = Verdict.NOT_GIVEN
        return verdict


async def test_who_hangs_up_while_he_is_verified_ends_the_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.pin.asking.MOMENT", 10)
    line, pins = KeyingLine(entries=["4719#"], ends_at=40_000), SlowPins()
    with pytest.raises(CallerHungUp):
        await walked(line, pins)

    assert said(line)[-1] == "pin-moment"
    assert pins.instead is Verdict.NOT_GIVEN, "the asking was cancelled"
    assert [bytes(digits._buffer) for digits in pins.held] == [bytes(MOST_DIGITS)]
    assert "HL_DONE" not in line.written()
