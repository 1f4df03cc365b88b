"""Contacts in the desktop's file: facts are put in, drafts are kept, records are read. Every function is one piece of
work for `DeskFile.run`, and knows neither the clock nor the settings but by what it is given.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from acd.core.instants import Instant
from acd.core.names import AgentId, CallId, LaneName
from cti.contacts.recorded import ContactRecorded
from cti.contacts.records import Direction, Draft, RecordState, Words
from cti.contacts.talks import AgentMovedOn, CallerProved, Fact, HandedOut, TalkBegan, TalkEnded

BranchOf: TypeAlias = Callable[[LaneName, str], str]
"""The first code on the way to a disposition in its lane's tree; empty for none."""

PURGED_AT_ONCE = 1_000
"""Old contacts that are taken away in one transaction."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the settings and the directory say of a talk that begins; the events do not."""

    line: str = "first"
    """Which line the agent works in."""
    number: str = ""
    """The caller's in its international form."""
    customer: str = ""
    """Whom the directory knows by it; a number proves nothing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an agent is with a contact of his."""

    call: CallId
    lane: LaneName
    state: RecordState
    at: Instant
    ended_at: Instant | None
    number: str
    customers: frozenset[str]
    """Whose contact it may be: whom he proved to be, or else whom the directory knows by the number."""


