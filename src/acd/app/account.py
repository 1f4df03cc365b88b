"""`hotline account`: who may log in, for whoever keeps the accounts. No command ever shows a password.

The commands change the desk's file; a core that runs follows within a second. Roles are the settings' business.
"""

import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from acd.app import console
from acd.app.access import PARTS, desk_path, lives_of, people_of
from acd.app.settings import first_passwords, home_folder
from acd.app.typed import NoTerminal, typed
from acd.config import HotlineConfig
from acd.core.instants import Instant
from acd.engine.clock import SystemClock
from cti.accounts import audit, store
from cti.accounts.deeds import Deed
from cti.accounts.passwords import LONGEST, Passwords, fault_in
from cti.accounts.sessions import Lives
from cti.accounts.store import Account, KeptSession
from cti.desk_file import DeskFile

T = TypeVar("T")
COMMAND = "(command line)"
"""Who did it, in the audit trail: somebody who may write the file."""


class AccountRefused(Exception):
    """A command about an account that cannot be carried out; one line says why, and never a password."""


def show(config: HotlineConfig, *, as_json: bool) -> None:
    """`hotline account list`: everybody of the settings, and those who are locked or were here once."""
    people, firsts = people_of(config), first_passwords(home_folder())
    kept, sessions = _in_file(lambda file: (store.accounts_in(file), store.sessions_in(file)))
    now = SystemClock().now()
    open_now = Counter(each.name for each in sessions if _holds(each, now, lives_of(config)))
    rows = []
    for name in sorted({*people, *kept}):
        account, person = kept.get(name, Account(name)), people.get(name)
        rows.append(
            {
                "name": name,
                "shown": "" if person is None else person.shown,
                "roles": [] if person is None else sorted(person.roles),
                "password": _password(account, firsts),
                "locked_at": account.locked_at,
                "sessions": open_now[name],
            }
        )
    if as_json:
        console.print_json(rows)
        return
    console.table(
        "Accounts",
        ("name", "", "roles", "password", "", "sessions"),
        (
            (
                str(row["name"]),
                str(row["shown"]),
                ", ".join(map(str, row["roles"])) or "not in the settings",  # type: ignore[call-overload]
                str(row["password"]),
                f"locked since {_when(row['locked_at'])}" if row["locked_at"] else "",  # type: ignore[arg-type]
                str(row["sessions"] or ""),
            )
            for row in rows
        ),
    )


def set_password(config: HotlineConfig, name: str, *, from_input: bool) -> None:
    """`hotline account password`: typed twice without echo, or one line of the standard input."""
    _check(config, name)
    # A line without end is not read to its end.
    new = sys.stdin.readline(LONGEST + 2).rstrip("\r\n") if from_input else _typed("New password: ")
    if (fault := fault_in(new, name)) is not None:
        raise AccountRefused(fault)
    if not from_input and _typed("Once more: ") != new:
        raise AccountRefused("the two were not the same; nothing was changed")
    passwords, now = Passwords(), SystemClock().now()
    made = passwords.hash_now(new)
    passwords.close()
    _change(lambda file: store.keep_password(file, name, made, "", now), name, Deed.PASSWORD_CHANGED)
    console.say(f"the password of {name} is changed; every session of his has ended")


def lock(config: HotlineConfig, name: str) -> None:
    """`hotline account lock`."""
    _check(config, name)
    now = SystemClock().now()
    _change(lambda file: store.lock(file, name, now), name, Deed.ACCOUNT_LOCKED)
    console.say(f"{name} is locked; every session of his has ended")


def unlock(config: HotlineConfig, name: str) -> None:
    """`hotline account unlock`."""
    _check(config, name)
    _change(lambda file: store.lock(file, name, 0), name, Deed.ACCOUNT_UNLOCKED)
    console.say(f"{name} may log in")


def _change(change: Callable[[sqlite3.Connection], None], name: str, deed: Deed) -> None:
    entry = audit.Entry(SystemClock().now(), COMMAND, deed, {"person": name})

    def work(file: sqlite3.Connection) -> None:
        change(file)
        audit.write(file, [entry])

    _in_file(work)


def _in_file(work: Callable[[sqlite3.Connection], T]) -> T:
    file = DeskFile(desk_path(home_folder()), PARTS)
    try:
        return file.do(work)
    except sqlite3.Error as error:
        raise AccountRefused(f"the accounts cannot be used: {error}") from None
    finally:
        file.close()


def _check(config: HotlineConfig, name: str) -> None:
    people = people_of(config)
    if name not in people:
        raise AccountRefused(f"{name[:64]!r}: nobody of the settings; `hotline account list` says who there is")


def _typed(prompt: str) -> str:
    try:
        return typed(prompt)
    except NoTerminal:
        raise AccountRefused(
            "there is no terminal to type a password at; use --stdin and give it as one line"
        ) from None


def _password(account: Account, firsts: Mapping[str, str]) -> str:
    first = firsts.get(account.name)
    if account.password and account.follows(first):
        return f"{'first' if account.first else 'own'}, since {_when(account.changed_at)}"
    return "first, never used" if first else "none"


def _holds(session: KeptSession, now: Instant, lives: Lives) -> bool:
    # When an open page was used last is written down from time to time only.
    return now - session.seen_at < lives.idle and now - session.begun_at < lives.longest


def _when(at: Instant) -> str:
    return datetime.fromtimestamp(at / 1_000).astimezone().strftime("%Y-%m-%d %H:%M")
