"""What an operator is told when an expression is wrong: where, what, and what is allowed instead."""

from dataclasses import replace

import pytest

from acd.core.language.reading import ExpressionFault, Vocabulary, read_condition, read_needs
from acd.core.language.words import DEEPEST, LONGEST_TEXT, MOST_WORDS

BANK = Vocabulary(
    skills=("cards", "mortgages"),
    lanes=("cards", "general"),
    languages=("en", "zh"),
    tiers=("gold", "platinum"),
    numbers=("95555",),
    menus={"main": ("1", "2")},
    calendars=("office",),
)
ABOUT_NO_CALL = replace(BANK, about_a_call=False)
AFTERWARDS = "`and`, `or` or the end"
FACTS = (
    "known are waiting, longest_wait, service_level, budget_burned, estimated_wait, idle, staffed, time, day, open, "
    "closes_in, language, tier, dialled, verified, menu"
)


def fault_in_needs(text: str, vocabulary: Vocabulary | None = BANK) -> tuple[int, str]:
    with pytest.raises(ExpressionFault) as caught:
        read_needs(text, vocabulary)
    return caught.value.at, caught.value.message


def fault_in_condition(text: str, vocabulary: Vocabulary | None = BANK) -> tuple[int, str]:
    with pytest.raises(ExpressionFault) as caught:
        read_condition(text, vocabulary)
    return caught.value.at, caught.value.message


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("card", 1, 'there is no skill "card" (did you mean cards?); known are cards, mortgages'),
        ("cards and Cards", 11, 'there is no skill "Cards" (did you mean cards?); known are cards, mortgages'),
        ("xyz", 1, 'there is no skill "xyz"; known are cards, mortgages'),
        ("cards >= 30", 10, "level 30 of cards does not exist; levels are 1 to 10"),
        (
            "cards > 0",
            9,
            "level 0 of cards does not exist; levels are 1 to 10; cards alone asks for any, not cards for none",
        ),
        ("cards >=", 9, "it ends where a level from 1 to 10 should be"),
        ("cards >= high", 10, "`high` stands where a level from 1 to 10 should be"),
        ("cards >= 50%", 10, "`50%` stands where a level from 1 to 10 should be"),
        ("cards mortgages", 7, f"`mortgages` stands where {AFTERWARDS} should be"),
        ("cards AND mortgages", 7, f"`AND` stands where {AFTERWARDS} should be; write `and`"),
        ("cards && mortgages", 7, f"`&&` stands where {AFTERWARDS} should be; write `and`"),
        ("cards, mortgages", 6, f"`,` stands where {AFTERWARDS} should be; write `and`"),
        ("cards => 3", 7, f"`=>` stands where {AFTERWARDS} should be; write `>=`"),
        ("cards ≥ 3", 7, f"`≥` stands where {AFTERWARDS} should be; write `>=`"),
        ("cards = 3", 7, f"`=` stands where {AFTERWARDS} should be; write `==`"),
        ("!cards", 1, "`!` stands where a skill should be; write `not`"),
        ("NOT cards", 1, "`NOT` stands where a skill should be; write `not`"),
        ("cards )", 7, f"`)` stands where {AFTERWARDS} should be"),
        ("(cards", 7, "it ends where `and`, `or` or `)` should be"),
        ("()", 2, "`)` stands where a skill should be"),
        ("3 <= cards", 1, "`3` stands where a skill should be"),
        ('"cards"', 1, '"cards" stands where a skill should be'),
        ("cards and", 10, "it ends where a skill should be"),
        ("cards and 'mort", 11, "a quote is opened and never closed"),
        ("cards \x07", 7, rf"`\x07` stands where {AFTERWARDS} should be"),
    ],
)
def test_a_fault_in_needs_tells_what_is_wrong_and_what_is_allowed(text: str, at: int, message: str) -> None:
    assert fault_in_needs(text) == (at, message)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("waiting(cards) > 3", "waiting(...)"),
        ("estimated_wait > 3m", "estimated_wait(...)"),
        ("idle(cards) > 0", "idle(...)"),
        ("open(office)", "open(...)"),
        ("time < 18:00", "time"),
        ("day == sat", "day"),
    ],
)
def test_the_floor_has_no_place_in_needs(text: str, what: str) -> None:
    assert fault_in_needs(text) == (1, f'{what} is about the floor; it may stand in "when", not in "needs"')


