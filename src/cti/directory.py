"""The customer directory: who calls from which number, read from a CSV file into memory.

It sets priority, language, a greeting and the agent who is asked first; it never proves who is calling, because a
caller's number can be forged.
Numbers are compared in their international form, so that 13800000001, 008613800000001 and +8613800000001 are one
customer. Numbers that no telephone network knows, such as an extension, are compared letter by letter.
"""

import csv
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TextIO

import phonenumbers

from acd.core.names import AgentId
from acd.engine.ports import Customer
from cti.plain_text import is_plain

REGION = "CN"
"""Where callers dial as in this hotline's own region."""
CUSTOMERS_AT_MOST = 500_000
"""A longer file is refused as a whole: half a directory would be worse than none."""
FIELD_AT_MOST = 128
SHARED_AT_MOST = 10
"""Customers who may have one number."""
KEPT_LOOKUPS = 4_096
"""Normalised numbers kept at hand; the one not asked for longest goes first."""

COLUMNS = ("number", "name", "tier", "language")
MORE_COLUMNS = ("manager", "manager_until", "id")
"""May follow, each of them or none, in any order, `manager_until` only with `manager`; a row may leave the last off."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
"""As the settings name a tier; the dialplan lets nothing else through, so another would never be recognised."""
_ID = re.compile(r"[0-9]{1,20}")
_TAKEN = (
    "the number is already that of an earlier line; customers who share one need an id each, and are at most "
    f"{SHARED_AT_MOST}"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


STRANGERS_AT_MOST = 20
"""Managers who are no agents that are told one by one; the rest is only counted."""


@dataclass(frozen=True, slots=True)
class DirectoryWarning:
    """Something odd in a customer file that is used all the same."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """`file:line: message`."""
        return f"{self.file}:{self.line}: {self.message}"


class DirectoryFault(ValueError):
    """A customer file that cannot be used; the message names file, line and what is allowed."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A customer, and the last day on which he has his manager, where there is one."""

    customer: Customer
    manager_until: date | None


class CustomerDirectory:
    """Customers by number; satisfies `acd.engine.ports.Directory`."""

    def __init__(self, region: str = REGION, today: Callable[[], date] | None = None) -> None:
        """An empty directory for a hotline whose callers dial as one does in `region`.

        `today` is asked for each customer whose manager is his for a limited time; without it, no such manager is
        ever named.
        """
        self._region = region
        self._today = today
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._customers: dict[str, _Entry] = {}
        """By number; of a number that several customers have, what they have in common."""
        self._shared: dict[str, list[Customer]] = {}
        """Those who have a number together, by the number."""
        self._count = 0
        self._by_id: dict[str, _Entry] = {}
        """Each customer who has an id, as his first number has him: he may call from several."""
        self.warnings: tuple[DirectoryWarning, ...] = ()
        """What is odd in the file that it was read from, in the order of its lines."""

    def add(self, number: str, customer: Customer, manager_until: date | None = None) -> bool:
        """Add a customer by a number in any common form; False, and nothing added, if it is somebody's already.

        He has his manager until the end of `manager_until`, or for good. Several customers may have one number if each
        of them has an id of his own.
        """
        key = normalised(number, self._region)
        entry = _Entry(customer, manager_until)
        if key not in self._customers:
            self._customers[key] = entry
        elif not self._share(key, customer):
            return False
        if customer.id:
            self._by_id.setdefault(customer.id, entry)
        self._count += 1
        return True

    def _share(self, key: str, customer: Customer) -> bool:
        sharing = self._shared.get(key) or [self._customers[key].customer]
        ids = {each.id for each in sharing}
        if not customer.id or "" in ids or customer.id in ids or len(sharing) >= SHARED_AT_MOST:
            return False
        self._shared[key] = sharing = [*sharing, customer]
        tiers, languages = {each.tier for each in sharing}, {each.language for each in sharing}
        self._customers[key] = _Entry(Customer("", _only(tiers), _only(languages), several=True), None)
        return True

    def __len__(self) -> int:
        """How many customers are known, each as often as he has numbers."""
        return self._count

    def __iter__(self) -> Iterator[tuple[str, Customer]]:
        """Every customer with his number in its international form, and his manager as if each had him for good."""
        return ((number, entry.customer) for number, entry in self._customers.items())

    @property
    def tiers(self) -> tuple[str, ...]:
        """The tiers that customers have, by name."""
        return tuple(sorted({entry.customer.tier for entry in self._customers.values()} - {""}))

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
        return self._today_s(self._customers.get(key))

    def known_as(self, customer: str) -> Customer | None:
        """The customer with this id, or None; by his first number, if he has several. Never raises, never waits."""
        return self._today_s(self._by_id.get(customer))

    def _today_s(self, entry: "_Entry | None") -> Customer | None:
        """A customer with the manager whom he has today."""
        if entry is None:
            return None
        until = entry.manager_until
        if until is None or (self._today is not None and self._today() <= until):
            return entry.customer
        return replace(entry.customer, manager=None)


