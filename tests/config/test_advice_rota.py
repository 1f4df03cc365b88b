"""An operator hears at which hours of the week callers would find nobody, or one person alone."""

from tests.config.staffed import STAFFED, advice, with_cards

OPEN = with_cards("hours: office\nwhen_closed: general") + 'calendars:\n  office: {open: ["mon-fri 09:00-20:00"]}\n'
NIGHTS = 'ben: ["mon-sun 00:00-24:00"]'


def with_shifts(*shifts: str) -> str:
    return OPEN + "shifts:\n" + "".join(f"  {shift}\n" for shift in shifts)


def about_cards(text: str) -> list[str]:
    return [told.removeprefix("lanes.cards.needs: ") for told in advice(text) if told.startswith("lanes.cards")]


def test_without_shifts_everybody_is_always_there() -> None:
    assert advice(OPEN) == []


def test_hours_at_which_a_lane_is_open_and_nobody_works_are_named() -> None:
    told = about_cards(with_shifts('anna: ["mon-fri 09:00-18:00"]', 'cara: ["mon-thu 09:00-18:00", "fri 09:00-17:00"]'))

    assert told == [
        "callers of cards hang on one person: Anna on Fri 17:00-18:00",
        "nobody who works can serve callers of cards on Mon-Fri 18:00-20:00 while calendar office is open; "
        "add shifts, or say when_unstaffed where they go",
    ]


def test_who_has_no_shifts_counts_as_always_there() -> None:
    told = about_cards(with_shifts('anna: ["mon-fri 09:00-18:00"]'))

    assert told == ["callers of cards hang on one person: Cara on Mon-Fri 18:00-20:00"]


def test_a_lane_that_says_where_callers_go_when_nobody_is_there_may_be_bare() -> None:
    text = with_shifts('anna: ["mon-fri 09:00-18:00"]', 'cara: ["mon-fri 09:00-18:00"]')

    assert len(about_cards(text)) == 1
    assert about_cards(text.replace("    hours: office\n", "    hours: office\n    when_unstaffed: general\n")) == []


def test_a_lane_without_hours_is_open_at_night() -> None:
    text = STAFFED + "shifts:\n" + "".join(f'  {name}: ["mon-sun 08:00-20:00"]\n' for name in ("anna", "cara"))

    told = [each for each in advice(text) if each.startswith("lanes.cards")]
    assert told == [
        "lanes.cards.needs: nobody who works can serve callers of cards on Mon-Sun 20:00-08:00 while the lane is open, "
        "as it has no hours; add shifts, or say when_unstaffed where they go"
    ]


def test_a_moment_between_two_shifts_hangs_on_nobody() -> None:
    assert about_cards(with_shifts('anna: ["mon-fri 09:00-20:00"]', 'cara: ["mon-fri 09:10-20:00"]')) == []


def test_somebody_who_helps_after_a_step_is_somebody() -> None:
    text = with_shifts('anna: ["mon-fri 09:00-18:00"]', 'cara: ["mon-fri 09:00-18:00"]', NIGHTS)
    helped = with_cards("steps: [{after: 30s, needs: cards >= 1, any_language: true}]", text)

    assert about_cards(helped) == ["callers of cards hang on one person: Ben on Mon-Fri 18:00-20:00"]
