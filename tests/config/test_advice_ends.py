"""An operator hears of ends that callers do not come to, and of hours that nobody keeps."""

import pytest

from tests.config.staffed import STAFFED, advice, with_cards

NUMBER = "number +862155555555"
LISTED = 'overflow_numbers: ["+862155555555"]\n'


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        (f"overflow: {{after: 60s, to: {NUMBER}}}", "overflow.to"),
        (f"steps: [{{after: 60s, overflow: {{to: {NUMBER}}}}}]", "steps[0].overflow.to"),
        (f"limits: {{length: 5}}\nwhen_full: {NUMBER}", "when_full"),
        (f"when_unstaffed: {NUMBER}", "when_unstaffed"),
    ],
)
def test_a_number_outside_that_no_carrier_can_be_called_for_is_a_warning_where_it_stands(
    settings: str, place: str
) -> None:
    text = with_cards(settings) + LISTED
    told = (
        f"lanes.cards.{place}: nobody gets to +862155555555: no carrier in trunks has a single IPv4 address, so none "
        "can be called; add its address to match"
    )

    assert advice(text) == [told]
    assert advice(text + 'trunks: {carrier: {match: ["203.0.113.0/24", "2001:db8::1"]}}\n') == [told]
    assert advice(text + 'trunks: {carrier: {match: ["203.0.113.0/24", "203.0.113.10"]}}\n') == []


def test_so_is_one_to_which_agents_send_callers() -> None:
    text = STAFFED + 'transfer_numbers: {office: "+862155550000"}\n'
    assert [each.split(": no carrier")[0] for each in advice(text)] == [
        "transfer_numbers.office: nobody gets to +862155550000"
    ]
    assert advice(text + 'trunks: {carrier: {match: ["203.0.113.10"]}}\n') == []


def test_a_calendar_that_nothing_asks_about_is_a_warning() -> None:
    office = 'calendars: {office: {open: ["mon-fri 09:00-18:00"]}}\n'

    assert advice(STAFFED + office) == [
        "calendars.office: nothing has these hours, and no condition asks about them; use them or drop them"
    ]
    assert advice(with_cards("hours: office\nwhen_closed: general") + office) == []
    assert advice(with_cards("steps: [{after: 9s, when: not open(office), credit: 9s}]") + office) == []
