"""What is shown of a customer: fields with a kind, and what a source said of them as plain bounded text.

Whatever a source says ends as one line of printable characters, at most 500 of them: never markup, no control
characters, none that turn the direction of writing. What is no date or no amount though it should be is shown as the
text that it is: a wrong kind must not hide what an agent may need.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

LONGEST_VALUE = 500
LONGEST_BADGE = 40
MOST_IN_A_LIST = 30
DIGITS_AT_MOST = 30
"""Before the point; a longer number is none that a bank has, and turning very long ones into text takes long."""
LARGEST_NUMBER = 10**DIGITS_AT_MOST
YES, NO = "✓", "✗"
"""How a yes and a no are shown, in every language."""


class FieldKind(StrEnum):
    """How a value is shown."""

    TEXT = "text"
    DATE = "date"
    """A day as 2026-12-31; the screen writes it as its language does."""
    AMOUNT = "amount"
    """A decimal number of a currency."""
    BADGE = "badge"
    """A word that stands out."""


@dataclass(frozen=True, slots=True)
class ShownField:
    """One thing that is shown of a customer."""

    name: str
    label: Mapping[str, str]
    """By language."""
    kind: FieldKind = FieldKind.TEXT
    currency: str = ""
    verified_only: bool = False
    """Shown only when the caller has proved who he is."""


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of one field, ready to be shown."""

    kind: FieldKind
    text: str


def value_of(field: ShownField, said: object) -> Value | None:
    """What a source said of this field; None for nothing."""
    text = _text(said)
    if not text:
        return None
    match field.kind:
        case FieldKind.DATE:
            day = _day(text)
            return Value(FieldKind.TEXT, text) if day is None else Value(FieldKind.DATE, day)
        case FieldKind.AMOUNT:
            amount = _amount(text)
            return Value(FieldKind.TEXT, text) if amount is None else Value(FieldKind.AMOUNT, amount)
        case FieldKind.BADGE:
            return Value(FieldKind.BADGE, cut(text, LONGEST_BADGE))
        case FieldKind.TEXT:
            return Value(FieldKind.TEXT, text)


def inside(record: Mapping[str, object], key: str) -> object:
    """What a record has under a key; `contact.city` is a key inside a key. None for nothing."""
    if key in record:
        return record[key]
    found: object = record
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def cut(text: str, at_most: int) -> str:
    """The text, or its beginning with a sign that there is more."""
    return text if len(text) <= at_most else text[: at_most - 1] + "…"


def plain(text: str) -> str:
    """One line of printable characters, whatever it was; cut before it is looked at, so that it costs little."""
    shown = "".join(char if char.isprintable() else " " for char in text[: 4 * LONGEST_VALUE])
    return cut(" ".join(shown.split()), LONGEST_VALUE)


def _text(said: object) -> str:
    if isinstance(said, list | tuple):
        # A list within a list, or a mapping, is nothing that fits a line.
        parts = (_text(each) for each in said[:MOST_IN_A_LIST] if not isinstance(each, list | tuple | Mapping))
        return plain(", ".join(filter(None, parts)))
    if isinstance(said, int | float | Decimal) and not isinstance(said, bool):
        return _number(said)
    match said:
        case str():
            return plain(said)
        case bool():
            return YES if said else NO
        case date():
            return plain(said.isoformat())
    return ""


def _number(said: int | float | Decimal) -> str:
    if isinstance(said, int):
        return str(said) if abs(said) < LARGEST_NUMBER else ""
    number = Decimal(float.__repr__(said)) if isinstance(said, float) else said
    return f"{number:f}" if _fits(number) else ""


def _fits(number: Decimal) -> bool:
    """Whether a number can be written out in a line; neither infinity nor what is none can."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -LONGEST_BADGE and number.adjusted() < DIGITS_AT_MOST


def _day(text: str) -> str | None:
    """The day of an ISO date or time."""
    day = text[:10]
    try:
        return date.fromisoformat(day).isoformat() if text[10:11] in {"", "T", " "} and day[4:5] == "-" else None
    except ValueError:
        return None


def _amount(text: str) -> str | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return f"{number:f}" if _fits(number) else None
