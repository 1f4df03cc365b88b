"""Keys under the interference tone: where they go, when it sounds, and that nothing of them is left."""

import pytest
from structlog.testing import capture_logs

from ivr.agi_errors import CallerHungUp, CommandFailed
from ivr.line import Tones
from ivr.pin import entry as entry_module
from ivr.pin.digits import MOST_DIGITS, Digits
from ivr.pin.entry import LATE, LATE_AT_MOST, LONGEST_ENTRY, NotMasked, OwnEcho, keyed
from ivr.pin.tones import AT_LEAST, SOUND_ON, lasting
from ivr.visit import TimeIsUp
from tests.ivr.pin.pin_bank import LIMITS, KeyingLine, text_of, visit_on


async def entered(line: KeyingLine) -> str | None:
    digits = await keyed(visit_on(line), LIMITS.at_most, LIMITS.wait_for, LIMITS.at_least)
    return None if digits is None else text_of(digits)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Digits]:
    """Every buffer that an entry makes."""
    found: list[Digits] = []

    class Kept(Digits):
        __slots__ = ()

        def __init__(self) -> None:
            super().__init__()
            found.append(self)

    monkeypatch.setattr(entry_module, "Digits", Kept)
    return found


@pytest.mark.parametrize(
    ("keys", "digits"),
    [
        ("471903", "471903"),
        ("4719#", "4719"),
        ("4719", "4719"),
        ("47190315", "471903"),
        ("12*4719#", "4719"),
        ("1234**47#", "47"),
        ("#4719#", "4719"),
        ("", None),
        ("#", None),
        ("47*", None),
    ],
)
async def test_hash_ends_star_begins_anew_and_silence_ends(keys: str, digits: str | None) -> None:
    assert await entered(KeyingLine(entries=[keys])) == digits


async def test_tones_sound_from_before_the_first_key_until_after_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    line = KeyingLine(entries=["4719#"])
    heard_under_tones: list[bool] = []
    listen = line.wait_for_key

    async def listening(wait: int) -> str | None:
        heard_under_tones.append(line.masked)
        return await listen(wait)

    monkeypatch.setattr(line, "wait_for_key", listening)
    assert await entered(line) == "4719"
    assert len(heard_under_tones) >= 5
    assert all(heard_under_tones)
    assert not line.masked


async def test_a_key_starts_no_new_row_so_the_line_does_not_tell_when_it_came() -> None:
    line = KeyingLine(entries=["4719#"])
    assert await entered(line) == "4719"
    assert len(line.tones) <= 3, "no more rows than in five seconds of silence, and their end"


async def test_the_next_row_begins_before_the_last_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    line = KeyingLine(entries=["471903"], after=6_000)
    began: list[int] = []
    start = line.start_tones

    async def starting(tones: Tones) -> None:
        began.append(line.time)
        await start(tones)

    monkeypatch.setattr(line, "start_tones", starting)
    assert await entered(line) == "471903"
    rows = [row for row in line.tones if row is not None]
    assert len(rows) >= 4
    for begin, row, after in zip(began, rows, began[1:], strict=False):
        assert after < begin + lasting(row), "there is never silence between two rows"
    assert len({id(row) for row in rows}) == len(set(rows)), "and no row comes again"


@pytest.mark.parametrize(("after", "keys"), [(300, "4719#"), (2_500, "4719"), (200, "471903")])
async def test_the_tones_sound_on_after_the_last_key_and_long_enough_to_hide_in(after: int, keys: str) -> None:
    line = KeyingLine(entries=[keys], after=after)
    assert await entered(line) is not None
    last_key = after * len(keys)
    assert last_key + SOUND_ON <= line.time
    assert AT_LEAST <= line.time < max(last_key + LIMITS.wait_for + SOUND_ON, AT_LEAST) + 100
    assert not line.masked


async def test_keys_after_the_last_are_dropped() -> None:
    line = KeyingLine(entries=["4719#9999"])
    assert await entered(line) == "4719"
    assert line.keys == []


@pytest.mark.parametrize("gap", [1_000, 3_000, 3_900])
async def test_who_begins_to_key_when_he_was_given_up_is_masked_to_the_end_and_heard_by_nobody(gap: int) -> None:
    late = LIMITS.wait_for + LATE - 100
    line = KeyingLine(keys=[(late + gap * number, key) for number, key in enumerate("4719")])
    heard_under_tones = []
    listen = line.wait_for_key

    async def listening(wait: int) -> str | None:
        key = await listen(wait)
        heard_under_tones.extend([line.masked] if key else [])
        return key

    line.wait_for_key = listening  # type: ignore[method-assign]
    assert await entered(line) is None
    assert heard_under_tones == [True] * 4
    assert line.keys == []
    assert not line.masked


