"""A caller may hang up at any moment, at any step, in both languages: what was not finished counts as never said."""

import pytest

from acd.core.instants import Duration
from ivr.agi_errors import CallerHungUp
from tests.ivr.fake_line import FakeLine, FakeSituation, bank_with, led

EVERY_STEP = bank_with(
    """\
  main:
    - {step: greeting, say: {zh: 欢迎。, en: Welcome.}}
    - {step: language, say: {zh: 一。, en: Two.}, keys: {"1": zh, "2": en}}
    - {step: hours, calendar: office, closed: say closed}
    - {step: say, say: {zh: 通话将被录音。, en: Calls are recorded.}}
    - {step: collect, say: {zh: 请输入。, en: Your number.}, at_least: 4, confirm: true}
    - {step: menu, say: {zh: 一。, en: One.}, keys: {"1": cards, "2": menu opinion, "3": menu news}}
    - {step: advert_offer, advert: summer, say: {zh: 请按一。, en: Press one.}}
    - {step: message}
  opinion:
    - {step: survey, survey: service}
    - {step: hang_up, say: {zh: 再见。, en: Goodbye.}}
  news:
    - {step: route, cases: [{when: verified, to: wealth}], otherwise: say closed}
    - {step: transfer, to: person}
""",
    """\
calendars: {office: {open: ["mon-fri 09:00-18:00"]}}
adverts: {summer: {spots: [{zh: 利率优惠。, en: Our rates.}]}}
surveys:
  service:
    questions: [{say: {zh: 服务如何？, en: How were we?}}]
    comment: {zh: 请留言。, en: Please comment.}
""",
)
ALWAYS = {"HL_SURVEYED", "HL_ANSWERS", "HL_COMMENT"}
"""What is written as it is said, and not at the end."""


def caller(language: str, ways: str, leaves: Duration | None = None) -> FakeLine:
    """He waits for each prompt to end before he presses the next key."""
    said = f"{language}4711#1{ways}"
    return FakeLine(keys=[(4_500 + 4_000 * n, key) for n, key in enumerate(said)], ends_at=leaves, speaks=3_000)


@pytest.mark.parametrize("language", ["1", "2"])
@pytest.mark.parametrize(("ways", "done"), [("11", "1"), ("25", "bye"), ("3", "bye")])
async def test_whoever_hangs_up_before_the_end_has_chosen_nothing(ways: str, done: str, language: str) -> None:
    stayed = caller(language, ways)
    choice = await led(stayed, config=EVERY_STEP, situation=FakeSituation())
    assert choice.language == ("zh", "en")[int(language) - 1]
    assert (stayed.wrote[-1], stayed.written()["HL_CUSTOMER"]) == (("HL_DONE", done), "4711")

    ended_early = 0
    for leaves in range(0, stayed.time, 190):
        line = caller(language, ways, leaves)
        with pytest.raises(CallerHungUp):
            await led(line, config=EVERY_STEP, situation=FakeSituation())
        assert "HL_DONE" not in line.written()
        # All that was written is what the whole visit would have written by then, in the same order.
        assert line.wrote == stayed.wrote[: len(line.wrote)]
        assert line.heard == stayed.heard[: len(line.heard)]
        ended_early += set(line.written()) <= ALWAYS
    # Nearly always nothing at all: writing it takes a moment at the very end.
    assert ended_early > 50
