"""Earlier contacts of one caller, the newest first, with what was written of them."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import replace

from acd.core.names import AgentId, CallId, LaneName
from cti.contacts.records import Contact, Direction, KnownBy, Note, RecordState, Words, mentions_in
from cti.contacts.store import draft_of, words_of

AT_MOST = 100
"""Contacts in one answer."""

_OF_CUSTOMER = "(c.customer = :whom OR (c.customer = '' AND c.by_number = :whom))"
_OF_NUMBER = "c.number = :number"
_OF_NUMBER_AND_NOBODY_ELSES = f"({_OF_NUMBER} AND c.customer IN ('', :whom) AND c.by_number IN ('', :whom))"
_COLUMNS = (
    "SELECT c.*, n.number AS note_number, n.at AS note_at, n.text AS note_text"
    " FROM contacts AS c LEFT JOIN notes AS n ON n.call = c.call AND n.agent = c.agent"
)


def of_customer(
    file: sqlite3.Connection, customer: str, limit: int, without: tuple[CallId, AgentId] | None = None
) -> list[Contact]:
    """Contacts of who proved to be this customer, or called from his number; `without` is left out."""
    return _found(file, _OF_CUSTOMER, {"whom": customer}, limit, without)


def of_number(
    file: sqlite3.Connection, number: str, limit: int, without: tuple[CallId, AgentId] | None = None
) -> list[Contact]:
    """Contacts with whoever called from this number, given in its international form."""
    return _found(file, _OF_NUMBER, {"number": number}, limit, without)


def of_caller(
    file: sqlite3.Connection,
    customer: str,
    number: str,
    limit: int,
    without: tuple[CallId, AgentId] | None = None,
    *,
    proved: bool,
) -> list[Contact]:
    """Contacts of who calls from this number and is, as far as is known, this customer; either may be empty.

    Who has proved to be him has no contact of somebody else who called from the same number; else all of the number's
    are shown, for it may have been any of them.
    """
    if not customer:
        return of_number(file, number, limit, without)
    either = f"({_OF_CUSTOMER} OR {_OF_NUMBER_AND_NOBODY_ELSES if proved else _OF_NUMBER})"
    # A number that is hidden is nobody's.
    condition = either if number else _OF_CUSTOMER
    return _found(file, condition, {"whom": customer, "number": number}, limit, without)


def _found(
    file: sqlite3.Connection,
    condition: str,
    whose: Mapping[str, str],
    limit: int,
    without: tuple[CallId, AgentId] | None,
) -> list[Contact]:
    if not any(whose.values()):
        return []
    call, agent = without or ("", "")
    rows = file.execute(
        f"{_COLUMNS} WHERE {condition} AND NOT (c.call = :call AND c.agent = :agent)"
        " ORDER BY c.at DESC, c.call DESC, c.agent LIMIT :limit",
        {**whose, "call": call, "agent": agent, "limit": max(0, min(limit, AT_MOST))},
    ).fetchall()
    contacts = [_contact(file, row) for row in rows]
    known = _theirs(
        file, condition, whose, (number for each in contacts for note in each.notes for number in note.mentions)
    )
    return [replace(each, notes=tuple(_mentioning(note, known) for note in each.notes)) for each in contacts]


def _contact(file: sqlite3.Connection, row: sqlite3.Row) -> Contact:
    call, agent, state = CallId(row["call"]), AgentId(row["agent"]), RecordState(row["state"])
    words = words_of(row)
    notes: tuple[Note, ...] = ()
    if state is RecordState.OPEN:
        # He has handed the caller on and still writes: whoever has the caller now reads what is there so far.
        draft = draft_of(file, call, agent)
        words = draft.words
        notes = (Note(0, draft.changed_at, agent, words.note, mentions_in(words.note)),) if words.note else ()
    elif row["note_number"] is not None:
        text = row["note_text"]
        notes = (Note(row["note_number"], row["note_at"], agent, text, mentions_in(text)),)
    known_by = KnownBy.VERIFIED if row["customer"] else KnownBy.NUMBER if row["by_number"] else KnownBy.NOBODY
    return Contact(
        call,
        agent,
        LaneName(row["lane"]),
        row["at"],
        row["ended_at"],
        row["talked"],
        row["number"],
        row["customer"] or row["by_number"],
        known_by,
        Direction(row["direction"]),
        state,
        Words(words.disposition, words.solved, "", words.follow_up),
        notes,
    )


def _theirs(
    file: sqlite3.Connection, condition: str, whose: Mapping[str, str], numbers: Iterable[int]
) -> frozenset[int]:
    """Those of the mentioned notes that are of the same caller: a number in a text opens nobody else's notes."""
    wanted = sorted(set(numbers))
    if not wanted:
        return frozenset()
    places = ", ".join(f":n{at}" for at in range(len(wanted)))
    found = file.execute(
        "SELECT n.number FROM notes AS n JOIN contacts AS c ON n.call = c.call AND n.agent = c.agent"  # noqa: S608
        f" WHERE n.number IN ({places}) AND {condition}",
        {**whose, **{f"n{at}": number for at, number in enumerate(wanted)}},
    )
    return frozenset(row["number"] for row in found)


def _mentioning(note: Note, known: frozenset[int]) -> Note:
    return replace(note, mentions=tuple(each for each in note.mentions if each in known and each != note.number))