async def test_the_rest_of_a_pin_that_was_too_short_is_no_key_of_a_menu() -> None:
    begins_again = LIMITS.wait_for + 500
    keys = [(300, "4"), (begins_again, "7"), (begins_again + 3_000, "1"), (begins_again + 6_000, "9")]
    line = KeyingLine(keys=keys)
    assert await entered(line) == "4"
    assert line.keys == []


async def test_late_keys_for_ever_come_to_an_end() -> None:
    line = KeyingLine(keys=[(LIMITS.wait_for + 1_000 * number, "7") for number in range(1, 100)])
    assert await entered(line) is None
    assert line.time < LIMITS.wait_for + LATE_AT_MOST + 1_000
    assert not line.masked


async def test_without_tones_nobody_is_listened_to(monkeypatch: pytest.MonkeyPatch, made: list[Digits]) -> None:
    line = KeyingLine(entries=["4719#"])

    async def refused(_: Tones) -> None:
        raise CommandFailed("the tones do not sound")

    monkeypatch.setattr(line, "start_tones", refused)
    line.keys = [(300, "4")]
    with capture_logs() as logs, pytest.raises(NotMasked):
        await entered(line)
    assert line.keys == [(300, "4")], "no key was waited for"
    assert [bytes(digits._buffer) for digits in made] == [bytes(MOST_DIGITS)]
    assert [(line["log_level"], line["why"]) for line in logs] == [("error", "the tones do not sound")]


async def test_tones_that_fail_in_the_middle_end_the_entry_and_what_was_keyed_is_wiped(
    monkeypatch: pytest.MonkeyPatch, made: list[Digits]
) -> None:
    line = KeyingLine(entries=["471903"], after=2_000)
    start, rows = line.start_tones, []

    async def failing_later(tones: Tones) -> None:
        rows.append(tones)
        if len(rows) > 1:
            raise CommandFailed("the tones do not sound")
        await start(tones)

    monkeypatch.setattr(line, "start_tones", failing_later)
    with capture_logs(), pytest.raises(NotMasked):
        await entered(line)
    assert [bytes(digits._buffer) for digits in made] == [bytes(MOST_DIGITS)]
    assert not line.masked


@pytest.mark.parametrize("keys", ["9" * 40, "12*3456#" * 6])
async def test_keys_faster_than_fingers_are_our_own_echo_and_worth_nothing(made: list[Digits], keys: str) -> None:
    line = KeyingLine(entries=[keys], after=130)
    with pytest.raises(OwnEcho):
        await entered(line)
    assert [bytes(digits._buffer) for digits in made] == [bytes(MOST_DIGITS)]
    assert not line.masked


@pytest.mark.parametrize(("keys", "after"), [("471903", 200), ("4713#", 100), ("471903", 20), ("4719#", 1)])
async def test_a_dialling_telephone_a_quick_hand_and_what_was_sent_all_at_once_are_believed(
    keys: str, after: int
) -> None:
    assert await entered(KeyingLine(entries=[keys], after=after)) == keys.removesuffix("#")


async def test_keys_typed_before_the_tones_began_are_no_part_of_a_pin() -> None:
    line = KeyingLine(entries=["4719#"])
    visit = visit_on(line)
    visit.keep("9")
    digits = await keyed(visit, LIMITS.at_most, LIMITS.wait_for)
    assert digits is not None
    assert text_of(digits) == "4719"
    assert visit.taken_ahead("9") is None, "nor do they answer a question after it"


async def test_star_for_ever_comes_to_an_end() -> None:
    line = KeyingLine(entries=["*" * 1_000])
    assert await entered(line) is None
    assert line.time < LONGEST_ENTRY + LATE_AT_MOST + 1_000
    assert not line.masked


async def test_an_entry_ends_with_the_time_of_the_visit_and_the_tones_with_it() -> None:
    line = KeyingLine(entries=["12*" * 30])
    with pytest.raises(TimeIsUp):
        await keyed(visit_on(line, time=9_000), LIMITS.at_most, LIMITS.wait_for)
    assert not line.masked


@pytest.mark.parametrize("ends_at", [250, 700, 1_250])
async def test_a_hang_up_in_the_middle_wipes_what_was_keyed(made: list[Digits], ends_at: int) -> None:
    line = KeyingLine(entries=["4719#"], ends_at=ends_at)
    with pytest.raises(CallerHungUp):
        await entered(line)
    assert [bytes(digits._buffer) for digits in made] == [bytes(MOST_DIGITS)]


async def test_star_wipes_the_buffer_itself(made: list[Digits]) -> None:
    assert await entered(KeyingLine(entries=["4719*"])) is None
    assert [bytes(digits._buffer) for digits in made] == [bytes(MOST_DIGITS)]


async def test_a_line_that_cannot_end_the_tones_costs_no_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    line = KeyingLine(entries=["4719#"])

    async def refused() -> None:
        raise CommandFailed("Asterisk refused a command with 510")

    monkeypatch.setattr(line, "stop_tones", refused)
    assert await entered(line) == "4719"
