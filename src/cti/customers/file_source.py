"""A source that is a file of YAML or CSV, read into memory with the settings.

YAML is a list of customers, each a mapping with `id`, `number` or `numbers`, and whatever else is known of him; CSV has
the columns `number` and `id`, or one of them, and others beside them. Bounds: those of a settings file for YAML, the
same number of rows as the directory for CSV.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from acd.config.faults import ConfigRefused, Fault
from acd.config.yaml_tree import MOST_BYTES, Node, read_tree
from cti.customers.ports import Record
from cti.directory import CUSTOMERS_AT_MOST, REGION, DirectoryFault, normalised

NUMBER_AT_MOST = 32
COLUMNS_AT_MOST = 40
FIELD_AT_MOST = 2_000
"""Characters in a field of CSV."""


class FileCustomers:
    """Records by number and by id; a `Source` that answers at once."""

    def __init__(self, region: str = REGION) -> None:
        self._region = region
        self._by_number: dict[str, list[Record]] = {}
        self._by_id: dict[str, list[Record]] = {}

    def add(self, numbers: Iterable[str], customer: str, record: Record) -> None:
        """Add what is known of a customer."""
        for number in numbers:
            self._by_number.setdefault(normalised(number, self._region), []).append(record)
        if customer:
            self._by_id.setdefault(customer, []).append(record)

    async def find(self, number: str, customer: str) -> Sequence[Record]:
        """See Source."""
        if customer:
            return self._by_id.get(customer, ())
        return self._by_number.get(normalised(number, self._region), ())

    async def close(self) -> None:
        """See Source."""


def read_file(path: Path, *, region: str = REGION, at_most: int = CUSTOMERS_AT_MOST) -> FileCustomers:
    """The customers in a file whose name ends in .yaml, .yml or .csv.

    Raises DirectoryFault with the first fault, as file:line:column: what is wrong, what is allowed.
    """
    source = FileCustomers(region)
    try:
        if path.suffix.lower() == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                _read_csv(path, file, source, at_most)
        elif path.suffix.lower() in {".yaml", ".yml"}:
            _read_yaml(path, source)
        else:
            raise DirectoryFault(f"{path}: a customer file ends in .yaml, .yml or .csv")
    except OSError as error:
        raise DirectoryFault(f"{path}: the customer file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise DirectoryFault(f"{path}: the customer file is not UTF-8 (byte {error.start})") from None
    return source


def _read_yaml(path: Path, source: FileCustomers) -> None:
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise DirectoryFault(f"{path}: too large; at most {MOST_BYTES // 1024} KiB of YAML, or write it as CSV")
    try:
        root, faults = read_tree(content.decode("utf-8-sig"), str(path))
    except ConfigRefused as refused:
        raise DirectoryFault(_told(refused.faults)) from None
    faults += _faults_in(root, str(path))
    if faults:
        raise DirectoryFault(_told(faults))
    assert isinstance(root.value, list), "anything else was a fault"
    for node in root.value:
        record = node.plain()
        assert isinstance(record, dict), "anything else was a fault"
        # A list may hold numbers without quotes, which are whole numbers to YAML.
        numbers = record.get("numbers") or [record["number"]] if "numbers" in record or "number" in record else []
        assert isinstance(numbers, list), "anything else was a fault"
        source.add(map(str, numbers), str(record.get("id", "")), record)


def _faults_in(root: Node, file: str) -> Iterator[Fault]:
    if not isinstance(root.value, list):
        message = 'a list of customers is wanted, each behind a dash: - {id: "1", number: "+86…", …}'
        yield Fault(file, root.line, root.column, "", message)
        return
    for at, node in enumerate(root.value):
        entries = node.value if isinstance(node.value, dict) else {}
        if not entries.keys() & {"id", "number", "numbers"}:
            yield Fault(file, node.line, node.column, f"[{at}]", "a customer has an id, a number, or numbers")
        for key in ("id", "number"):
            if key in entries and not _is_number(entries[key].value):
                yield _not_a_number(file, entries[key], f"[{at}].{key}")
        numbers = entries.get("numbers")
        if numbers is not None and not isinstance(numbers.value, list):
            yield Fault(
                file, numbers.line, numbers.column, f"[{at}].numbers", "a list of numbers is wanted: [one, two]"
            )
        for place, number in enumerate(
            numbers.value if numbers is not None and isinstance(numbers.value, list) else ()
        ):
            if not _is_number(number.value):
                yield _not_a_number(file, number, f"[{at}].numbers[{place}]")


def _not_a_number(file: str, node: Node, path: str) -> Fault:
    # A fault does not spread customers' numbers.
    message = f'up to {NUMBER_AT_MOST} digits in quotes are allowed, with a plus in front of a number: "+86…"'
    return Fault(file, node.line, node.column, path, message)


def _is_number(value: object) -> bool:
    digits = value.removeprefix("+") if isinstance(value, str) else ""
    return 0 < len(digits) <= NUMBER_AT_MOST and digits.isascii() and digits.isdigit()


def _told(faults: Sequence[Fault]) -> str:
    more = len(faults) - 1
    return f"{sorted(faults)[0]}" + (f" (and {more} more fault{'s' if more > 1 else ''})" if more else "")


def _read_csv(path: Path, file: TextIO, source: FileCustomers, at_most: int) -> None:
    reader = csv.reader(file, strict=True)
    count = 0
    try:
        columns = [column.strip() for column in next(reader, [])]
        if not set(columns) & {"number", "id"} or len(set(columns)) != len(columns) or len(columns) > COLUMNS_AT_MOST:
            told = f"the columns number or id, and others, each once and at most {COLUMNS_AT_MOST}"
            raise DirectoryFault(f"{path}:1:1: the first line must name {told}")
        for row in reader:
            where = f"{path}:{reader.line_num}:1"
            if not any(field.strip() for field in row):
                continue
            count += 1
            if count > at_most:
                raise DirectoryFault(f"{where}: more than {at_most} customers, which is all that is allowed")
            if len(row) != len(columns) or any(len(field) > FIELD_AT_MOST for field in row):
                told = f"{len(columns)} fields of at most {FIELD_AT_MOST} characters"
                raise DirectoryFault(f"{where}: {told} are wanted")
            record = {name: field.strip() for name, field in zip(columns, row, strict=True)}
            number, customer = record.get("number", ""), record.get("id", "")
            if not all(_is_number(each) for each in (number, customer) if each) or not (number or customer):
                raise DirectoryFault(
                    f"{where}: number, id: up to {NUMBER_AT_MOST} digits are allowed, one of both needed"
                )
            source.add([number] if number else [], customer, record)
    except csv.Error as error:
        raise DirectoryFault(f"{path}:{reader.line_num}:1: not a line of CSV: {error}") from None
