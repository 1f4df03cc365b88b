"""A store of PINs of our own, for a hotline whose bank has no other.

A PIN is mixed with the pepper and the customer's id (HMAC-SHA-256), and of that argon2id makes what is kept. A PIN has
so few digits that whoever has the store *and* the pepper finds all of them: argon2id makes it slow, the pepper, a file
of its own, makes it impossible without both. One at a time is worked on, in a thread; at most MOST_WAITING wait for
it, and who comes then hears that PINs cannot be checked at the moment.

Whoever holds the digits may wipe them while the thread works, because the caller hung up or the core ends. So the
thread is never given the digits but what was mixed of them before, and a change is carried out as it was asked for or
not at all.
"""

import asyncio
import hmac
import secrets
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from acd.core.instants import Duration, Instant
from acd.core.switch_events import Verdict
from acd.engine.ports import Clock
from ivr.pin.digits import Digits
from ivr.pin.files import pepper_in, private_database, transaction
from ivr.pin.ports import Change, PinsUnusable

MOST_WAITING = 20
CODE_DIGITS = 8
CODE_LASTS: Duration = 14 * 86_400_000
"""For how long a one-time code may be used: long enough for a letter."""

T = TypeVar("T")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS pins (
    customer TEXT PRIMARY KEY,
    pin TEXT NOT NULL DEFAULT '',            -- argon2id, or empty for nobody's yet
    set_at INTEGER NOT NULL DEFAULT 0,       -- ms since 1970
    code TEXT NOT NULL DEFAULT '',           -- the one-time code, kept as a PIN is
    code_until INTEGER NOT NULL DEFAULT 0
) STRICT;
"""

_log = structlog.get_logger(__name__)


def hasher() -> PasswordHasher:
    """Argon2id that takes a twentieth of a second or two of one processor, and 32 MiB."""
    return PasswordHasher(time_cost=3, memory_cost=32 * 1_024, parallelism=1)


@dataclass(frozen=True, slots=True)
class Stored:
    """What may be told of a customer's PIN. A time is 0 for never."""

    customer: str
    set_at: Instant
    code_until: Instant


