"""The customer directory in the settings: each fault is told where it stands, with what is allowed."""

from pathlib import Path

import pytest

from acd.config import ConfigRefused, load, loads
from tests.config.everything import EVERYTHING
from tests.config.small import SMALL, edited


def the_only_fault(text: str) -> str:
    with pytest.raises(ConfigRefused) as refused:
        loads(text, "bank.yaml")
    (fault,) = refused.value.faults
    return str(fault)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: file", "kind: fle", 'sources.branch: there is no kind "fle" (did you mean file?)'),
        ("kind: file\n      ", "", "sources.branch: has no `kind`; a source says its kind: file, sqlite,"),
        ("keep_for: 30s", "kep_for: 30s", "sources.branch.kep_for: unknown key (did you mean keep_for?)"),
        ("within: 200ms", "within: 3s", 'sources.branch.within: "3s": too long; at most 2s'),
        ("within: 200ms", "within: 1ms", 'sources.branch.within: "1ms": too short; at least 50ms'),
        ("keep_for: 30s", "keep_for: 1h", 'sources.branch.keep_for: "1h": too long; at most 10m'),
        ("{address: contact.address}", "{adress: a}", 'fields.adress: the directory shows no field "adress" (did you'),
        ("contact.address", "contact..address", 'sources.branch.fields.address: "contact..address": not a key'),
        ("https://crm.example/customers", "http://crm.example/customers", "not an address to ask in secret"),
        ("https://crm.example/customers", "https://me:x@crm.example", "not an address to ask in secret"),
        ("https://crm.example/customers", "http://localhost/customers", "not an address to ask in secret"),
        ("number = :number", "number = 1", "a query with the parameter :number and no other is wanted"),
        ("number = :number", "number = :number or id = :customer", "a query with the parameter :number and no other"),
        (
            "      by_number: select address from customers where number = :number\n",
            "",
            "sources.core: is asked nothing",
        ),
        ("known_by: [id]", "known_by: [id, id]", 'sources.crm.known_by[1]: "id" is used twice'),
        ("zh: 地址, en: Address", "zh: 地址", "fields.address.label: has no text in en"),
        ("zh: 网点, en: Branch", "zh: 网点, en: Branch, fr: B", 'sources.branch.label.fr: there is no language "fr"'),
        ("currency: CNY, ", "currency: yuan, ", 'fields.balance.currency: "yuan": not a currency'),
        ("type: amount, currency", "currency", "fields.balance.currency: is for an amount"),
        ("use: own", "use: own source", 'sources.own.use: "own source": not the name of an entry point'),
    ],
)
def test_what_is_wrong_with_a_source_is_told_at_its_place(old: str, new: str, told: str) -> None:
    line = EVERYTHING[: EVERYTHING.index(old)].count("\n") + 1
    fault = the_only_fault(edited(old, new, EVERYTHING))

    assert fault.startswith("bank.yaml:"), fault
    assert abs(int(fault.split(":")[1]) - line) <= 6, f"{fault} is not about line {line}"
    assert told in fault


def test_a_query_may_cast_and_compare_what_it_likes() -> None:
    query = "select now()::date, ':x' from c where number = :number::text"
    loads(edited("select address from customers where number = :number", query.replace("':x'", "'x'"), EVERYTHING))


def test_more_fields_than_anybody_reads_are_refused() -> None:
    fields = "\n".join(f"    f{at}: {{label: {{zh: 一, en: One}}}}" for at in range(31))
    text = edited("    address: {label", f"{fields}\n    address: {{label", EVERYTHING)
    assert the_only_fault(text).endswith("directory.fields: has too many entries; at most 30")


def test_a_directory_of_nothing_is_refused() -> None:
    fault = the_only_fault(
        edited(
            "agents:\n",
            "directory: {fields: {}, sources: {own: {kind: python, use: own, label: {zh: 一, en: One}}}}\nagents:\n",
        )
    )
    assert "directory.fields: has too few entries; at least 1" in fault


def test_a_file_that_is_not_there_is_told_and_a_database_that_is_not_there_may_come(tmp_path: Path) -> None:
    directory = (
        "directory:\n  fields: {address: {label: {zh: 地址, en: Address}}}\n  sources:\n"
        "    core: {kind: sqlite, path: core.sqlite3, label: {zh: 一, en: One}, by_id: 'select :customer'}\n"
        "    more: {kind: file, path: more.yaml, label: {zh: 二, en: Two}}\n"
    )
    path = tmp_path / "bank.yaml"
    path.write_text(edited("agents:\n", directory + "agents:\n", SMALL), "utf-8")
    with pytest.raises(ConfigRefused) as refused:
        load(path)
    (fault,) = refused.value.faults
    assert fault.path == "directory.sources.more.path"
    assert fault.message == 'there is no file "more.yaml" beside the settings'

    (tmp_path / "more.yaml").write_text("[]", "utf-8")
    assert load(path).directory is not None
