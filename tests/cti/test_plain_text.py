"""What people type and paste all day is taken in notes, tickets and grants alike; what deceives a reader is not."""

import pytest

from cti.contacts.records import cleaned
from cti.grants.grant import Action, Authority, GrantRefused, GrantState, Wish, ask
from cti.plain_text import is_plain
from cti.tickets.rules import DAY
from cti.tickets.ticket import Opening, Subject, TicketRefused, open_ticket
from tests.cti.second_line import RULES, START

TYPED = ("客户　要求回电", "12\u00a0345,00", "👨‍👩‍👧 moved", "naïve \u200cمی‌خواهم", "<script>alert(1)</script>")
DECEIVES = ("\u202eevil", "a\u2066b", "nul\x00", "esc\x1b[2J", "a\u2028b", "half \ud800", "\u0085")
AUTHORITY = Authority({"fee": Action("fee", {}, "CNY", 2, {0: 100})})


def opens(reason: str, text: str) -> None:
    open_ticket(Opening(Subject("cards", reason), text, START + DAY), START, "anna", RULES)


@pytest.mark.parametrize("text", TYPED)
def test_what_a_keyboard_writes_is_plain(text: str) -> None:
    assert is_plain(text)
    assert cleaned(text) == text
    opens(text, f"{text}\n\t{text}")
    assert ask(Wish("fee", 1, "c1", text), "anna", 0, 0, START, AUTHORITY).state is GrantState.GRANTED


@pytest.mark.parametrize("text", DECEIVES)
def test_what_deceives_a_reader_is_not(text: str) -> None:
    assert not is_plain(text)
    assert cleaned(text) != text
    for reason, said in ((text, "x"), ("x", text)):
        with pytest.raises(TicketRefused):
            opens(reason, said)
    with pytest.raises(GrantRefused):
        ask(Wish("fee", 1, "c1", text), "anna", 0, 0, START, AUTHORITY)


def test_a_line_feed_is_plain_only_where_lines_are_wanted() -> None:
    assert not is_plain("a\nb")
    assert is_plain("a\nb", also="\n")
    with pytest.raises(TicketRefused):
        opens("two\nlines", "x")
