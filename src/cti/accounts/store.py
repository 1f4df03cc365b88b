"""Accounts and sessions in the desk's file: the tables, and each statement on them.

A password is kept as its argon2id hash, of a session's token the SHA-256: who reads the file can log in as nobody. A
first password was made at random by the hotline and lies in `secrets.json`; `first` is the salted digest by which it
is known again, so that a new one is noticed.
"""

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from acd.core.instants import Instant
from cti.desk_file import Part

PART = Part(
    "accounts",
    (
        """
        CREATE TABLE accounts (
            name TEXT PRIMARY KEY,
            password TEXT NOT NULL DEFAULT '',      -- argon2id, or empty for none yet
            first TEXT NOT NULL DEFAULT '',         -- of a first password, or empty for one that a person chose
            changed_at INTEGER NOT NULL DEFAULT 0,  -- ms since 1970
            locked_at INTEGER NOT NULL DEFAULT 0    -- or 0
        ) STRICT;
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY,
            token BLOB NOT NULL UNIQUE,
            name TEXT NOT NULL,
            begun_at INTEGER NOT NULL,
            seen_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX sessions_by_name ON sessions (name);
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class Account:
    """What is kept of one person. Times are 0 for never."""

    name: str
    password: str = ""
    first: str = ""
    changed_at: Instant = 0
    locked_at: Instant = 0

    def follows(self, first: str | None) -> bool:
        """Whether its password still holds, when `first` lies in the secrets as the first one now, or none does."""
        return not self.first or not first or hmac.compare_digest(_digest(first, self.first[:32]), self.first)


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A session as it outlives the process."""

    id: str
    token: bytes
    name: str
    begun_at: Instant
    seen_at: Instant


def mark_of(first: str) -> str:
    """By what a first password is known again."""
    return _digest(first, secrets.token_hex(16))


def accounts_in(file: sqlite3.Connection) -> dict[str, Account]:
    """All accounts that were ever used, by name."""
    rows = file.execute("SELECT name, password, first, changed_at, locked_at FROM accounts ORDER BY name")
    return {row["name"]: Account(*row) for row in rows}


def account_in(file: sqlite3.Connection, name: str) -> Account:
    """One person's account; an empty one for somebody who was never here."""
    query = "SELECT name, password, first, changed_at, locked_at FROM accounts WHERE name = ?"
    row = file.execute(query, (name,)).fetchone()
    return Account(name) if row is None else Account(*row)


def keep_password(file: sqlite3.Connection, name: str, password: str, first: str, at: Instant) -> None:
    """Let this hash be the account's from now on. Whoever is logged in with an older password is not any more."""
    file.execute(
        "INSERT INTO accounts (name, password, first, changed_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name) DO UPDATE"
        " SET password = ?2, first = ?3, changed_at = ?4",
        (name, password, first, at),
    )
    remove_sessions_of(file, name)


def lock(file: sqlite3.Connection, name: str, at: Instant) -> None:
    """Let nobody in under this name, and end his sessions; `at` 0 lets him in again."""
    file.execute(
        "INSERT INTO accounts (name, locked_at) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET locked_at = ?2",
        (name, at),
    )
    if at:
        remove_sessions_of(file, name)


def sessions_in(file: sqlite3.Connection) -> list[KeptSession]:
    """All sessions, the oldest first."""
    rows = file.execute("SELECT id, token, name, begun_at, seen_at FROM sessions ORDER BY begun_at, id")
    return [KeptSession(*row) for row in rows]


def session_ids(file: sqlite3.Connection) -> frozenset[str]:
    """The names of all sessions."""
    return frozenset(row["id"] for row in file.execute("SELECT id FROM sessions"))


def add_session(file: sqlite3.Connection, session: KeptSession) -> None:
    """Keep a new session."""
    file.execute(
        "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)",
        (session.id, session.token, session.name, session.begun_at, session.seen_at),
    )


def touch_sessions(file: sqlite3.Connection, seen: Mapping[str, Instant]) -> None:
    """Keep when sessions were used last."""
    file.executemany("UPDATE sessions SET seen_at = ? WHERE id = ?", [(at, name) for name, at in seen.items()])


def remove_sessions(file: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Forget sessions; what is not there is none."""
    file.executemany("DELETE FROM sessions WHERE id = ?", [(each,) for each in ids])


def remove_sessions_of(file: sqlite3.Connection, name: str) -> None:
    """Forget all sessions of one person."""
    file.execute("DELETE FROM sessions WHERE name = ?", (name,))


def version_of(file: sqlite3.Connection) -> int:
    """A number that changes when another process has changed the file."""
    (number,) = file.execute("PRAGMA data_version").fetchone()
    return int(number)


def _digest(first: str, salt: str) -> str:
    return salt + hashlib.sha256(salt.encode() + first.encode("utf-8", "surrogatepass")).hexdigest()
