"""The door: who gets a session, whose session it is, and who ends whose.

An unknown name, a locked account and a wrong password are refused with the same words after the same work. People come
from the settings and from nowhere else: whoever is gone from them is not in any more, and a role holds as long as it
stands there. A password is a first one, made by the hotline and lying in its secrets, until a person chooses another.
"""

import asyncio
import contextlib
import hmac
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import NoReturn

import structlog
from starlette.requests import HTTPConnection

from acd.core.instants import Instant
from cti.accounts import store
from cti.accounts.deeds import Deed, Trail
from cti.accounts.guesses import Guesses
from cti.accounts.passwords import Busy, Passwords, fault_in
from cti.accounts.sessions import COOKIE, Lives, Session, Sessions
from cti.accounts.store import Account
from cti.api.people import Person
from cti.desk_file import DeskFile

LOOKS_EVERY = 0.5
"""Seconds between two looks at whether a command has changed an account, or a session is over."""
STRANGER = "(somebody)"
"""Who failed to log in under a name that nobody has: what was typed may be a password in the wrong field."""

_log = structlog.get_logger(__name__)


class Refusal(StrEnum):
    """Why somebody is not let in; all that is ever told."""

    WRONG = "name or password is wrong"
    TOO_MANY = "too many wrong passwords; wait a little and try again"
    BUSY = "too many log in at once; try again in a moment"


