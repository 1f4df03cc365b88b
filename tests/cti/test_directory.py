"""Who calls from which number."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from acd.core.names import AgentId
from acd.engine.ports import Customer
from cti.directory import (
    KEPT_LOOKUPS,
    SHARED_AT_MOST,
    STRANGERS_AT_MOST,
    CustomerDirectory,
    DirectoryFault,
    read_customers,
)

BANK = Path(__file__).parents[2] / "examples" / "bank" / "customers.csv"
HEADER = "number,name,tier,language\n"
WITH_MANAGERS = "number,name,tier,language,manager,manager_until\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "customers.csv"
    path.write_text(text, "utf-8")
    return path


def test_the_example_banks_customers_are_known() -> None:
    directory = read_customers(BANK, languages=("zh", "en"))

    assert directory.find("+8613800000001") == Customer("王芳", "platinum", "zh", AgentId("jin"), "10000001")
    assert directory.find("+8613800000002") == Customer("李伟", "gold", "zh", id="10000002")
    assert directory.find("+8613800000009") is None
    assert len(directory) == 6


@pytest.mark.parametrize("dialled", ["+8613800000001", "13800000001", "008613800000001", "8613800000001"])
def test_a_customer_is_the_same_however_the_network_writes_the_number(dialled: str) -> None:
    assert read_customers(BANK).find(dialled) is not None


def test_a_name_may_have_the_wide_space_of_chinese_typing(tmp_path: Path) -> None:
    known = read_customers(written(tmp_path, f"{HEADER}+8613900000001,王　芳,gold,zh\n")).find("+8613900000001")
    assert known is not None
    assert known.name == "王　芳"


def test_an_extension_is_compared_as_it_stands(tmp_path: Path) -> None:
    directory = read_customers(written(tmp_path, HEADER + "1001,Branch,gold,zh\n"))

    assert directory.find("1001") == Customer("Branch", "gold", "zh")
    assert directory.find("01001") is None


@pytest.mark.parametrize(
    "number", ["", "+", "anonymous", "\x00", "９５５５５", "9" * 500, "+86" + "1" * 100, "😀", "-1"]
)
def test_a_strange_number_is_nobodys(number: str) -> None:
    assert read_customers(BANK).find(number) is None


@pytest.mark.parametrize(
    ("rows", "line", "told"),
    [
        ("+8613800000001,A\n", 2, "2 fields instead of 4"),
        ("+8613800000001,A,gold,zh\n13800000001,B,gold,zh\n", 3, "already that of an earlier line"),
        ("abc,A,gold,zh\n", 2, "up to 32 digits"),
        (",A,gold,zh\n", 2, "up to 32 digits"),
        ("+8613800000001,A,go ld,zh\n", 2, "tier"),
        ("+8613800000001,A,Platinum,zh\n", 2, "tier"),
        ("+8613800000001,A,1st,zh\n", 2, "tier"),
        ("+8613800000001,A,gold,fr\n", 2, "allowed: en, zh"),
        ("+8613800000001," + "A" * 200 + ",gold,zh\n", 2, "at most 128 characters"),
        ('+8613800000001,"A\x07",gold,zh\n', 2, "printable"),
        ("+8613800000001,A\u202eB,gold,zh\n", 2, "printable"),
        ('+8613800000001,"A" x,gold,zh\n', 2, "not a line of CSV"),
        ("+8613800000001,A,gold,zh,anna\n", 2, "5 fields instead of 4"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, rows: str, line: int, told: str) -> None:
    path = written(tmp_path, HEADER + rows)

    with pytest.raises(DirectoryFault) as fault:
        read_customers(path, languages=("zh", "en"))

    assert str(fault.value).startswith(f"{path}:{line}: ")
    assert told in str(fault.value)
    assert "13800000001" not in str(fault.value), "a fault does not spread customers' numbers"


def test_a_customers_manager_may_follow_in_two_more_columns(tmp_path: Path) -> None:
    rows = "13800000001,A,,,anna,\n13800000002,B,,\n13800000003,C,,,,\n"
    directory = read_customers(written(tmp_path, WITH_MANAGERS + rows), agents=("anna", "ben"))

    assert directory.find("13800000001") == Customer("A", "", "", "anna")
    assert directory.find("13800000002") == Customer("B", "", "")
    assert directory.find("13800000003") == Customer("C", "", "")


def test_a_manager_is_the_customers_until_the_end_of_his_last_day(tmp_path: Path) -> None:
    today = [date(2026, 12, 30)]
    path = written(tmp_path, WITH_MANAGERS + "13800000001,A,gold,,anna,2026-12-31\n")
    directory = read_customers(path, today=lambda: today[0])

    found = []
    for _ in range(3):
        customer = directory.find("13800000001")
        assert customer is not None
        assert (customer.name, customer.tier) == ("A", "gold")
        found.append(customer.manager)
        today[0] += timedelta(days=1)

    assert found == ["anna", "anna", None]


def test_without_knowing_the_day_a_manager_for_a_limited_time_is_never_named(tmp_path: Path) -> None:
    rows = "13800000001,A,,,anna,2099-12-31\n13800000002,B,,,ben,\n"
    directory = read_customers(written(tmp_path, WITH_MANAGERS + rows))

    assert directory.find("13800000001") == Customer("A", "", "")
    assert directory.find("13800000002") == Customer("B", "", "", "ben")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("13800000001,A,,,Anna,", "one of the agents in the settings"),
        ("13800000001,A,,,anna,31.12.2026", "a day as 2026-12-31"),
        ("13800000001,A,,,anna,2026-02-30", "a day that no calendar has"),
        ("13800000001,A,,,anna,20261231", "a day as 2026-12-31"),
        ("13800000001,A,,,,2026-12-31", "there is no manager"),
        ("13800000001,A,,,anna,2026-12-31,x", "7 fields instead of 6"),
        ("13800000001,A,", "3 fields instead of 6"),
    ],
)
def test_a_fault_of_a_manager_is_told_with_its_line(tmp_path: Path, row: str, told: str) -> None:
    path = written(tmp_path, WITH_MANAGERS + row + "\n")

    with pytest.raises(DirectoryFault, match=told) as fault:
        read_customers(path, agents=("anna", "ben"))

    assert str(fault.value).startswith(f"{path}:2: ")


def test_a_customer_may_have_an_id_and_several_numbers(tmp_path: Path) -> None:
    rows = "13800000001,A,gold,,31,,\n13800000002,A,gold,,31,anna,2026-12-31\n13800000003,B,,\n"
    path = written(tmp_path, HEADER.strip() + ",id,manager,manager_until\n" + rows)
    directory = read_customers(path, today=lambda: date(2026, 12, 31))

    assert directory.find("13800000002") == Customer("A", "gold", "", AgentId("anna"), "31")
    assert directory.known_as("31") == Customer("A", "gold", "", None, "31")
    assert directory.known_as("") is None
    assert directory.known_as("32") is None


@pytest.mark.parametrize("identity", ["x1", "1" * 21, "１２", "-1"])
def test_an_id_is_digits_and_a_fault_does_not_spread_it(tmp_path: Path, identity: str) -> None:
    path = written(tmp_path, HEADER.strip() + f",id\n13800000001,A,,,{identity}\n")
    with pytest.raises(DirectoryFault) as fault:
        read_customers(path)

    assert str(fault.value) == f"{path}:2: id: up to 20 digits are allowed, or nothing"


def test_managers_who_are_no_agents_are_told_each_once_and_kept_for_nobody(tmp_path: Path) -> None:
    rows = "13800000001,A,,,carla,\n13800000002,B,,,anna,\n13800000003,C,gold,,carla,2026-12-31\n13800000004,D,,,ana,\n"
    directory = read_customers(written(tmp_path, WITH_MANAGERS + rows), agents=("anna", "ben"))

    assert directory.find("13800000003") == Customer("C", "gold", "")
    assert directory.find("13800000002") == Customer("B", "", "", "anna")
    assert [str(warning).removeprefix(f"{tmp_path}/") for warning in directory.warnings] == [
        "customers.csv:2: carla is the manager of 2 customers and not an agent; they are kept for nobody",
        "customers.csv:5: ana is the manager of 1 customer and not an agent; they are kept for nobody "
        "(did you mean anna?)",
    ]


def test_very_many_managers_who_are_no_agents_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"138000000{at:02},A,,,who{at},\n" for at in range(STRANGERS_AT_MOST + 3))
    warnings = read_customers(written(tmp_path, WITH_MANAGERS + rows), agents=("anna",)).warnings

    assert len(warnings) == STRANGERS_AT_MOST + 1
    assert warnings[-1].message == "3 more managers are not agents, either"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("abc,A,gold,zh", "number"),
        ("13800000001,A\x07,gold,zh", "name"),
        ("13800000001,A,Gold,zh", 'tier "Gold"'),
        ("13800000001,A,gold,fr", 'language "fr"'),
        ("13800000001,A,gold,zh,Anna", 'manager "Anna"'),
        ("13800000001,A,gold,zh,anna,soon", 'manager_until "soon"'),
    ],
)
def test_a_fault_names_its_column_and_the_value_unless_that_is_a_persons(tmp_path: Path, row: str, column: str) -> None:
    with pytest.raises(DirectoryFault) as fault:
        read_customers(written(tmp_path, WITH_MANAGERS + row + "\n"), languages=("zh", "en"))

    assert str(fault.value).startswith(f"{tmp_path}/customers.csv:2: {column}: ")


@pytest.mark.parametrize(
    "text",
    [
        "number,name,tier,language,manager_until\n",
        "number,name,tier,language,id,id\n",
        "number,name,tier,language,shoe_size\n",
        "",
        "name,number\n",
        "13800000001,A,gold,zh\n",
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DirectoryFault, match="first line must be number,name,tier,language"):
        read_customers(written(tmp_path, text))


def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(DirectoryFault, match="No such file"):
        read_customers(tmp_path / "nobody.csv")
    (tmp_path / "latin.csv").write_bytes(HEADER.encode() + "+8613800000001,Jürgen,,\n".encode("latin-1"))
    with pytest.raises(DirectoryFault, match="not UTF-8"):
        read_customers(tmp_path / "latin.csv")


def test_the_directory_is_bounded(tmp_path: Path) -> None:
    rows = "".join(f"+86138000000{number:02},A,,\n" for number in range(4))
    with pytest.raises(DirectoryFault, match=":5: more than 3 customers"):
        read_customers(written(tmp_path, HEADER + rows), at_most=3)


def test_random_numbers_fill_no_memory() -> None:
    directory = CustomerDirectory()
    for number in range(KEPT_LOOKUPS + 100):
        directory.find(f"+86138{number:08}")

    assert len(directory._kept) == KEPT_LOOKUPS


def test_a_number_of_several_customers_is_nobodys_for_certain(tmp_path: Path) -> None:
    rows = "13800000001,A,gold,zh,31,anna,\n13800000001,B,gold,en,32,,\n13800000002,B,,en,32,,\n"
    path = written(tmp_path, HEADER.strip() + ",id,manager,manager_until\n" + rows)
    directory = read_customers(path)

    assert directory.find("+8613800000001") == Customer("", "gold", "", None, "", several=True)
    assert directory.known_as("31") == Customer("A", "gold", "zh", AgentId("anna"), "31")
    assert directory.known_as("32") == Customer("B", "gold", "en", None, "32")
    assert directory.find("13800000002") == Customer("B", "", "en", None, "32")


@pytest.mark.parametrize("ids", [("31", ""), ("", "31"), ("31", "31")])
def test_customers_who_share_a_number_need_an_id_each(tmp_path: Path, ids: tuple[str, str]) -> None:
    rows = "".join(f"13800000001,A,,,{identity}\n" for identity in ids)
    with pytest.raises(DirectoryFault, match=":3: the number is already that of an earlier line; customers who share"):
        read_customers(written(tmp_path, HEADER.strip() + ",id\n" + rows))


def test_no_number_is_that_of_very_many(tmp_path: Path) -> None:
    rows = "".join(f"13800000001,A,,,{at}\n" for at in range(SHARED_AT_MOST + 1))
    with pytest.raises(DirectoryFault, match=f":{SHARED_AT_MOST + 2}: .* at most {SHARED_AT_MOST}"):
        read_customers(written(tmp_path, HEADER.strip() + ",id\n" + rows))
