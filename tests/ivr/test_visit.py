"""What is known of a caller on his way, and what he has proved."""

import pytest

from acd.core.names import AgentId, LanguageName
from acd.engine.ports import Customer
from ivr.line import PromptMissing
from ivr.visit import KEYS_AHEAD_AT_MOST, Surroundings, TimeIsUp, Visit, WhoCalls, visit_again
from tests.ivr.fake_line import PROMPT_LASTS, FakeDirectory, FakeLine, FakeSituation, bank

WANG = Customer("王芳", "platinum", "zh", AgentId("anna"), id="1001")
LI = Customer("李丽", "gold", "zh", id="1002")


def visiting(line: FakeLine, number: str = "13800138000", ends_at: int = 100_000) -> Visit:
    directory = FakeDirectory({"13800138000": WANG, "13900139000": LI})
    around = Surroundings(bank(), directory, FakeSituation(), line)
    return Visit(line, around, WhoCalls("call-1", number, "95555"), ends_at)


def test_whoever_calls_from_a_number_is_known_by_it_and_has_proved_nothing() -> None:
    visit = visiting(FakeLine())
    assert (visit.customer, visit.verified, visit.facts().tier) == ("1001", False, "platinum")
    stranger = visiting(FakeLine(), number="")
    assert (stranger.customer, stranger.verified, stranger.facts().tier) == ("", False, "")


def test_a_proof_is_worth_nothing_for_another_customer() -> None:
    visit = visiting(FakeLine())
    visit.prove()
    visit.identify("1001")
    assert visit.verified
    visit.identify("1002")
    assert not visit.verified
    # Nor does it come back with the name.
    visit.identify("1001")
    assert not visit.verified


def test_what_the_directory_says_of_a_customer_holds_once_he_has_proved_to_be_that_one() -> None:
    visit = visiting(FakeLine())
    visit.identify("1002")
    assert visit.facts().tier == "platinum"
    visit.prove()
    assert (visit.facts().tier, visit.facts().verified) == ("gold", True)
    assert visit.known == LI
    # A customer of the bank whom the directory does not have is not the one whose telephone he uses.
    visit.identify("9999")
    visit.prove()
    assert visit.known is None


async def test_without_barge_in_no_key_is_heard_and_none_is_kept() -> None:
    line = FakeLine(keys=[(100, "1")])
    visit = visiting(line)
    visit.keep("2")
    assert await visit.say("main-1-greeting", barge_in=False) is None
    assert line.time == 2 * PROMPT_LASTS
    assert visit.taken_ahead("12") is None


def test_keys_ahead_are_taken_in_their_order_and_only_so_many_are_kept() -> None:
    visit = visiting(FakeLine())
    for key in "9" * KEYS_AHEAD_AT_MOST + "123":
        visit.keep(key)
    assert [visit.taken_ahead("12"), visit.taken_ahead("12"), visit.taken_ahead("12")] == ["1", "2", None]


async def test_a_row_of_prompts_is_heard_whole_in_one_language_after_the_other() -> None:
    line = FakeLine()
    visit = visiting(line)
    await visit.say("main-1-greeting", "main-3-menu")
    assert line.heard == [
        f"{language}/{name}" for language in ("zh", "en") for name in ("main-1-greeting", "main-3-menu")
    ]


async def test_a_row_in_which_one_is_missing_everywhere_is_missing() -> None:
    line = FakeLine(missing={"zh/main-3-menu", "en/main-3-menu"})
    for language in (None, LanguageName("en")):
        visit = visiting(line)
        visit.language = language
        with pytest.raises(PromptMissing, match="main-3-menu"):
            await visit.say("main-1-greeting", "main-3-menu")


async def test_when_his_time_is_up_nothing_is_said_and_nothing_asked() -> None:
    line = FakeLine()
    visit = visiting(line, ends_at=0)
    with pytest.raises(TimeIsUp):
        await visit.say("main-1-greeting")
    with pytest.raises(TimeIsUp):
        await visit.wait_for_key(1_000)
    assert line.heard == []


async def test_who_comes_back_is_asked_in_the_language_that_he_has() -> None:
    for written, language in (("en", "en"), ("fr", None), ("", None)):
        line = FakeLine(variables={"HL_LANGUAGE": written})
        around = Surroundings(bank(), FakeDirectory(), FakeSituation(), line)
        assert (await visit_again(line, around, 1_000)).language == language
