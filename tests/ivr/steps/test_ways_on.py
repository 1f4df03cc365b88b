"""Steps that ask nothing: what is said, and where callers go by the hour, by who they are, or by the settings alone."""

import pytest

from acd.core.names import AgentId
from acd.engine.ports import Customer
from tests.ivr.fake_line import PROMPT_LASTS, FakeDirectory, FakeLine, FakeSituation, bank_with, led

CALENDAR = 'calendars: {office: {open: ["mon-fri 09:00-18:00"]}}\n'


@pytest.mark.parametrize(
    ("closed", "lane", "heard"), [(False, "cards", []), (True, "general", ["zh/closed", "en/closed"])]
)
async def test_hours_lead_one_way_while_open_and_another_while_closed(
    closed: bool, lane: str, heard: list[str]
) -> None:
    settings = bank_with("  main:\n    - {step: hours, calendar: office, open: cards, closed: say closed}\n", CALENDAR)
    line = FakeLine()
    choice = await led(line, config=settings, situation=FakeSituation(closed={"office"} if closed else set()))

    assert (choice.lane, choice.ends, line.heard) == (lane, closed, heard)
    assert line.wrote[-1] == ("HL_DONE", "bye" if closed else "1")


async def test_a_route_takes_the_first_case_that_holds() -> None:
    settings = bank_with(
        """\
  main:
    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": cards}}
    - step: route
      cases:
        - {when: tier == gold, to: message}
        - {when: waiting(cards) > 5, to: callback}
      otherwise: wealth
""",
        "tiers: [gold]\n",
    )
    directory = FakeDirectory({"13800138000": Customer("王芳", "gold", "en", AgentId("anna"), id="77")})
    for holding, came_to in (
        ({"tier == gold", "waiting(cards) > 5"}, ("cards", "message")),
        ({"waiting(cards) > 5"}, ("cards", "callback")),
        (set(), ("wealth", "")),
    ):
        situation = FakeSituation(holding=holding)
        line = FakeLine(keys=[(50, "1")])
        choice = await led(line, directory, config=settings, situation=situation)

        assert (choice.lane, choice.wish) == came_to
        _, facts, lane = situation.heard[0]
        assert (facts.tier, facts.dialled, facts.language, facts.menu) == ("gold", "95555", "zh", (("main", "1"),))
        assert (facts.verified, lane) == (False, "cards")
        assert line.written().get("HL_WISH", "") == choice.wish
        assert line.written()["HL_CUSTOMER"] == "77"
        assert "HL_VERIFIED" not in line.written()


async def test_a_message_is_left_for_the_lane_chosen_so_far() -> None:
    settings = bank_with(
        '  main:\n    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": cards}}\n    - {step: message}\n'
    )
    line = FakeLine(keys=[(50, "1")])

    assert (await led(line, config=settings)).wish == "message"
    assert (line.written()["HL_LANE"], line.written()["HL_WISH"], line.written()["HL_DONE"]) == (
        "cards",
        "message",
        "1",
    )


@pytest.mark.parametrize(
    ("to", "lane", "wish"),
    [("number +862155555555", "general", "number.+862155555555"), ("wealth", "wealth", ""), ("person", "general", "")],
)
async def test_a_transfer_ends_the_menu(to: str, lane: str, wish: str) -> None:
    settings = bank_with(f"  main:\n    - {{step: transfer, to: {to}}}\n", 'overflow_numbers: ["+862155555555"]\n')
    line = FakeLine()
    choice = await led(line, config=settings)

    assert (choice.lane, choice.wish, choice.ends) == (lane, wish, False)
    assert line.heard == []


async def test_what_callers_have_to_hear_is_not_cut_short_and_keys_before_it_are_forgotten() -> None:
    settings = bank_with(
        """\
  main:
    - {step: greeting, say: {zh: 欢迎。, en: Welcome.}}
    - {step: say, say: {zh: 通话将被录音。, en: Calls are recorded.}}
    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": cards, "3": wealth}}
"""
    )
    line = FakeLine(keys=[(50, "1"), (900, "1"), (2 * PROMPT_LASTS + 500, "3")])

    assert (await led(line, config=settings)).lane == "wealth"
    assert line.heard == ["zh/main-1-greeting", "zh/main-2-say", "en/main-2-say", "zh/main-3-menu"]
    assert line.time > 2 * PROMPT_LASTS


async def test_with_barge_in_a_key_cuts_it_short_and_answers_what_comes_next() -> None:
    settings = bank_with(
        """\
  main:
    - {step: say, say: {zh: 通话将被录音。, en: Calls are recorded.}, barge_in: true}
    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": cards, "3": wealth}}
"""
    )
    line = FakeLine(keys=[(50, "3")])

    assert (await led(line, config=settings)).lane == "wealth"
    assert line.heard == ["zh/main-1-say"]


async def test_a_goodbye_ends_the_call() -> None:
    settings = bank_with(
        """\
  main:
    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": menu bye, "2": menu silent-bye, "3": hang-up}}
  bye:
    - {step: hang_up, say: {zh: 再见。, en: Goodbye.}}
  silent-bye:
    - {step: hang_up}
"""
    )
    for key, heard in (("1", ["zh/bye-1-hang_up", "en/bye-1-hang_up"]), ("2", []), ("3", [])):
        line = FakeLine(keys=[(50, key)])
        assert (await led(line, config=settings)).ends
        assert line.heard[1:] == heard
        assert line.wrote[-1] == ("HL_DONE", "bye")


async def test_who_keys_himself_round_and_round_goes_on_to_a_person_in_the_end() -> None:
    settings = bank_with(
        """\
  main:
    - {step: route, cases: [{when: waiting(cards) > 5, to: menu other}], otherwise: person}
  other:
    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": menu main}, wait_for: 1s, attempts: 1}
"""
    )
    line = FakeLine(keys=[(1 + n, "1") for n in range(5_000)])
    choice = await led(line, config=settings, situation=FakeSituation(holding={"waiting(cards) > 5"}))

    assert (choice.lane, line.wrote[-1]) == ("general", ("HL_DONE", "1"))
