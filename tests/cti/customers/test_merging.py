"""Several sources, one view: the first word counts, and nobody's data is shown of somebody who may be another."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from cti.customers.fields import FieldKind, ShownField, Value
from cti.customers.merging import Found, Identity, Question, SourceAnswer, SourceState, View, merge

NAMES = ("address", "birthday", "balance")
FIELDS = tuple(ShownField(name, {"en": name}, verified_only=name == "balance") for name in NAMES)


def known(customer: str, *names: str, source: str = "") -> Found:
    """A record that says in each value whose it is."""
    return Found(customer, {name: Value(FieldKind.TEXT, f"{customer or '?'}:{name}{source}") for name in names})


def answer(source: str, *found: Found) -> SourceAnswer:
    return SourceAnswer(source, SourceState.OK if found else SourceState.NONE, 3, found)


def values(view: View) -> dict[str, str]:
    return {each.field.name: each.value.text for each in view.fields}


def test_of_each_field_the_first_source_that_says_something_wins() -> None:
    answers = [
        answer("crm", known("31", "address")),
        SourceAnswer("core", SourceState.UNAVAILABLE, 300),
        answer("branch", known("31", "address", "birthday", source="!")),
    ]
    view = merge(Question("+861", "31"), FIELDS, answers, show_all=False)

    assert values(view) == {"address": "31:address", "birthday": "31:birthday!"}
    assert [each.source for each in view.fields] == ["crm", "branch"]
    assert (view.identity, view.customer) == (Identity.NUMBER, "31")
    assert view.answers == tuple(answers)


def test_what_is_for_verified_callers_is_counted_until_he_is_one() -> None:
    answers = [answer("core", known("31", *NAMES))]
    number = merge(Question("+861", "31"), FIELDS, answers, show_all=False)
    proved = merge(Question("+861", "31", certain=True), FIELDS, answers, show_all=True)

    assert ("balance" in values(number), number.withheld) == (False, 1)
    assert (values(proved)["balance"], proved.withheld) == ("31:balance", 0)


def test_a_number_of_several_customers_shows_nothing_of_any() -> None:
    for question, answers in (
        (Question("+861", known=True, several=True), [answer("crm", known("31", "address"))]),
        (Question("+861", "31", known=True), [answer("crm", known("32", "address"))]),
        (Question("+861"), [answer("crm", known("31", "address")), answer("core", known("32", "address"))]),
        (Question("+861"), [answer("crm", known("", "address"), known("", "address"))]),
    ):
        view = merge(question, FIELDS, answers, show_all=True)
        assert (view.identity, view.customer, view.fields) == (Identity.SEVERAL, "", ())


def test_two_records_of_one_customer_are_one_customer() -> None:
    answers = [answer("core", known("31", "address"), known("31", "birthday"))]
    view = merge(Question("+861"), FIELDS, answers, show_all=False)

    assert view.identity is Identity.NUMBER
    assert set(values(view)) == {"address", "birthday"}


def test_who_is_known_by_name_alone_is_known_by_his_number() -> None:
    assert merge(Question("+861", known=True), FIELDS, [], show_all=False).identity is Identity.NUMBER
    assert merge(Question("+861"), FIELDS, [answer("crm")], show_all=False).identity is Identity.NOBODY


IDS = st.sampled_from(["", "31", "32", "33"])
RECORDS = st.builds(lambda customer, names: known(customer, *names), IDS, st.sets(st.sampled_from(NAMES)))
ANSWERS = st.lists(st.lists(RECORDS, max_size=3), max_size=4).map(
    lambda sources: [answer(f"source-{at}", *found) for at, found in enumerate(sources)]
)


@given(customer=IDS, several=st.booleans(), answers=ANSWERS, show_all=st.booleans())
def test_by_number_alone_two_customers_are_never_mixed(
    customer: str, several: bool, answers: Sequence[SourceAnswer], show_all: bool
) -> None:
    view = merge(Question("+861", customer, several=several), FIELDS, answers, show_all=show_all)

    owners = {each.value.text.split(":")[0] for each in view.fields} - {"?"}
    assert len(owners | ({customer} - {""} if view.fields else set())) <= 1
    assert not (several and view.fields)
    assert view.identity is not Identity.CUSTOMER


@given(customer=st.sampled_from(["31", "32"]), answers=ANSWERS)
def test_of_a_certain_customer_nothing_of_another_is_shown(customer: str, answers: Sequence[SourceAnswer]) -> None:
    view = merge(Question(customer=customer, certain=True), FIELDS, answers, show_all=True)

    assert (view.identity, view.customer) == (Identity.CUSTOMER, customer)
    assert {each.value.text.split(":")[0] for each in view.fields} <= {customer, "?"}


@given(customer=IDS, certain=st.booleans(), answers=ANSWERS)
def test_what_is_for_verified_callers_is_never_shown_before(
    customer: str, certain: bool, answers: Sequence[SourceAnswer]
) -> None:
    view = merge(Question("+861", customer, certain), FIELDS, answers, show_all=False)

    assert "balance" not in values(view)
    assert view.withheld <= 1
