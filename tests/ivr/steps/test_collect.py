"""A caller keys the number by which he is known."""

import pytest

from acd.config import HotlineConfig
from acd.engine.ports import Customer
from ivr.spoken import digits
from tests.ivr.fake_line import FakeDirectory, FakeLine, bank_with, led

LILY = Customer("李丽", "gold", "zh", id="4711")
DIRECTORY = FakeDirectory({"13900000000": LILY})


def asking(more: str = "", *, before: str = "") -> HotlineConfig:
    return bank_with(
        f"""\
  main:
{before}    - {{step: collect, say: {{zh: 请输入。, en: Your number.}}, at_least: 4, at_most: 8, attempts: 2{more}}}
""",
        "tiers: [gold]\n",
    )


def keyed(keys: str, apart: int = 100) -> FakeLine:
    return FakeLine(keys=[(50 + apart * n, key) for n, key in enumerate(keys)])


@pytest.mark.parametrize("keys", ["4711#", "4711", "99*4711#", "12#4711#", "9994#"])
async def test_the_number_rides_on_the_call_and_proves_nothing(keys: str) -> None:
    line = keyed(keys)
    choice = await led(line, DIRECTORY, config=asking())

    number = "9994" if keys == "9994#" else "4711"
    # Whether anybody has such a number makes no difference: that would tell a stranger who is a customer.
    assert (choice.customer, choice.verified, choice.tier, choice.lane) == (number, False, "", "general")
    assert line.written()["HL_CUSTOMER"] == number
    assert "HL_VERIFIED" not in line.written()


async def test_a_number_as_long_as_it_may_be_needs_no_hash() -> None:
    line = keyed("123456789")

    assert (await led(line, config=asking())).customer == "12345678"
    assert line.time < 1_000


async def test_a_number_that_is_too_short_is_said_to_be() -> None:
    line = keyed("47#")

    assert (await led(line, config=asking())).customer == ""
    assert line.heard[:2] == ["zh/main-1-collect", "zh/entry-too-short"]


async def test_zero_alone_is_the_wish_for_a_person() -> None:
    for keys in ("0#", "0"):
        line = keyed(keys)
        choice = await led(line, config=asking(", otherwise: wealth"))
        assert (choice.customer, choice.lane) == ("", "general")


async def test_without_digits_star_goes_back_and_hash_asks_again() -> None:
    before = '    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": cards, "3": wealth}}\n'
    line = keyed("1*34711#")
    assert (await led(line, config=asking(before=before))).lane == "wealth"

    line = keyed("1#4711#")
    assert (await led(line, config=asking(before=before))).customer == "4711"
    assert line.heard.count("zh/main-2-collect") == 2


async def test_silence_goes_on_by_otherwise_after_all_attempts() -> None:
    line = FakeLine()

    assert (await led(line, config=asking(", otherwise: wealth"))).lane == "wealth"
    assert line.heard == ["zh/main-1-collect", "en/main-1-collect"] * 2


async def test_silence_never_ends_the_call() -> None:
    assert not (await led(FakeLine(), config=asking(", otherwise: say closed"))).ends
    assert (await led(keyed("47#"), config=asking(", otherwise: say closed"))).ends


async def test_the_digits_are_read_out_and_confirmed() -> None:
    before = '    - {step: language, say: {zh: 一。, en: Two.}, keys: {"1": zh, "2": en}}\n'
    line = keyed("24711#", apart=1_000)
    line.keys += [(20_000, "1")]
    choice = await led(line, config=asking(", confirm: true", before=before))

    assert choice.customer == "4711"
    assert line.heard[2:] == [f"en/{word}" for word in ("collect-entered", *digits("4711"), "collect-confirm")]


async def test_wrong_digits_are_keyed_again() -> None:
    line = keyed("4712#24711##1", apart=1_000)

    assert (await led(line, config=asking(", confirm: true"))).customer == "4711"


async def test_digits_that_nobody_confirmed_are_nobodys() -> None:
    line = keyed("4711#")

    assert (await led(line, config=asking(", confirm: true"))).customer == ""


async def test_who_says_he_is_another_has_proved_nothing() -> None:
    line = FakeLine(number="13900000000")
    assert (await led(line, DIRECTORY, config=asking())).customer == "4711"

    line = FakeLine(number="13900000000", keys=[(50 + n, key) for n, key in enumerate("8888#")])
    choice = await led(line, DIRECTORY, config=asking())
    assert (choice.customer, choice.tier, choice.verified) == ("8888", "gold", False)