class Accounts:
    """All accounts and their sessions. `run` belongs in the app's task group.

    `people` are those of the settings in force, `firsts` the first passwords in the secrets, by name.
    """

    def __init__(
        self,
        file: DeskFile,
        now: Callable[[], Instant],
        people: Callable[[], Mapping[str, Person]],
        firsts: Callable[[], Mapping[str, str]],
        lives: Callable[[], Lives],
        trail: Trail,
        *,
        passwords: Passwords | None = None,
        guesses: Guesses | None = None,
    ) -> None:
        """Read what outlived the last process. Raises sqlite3.Error."""
        self._file = file
        self._now = now
        self._people = people
        self._firsts = firsts
        self._trail = trail
        self._passwords = passwords or Passwords()
        self._guesses = guesses or Guesses()
        self.sessions = Sessions(file, now, lives)
        self._kept = file.do(store.accounts_in)
        self._version = file.do(store.version_of)
        self._followed: Mapping[str, str] | None = None
        """The first passwords that were looked at last."""

    def is_locked(self, name: str) -> bool:
        """Whether nobody is let in under this name, as far as is known; a command is heard of within LOOKS_EVERY."""
        account = self._kept.get(name)
        return account is not None and account.locked_at != 0

    def session_of(self, connection: HTTPConnection) -> Session | None:
        """The session that the cookie names; None for somebody who is not logged in."""
        return self.sessions.find(connection.cookies.get(COOKIE))

    def person_of(self, session: Session) -> Person | None:
        """Whose session it is; None if it is over, or the settings know him no more."""
        return None if session.ended.is_set() else self._people().get(session.name)

    def identify(self, connection: HTTPConnection) -> Person | None:
        """See Identify."""
        session = self.session_of(connection)
        return None if session is None else self.person_of(session)

    async def log_in(self, name: str, password: str) -> tuple[Session, str] | Refusal:
        """A session with its token, or why there is none. Raises sqlite3.Error for a disk that fails."""
        now = self._now()
        if not self._guesses.begin(name, now):
            return Refusal.TOO_MANY
        try:
            let_in = await self._let_in_by_password(name, password)
        except Busy:
            self._guesses.was_right(name)
            return Refusal.BUSY
        if let_in is None:
            # Told apart, a crowd of guessers would hear at any pace whether they are right.
            if self._guesses.crowded(now):
                return Refusal.TOO_MANY
            self._trail.note(name if name in self._people() else STRANGER, Deed.LOG_IN_FAILED)
            return Refusal.WRONG
        self._guesses.was_right(name)
        self._trail.note(name, Deed.LOGGED_IN, {"session": let_in[0].id})
        return let_in

    async def let_in(self, name: str) -> tuple[Session, str] | None:
        """A session for somebody who has proved elsewhere who he is; None for whom we do not know, or who is locked.

        Raises sqlite3.Error for a disk that fails.
        """
        let_in = None
        if name in self._people():
            let_in = await self.sessions.begin(name, lambda file: not store.account_in(file, name).locked_at)
        if let_in is None:
            self._trail.note(name if name in self._people() else STRANGER, Deed.LOG_IN_FAILED, {"by": "oidc"})
        else:
            self._trail.note(name, Deed.LOGGED_IN, {"session": let_in[0].id, "by": "oidc"})
        return let_in

    async def log_out(self, session: Session) -> None:
        """End one's own session. Raises sqlite3.Error, with the session ended all the same."""
        self._trail.note(session.name, Deed.LOGGED_OUT, {"session": session.id})
        await self.sessions.end([session])

    async def force_out(self, session: Session, by: Person) -> None:
        """End somebody else's session. Raises sqlite3.Error, with the session ended all the same."""
        self._trail.note(by, Deed.FORCED_OUT, {"person": session.name, "session": session.id})
        await self.sessions.end([session])

    async def change_password(self, person: Person, old: str, new: str) -> str | None:
        """Let `new` be his password and end all his sessions; the reason why not, or None. Raises sqlite3.Error."""
        now = self._now()
        if (fault := fault_in(new, person.name)) is not None:
            return fault
        if not self._guesses.begin(person.name, now):
            return Refusal.TOO_MANY
        try:
            account = await self._verified(person.name, old)
            made = "" if account is None else await self._passwords.hash(new)
        except Busy:
            self._guesses.was_right(person.name)
            return Refusal.BUSY
        if account is None or not await self._keep(account, made, ""):
            return Refusal.WRONG
        self._guesses.was_right(person.name)
        await self.sessions.end(self.sessions.of(person.name))
        self._trail.note(person, Deed.PASSWORD_CHANGED)
        return None

    async def run(self) -> NoReturn:
        """Follow what commands change, end what is over, until cancelled."""
        try:
            while True:
                try:
                    await self._follow()
                except sqlite3.Error as error:
                    _log.error("the accounts cannot be read or kept", why=str(error))
                await asyncio.sleep(LOOKS_EVERY)
        finally:
            with contextlib.suppress(sqlite3.Error):
                await self.sessions.keep()

    def close(self) -> None:
        """End the threads."""
        self._passwords.close()

    async def _follow(self) -> None:
        asked_at = self._now()
        version = await self._file.run(store.version_of)
        changed = version != self._version
        if changed:
            self._version = version
            self._kept, ids = await self._file.run(lambda file: (store.accounts_in(file), store.session_ids(file)))
            self.sessions.keep_only(ids, asked_at)
        if self._firsts() is not self._followed or changed:
            await self._follow_firsts(self._firsts())
        await self.sessions.tidy(self._people().keys())

    async def _follow_firsts(self, firsts: Mapping[str, str]) -> None:
        """A first password that was made anew holds now, and nobody is in by the old one."""
        for account in [each for each in self._kept.values() if not each.follows(firsts.get(each.name))]:
            await self._keep(account, "", "")
            await self.sessions.end(self.sessions.of(account.name))
        self._followed = firsts

    async def _let_in_by_password(self, name: str, password: str) -> tuple[Session, str] | None:
        # What was compared may not hold any more: he logged in for the first time elsewhere, a command gave him another
        # password or locked him. Then the file has the last word, and it is compared once more.
        for _ in range(3):
            account = await self._verified(name, password)
            if account is None:
                return None
            let_in = await self.sessions.begin(name, lambda file, it=account: store.account_in(file, name) == it)  # type: ignore[misc]
            if let_in is not None:
                return let_in
            self._kept[name] = await self._file.run(lambda file: store.account_in(file, name))
        return None

    async def _verified(self, name: str, password: str) -> Account | None:
        """The account, if it is this person's password and he may come in; as slow whatever the answer. Raises Busy."""
        for _ in range(3):
            account = self._kept.get(name, Account(name))
            right, made = await self._compared(account, password)
            if not right or name not in self._people() or account.locked_at:
                return None
            if not made or await self._keep(account, made, store.mark_of(password)):
                return self._kept[name]
        return None

    async def _compared(self, account: Account, password: str) -> tuple[bool, str]:
        """Whether it is the password, and what to keep of it if it is a first one that was never used."""
        first = self._firsts().get(account.name)
        if account.password and account.follows(first):
            return await self._passwords.matches(account.password, password), ""
        if not first:
            return await self._passwords.matches("", password), ""
        made = await self._passwords.hash(password)
        return hmac.compare_digest(_bytes(first), _bytes(password)), made

    async def _keep(self, before: Account, made: str, mark: str) -> bool:
        """Let this be his password, unless the account is not as it was; then False, and we know how it is."""
        new = replace(before, password=made, first=mark, changed_at=self._now())

        def keep(file: sqlite3.Connection) -> Account:
            found = store.account_in(file, before.name)
            if found != before:
                return found
            store.keep_password(file, new.name, new.password, new.first, new.changed_at)
            return new

        self._kept[before.name] = kept = await self._file.run(keep)
        return kept is new


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