class LocalPins:
    """A `PinVerifier` on a folder that only its owner may enter. Raises PinsUnusable when it cannot be used."""

    def __init__(self, folder: Path, clock: Clock, argon2: PasswordHasher | None = None) -> None:
        self._clock = clock
        self._argon2 = argon2 or hasher()
        path = folder / "pins.sqlite3"
        self._database = private_database(path, _SCHEMA)
        try:
            with closing(self._database.execute("SELECT count(*) FROM pins")) as found:
                self._pepper = pepper_in(folder / "pepper", may_make=found.fetchone()[0] == 0)
        except sqlite3.Error as error:
            self._database.close()
            raise PinsUnusable(f"{path}: cannot be used: {error}; put it back from the backup") from None
        except PinsUnusable:
            self._database.close()
            raise
        self._nobodys = self._argon2.hash(secrets.token_bytes(32))
        """What is compared for a customer who has none, so that it costs the same."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pins")
        self._waiting = 0

    async def verify(self, customer: str, pin: Digits) -> Verdict:
        """See PinVerifier."""
        if not len(pin):
            return Verdict.WRONG
        mixed = self._mixed("pin", customer, pin)
        return await self._work(lambda: self._verified(customer, mixed), Verdict.UNAVAILABLE)

    async def change(self, customer: str, new: Digits, code: Digits | None) -> Change:
        """See PinVerifier."""
        if (refusal := _empty(new, code)) is not None:
            return refusal
        mixed = self._mixed("pin", customer, new)
        mixed_code = None if code is None else self._mixed("code", customer, code)
        return await self._work(lambda: self._changed(customer, mixed, mixed_code), Change.UNAVAILABLE)

    def verify_now(self, customer: str, pin: Digits) -> Verdict:
        """Whether it is his PIN. Raises sqlite3.Error."""
        return self._verified(customer, self._mixed("pin", customer, pin)) if len(pin) else Verdict.WRONG

    def change_now(self, customer: str, new: Digits, code: Digits | None) -> Change:
        """Store a new PIN, and use up the code; no digits are no PIN. Raises sqlite3.Error."""
        if (refusal := _empty(new, code)) is not None:
            return refusal
        mixed_code = None if code is None else self._mixed("code", customer, code)
        return self._changed(customer, self._mixed("pin", customer, new), mixed_code)

    def _verified(self, customer: str, pin: bytes) -> Verdict:
        kept, _, _ = self._row(customer)
        return Verdict.VERIFIED if self._is(kept, pin) else Verdict.WRONG

    def _changed(self, customer: str, new: bytes, code: bytes | None) -> Change:
        if code is not None:
            _, kept, until = self._row(customer)
            if not self._is(kept if self._clock.now() < until else "", code):
                return Change.WRONG
        made = self._argon2.hash(new)
        with transaction(self._database):
            self._database.execute(
                "INSERT INTO pins (customer, pin, set_at) VALUES (?1, ?2, ?3) ON CONFLICT (customer) DO UPDATE"
                " SET pin = ?2, set_at = ?3, code = '', code_until = 0",
                (customer, made, self._clock.now()),
            )
        return Change.CHANGED

    def give_code(self, customer: str) -> str:
        """A one-time code with which the customer sets a PIN by telephone; an earlier one is void.

        Raises sqlite3.Error.
        """
        text = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        with Digits.of(text) as code:
            made = self._argon2.hash(self._mixed("code", customer, code))
        with transaction(self._database):
            self._database.execute(
                "INSERT INTO pins (customer, code, code_until) VALUES (?1, ?2, ?3) ON CONFLICT (customer) DO UPDATE"
                " SET code = ?2, code_until = ?3",
                (customer, made, self._clock.now() + CODE_LASTS),
            )
        return text

    def remove(self, customer: str) -> Stored | None:
        """Forget a customer's PIN and code; what there was, None for nothing. Raises sqlite3.Error."""
        query = "DELETE FROM pins WHERE customer = ? RETURNING customer, set_at, code_until"
        with transaction(self._database), closing(self._database.execute(query, (customer,))) as rows:
            found = rows.fetchone()
        return None if found is None else Stored(*found)

    def stored(self) -> tuple[Stored, ...]:
        """Everybody who has a PIN or was given a code, by id. Raises sqlite3.Error."""
        query = "SELECT customer, set_at, code_until FROM pins ORDER BY customer"
        with closing(self._database.execute(query)) as rows:
            return tuple(Stored(*row) for row in rows)

    def close(self) -> None:
        """Wait for what is being worked on, and close the store."""
        self._thread.shutdown()
        self._database.close()

    async def _work(self, work: Callable[[], T], otherwise: T) -> T:
        if self._waiting >= MOST_WAITING:
            return otherwise
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except sqlite3.Error as error:
            _log.error("the store of PINs cannot be used", why=str(error))
            return otherwise
        finally:
            self._waiting -= 1

    def _row(self, customer: str) -> tuple[str, str, Instant]:
        query = "SELECT pin, code, code_until FROM pins WHERE customer = ?"
        with closing(self._database.execute(query, (customer,))) as rows:
            pin, code, until = rows.fetchone() or ("", "", 0)
        return pin, code, until

    def _is(self, kept: str, mixed: bytes) -> bool:
        try:
            matches = self._argon2.verify(kept or self._nobodys, mixed)
        except Argon2Error:
            return False
        return matches and bool(kept)

    def _mixed(self, kind: str, customer: str, digits: Digits) -> bytes:
        """What argon2id is given. The customer and the kind are in it, so that no row can be put in another's place."""
        mixing = hmac.new(self._pepper, f"{kind}\0{customer}\0".encode(), "sha256")
        mixing.update(digits.view)
        return mixing.digest()


def _empty(new: Digits, code: Digits | None) -> Change | None:
    """What a change without digits comes to: a buffer that was wiped already must never become anybody's PIN."""
    if not len(new):
        return Change.REFUSED
    return Change.WRONG if code is not None and not len(code) else None
