"""Changing the PIN by telephone, and setting the first one."""

import pytest

from ivr.choice import Choice
from ivr.pin.digits import MOST_DIGITS
from tests.ivr.fake_line import FakeDirectory, bank_with, led
from tests.ivr.pin.pin_bank import CHANGES, CUSTOMER, KNOWN, FakePins, KeyingLine, settings

AFTER_PIN = """\
  main:
    - {step: pin, say: {zh: 核实。, en: We verify you.}, otherwise: person}
    - {step: pin_change, say: {zh: 修改密码。, en: A new PIN.}, changed: wealth, otherwise: person}
"""


def said(line: KeyingLine) -> list[str]:
    return [prompt.removeprefix("zh/") for prompt in line.heard if prompt.startswith("zh/")]


async def verified(line: KeyingLine, pins: FakePins) -> Choice:
    """A caller who is asked for his PIN first."""
    return await led(line, KNOWN, bank_with(AFTER_PIN, "pin: {}\n"), pins=pins)


async def unverified(line: KeyingLine, pins: FakePins, directory: FakeDirectory = KNOWN) -> Choice:
    return await led(line, directory, settings(CHANGES), pins=pins)


async def test_a_verified_caller_keys_a_new_pin_twice() -> None:
    line, pins = KeyingLine(entries=["4719#", "8264#", "8264#"]), FakePins()
    choice = await verified(line, pins)

    assert choice.lane == "wealth"
    assert pins.pins == {CUSTOMER: "8264"}
    assert said(line)[3:] == ["main-2-pin_change", "pin-new", "pin-again", "pin-changed"]


async def test_two_that_differ_are_keyed_again() -> None:
    line, pins = KeyingLine(entries=["4719#", "8264#", "8265#", "8264#", "8264#"]), FakePins()

    assert (await verified(line, pins)).lane == "wealth"
    assert said(line)[4:] == ["pin-new", "pin-again", "pin-differs", "pin-new", "pin-again", "pin-changed"]


@pytest.mark.parametrize(
    ("new", "told"), [("1111#", "pin-too-plain"), ("1234#", "pin-too-plain"), ("826#", "pin-short")]
)
async def test_a_pin_that_will_not_do_is_told_and_another_is_asked_for(new: str, told: str) -> None:
    line, pins = KeyingLine(entries=["4719#", new, "8264#", "8264#"]), FakePins()

    assert (await verified(line, pins)).lane == "wealth"
    assert said(line)[4:] == ["pin-new", told, "pin-new", "pin-again", "pin-changed"]


async def test_after_three_that_will_not_do_the_old_one_stays() -> None:
    line, pins = KeyingLine(entries=["4719#", *["8264#", "8265#"] * 4]), FakePins()

    assert (await verified(line, pins)).lane == "general"
    assert pins.pins == {CUSTOMER: "4719"}
    assert said(line)[-1] == "pin-not-changed"


@pytest.mark.parametrize("entries", [[], ["8264#"]])
async def test_who_keys_nothing_keeps_his_pin(entries: list[str]) -> None:
    line, pins = KeyingLine(entries=["4719#", *entries]), FakePins()

    assert (await verified(line, pins)).lane == "general"
    assert pins.pins == {CUSTOMER: "4719"}


async def test_the_first_pin_takes_the_one_time_code_as_the_number_proves_nothing() -> None:
    line, pins = KeyingLine(entries=["48151623#", "8264#", "8264#"]), FakePins(pins={})
    choice = await unverified(line, pins)

    assert (choice.lane, choice.verified) == ("wealth", False), "a code proves nothing but itself"
    assert pins.pins == {CUSTOMER: "8264"}
    assert said(line) == ["main-1-pin_change", "pin-code", "pin-new", "pin-again", "pin-changed"]


async def test_a_wrong_code_changes_nothing() -> None:
    line, pins = KeyingLine(entries=["00000000#", "8264#", "8264#"]), FakePins()

    assert (await unverified(line, pins)).lane == "general"
    assert pins.pins == {CUSTOMER: "4719"}


@pytest.mark.parametrize("directory", [KNOWN, FakeDirectory()])
async def test_without_a_code_or_a_customer_nothing_is_asked_of_anybody(directory: FakeDirectory) -> None:
    line, pins = KeyingLine(), FakePins()

    assert (await unverified(line, pins, directory)).lane == "general"
    assert pins.asked == []


async def test_a_line_that_echoes_our_own_tones_changes_nothing() -> None:
    line, pins = KeyingLine(entries=["48151623" * 5], after=130), FakePins()

    assert (await unverified(line, pins)).lane == "general"
    assert said(line)[-1] == "pin-not-changed"
    assert pins.asked == []


async def test_every_buffer_is_wiped() -> None:
    line, pins = KeyingLine(entries=["48151623#", "8264#", "8264#"]), FakePins()
    await unverified(line, pins)

    assert [bytes(digits._buffer) for digits in pins.held] == [bytes(MOST_DIGITS)] * 2


async def test_who_keys_nothing_reaches_a_person_though_the_menu_would_hang_up() -> None:
    menu = "  main:\n    - {step: pin_change, say: {zh: 修改。, en: Change.}, changed: wealth, otherwise: hang-up}\n"
    choice = await led(KeyingLine(entries=[]), KNOWN, bank_with(menu, "pin: {}\n"), pins=FakePins())

    assert (choice.lane, choice.ends) == ("general", False)
