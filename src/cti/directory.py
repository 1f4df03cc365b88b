"""The customer directory: who calls from which number, read from a CSV file into memory.

It sets priority, language and a greeting; it never proves who is calling, because a caller's number can be forged.
Numbers are compared in their international form, so that 13800000001, 008613800000001 and +8613800000001 are one
customer. Numbers that no telephone network knows, such as an extension, are compared letter by letter.
"""

import csv
import re
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import phonenumbers

from acd.engine.ports import Customer

CUSTOMERS_AT_MOST = 500_000
"""A longer file is refused as a whole: half a directory would be worse than none."""
FIELD_AT_MOST = 128
KEPT_LOOKUPS = 4_096
"""Normalised numbers kept at hand; the one not asked for longest goes first."""

COLUMNS = ("number", "name", "tier", "language")

_TIER = re.compile(r"[a-z][a-z0-9-]{0,31}")
"""As the settings name a tier; the dialplan lets nothing else through, so another would never be recognised."""


class DirectoryFault(ValueError):
    """A customer file that cannot be used; the message names file, line and what is allowed."""


class CustomerDirectory:
    """Customers by number; satisfies `acd.engine.ports.Directory`."""

    def __init__(self, region: str = "CN") -> None:
        """An empty directory for a hotline whose callers dial as one does in `region`."""
        self._region = region
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._customers: dict[str, Customer] = {}

    def add(self, number: str, customer: Customer) -> bool:
        """Add a customer by a number in any common form; False, and nothing added, if it is somebody's already."""
        key = normalised(number, self._region)
        if key in self._customers:
            return False
        self._customers[key] = customer
        return True

    def __len__(self) -> int:
        """How many customers are known."""
        return len(self._customers)

    def find(self, number: str) -> Customer | None:
        """The customer with this number, or None. Never raises, never waits."""
        if not number or len(number) > FIELD_AT_MOST:
            return None
        key = self._kept.get(number)
        if key is None:
            key = normalised(number, self._region)
            self._kept[number] = key
            if len(self._kept) > KEPT_LOOKUPS:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(number)
        return self._customers.get(key)


def normalised(number: str, region: str) -> str:
    """The international form (E.164) of a number as dialled in `region`, or the number itself if it has none."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def read_customers(
    path: Path, *, region: str = "CN", languages: Iterable[str] = (), at_most: int = CUSTOMERS_AT_MOST
) -> CustomerDirectory:
    """Read a CSV file with the columns number, name, tier and language; the last two may be empty.

    `languages` are the ones a customer may have; without any, every language is accepted. Raises `DirectoryFault`
    with the first fault, as file:line: what is wrong, what is allowed.
    """
    directory = CustomerDirectory(region)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            _read(path, file, directory, frozenset(languages), at_most)
    except OSError as error:
        raise DirectoryFault(f"{path}: the customer file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DirectoryFault(f"{path}: the customer file is not UTF-8 (byte {error.start})") from error
    return directory


def _read(path: Path, file: TextIO, directory: CustomerDirectory, languages: frozenset[str], at_most: int) -> None:
    reader = csv.reader(file, strict=True)
    try:
        header = next(reader, [])
        if tuple(column.strip() for column in header) != COLUMNS:
            raise DirectoryFault(f"{path}:1: the first line must be {','.join(COLUMNS)}")
        for row in reader:
            where = f"{path}:{reader.line_num}"
            if not any(field.strip() for field in row):
                continue
            if len(directory) >= at_most:
                raise DirectoryFault(f"{where}: more than {at_most} customers, which is all that is allowed")
            number, customer = _customer(where, row, languages)
            if not directory.add(number, customer):
                raise DirectoryFault(f"{where}: the number is already that of an earlier line")
    except csv.Error as error:
        raise DirectoryFault(f"{path}:{reader.line_num}: not a line of CSV: {error}") from error


def _customer(where: str, row: list[str], languages: frozenset[str]) -> tuple[str, Customer]:
    if len(row) != len(COLUMNS):
        raise DirectoryFault(f"{where}: {len(row)} fields instead of {len(COLUMNS)} ({', '.join(COLUMNS)})")
    number, name, tier, language = (field.strip() for field in row)
    digits = number.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 32):
        raise DirectoryFault(f"{where}: a number is up to 32 digits, with a plus in front if you like")
    if len(name) > FIELD_AT_MOST or not name.isprintable():
        raise DirectoryFault(f"{where}: a name has at most {FIELD_AT_MOST} characters, all of them printable")
    if tier and not _TIER.fullmatch(tier):
        raise DirectoryFault(f"{where}: a tier has at most 32 of a-z, 0-9 and -, first a letter, as in the settings")
    if language and languages and language not in languages:
        raise DirectoryFault(f"{where}: no such language; allowed: {', '.join(sorted(languages))}")
    return number, Customer(name=name, tier=tier, language=language)
