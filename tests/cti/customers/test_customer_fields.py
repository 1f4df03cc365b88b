"""Whatever a source says of a customer is shown as one bounded line of plain text, or not at all."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.customers.fields import LONGEST_VALUE, FieldKind, ShownField, Value, inside, value_of

ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=3_000)
    | st.binary()
    | st.dates()
    | st.datetimes()
    | st.just(Decimal("1E-999999"))
    | st.just(Decimal("1E+999999")),
    lambda inner: st.lists(inner, max_size=40) | st.dictionaries(st.text(), inner, max_size=3) | st.tuples(inner),
    max_leaves=50,
)


def shown(kind: FieldKind) -> ShownField:
    return ShownField("field", {"zh": "项", "en": "Field"}, kind)


@given(said=ANYTHING, kind=st.sampled_from(FieldKind))
def test_anything_at_all_is_one_line_of_plain_bounded_text_or_nothing(said: object, kind: FieldKind) -> None:
    value = value_of(shown(kind), said)

    if value is not None:
        assert 0 < len(value.text) <= LONGEST_VALUE
        assert value.text.isprintable()
        assert value.kind in {kind, FieldKind.TEXT}
    if value is not None and value.kind is FieldKind.AMOUNT:
        assert Decimal(value.text).is_finite()
    if value is not None and value.kind is FieldKind.DATE:
        assert date.fromisoformat(value.text)


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        ("text", "  上海市\n浦东 ", "上海市 浦东"),
        ("text", "abc\u202edcba\x00", "abc dcba"),
        ("text", "<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("text", ["Card", "Fund", None, {"a": 1}, ""], "Card, Fund"),
        ("text", True, "✓"),
        ("text", False, "✗"),
        ("text", 0, "0"),
        ("date", "2026-12-31", "2026-12-31"),
        ("date", "2026-12-31T08:00:00Z", "2026-12-31"),
        ("date", date(2026, 12, 31), "2026-12-31"),
        ("date", datetime(2026, 12, 31, 8, tzinfo=UTC), "2026-12-31"),
        ("amount", 12.5, "12.5"),
        ("amount", "1200.00", "1200.00"),
        ("amount", Decimal("-3E+3"), "-3000"),
        ("badge", "gold", "gold"),
    ],
)
def test_a_value_is_shown_as_its_kind(kind: FieldKind, said: object, value: str) -> None:
    assert value_of(shown(FieldKind(kind)), said) == Value(FieldKind(kind), value)


@pytest.mark.parametrize(
    ("kind", "said"),
    [("date", "2026-02-30"), ("date", "soon"), ("date", "20261231"), ("amount", "12 yuan"), ("amount", "NaN")],
)
def test_what_is_not_of_its_kind_is_shown_as_the_text_that_it_is(kind: str, said: str) -> None:
    assert value_of(shown(FieldKind(kind)), said) == Value(FieldKind.TEXT, said)


@pytest.mark.parametrize("said", [None, "", "   ", "\x00", [], {}, b"bytes", float("nan"), 10**40, object()])
def test_nothing_is_no_value(said: object) -> None:
    assert value_of(shown(FieldKind.TEXT), said) is None


def test_a_long_value_is_cut_with_a_sign_that_it_was() -> None:
    value = value_of(shown(FieldKind.TEXT), "长" * 10_000)
    assert value is not None
    assert len(value.text) == LONGEST_VALUE
    assert value.text.endswith("长…")


def test_a_key_may_stand_inside_a_key() -> None:
    record = {"contact": {"city": "Shanghai"}, "a.b": 1}
    assert inside(record, "contact.city") == "Shanghai"
    assert inside(record, "contact.city.more") is None
    assert inside(record, "a.b") == 1
    assert inside(record, "nothing") is None


def test_a_number_too_long_to_be_written_is_no_value() -> None:
    assert value_of(shown(FieldKind.TEXT), 10**5_000) is None
    assert value_of(shown(FieldKind.AMOUNT), [10**5_000]) is None
