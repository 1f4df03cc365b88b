"""The answers of several sources as one view of a customer; pure, and where it is decided what may be seen of him.

Rules: of each field the first source in the settings' order wins that says something. Where it is not certain who
calls (his number says it, nobody proved it), more than one possible customer means that nothing is shown of any of
them. Where it is certain, only records that are his count. What is for verified callers alone is counted, not shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from acd.core.instants import Duration
from cti.customers.fields import ShownField, Value


class SourceState(StrEnum):
    """What came of asking a source."""

    OK = "ok"
    NONE = "none"
    """It knows nobody like that."""
    UNAVAILABLE = "unavailable"


class Identity(StrEnum):
    """How a customer is known."""

    NOBODY = "none"
    NUMBER = "number"
    """By his number alone, which proves nothing."""
    SEVERAL = "several"
    """The number is that of several customers: nobody knows which one calls."""
    CUSTOMER = "customer"
    """By his id: he has proved it, or it is he who was asked for."""


@dataclass(frozen=True, slots=True)
class Question:
    """Of whom something is wanted to be known."""

    number: str = ""
    """In its international form; empty for none."""
    customer: str = ""
    """By his id; empty if it is not known. If it is not certain, it is whose number that is."""
    certain: bool = False
    """That it is the customer with this id."""
    known: bool = False
    """The directory by which callers are routed has somebody with this number."""
    several: bool = False
    """It has several."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a source knows of one customer, by the names of the fields; `id` is empty where it does not say whose."""

    id: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """What one source said, and how long it took."""

    source: str
    state: SourceState
    took: Duration
    found: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A field with what is shown in it, and whose word that is."""

    field: ShownField
    value: Value
    source: str


@dataclass(frozen=True, slots=True)
class View:
    """All that is to be seen of a customer."""

    identity: Identity
    customer: str
    """His id, where it is certain or his number's alone; else empty."""
    fields: tuple[Shown, ...]
    withheld: int
    """Fields that are known and shown only when he has proved who he is."""
    answers: tuple[SourceAnswer, ...]
    """In the settings' order."""


def merge(question: Question, fields: Sequence[ShownField], answers: Sequence[SourceAnswer], *, show_all: bool) -> View:
    """One view of the answers, which are in the settings' order.

    `show_all` shows also what is for verified callers alone.
    """
    identity, customer = _whose(question, answers)
    shown, withheld = [], 0
    if identity in {Identity.NUMBER, Identity.CUSTOMER}:
        for each in fields:
            first = _first(each, question, answers)
            if first is not None and each.verified_only and not show_all:
                withheld += 1
            elif first is not None:
                shown.append(first)
    return View(identity, customer, tuple(shown), withheld, tuple(answers))


def _whose(question: Question, answers: Sequence[SourceAnswer]) -> tuple[Identity, str]:
    if question.certain:
        known = question.customer
        return (Identity.CUSTOMER, known) if known else (Identity.NOBODY, "")
    # By id, for one customer may have two records in two sources, and in one.
    ids = {found.id for answer in answers for found in answer.found if found.id}
    if question.customer:
        ids.add(question.customer)
    nameless = any(len(answer.found) > 1 and not all(found.id for found in answer.found) for answer in answers)
    if question.several or len(ids) > 1 or nameless:
        return Identity.SEVERAL, ""
    if not ids and not question.known and not any(answer.found for answer in answers):
        return Identity.NOBODY, ""
    return Identity.NUMBER, next(iter(ids), "")


def _first(shown: ShownField, question: Question, answers: Sequence[SourceAnswer]) -> Shown | None:
    for answer in answers:
        for found in _his(question, answer.found):
            value = found.values.get(shown.name)
            if value is not None:
                return Shown(shown, value, answer.source)
    return None


def _his(question: Question, found: Sequence[Found]) -> Sequence[Found]:
    """Of one source's records those that may count: of a certain customer, those that say or let suppose to be his."""
    if not question.certain:
        return found
    named = [each for each in found if each.id == question.customer]
    if named:
        return named
    return found if len(found) == 1 and not found[0].id else ()
