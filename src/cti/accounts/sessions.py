"""Log-ins that hold: random tokens, known by their hash alone, in memory and in the desk's file.

A session is in the file before its token is given away, so a restart of the process sends nobody back to the log-in. It
ends by its own hand, by somebody else's, after `idle` without a request or an open page, or after `longest` whatever
is done with it; who waits for its end hears of it at once. Bounds: `SESSIONS_EACH` for a person, the one used longest
ago ends for a new one.
"""

import asyncio
import contextlib
import hashlib
import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from acd.core.instants import Duration, Instant
from cti.accounts import store
from cti.accounts.bucket import Bucket
from cti.desk_file import DeskFile

COOKIE = "hotline_session"
SESSIONS_EACH = 8
KEPT_EVERY: Duration = 30_000
"""How often it is written down when sessions were used last."""
LONGEST_TOKEN = 64
REQUESTS_AT_ONCE = 100
REQUEST_EVERY: Duration = 50
"""Requests of one session: so many at once, and one more each time this has passed."""


@dataclass(frozen=True, slots=True)
class Lives:
    """How long a session holds."""

    idle: Duration
    longest: Duration


@dataclass(eq=False, slots=True)
class Session:
    """One log-in of one person."""

    id: str
    """Its name for people and lists; worth nothing as proof."""
    token: bytes = field(repr=False)
    """The hash of what the cookie holds."""
    name: str
    begun_at: Instant
    seen_at: Instant
    pages: int = 0
    """Open WebSockets that rest on it."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    requests: Bucket = field(default_factory=lambda: Bucket(REQUESTS_AT_ONCE, REQUEST_EVERY), repr=False)


class Sessions:
    """All sessions. `lives` is asked each time, so that a change of the settings holds for who is in already."""

    def __init__(self, file: DeskFile, now: Callable[[], Instant], lives: Callable[[], Lives]) -> None:
        """Read what outlived the last process. Raises sqlite3.Error."""
        self._file = file
        self._now = now
        self._lives = lives
        self._by_token: dict[bytes, Session] = {}
        self._by_id: dict[str, Session] = {}
        self._kept_at: Instant = now()
        for kept in file.do(store.sessions_in):
            self._add(Session(kept.id, kept.token, kept.name, kept.begun_at, kept.seen_at))

    def __len__(self) -> int:
        """How many there are."""
        return len(self._by_id)

    async def begin(self, name: str, allowed: Callable[[sqlite3.Connection], bool]) -> tuple[Session, str] | None:
        """A new session and its token, when it is on the disk; None if `allowed` says so of the file in that moment.

        Raises sqlite3.Error.
        """
        token, now = secrets.token_urlsafe(32), self._now()
        session = Session(secrets.token_hex(8), _hash(token), name, now, now)
        kept = store.KeptSession(session.id, session.token, name, now, now)

        def add(file: sqlite3.Connection) -> bool:
            if not allowed(file):
                return False
            store.add_session(file, kept)
            return True

        if not await self._file.run(add):
            return None
        self._add(session)
        mine = sorted(self.of(name), key=lambda each: (each.seen_at, each.id))
        await self.end(each for each in mine[:-SESSIONS_EACH] if each is not session)
        return session, token

    def find(self, token: str | None) -> Session | None:
        """The session of a cookie, which counts as used by that; None for none, or one that is over."""
        if not token or len(token) > LONGEST_TOKEN:
            return None
        session = self._by_token.get(_hash(token))
        now = self._now()
        if session is None or self._over(session, now):
            return None
        session.seen_at = now
        return session

    def spend(self, session: Session) -> bool:
        """Count one request; False for one too many."""
        if session.requests.full(self._now()):
            return False
        session.requests.add(1)
        return True

    def named(self, session: str) -> Session | None:
        """The session with this id."""
        return self._by_id.get(session)

    def of(self, name: str) -> list[Session]:
        """The sessions of one person, the oldest first."""
        return [each for each in self._by_id.values() if each.name == name]

    def everybodys(self) -> list[Session]:
        """All that are not over, the oldest first."""
        now = self._now()
        return [each for each in self._by_id.values() if not self._over(each, now)]

    @contextlib.contextmanager
    def page(self, session: Session) -> Iterator[None]:
        """While a page is open by this session, it is not idle."""
        session.pages += 1
        try:
            yield
        finally:
            session.pages -= 1
            session.seen_at = self._now()

    async def end(self, sessions: Iterable[Session]) -> None:
        """End them at once, and then in the file. Raises sqlite3.Error, with the sessions ended all the same."""
        ended = [each.id for each in sessions if self._drop(each)]
        if ended:
            await self._file.run(lambda file: store.remove_sessions(file, ended))

    def keep_only(self, ids: Collection[str], asked_at: Instant) -> None:
        """Another process has changed the file: end those begun before `asked_at` that are not in it any more."""
        for each in [*self._by_id.values()]:
            if each.id not in ids and each.begun_at < asked_at:
                self._drop(each)

    async def tidy(self, people: Collection[str]) -> None:
        """End what is over, and whose person is gone; write down from time to time when the others were used.

        Raises sqlite3.Error.
        """
        now = self._now()
        for each in self._by_id.values():
            if each.pages:
                each.seen_at = now
        await self.end([each for each in self._by_id.values() if self._over(each, now) or each.name not in people])
        if now - self._kept_at >= KEPT_EVERY:
            await self.keep()

    async def keep(self) -> None:
        """Write down when sessions were used last. Raises sqlite3.Error."""
        seen = {each.id: each.seen_at for each in self._by_id.values() if each.seen_at >= self._kept_at}
        self._kept_at = self._now()
        if seen:
            await self._file.run(lambda file: store.touch_sessions(file, seen))

    def _over(self, session: Session, now: Instant) -> bool:
        lives = self._lives()
        idle = not session.pages and now - session.seen_at >= lives.idle
        return session.ended.is_set() or idle or now - session.begun_at >= lives.longest

    def _add(self, session: Session) -> None:
        self._by_token[session.token] = session
        self._by_id[session.id] = session

    def _drop(self, session: Session) -> bool:
        session.ended.set()
        self._by_token.pop(session.token, None)
        return self._by_id.pop(session.id, None) is not None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
