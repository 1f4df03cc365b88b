"""A waiting caller confirms where he is to be called back, or keys another number."""

import pytest

from ivr.agi_errors import CallerHungUp
from ivr.callback_script import LONGEST_VISIT, CallbackScript
from ivr.spoken import digits
from ivr.visit import Surroundings
from tests.ivr.fake_line import PROMPT_LASTS, FakeDirectory, FakeLine, FakeSituation, bank_with

MENU = '  main:\n    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": cards}}\n'
CALLBACKS = 'callbacks: {numbers: ["1", "021"]}\n'
OWN = ["callback-number", *digits("13800138000"), "callback-confirm"]


def pressing(keys: str, language: str = "zh", apart: int = 1_000, **rest: object) -> FakeLine:
    pressed = [(100 + apart * n, key) for n, key in enumerate(keys)]
    return FakeLine(keys=pressed, variables={"HL_LANGUAGE": language}, **rest)  # type: ignore[arg-type]


async def asked(line: FakeLine, more: str = CALLBACKS) -> FakeLine:
    around = Surroundings(bank_with(MENU, more), FakeDirectory(), FakeSituation(), line)
    await CallbackScript(around, {}).ask(line)
    return line


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_his_own_number_is_read_out_and_confirmed(language: str) -> None:
    line = pressing("1", language)
    line.keys = [(PROMPT_LASTS * len(OWN) + 500, "1")]

    await asked(line)

    assert line.heard == [f"{language}/{name}" for name in OWN]
    assert line.wrote == [("HL_CALLBACK_NUMBER", ""), ("HL_DONE", "1")]


async def test_another_number_is_keyed_read_out_and_confirmed() -> None:
    line = await asked(pressing("2" + "02155555555#" + "1"))

    assert line.wrote == [("HL_CALLBACK_NUMBER", "02155555555"), ("HL_DONE", "1")]
    assert line.heard[-1] == "zh/callback-entered"


async def test_a_number_that_may_not_be_called_is_said_to_be_none() -> None:
    line = await asked(pressing("2" + "99955555555#" + "13900000000#" + "1"))

    assert "zh/callback-not-allowed" in line.heard
    assert line.written()["HL_CALLBACK_NUMBER"] == "13900000000"


async def test_neither_is_one_of_three_digits_which_may_be_an_emergency() -> None:
    line = await asked(pressing("2" + "110#" + "13900000000#" + "1"))
    assert "zh/callback-not-allowed" in line.heard
    assert line.written()["HL_CALLBACK_NUMBER"] == "13900000000"


async def test_a_mistyped_number_is_keyed_again() -> None:
    line = await asked(pressing("2" + "139000#" + "2" + "139*13900000000#" + "1"))
    assert line.written()["HL_CALLBACK_NUMBER"] == "13900000000"


async def test_who_calls_from_a_number_that_may_not_be_called_keys_another_at_once() -> None:
    for number in ("", "+4930123456"):
        line = await asked(pressing("13900000000#" + "1", number=number))
        assert line.heard[0] == "zh/callback-enter"
        assert line.written()["HL_CALLBACK_NUMBER"] == "13900000000"


async def test_where_people_call_back_any_number_will_do() -> None:
    line = await asked(pressing("1", number="+4930123456"), more="")
    assert line.wrote == [("HL_CALLBACK_NUMBER", ""), ("HL_DONE", "1")]


@pytest.mark.parametrize("keys", ["", "0", "*", "99", "2", "2*", "20#" * 3, "2139000#0"])
async def test_whoever_confirms_nothing_keeps_his_place_on_the_line(keys: str) -> None:
    line = await asked(pressing(keys))

    assert line.wrote == []
    assert line.heard[-1] == "zh/callback-not-wanted"
    assert line.time <= LONGEST_VISIT + PROMPT_LASTS


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_hang_up_at_any_moment_leaves_nothing_confirmed(language: str) -> None:
    for leaves in range(50, 15_000, 250):
        line = pressing("2" + "13900000000#" + "1", language, ends_at=leaves)
        try:
            await asked(line)
        except CallerHungUp:
            assert ("HL_DONE", "1") not in line.wrote
        else:
            assert line.written()["HL_DONE"] == "1"


async def test_a_number_that_he_cannot_hear_is_not_called() -> None:
    line = pressing("1")
    line.missing = {f"{language}/callback-number" for language in ("zh", "en")}
    assert (await asked(line)).wrote == []


async def test_his_keys_keep_him_there_for_a_bounded_time() -> None:
    line = await asked(pressing("#" * 400, apart=500))
    assert line.time <= LONGEST_VISIT + PROMPT_LASTS
    assert line.wrote == []