FAULTS_IN_CALL_FACTS = [
    (
        "tier == gild",
        9,
        'there is no tier "gild" (did you mean gold?); known are gold, platinum; '
        "name it in `tiers` if customers have it",
    ),
    ("language != fr", 13, 'there is no language "fr"; known are en, zh'),
    ('dialled == "9555"', 12, 'there is no dialled number "9555" (did you mean 95555?); known are 95555'),
    ("dialled == 95555", 12, '"95555" stands without its quotes; write it as in dialled == "95555"'),
    ('menu.mian == "2"', 6, 'there is no menu "mian" (did you mean main?); known are main'),
    ('menu.main == "7"', 14, 'menu main has no key "7"; known are 1, 2'),
    ("menu.main == 2", 14, '"2" stands without its quotes; write it as in menu.main == "2"'),
    ("menu.main == *", 14, '"*" stands without its quotes; write it as in menu.main == "2"'),
    ('menu == "2"', 1, 'menu stands without the menu\'s name; write it as in menu.main == "2"'),
    ("tier = gold", 6, "`=` stands where `==` or `!=` should be; write `==`"),
    ("tier >= gold", 6, "`>=` stands where `==` or `!=` should be"),
    ("tier", 5, "it ends where `==` or `!=` should be"),
    ("tier == and", 9, "and is a word of the language; in quotes it may be a tier"),
    ('tier == ""', 9, '"" cannot be a tier; write it as in tier == platinum'),
    ("tier == (", 9, "`(` stands where a tier should be"),
    ("verified == yes", 10, "verified is compared with nothing; write `verified` or `not verified`"),
]


@pytest.mark.parametrize(("text", "at", "message"), FAULTS_IN_CALL_FACTS)
def test_a_fault_in_a_fact_of_the_call_is_the_same_in_needs_and_conditions(text: str, at: int, message: str) -> None:
    assert fault_in_needs(text) == fault_in_condition(text) == (at, message)


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("wating(cards) > 5", 1, f'there is no fact "wating" (did you mean waiting?); {FACTS}'),
        ("mortgages >= 3", 1, "mortgages is a skill; ask for the agents who have it: idle(mortgages) > 0"),
        ("general > 5", 1, "general is a lane; ask for something of it: waiting(general) > 5"),
        ("waiting(card) > 5", 9, 'there is no lane "card" (did you mean cards?); known are cards, general'),
        ("open(ofice)", 6, 'there is no calendar "ofice" (did you mean office?); known are office'),
        ("idle(card) > 0", 6, 'there is no skill "card" (did you mean cards?); known are cards, mortgages'),
        ("idle(cards >= 11) > 0", 15, "level 11 of cards does not exist; levels are 1 to 10"),
        ("idle(tier == gold) > 0", 6, "tier is about a call; idle(...) counts agents by their skills alone"),
        (
            "staffed(waiting(cards) > 5) > 0",
            9,
            'waiting(...) is about the floor; it may stand in "when", not in "needs"',
        ),
        ("waiting > 5", 9, "`>` stands where `(` and a lane, as in waiting(lane), should be"),
        ("waiting(cards > 5", 15, "`>` stands where `)` should be"),
        ("idle(cards == 1", 16, "it ends where `and`, `or` or `)` should be"),
        ("idle > 5", 6, "`>` stands where `(` and skills, as in idle(skill), should be"),
        ("open", 5, "it ends where `(` and a calendar, as in open(calendar), should be"),
        ("waiting(cards) > 5 tier", 20, f"`tier` stands where {AFTERWARDS} should be"),
        ("5 < waiting(cards)", 1, "`5` stands where a fact such as waiting(lane) should be"),
        ("waiting(cards) = 5", 16, "`=` stands where a comparison such as `>` should be; write `==`"),
    ],
)
def test_a_fault_in_a_condition_tells_what_is_wrong_and_what_is_allowed(text: str, at: int, message: str) -> None:
    assert fault_in_condition(text) == (at, message)


COUNT = "is a count; compare it with a whole number such as 5"
WAIT = "is a length of time; compare it with one such as 45s or 2m"
SHARE = "is a share; compare it with a percentage such as 85%"


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("waiting(cards) > 85%", 18, f"waiting(cards) {COUNT}"),
        ("waiting(cards) > 5s", 18, f"waiting(cards) {COUNT}"),
        ("waiting(cards) > many", 18, f"waiting(cards) {COUNT}"),
        ("waiting(cards) > 1.5", 18, f"waiting(cards) {COUNT}"),
        ("waiting(cards)", 15, f"waiting(cards) {COUNT}"),
        ("waiting(cards) > 1000000", 18, "above 999999; allowed is 0 to 999999"),
        ("idle(cards and mortgages) and verified", 27, f"idle(cards and mortgages) {COUNT}"),
        ("idle() >= 5m", 11, f"idle() {COUNT}"),
        (
            "longest_wait(cards) > 90",
            23,
            f"longest_wait(cards) {WAIT}; 90 has no unit: write 90s for seconds or 90m for minutes",
        ),
        ("estimated_wait > 85%", 18, f"estimated_wait {WAIT}"),
        ("estimated_wait(cards) > 2d", 25, f"estimated_wait(cards) {WAIT}"),
        ("estimated_wait > 25h", 18, "longer than 24h; at most 24h"),
        ("service_level(cards) < 85", 24, f"service_level(cards) {SHARE}"),
        ("service_level(cards)", 21, f"service_level(cards) {SHARE}"),
        ("service_level(cards) < 101%", 24, "above 100%; allowed is 0% to 100%"),
        ("budget_burned(cards) > 5m", 24, f"budget_burned(cards) {SHARE}"),
        ("budget_burned(cards) > 1001%", 24, "above 1000%; allowed is 0% to 1000%"),
    ],
)
def test_counts_waits_and_shares_are_compared_with_their_own_kind(text: str, at: int, message: str) -> None:
    assert fault_in_condition(text) == (at, message)


