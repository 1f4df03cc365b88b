"""A call counts as settled by the first line by what happened afterwards, and by nothing that anybody ticked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.core.names import CallId, LaneName
from cti.contacts.first_line import AGAIN_WITHIN, FirstLine, Outcome, Part, first_line, outcomes
from cti.contacts.records import Direction

CARDS, GENERAL = LaneName("cards"), LaneName("general")
DAY = 86_400_000
MINUTE = 60_000
MONDAY = 1_796_000_000_000
LATER = MONDAY + 100 * DAY
"""When everything is decided."""


def part(call: str, at: int = 0, lane: LaneName = CARDS, **more: object) -> Part:
    """Five minutes of a talk, `at` milliseconds after Monday."""
    began = MONDAY + at
    fields = {"line": "first", "number": "+8613800000001", "customer": "", **more}
    return Part(CallId(call), lane, began=began, ended=began + 5 * MINUTE, **fields)  # type: ignore[arg-type]


def became(*parts: Part, now: int = LATER, ticket: str = "") -> dict[str, Outcome]:
    found = outcomes(parts, now, lambda call, since, until: call == ticket and since < until)
    return {call: outcome for call, (_, outcome) in found.items()}


def test_who_does_not_call_again_was_settled() -> None:
    assert became(part("a")) == {"a": Outcome.SETTLED}
    assert first_line([part("a"), part("b", lane=GENERAL, number="+8613800000002")], LATER) == {
        CARDS: FirstLine(settled=1),
        GENERAL: FirstLine(settled=1),
    }


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        (1, Outcome.CALLED_AGAIN),
        (5 * MINUTE + AGAIN_WITHIN, Outcome.CALLED_AGAIN),
        (5 * MINUTE + AGAIN_WITHIN + 1, Outcome.SETTLED),
    ],
)
def test_seven_days_count_from_the_end_of_the_call(after: int, outcome: Outcome) -> None:
    assert became(part("a"), part("b", after)) == {"a": outcome, "b": Outcome.SETTLED}


@pytest.mark.parametrize(
    ("first", "second", "again"),
    [
        ({}, {}, True),
        ({}, {"lane": GENERAL}, False),
        ({"branch": "lost"}, {"branch": "lost"}, True),
        ({"branch": "lost"}, {"branch": "pin"}, False),
        ({"branch": "lost"}, {"branch": "lost", "lane": GENERAL}, True),
        ({"branch": "lost"}, {}, True),
        ({}, {"branch": "lost"}, True),
        ({"branch": "lost"}, {"lane": GENERAL}, False),
        ({}, {"number": "+8613800000002"}, False),
        ({"customer": "7"}, {"customer": "7", "number": "+8613800000002"}, True),
        ({"customer": "7", "number": ""}, {"customer": "7", "number": ""}, True),
        ({"customer": "7"}, {"customer": "8"}, True),
        ({}, {"direction": Direction.CALLBACK}, False),
        ({}, {"direction": Direction.OUTBOUND}, False),
        ({"direction": Direction.CALLBACK}, {}, True),
    ],
)
def test_again_is_the_same_caller_about_the_same_matter(
    first: dict[str, object], second: dict[str, object], again: bool
) -> None:
    found = became(part("a", 0, **first), part("b", DAY, **second))  # type: ignore[arg-type]
    assert found["a"] is (Outcome.CALLED_AGAIN if again else Outcome.SETTLED)


def test_a_call_that_an_agent_dialled_is_no_case() -> None:
    assert became(part("a", direction=Direction.OUTBOUND)) == {}


def test_a_call_that_went_up_was_not_settled_by_the_first_line_and_one_that_began_there_is_no_case() -> None:
    up = [part("a"), part("a", 5 * MINUTE, lane=GENERAL, line="second")]
    assert became(*up) == {"a": Outcome.HANDED_UP}
    assert first_line(up, LATER) == {CARDS: FirstLine(handed_up=1)}
    assert became(part("b", line="second")) == {}
    assert became(part("c", outside=True)) == {"c": Outcome.HANDED_UP}


def test_a_call_that_went_on_to_a_colleague_of_the_first_line_is_one_case_about_what_he_chose() -> None:
    sideways = [part("a", branch="pin"), part("a", 5 * MINUTE, lane=GENERAL, branch="lost")]
    assert became(*sideways) == {"a": Outcome.SETTLED}
    assert became(*sideways, part("b", DAY, branch="pin"))["a"] is Outcome.SETTLED
    assert became(*sideways, part("b", DAY, branch="lost"))["a"] is Outcome.CALLED_AGAIN
    assert first_line(sideways, LATER) == {CARDS: FirstLine(settled=1)}


def test_a_ticket_that_went_up_was_not_settled() -> None:
    assert became(part("a"), part("b", 30 * DAY), ticket="a") == {"a": Outcome.TICKET, "b": Outcome.SETTLED}


def test_a_case_is_decided_when_its_seven_days_are_over_and_not_before() -> None:
    over = MONDAY + 5 * MINUTE + AGAIN_WITHIN
    assert became(part("a"), part("b", DAY), now=over - 1)["a"] is Outcome.UNDECIDED
    assert became(part("a"), now=over) == {"a": Outcome.SETTLED}


def test_who_hides_his_number_is_told_apart_and_counts_for_nothing() -> None:
    counts = first_line([part("a", number=""), part("b", DAY, number="")], LATER)
    assert counts == {CARDS: FirstLine(unknown_caller=2)}
    assert (counts[CARDS].decided, counts[CARDS].ratio) == (0, None)


def test_the_ratio_is_of_the_decided_alone() -> None:
    counts = FirstLine(settled=6, handed_up=1, ticket=1, called_again=2, undecided=90, unknown_caller=9)
    assert (counts.decided, counts.ratio) == (10, 0.6)


PARTS = st.lists(
    st.builds(
        lambda call, at, lane, line, number, customer, direction, branch, outside: Part(
            CallId(f"c{call}"), lane, line, MONDAY + at * DAY // 2, MONDAY + at * DAY // 2 + MINUTE * call,
            number, customer, direction, branch, outside,
        ),
        st.integers(0, 7),
        st.integers(0, 40),
        st.sampled_from([CARDS, GENERAL]),
        st.sampled_from(["first", "first", "second"]),
        st.sampled_from(["", "+861", "+862"]),
        st.sampled_from(["", "", "7", "8"]),
        st.sampled_from(list(Direction)),
        st.sampled_from(["", "lost", "pin"]),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=14,
)  # fmt: skip


def said_slowly(parts: list[Part], now: int) -> dict[str, Outcome]:
    """The definition word by word, each call against each."""
    calls: dict[str, list[Part]] = {}
    for each in sorted(parts, key=lambda p: (p.began, p.ended, p.lane, p.line, p.branch, p.direction)):
        calls.setdefault(each.call, []).append(each)
    branch = {call: next((p.branch for p in reversed(mine) if p.branch), "") for call, mine in calls.items()}

    def same_matter(one: str, other: str) -> bool:
        if branch[one] and branch[other]:
            return branch[one] == branch[other]
        return calls[one][0].lane == calls[other][0].lane

    def same_caller(one: str, other: str) -> bool:
        pairs = [(p, q) for p in calls[one] for q in calls[other]]
        return any((p.number and p.number == q.number) or (p.customer and p.customer == q.customer) for p, q in pairs)

    found = {}
    for call, mine in calls.items():
        if mine[0].line != "first" or mine[0].direction is Direction.OUTBOUND:
            continue
        until = max(p.ended for p in mine) + 7 * DAY
        again = any(
            (theirs[0].began, other) > (mine[0].began, call)
            and theirs[0].began <= until
            and theirs[0].direction is Direction.INBOUND
            and same_caller(call, other)
            and same_matter(call, other)
            for other, theirs in calls.items()
            if other != call
        )
        if not any(p.number or p.customer for p in mine):
            found[call] = Outcome.UNKNOWN_CALLER
        elif until > now:
            found[call] = Outcome.UNDECIDED
        elif any(p.line != "first" or p.outside for p in mine):
            found[call] = Outcome.HANDED_UP
        else:
            found[call] = Outcome.CALLED_AGAIN if again else Outcome.SETTLED
    return found


@given(PARTS, st.integers(0, 40), st.randoms())
def test_it_is_what_the_definition_says_in_whatever_order_the_calls_are_read(parts, days, random) -> None:  # type: ignore[no-untyped-def]
    now = MONDAY + days * DAY
    expected = said_slowly(sorted(parts, key=repr), now)
    random.shuffle(parts)

    assert became(*parts, now=now) == expected
    counts = first_line(parts, now)
    assert sum(each.decided + each.undecided + each.unknown_caller for each in counts.values()) == len(expected)


def test_a_caller_who_calls_again_and_again_is_looked_up_and_not_compared() -> None:
    many = [part(f"c{at:05}", at * MINUTE) for at in range(20_000)]
    found = first_line(many, LATER)
    assert found == {CARDS: FirstLine(settled=1, called_again=19_999)}
