"""A file of customers beside the settings: what may stand in it, and what is wrong with one is told with its place."""

from pathlib import Path

import pytest

from cti.customers.file_source import FileCustomers, read_file
from cti.directory import DirectoryFault


def read(folder: Path, text: str, name: str = "more.yaml", **bounds: int) -> FileCustomers:
    path = folder / name
    path.write_text(text, "utf-8")
    return read_file(path, **bounds)


async def test_a_customer_has_one_number_or_several_in_any_form_and_whatever_else(tmp_path: Path) -> None:
    source = read(
        tmp_path,
        '- {id: "31", numbers: ["13800000001", "+8613800000002"], products: [Card, Fund], contact: {city: 上海}}\n'
        '- {number: "1001", address: Branch}\n',
    )
    for number in ("+8613800000001", "008613800000002"):
        assert [record["products"] for record in await source.find(number, "")] == [["Card", "Fund"]]
    assert await source.find("", "31") == await source.find("+8613800000001", "")
    assert [record["address"] for record in await source.find("1001", "")] == ["Branch"]
    assert await source.find("01001", "") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("31: {}", ":1:1: a list of customers is wanted"),
        ('- {id: "31"}\n- {address: x}\n', ":2:3: [1]: a customer has an id, a number, or numbers"),
        ("- {id: 31}\n", ":1:8: [0].id: up to 32 digits in quotes are allowed"),
        ('- {number: "13800 000001"}\n', ":1:12: [0].number: up to 32 digits"),
        ('- {numbers: "13800000001"}\n', ":1:13: [0].numbers: a list of numbers is wanted"),
        ('- {numbers: ["1", x]}\n', ":1:19: [0].numbers[1]: up to 32 digits"),
        ('- {numbers: ["x", y]}\n- 3', "(and 2 more faults)"),
        ("- {id: [\n", "not YAML"),
        ("- !!python/object:os.system {}\n", "(and 1 more fault)"),
        ("", "the file is empty"),
    ],
)
def test_a_fault_of_yaml_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DirectoryFault) as fault:
        read(tmp_path, text)
    assert told in str(fault.value)
    assert str(fault.value).startswith(str(tmp_path / "more.yaml:"))
    assert "\n" not in str(fault.value)
    assert "13800" not in str(fault.value), "a fault does not spread customers' numbers"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name\nA\n", ":1:1: the first line must name the columns number or id"),
        ("number,number\n1,2\n", ":1:1: the first line must name"),
        ("number,id\n13800000001\n", ":2:1: 2 fields"),
        ("number,id\nx,\n", ":2:1: number, id: up to 32 digits"),
        ("number,id,name\n,,\n\n,,A\n", ":4:1: number, id"),
        ('number,id,name\n1,2,"a\n', "not a line of CSV"),
        ("number\n1\n2\n3\n", ":4:1: more than 2 customers"),
        (f"number,x\n1,{'x' * 2_001}\n", ":2:1: 2 fields of at most 2000 characters"),
    ],
)
def test_a_fault_of_csv_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DirectoryFault) as fault:
        read(tmp_path, text, "more.csv", at_most=2)
    assert told in str(fault.value).replace(",\n", "")


def test_a_file_of_another_kind_or_none_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(DirectoryFault, match=r"ends in \.yaml"):
        read(tmp_path, "", "more.txt")
    with pytest.raises(DirectoryFault, match="No such file"):
        read_file(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes("- {id: ü}".encode("latin-1"))
    with pytest.raises(DirectoryFault, match="not UTF-8"):
        read_file(tmp_path / "latin.yaml")
    (tmp_path / "long.yaml").write_bytes(b"#" * 2_000_000)
    with pytest.raises(DirectoryFault, match="too large"):
        read_file(tmp_path / "long.yaml")