STRETCH = "a stretch of time such as 09:00-17:30, without spaces,"
DAYS = "days are mon, tue, wed, thu, fri, sat and sun"


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("time < 18", 8, "`18` stands where a time of day such as 18:00 should be"),
        ("time < 24:00", 8, "24:00 is no time of day; allowed is 00:00 to 23:59"),
        ("time < 12:60", 8, "12:60 is no time of day; allowed is 00:00 to 23:59"),
        ("time in 09:00-24:01", 9, "24:01 is no time of day; allowed is 00:00 to 24:00"),
        ("time in 09:00-09:00", 9, "`09:00-09:00` ends when it begins; the whole day is 00:00-24:00"),
        ("time in 09:00 - 17:30", 9, f"`09:00` stands where {STRETCH} should be"),
        ("time < 09:00-17:30", 8, "`09:00-17:30` is a stretch of time; write time in 09:00-17:30"),
        (
            "time == 18:00",
            6,
            "`==` would say the same nearly all day; compare time by < or >=, or write time in 09:00-17:30",
        ),
        ("time", 5, "it ends where `<`, `>=` or `in`, as in time in 09:00-17:30, should be"),
        ("day == monday", 8, f'there is no day "monday" (did you mean mon?); {DAYS}'),
        ("day in moon-fri", 8, f'there is no day "moon" (did you mean mon?); {DAYS}'),
        ("day in sat", 8, "sat is one day; write day == sat, or days such as mon-fri, without spaces"),
        ("day in weekend", 8, "`weekend` stands where days such as mon-fri, without spaces, should be"),
        ("day == mon-fri", 8, "mon-fri are several days; write day in mon-fri"),
        ("day == 1", 8, "`1` stands where a day such as mon should be"),
        ("day < wed", 5, "`<` stands where `==`, `!=` or `in` should be"),
    ],
)
def test_a_fault_about_the_clock_tells_how_times_and_days_are_written(text: str, at: int, message: str) -> None:
    assert fault_in_condition(text) == (at, message)


def test_where_there_is_no_call_its_facts_are_refused() -> None:
    why = "this asks for skills alone, as there is no call"
    assert fault_in_needs("cards and tier == gold", ABOUT_NO_CALL) == (11, f"tier is about a call; {why}")
    why = "this asks about the floor alone, as there is no call"
    for fact in ("verified", "menu.main", "dialled", "language"):
        assert fault_in_condition(f"{fact} == x", ABOUT_NO_CALL) == (1, f"{fact} is about a call; {why}")
    assert read_condition("waiting(cards) > 5", ABOUT_NO_CALL) == read_condition("waiting(cards) > 5")


def test_without_a_vocabulary_names_must_still_look_like_names() -> None:
    assert fault_in_needs("Cards", None) == (1, '"Cards" cannot be the name of a skill')
    assert fault_in_needs("a" * 33, None) == (1, f'"{"a" * 33}" cannot be the name of a skill')
    assert fault_in_condition("waiting(über) > 5", None) == (9, '"über" cannot be the name of a lane')


def test_a_name_is_refused_also_where_none_is_known() -> None:
    nothing_known = Vocabulary((), (), (), (), (), {}, ())
    assert fault_in_needs("cards", nothing_known) == (1, 'there is no skill "cards"; none are known')


def test_many_names_are_cut_short() -> None:
    many = replace(BANK, skills=tuple(f"skill-{number}" for number in range(30)))
    _, message = fault_in_needs("x", many)
    assert message.endswith("skill-10, skill-11 and 18 more")


def test_a_text_too_long_is_refused_before_it_is_looked_at() -> None:
    assert fault_in_needs("(" * 1_000_000) == (LONGEST_TEXT + 1, "too long; at most 400 characters")
    assert read_needs("cards".ljust(LONGEST_TEXT), BANK) == read_needs("cards")


def test_too_many_words_are_refused_at_the_first_too_many() -> None:
    text = " and ".join(["cards"] * 30)
    assert len(text.split()) == MOST_WORDS - 1
    assert read_needs(text, BANK) == read_needs("cards")
    assert fault_in_needs(f"{text} and cards") == (len(text) + len(" and ") + 1, "too many words; at most 60")


def test_nesting_too_deep_is_refused_where_it_becomes_so() -> None:
    for opening, closing in (("(", ")"), ("not ", "")):
        read_needs(opening * DEEPEST + "cards" + closing * DEEPEST, BANK)
        deeper = opening * (DEEPEST + 1) + "cards" + closing * (DEEPEST + 1)
        assert fault_in_needs(deeper) == (len(opening) * (DEEPEST + 1) + 1, "nested too deeply; at most 20 deep")
    inside = "idle(" + "(" * DEEPEST + "cards" + ")" * DEEPEST + ") > 0"
    assert fault_in_condition(inside)[1] == "nested too deeply; at most 20 deep"


def test_a_fault_shown_by_itself_tells_its_place() -> None:
    with pytest.raises(ValueError, match=r"^character 5: it ends where a skill should be$"):
        read_needs("not ")
