"""What callers hear and press, and where it brings them."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.config import HotlineConfig, loads
from acd.core.names import AgentId
from acd.engine.ports import Customer
from ivr.agi_errors import CallerHungUp
from ivr.choice import Choice
from ivr.dialogue import LONGEST_VISIT, Dialogue
from ivr.line import Prompt
from tests.ivr.fake_line import COMMAND_LASTS, MENUS, PROMPT_LASTS, FakeDirectory, FakeLine, FakeSituation, bank, led

GREETING = ["zh/main-1-greeting", "en/main-1-greeting"]
LANGUAGE = ["zh/main-2-language", "en/main-2-language"]


async def test_a_caller_chooses_his_language_and_then_his_lane() -> None:
    line = FakeLine(keys=[(8_500, "2"), (11_000, "1")])

    assert await led(line) == Choice(lane="cards", language="en", tier="", menu=(("main", "1"),))
    assert line.heard == [*GREETING, *LANGUAGE, "en/main-3-menu"]
    assert line.wrote == [
        ("HL_LANE", "cards"),
        ("HL_LANGUAGE", "en"),
        ("HL_MENU", "main=1"),
        ("CHANNEL(language)", "en"),
        ("HL_DONE", "1"),
    ]


async def test_zero_is_a_key_like_any_other() -> None:
    assert (await led(FakeLine(keys=[(8_500, "1"), (11_000, "0")]))).lane == "general"
    assert (await led(FakeLine(keys=[(8_500, "1"), (11_000, "3")]))).lane == "wealth"


async def test_the_key_itself_is_remembered_and_not_only_where_it_leads() -> None:
    config = loads(MENUS.replace('"1": cards, "3": wealth', '"1": cards, "7": cards, "3": wealth'))
    for key in "17":
        line = FakeLine(keys=[(500, "2"), (600, key)])
        choice = await Dialogue(lambda: config, FakeDirectory(), line, FakeSituation()).lead(line)

        assert (choice.lane, choice.menu) == ("cards", (("main", key),))
        assert ("HL_MENU", f"main={key}") in line.wrote


async def test_a_key_stops_the_greeting_and_answers_the_next_question() -> None:
    line = FakeLine(keys=[(500, "2"), (600, "1")])

    assert await led(line) == Choice(lane="cards", language="en", tier="", menu=(("main", "1"),))
    assert line.heard == ["zh/main-1-greeting", "en/main-3-menu"]


async def test_a_key_that_answers_nothing_only_cuts_the_greeting_short() -> None:
    line = FakeLine(keys=[(500, "#"), (1_000, "2"), (2_000, "1")])

    assert await led(line) == Choice(lane="cards", language="en", tier="", menu=(("main", "1"),))
    assert line.heard == ["zh/main-1-greeting", "zh/main-2-language", "en/main-3-menu"]


async def test_a_silent_caller_hears_each_question_again_and_goes_on_with_the_defaults() -> None:
    line = FakeLine()

    assert await led(line) == Choice(lane="general", language="zh", tier="")
    # He has chosen no language, so he hears the menu in every one.
    menu = ["zh/main-3-menu", "en/main-3-menu"]
    assert line.heard == [*GREETING, *LANGUAGE * 2, *menu * 3]
    assert line.time < LONGEST_VISIT


async def test_the_wait_begins_when_the_question_has_been_asked() -> None:
    in_time = FakeLine(keys=[(4 * PROMPT_LASTS + 4_999, "2")])
    too_late = FakeLine(keys=[(4 * PROMPT_LASTS + 5_000, "2")])

    await led(in_time)
    await led(too_late)

    assert in_time.heard[:5] == [*GREETING, *LANGUAGE, "en/main-3-menu"]
    assert too_late.heard[:5] == [*GREETING, *LANGUAGE, "zh/main-2-language"]


async def test_a_key_that_leads_nowhere_is_said_to_and_the_question_comes_again() -> None:
    line = FakeLine(keys=[(500, "2"), (1_000, "9"), (8_000, "1")])

    assert (await led(line)).lane == "cards"
    assert line.heard == ["zh/main-1-greeting", "en/main-3-menu", "en/invalid-key", "en/main-3-menu"]


async def test_a_key_pressed_while_the_last_one_is_refused_is_the_next_attempt() -> None:
    line = FakeLine(keys=[(500, "2"), (1_000, "9"), (1_500, "3")])

    assert (await led(line)).lane == "wealth"
    assert line.heard == ["zh/main-1-greeting", "en/main-3-menu", "en/invalid-key"]


async def test_nonsense_often_enough_ends_in_the_default_lane() -> None:
    line = FakeLine(keys=[(500, "2"), (1_000, "9"), (4_000, "8"), (7_000, "7"), (7_500, "1")])

    assert await led(line) == Choice(lane="general", language="en", tier="")
    menu = ["en/main-3-menu", "en/invalid-key"]
    assert line.heard == ["zh/main-1-greeting", *menu, *menu, "en/main-3-menu"]


async def test_a_known_customer_brings_his_tier() -> None:
    directory = FakeDirectory({"13800138000": Customer("王芳", "platinum", "en", manager=AgentId("anna"))})
    line = FakeLine(keys=[(500, "1"), (700, "1")])

    choice = await led(line, directory)

    assert choice == Choice(lane="cards", language="zh", tier="platinum", manager="anna", menu=(("main", "1"),))
    assert line.wrote[:3] == [("HL_LANE", "cards"), ("HL_LANGUAGE", "zh"), ("HL_TIER", "platinum")]
    assert line.wrote[3:5] == [("HL_MANAGER", "anna"), ("HL_MENU", "main=1")]


async def test_the_number_dialled_decides_which_menu_is_heard() -> None:
    line = FakeLine(dialled="4008885555")

    assert await led(line) == Choice(lane="general", language="zh", tier="")
    assert line.heard == ["zh/short-1-greeting", "en/short-1-greeting"]


async def test_a_number_that_is_not_in_the_settings_gets_the_defaults_at_once() -> None:
    line = FakeLine(dialled="110")

    assert await led(line) == Choice(lane="general", language="zh", tier="")
    assert line.heard == []
    assert line.wrote[-1] == ("HL_DONE", "1")


@dataclass
class SlowLine(FakeLine):
    """A line on which every prompt takes this much longer."""

    more: int = 0

    async def play(self, prompt: Prompt, interrupted_by: str) -> str | None:
        key = await super().play(prompt, interrupted_by)
        self.time += self.more
        return key


async def test_a_caller_goes_on_when_his_time_is_up_with_what_he_has_chosen_until_then() -> None:
    line = SlowLine(keys=[(500, "2")], more=60_000)

    assert await led(line) == Choice(lane="general", language="en", tier="")
    assert line.heard == ["zh/main-1-greeting", "en/main-3-menu", "en/main-3-menu"]
    assert line.wrote[-1] == ("HL_DONE", "1")


async def test_the_last_wait_for_a_key_is_no_longer_than_the_time_that_is_left() -> None:
    line = SlowLine(keys=[(500, "2")], more=88_000)

    await led(line)

    assert line.heard == ["zh/main-1-greeting", "en/main-3-menu"]
    assert line.time == LONGEST_VISIT + len(line.wrote) * COMMAND_LASTS


@given(st.integers(0, 70_000), st.lists(st.tuples(st.integers(0, 60_000), st.sampled_from("0123456789*#"))))
async def test_a_hang_up_at_any_moment_ends_the_dialogue_and_leaves_no_done_marker(
    ends_at: int, keys: list[tuple[int, str]]
) -> None:
    line = FakeLine(keys=sorted(keys), ends_at=ends_at)
    try:
        await led(line)
    except CallerHungUp:
        assert ("HL_DONE", "1") not in line.wrote
    else:
        assert line.wrote[-1] == ("HL_DONE", "1")


@given(st.lists(st.tuples(st.integers(0, 200_000), st.sampled_from("0123456789*#")), max_size=300))
async def test_whatever_is_pressed_the_caller_reaches_a_lane_in_bounded_time(keys: list[tuple[int, str]]) -> None:
    line = FakeLine(keys=sorted(keys))
    choice = await led(line)

    config = bank()
    assert choice.lane in config.lanes
    assert choice.language in config.languages
    assert line.time <= LONGEST_VISIT + PROMPT_LASTS
    assert [name for name, _ in line.wrote].count("HL_DONE") == 1
    assert line.wrote[-1] == ("HL_DONE", "1")


async def test_the_settings_of_a_call_are_those_of_its_beginning() -> None:
    asked: list[HotlineConfig] = []

    def settings() -> HotlineConfig:
        asked.append(bank())
        return asked[-1]

    line = FakeLine()
    await Dialogue(settings, FakeDirectory(), line, FakeSituation()).lead(line)
    assert len(asked) == 1


async def test_a_fault_of_the_directory_is_no_quiet_end() -> None:
    class Broken(FakeDirectory):
        def find(self, number: str) -> Customer | None:
            raise RuntimeError(len(number))

    with pytest.raises(RuntimeError):
        await led(FakeLine(), Broken())
