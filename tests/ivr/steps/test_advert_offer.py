"""An advert is for those who asked for it by a key, and only for whom it is meant."""

import pytest

from acd.config import HotlineConfig
from acd.config.caller_side import DAY
from acd.core.instants import Duration
from acd.engine.ports import Customer
from tests.ivr.fake_line import FakeDirectory, FakeLine, FakeSituation, bank_with, led

ADVERT = "adverts: {summer: {spots: [{zh: 利率优惠。, en: Our rates.}]%s}}\n"
OFFERED = "zh/main-2-advert_offer"
AFTER_THE_MENU: Duration = 50
"""When the menu before the offer is answered."""


def offering(conditions: str = "", *, after: str = "") -> HotlineConfig:
    return bank_with(
        f"""\
  main:
    - {{step: menu, say: {{zh: 一。, en: One.}}, keys: {{"1": cards, "3": wealth}}}}
    - {{step: advert_offer, advert: summer, say: {{zh: 请按一。, en: Press one.}}, wait_for: 4s}}
{after}""",
        ADVERT % conditions + 'tiers: [gold, silver]\ncalendars: {office: {open: ["mon-fri 09:00-18:00"]}}\n',
    )


def pressing(*keys: tuple[Duration, str]) -> FakeLine:
    return FakeLine(keys=[(AFTER_THE_MENU, "1"), *keys])


async def test_key_one_is_yes() -> None:
    line = pressing((1_500, "1"))
    choice = await led(line, config=offering())

    assert (choice.advert, choice.advert_accepted, choice.lane) == ("summer", True, "cards")
    written = line.written()
    assert (written["HL_ADVERT"], written["HL_ADVERT_ON"], written["HL_MUSIC"]) == ("summer", "1", "advert-summer-zh")


@pytest.mark.parametrize("keys", [(), ((1_500, "2"),), ((1_500, "*"),), ((1_500, "#"),), ((1_500, "0"),)])
async def test_silence_and_every_other_key_are_no(keys: tuple[tuple[Duration, str], ...]) -> None:
    line = pressing(*keys)
    choice = await led(line, config=offering())

    assert (choice.advert, choice.advert_accepted, choice.lane) == ("summer", False, "cards")
    assert line.written()["HL_ADVERT"] == "summer"
    assert not {"HL_ADVERT_ON", "HL_MUSIC"} & line.written().keys()


async def test_the_advert_is_in_the_language_that_he_chose() -> None:
    settings = bank_with(
        """\
  main:
    - {step: language, say: {zh: 一。, en: Two.}, keys: {"1": zh, "2": en}}
    - {step: advert_offer, advert: summer, say: {zh: 请按一。, en: Press one.}}
""",
        ADVERT % "",
    )
    line = FakeLine(keys=[(50, "2"), (1_500, "1")])
    await led(line, config=settings)
    assert line.written()["HL_MUSIC"] == "advert-summer-en"


async def test_keys_typed_ahead_answer_what_comes_next_and_never_the_offer() -> None:
    after = '    - {step: menu, say: {zh: 三。, en: Three.}, keys: {"1": wealth, "4": general}}\n'
    line = pressing((AFTER_THE_MENU + 10, "1"))
    choice = await led(line, config=offering(after=after))

    assert (choice.lane, choice.advert_accepted) == ("wealth", False)
    assert line.heard.count(OFFERED) == 1

    # So does one that comes before he can have heard what he is asked; the offer begins again.
    line = pressing((300, "1"))
    choice = await led(line, config=offering(after=after))
    assert (choice.lane, choice.advert_accepted) == ("wealth", False)

    # And one that answers no.
    line = pressing((1_500, "4"))
    choice = await led(line, config=offering(after=after))
    assert (choice.lane, choice.advert_accepted) == ("general", False)


async def test_it_is_asked_once_in_a_call() -> None:
    after = '    - {step: menu, say: {zh: 三。, en: Three.}, keys: {"4": menu main, "5": wealth}}\n'
    line = pressing((1_500, "1"), (9_000, "4"), (9_100, "3"), (13_000, "5"))
    choice = await led(line, config=offering(after=after))

    assert (choice.lane, choice.advert_accepted) == ("wealth", True)
    assert line.heard.count(OFFERED) == 1


@pytest.mark.parametrize(
    ("conditions", "asked"),
    [
        (", lanes: [cards]", True),
        (", lanes: [wealth]", False),
        (", languages: [zh]", True),
        (", languages: [en]", False),
        (", tiers: [gold]", True),
        (", tiers: [silver]", False),
        (", hours: office", True),
    ],
)
async def test_only_those_are_asked_for_whom_it_is(conditions: str, asked: bool) -> None:
    directory = FakeDirectory({"13800138000": Customer("王芳", "gold", "zh")})
    line = pressing()
    choice = await led(line, directory, config=offering(conditions))

    assert (OFFERED in line.heard) is asked
    assert choice.advert == ("summer" if asked else "")


async def test_nobody_is_asked_while_its_hours_are_closed() -> None:
    line = pressing()
    await led(line, config=offering(", hours: office"), situation=FakeSituation(closed={"office"}))
    assert OFFERED not in line.heard


@pytest.mark.parametrize(("ago", "again"), [(DAY - 60_000, False), (DAY, True)])
async def test_nobody_is_asked_again_too_soon(ago: Duration, again: bool) -> None:
    line = pressing()
    situation = FakeSituation(asked={line.number: -ago})
    await led(line, config=offering(), situation=situation)
    assert (OFFERED in line.heard) is again


async def test_who_hides_his_number_is_asked_each_time() -> None:
    line = pressing()
    line.number = ""
    await led(line, config=offering(), situation=FakeSituation(asked={"": -1}))
    assert OFFERED in line.heard


async def test_an_offer_that_nobody_can_hear_is_not_made() -> None:
    line = pressing((1_500, "1"))
    line.missing = {OFFERED, OFFERED.replace("zh/", "en/")}
    assert (await led(line, config=offering())).advert == ""