class Stale(Exception):
    """Somebody, probably the same agent in another tab, has written meanwhile; `draft` is what is there."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        super().__init__("the notes were changed elsewhere meanwhile")


def heard_until(file: sqlite3.Connection) -> Instant | None:
    """Up to when all that the core said is in the file; None in a new one."""
    row = file.execute("SELECT at FROM contacts_heard").fetchone()
    return None if row is None else int(row["at"])


def note_heard(file: sqlite3.Connection, at: Instant) -> None:
    """All that the core said until `at` is in the file; it never goes back."""
    file.execute(
        "INSERT INTO contacts_heard VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET at = max(at, excluded.at)", (at,)
    )


def put(
    file: sqlite3.Connection, facts: Iterable[tuple[Fact, Known]], branch_of: BranchOf
) -> Sequence[ContactRecorded]:
    """Put facts in, in their order, and say which records they made. A fact that is there already changes nothing."""
    made: list[ContactRecorded] = []
    for fact, known in facts:
        match fact:
            case TalkBegan():
                _begin(file, fact, known)
            case TalkEnded():
                _end(file, fact)
            case CallerProved():
                file.execute("UPDATE contacts SET customer = ? WHERE call = ?", (fact.customer, fact.call))
            case HandedOut():
                file.execute("UPDATE contacts SET outside = 1 WHERE call = ? AND agent = ?", (fact.call, fact.agent))
            case AgentMovedOn():
                made += _settle_all(file, fact.agent, fact.at, branch_of)
    return made


def _begin(file: sqlite3.Connection, fact: TalkBegan, known: Known) -> None:
    file.execute(
        "INSERT INTO contacts (call, agent, lane, line, at, number, customer, by_number, direction)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            *(fact.call, fact.agent, fact.lane, known.line, fact.at),
            *(known.number, fact.customer, known.customer, fact.direction),
        ),
    )
    new = file.execute(
        "INSERT INTO talks VALUES (?, ?, ?, NULL) ON CONFLICT DO NOTHING", (fact.call, fact.agent, fact.at)
    ).rowcount
    if new:
        # The caller has come back to him: what he wrote of the first part is his to go on with.
        file.execute(
            "UPDATE contacts SET state = 'open', ended_at = NULL WHERE call = ? AND agent = ?", (fact.call, fact.agent)
        )


def _end(file: sqlite3.Connection, fact: TalkEnded) -> None:
    whose = (fact.call, fact.agent)
    ended = file.execute(
        "UPDATE talks SET talked = ? WHERE call = ? AND agent = ? AND talked IS NULL"
        " AND at = (SELECT max(at) FROM talks WHERE call = ? AND agent = ? AND at <= ?)",
        (fact.talked, *whose, *whose, fact.at),
    ).rowcount
    if ended:
        file.execute(
            "UPDATE contacts SET ended_at = ?,"
            " talked = (SELECT coalesce(sum(talked), 0) FROM talks WHERE call = ? AND agent = ?)"
            " WHERE call = ? AND agent = ?",
            (fact.at, *whose, *whose),
        )


def _settle_all(
    file: sqlite3.Connection, agent: AgentId, at: Instant, branch_of: BranchOf
) -> Iterable[ContactRecorded]:
    """Make records of what an agent left open who moved on at `at`; not of what began later, or goes on."""
    rows = file.execute(
        "SELECT call FROM contacts WHERE agent = ? AND state = 'open' AND NOT EXISTS"
        " (SELECT 1 FROM talks WHERE talks.call = contacts.call AND talks.agent = contacts.agent"
        " AND (talks.at > ? OR talks.talked IS NULL))",
        (agent, at),
    ).fetchall()
    for row in rows:
        yield from settle(file, CallId(row["call"]), agent, RecordState.NOT_FINISHED, branch_of, at)


def settle(
    file: sqlite3.Connection,
    call: CallId,
    agent: AgentId,
    state: RecordState,
    branch_of: BranchOf,
    at: Instant,
    *,
    in_time: bool = True,
) -> Sequence[ContactRecorded]:
    """Make the draft the record of this contact; once more, after the draft has changed, is fine.

    `in_time` is false for a record that is made after the wrap-up. Returns the record; nothing for no contact.
    """
    draft = draft_of(file, call, agent)
    row = file.execute("SELECT lane FROM contacts WHERE call = ? AND agent = ?", (call, agent)).fetchone()
    if row is None:
        return ()
    words = draft.words
    branch = branch_of(LaneName(row["lane"]), words.disposition) if words.disposition else ""
    file.execute(
        "UPDATE contacts SET state = ?, disposition = ?, branch = ?, solved = ?, follow_up = ?"
        " WHERE call = ? AND agent = ?",
        (state, words.disposition, branch, words.solved, words.follow_up, call, agent),
    )
    if words.note:
        file.execute(
            "INSERT INTO notes (call, agent, at, text) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (call, agent) DO UPDATE SET at = excluded.at, text = excluded.text",
            (call, agent, draft.changed_at, words.note),
        )
    else:
        file.execute("DELETE FROM notes WHERE call = ? AND agent = ?", (call, agent))
    made = file.execute("SELECT * FROM contacts WHERE call = ? AND agent = ?", (call, agent)).fetchone()
    return (_recorded(made, at, in_time=in_time),)


def _recorded(row: sqlite3.Row, at: Instant, *, in_time: bool) -> ContactRecorded:
    words, ended_at = words_of(row), row["ended_at"]
    return ContactRecorded(
        at,
        CallId(row["call"]),
        AgentId(row["agent"]),
        LaneName(row["lane"]),
        row["line"],
        Direction(row["direction"]),
        RecordState(row["state"]),
        row["at"],
        ended_at,
        row["talked"],
        max(0, at - ended_at) if in_time and ended_at is not None else None,
        words.disposition,
        words.solved,
        words.follow_up,
    )


def settle_left_open(
    file: sqlite3.Connection,
    before: Instant,
    busy: frozenset[AgentId],
    branch_of: BranchOf,
    at: Instant,
) -> Sequence[ContactRecorded]:
    """Make records of contacts that began before `before` and whose agent is not `busy`.

    For what no event closed: a journal that was lost, an agent who was taken out of the settings.
    """
    rows = file.execute("SELECT call, agent FROM contacts WHERE state = 'open' AND at < ?", (before,)).fetchall()
    left = [row for row in rows if row["agent"] not in busy]
    made: list[ContactRecorded] = []
    for row in left:
        call, agent = CallId(row["call"]), AgentId(row["agent"])
        file.execute("UPDATE talks SET talked = 0 WHERE call = ? AND agent = ? AND talked IS NULL", (call, agent))
        file.execute(
            "UPDATE contacts SET ended_at = coalesce(ended_at, at) WHERE call = ? AND agent = ?", (call, agent)
        )
        made += settle(file, call, agent, RecordState.NOT_FINISHED, branch_of, at, in_time=False)
    return made


def standing(file: sqlite3.Connection, call: CallId, agent: AgentId) -> Standing | None:
    """How far the agent is with this contact; None if it is no contact of his."""
    row = file.execute("SELECT * FROM contacts WHERE call = ? AND agent = ?", (call, agent)).fetchone()
    return None if row is None else _standing(row)


def newest_of(file: sqlite3.Connection, agent: AgentId) -> Standing | None:
    """How far the agent is with the contact that he is not done with, the newest; None if there is none."""
    row = file.execute(
        "SELECT * FROM contacts WHERE agent = ? AND state = 'open' ORDER BY at DESC LIMIT 1", (agent,)
    ).fetchone()
    return None if row is None else _standing(row)


def _standing(row: sqlite3.Row) -> Standing:
    return Standing(
        CallId(row["call"]),
        LaneName(row["lane"]),
        RecordState(row["state"]),
        row["at"],
        row["ended_at"],
        row["number"],
        frozenset({row["customer"] or row["by_number"]} - {""}),
    )


def draft_of(file: sqlite3.Connection, call: CallId, agent: AgentId) -> Draft:
    """What the agent has written of this call; an empty draft before the first word."""
    row = file.execute("SELECT * FROM drafts WHERE call = ? AND agent = ?", (call, agent)).fetchone()
    if row is None:
        return Draft()
    return Draft(words_of(row), row["revision"], row["changed_at"])


def words_of(row: sqlite3.Row) -> Words:
    """The words in a row of drafts, or in one of contacts, which has its note elsewhere."""
    solved = None if row["solved"] is None else bool(row["solved"])
    note = row["note"] if "note" in row.keys() else ""  # noqa: SIM118 - a row is no mapping: `in` looks at its values.
    return Words(row["disposition"], solved, note, bool(row["follow_up"]))


def keep_draft(
    file: sqlite3.Connection, call: CallId, agent: AgentId, words: Words, revision: int, at: Instant
) -> Draft:
    """Keep what the agent has written, who had `revision` before him. The same words again change nothing.

    Raises Stale when there is another revision by now.
    """
    before = draft_of(file, call, agent)
    if words == before.words and before.revision:
        return before
    if revision != before.revision:
        raise Stale(before)
    draft = Draft(words, revision + 1, at)
    file.execute(
        "INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (call, agent, draft.revision, at, words.disposition, words.solved, words.note, words.follow_up),
    )
    return draft


def forget_before(file: sqlite3.Connection, at: Instant) -> int:
    """Take away contacts that began before `at`, at most PURGED_AT_ONCE of them; how many went."""
    old = file.execute(
        "SELECT call, agent FROM contacts WHERE at < ? ORDER BY at LIMIT ?", (at, PURGED_AT_ONCE)
    ).fetchall()
    whose = [(row["call"], row["agent"]) for row in old]
    for table in ("notes", "talks", "drafts", "contacts"):
        file.executemany(f"DELETE FROM {table} WHERE call = ? AND agent = ?", whose)  # noqa: S608 - our own names.
    return len(old)


def forget_drafts_of_nothing(file: sqlite3.Connection, before: Instant) -> None:
    """Take away drafts of calls that never became a contact: the phone rang, and nobody talked."""
    file.execute(
        "DELETE FROM drafts WHERE changed_at < ? AND NOT EXISTS"
        " (SELECT 1 FROM contacts WHERE contacts.call = drafts.call AND contacts.agent = drafts.agent)",
        (before,),
    )


Row: TypeAlias = tuple[CallId, LaneName, str, Instant, Instant, str, str, Direction, str, bool]
"""Call, lane, line, began at, ended at, number, customer, direction, branch, and whether the caller was sent outside:
what the measures need of a contact."""


def rows_since(file: sqlite3.Connection, since: Instant) -> Sequence[Row]:
    """All contacts that began at `since` or later, in their order."""
    found = file.execute(
        "SELECT call, lane, line, at, coalesce(ended_at, at), number,"
        " CASE customer WHEN '' THEN by_number ELSE customer END, direction, branch, outside"
        " FROM contacts WHERE at >= ? ORDER BY at, call, agent",
        (since,),
    )
    return [(*row[:7], Direction(row[7]), row[8], bool(row[9])) for row in map(tuple, found)]