def _only(values: set[str]) -> str:
    return next(iter(values)) if len(values) == 1 else ""


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
    path: Path,
    *,
    region: str = REGION,
    languages: Iterable[str] = (),
    agents: Iterable[str] = (),
    today: Callable[[], date] | None = None,
    at_most: int = CUSTOMERS_AT_MOST,
) -> CustomerDirectory:
    """Read a CSV file with the columns number, name, tier and language; the last two may be empty.

    The columns manager and manager_until may follow: an agent's id, and the last day on which he is the customer's
    manager; and the column id: the digits by which his bank knows him, and whoever knows the PINs. `languages` are the
    ones a customer may have; without any, every one is accepted. A manager who is none of `agents`, if there are any,
    is nobody's manager, and one of the directory's warnings: people leave, and a hotline must not stand still for
    that. `today` is for the directory. Raises `DirectoryFault` with the first fault, as file:line: what is wrong, what
    is allowed.
    """
    directory = CustomerDirectory(region, today)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reading = _Reading(path, frozenset(languages), frozenset(agents), at_most)
            reading.read(file, directory)
    except OSError as error:
        raise DirectoryFault(f"{path}: the customer file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DirectoryFault(f"{path}: the customer file is not UTF-8 (byte {error.start})") from error
    directory.warnings = tuple(reading.warnings())
    return directory


class _Reading:
    """One file being read, with what its rows may name."""

    def __init__(self, path: Path, languages: frozenset[str], agents: frozenset[str], at_most: int) -> None:
        self._path = path
        self._languages = languages
        self._agents = agents
        self._at_most = at_most
        self._strangers: dict[str, tuple[int, int]] = {}
        """Managers who are no agents: the line of the first customer who has him, and how many have him."""

    def warnings(self) -> Iterator[DirectoryWarning]:
        """What is odd in what was read."""
        file = str(self._path)
        for manager, (line, many) in list(self._strangers.items())[:STRANGERS_AT_MOST]:
            customers = f"{many} customers" if many > 1 else "1 customer"
            told = f"{manager} is the manager of {customers} and not an agent"
            yield DirectoryWarning(file, line, f"{told}; they are kept for nobody{self._meant(manager)}")
        more = list(self._strangers.values())[STRANGERS_AT_MOST:]
        if more:
            yield DirectoryWarning(file, more[0][0], f"{len(more)} more managers are not agents, either")

    def _meant(self, manager: str) -> str:
        near = get_close_matches(manager, sorted(self._agents), n=1, cutoff=0.75)
        return f" (did you mean {near[0]}?)" if near else ""

    def read(self, file: TextIO, directory: CustomerDirectory) -> None:
        reader = csv.reader(file, strict=True)
        try:
            columns = self._columns(next(reader, []))
            for row in reader:
                line = reader.line_num
                where = f"{self._path}:{line}"
                if not any(field.strip() for field in row):
                    continue
                if len(directory) >= self._at_most:
                    raise DirectoryFault(f"{where}: more than {self._at_most} customers, which is all that is allowed")
                if not len(COLUMNS) <= len(row) <= len(columns):
                    raise DirectoryFault(f"{where}: {len(row)} fields instead of {len(columns)} ({', '.join(columns)})")
                fields = dict(zip(columns, (field.strip() for field in row), strict=False))
                if not directory.add(*self._customer(line, fields)):
                    raise DirectoryFault(f"{where}: {_TAKEN}")
        except csv.Error as error:
            raise DirectoryFault(f"{self._path}:{reader.line_num}: not a line of CSV: {error}") from error

    def _columns(self, header: list[str]) -> tuple[str, ...]:
        columns = tuple(column.strip() for column in header)
        first, more = columns[: len(COLUMNS)], columns[len(COLUMNS) :]
        known = len(set(more)) == len(more) and set(more) <= set(MORE_COLUMNS)
        if first != COLUMNS or not known or ("manager_until" in more and "manager" not in more):
            raise DirectoryFault(
                f"{self._path}:1: the first line must be {','.join(COLUMNS)}; {','.join(MORE_COLUMNS)} may follow"
            )
        return columns

    def _customer(self, line: int, fields: dict[str, str]) -> tuple[str, Customer, date | None]:
        where = f"{self._path}:{line}"
        number, name, tier, language = (fields[column] for column in COLUMNS)
        manager, until, identity = (fields.get(column, "") for column in MORE_COLUMNS)
        digits = number.removeprefix("+")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 32):
            # A fault does not spread customers' numbers, nor their names.
            raise DirectoryFault(f"{where}: number: up to 32 digits are allowed, with a plus in front if you like")
        if len(name) > FIELD_AT_MOST or not is_plain(name):
            allowed = f"at most {FIELD_AT_MOST} characters are allowed, all of them printable"
            raise DirectoryFault(f"{where}: name: {allowed}")
        if tier and not _NAME.fullmatch(tier):
            small = f"; write {tier.lower()}" if _NAME.fullmatch(tier.lower()) else ""
            allowed = "at most 32 of a-z, 0-9 and - are allowed, first a letter, as in the settings"
            raise DirectoryFault(f"{where}: tier {_shown(tier)}: {allowed}{small}")
        if language and self._languages and language not in self._languages:
            known = ", ".join(sorted(self._languages))
            raise DirectoryFault(f"{where}: language {_shown(language)}: there is no such language; allowed: {known}")
        if identity and not _ID.fullmatch(identity):
            # Nor does it spread what customers are known by.
            raise DirectoryFault(f"{where}: id: up to 20 digits are allowed, or nothing")
        if manager and not _NAME.fullmatch(manager):
            allowed = "the id of one of the agents in the settings is allowed, or nothing"
            raise DirectoryFault(f"{where}: manager {_shown(manager)}: {allowed}")
        if until and not manager:
            raise DirectoryFault(f"{where}: manager_until {_shown(until)}: there is no manager who could be his until")
        day = _day(where, until) if until else None
        if manager and self._agents and manager not in self._agents:
            first, many = self._strangers.get(manager, (line, 0))
            self._strangers[manager] = (first, many + 1)
            manager, day = "", None
        return number, Customer(name, tier, language, AgentId(manager) if manager else None, identity), day


def _day(where: str, text: str) -> date:
    if not _DATE.fullmatch(text):
        raise DirectoryFault(f"{where}: manager_until {_shown(text)}: a day as 2026-12-31 is allowed, or nothing")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DirectoryFault(f"{where}: manager_until {text}: a day that no calendar has") from None


def _shown(value: str) -> str:
    """A value as a message shows it: in quotes, bounded and printable."""
    return f'"{"".join(char if char.isprintable() else repr(char)[1:-1] for char in value[:40])}"'
