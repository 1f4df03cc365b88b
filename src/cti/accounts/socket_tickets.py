"""One-time tickets for a WebSocket, for a page in which our cookie is not sent: one of another system that holds ours.

Whoever is logged in gets one, and within half a minute it opens one WebSocket by his session. Kept in memory alone.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable

from acd.core.instants import Duration, Instant
from cti.accounts.sessions import LONGEST_TOKEN, Session

GOOD_FOR: Duration = 30_000
TICKETS_AT_MOST = 4_096
"""Tickets that were not used yet; beyond it the oldest is worth nothing any more."""


class SocketTickets:
    """Gives tickets and takes each of them once."""

    def __init__(self, now: Callable[[], Instant]) -> None:
        self._now = now
        self._given: OrderedDict[str, tuple[Session, Instant]] = OrderedDict()

    def give(self, session: Session) -> str:
        """A new ticket."""
        ticket = secrets.token_urlsafe(24)
        self._given[ticket] = (session, self._now() + GOOD_FOR)
        if len(self._given) > TICKETS_AT_MOST:
            self._given.popitem(last=False)
        return ticket

    def take(self, ticket: str) -> Session | None:
        """Whose ticket it is; None for one that was used, is too old, was never given, or whose session is over."""
        if len(ticket) > LONGEST_TOKEN:
            return None
        session, until = self._given.pop(ticket, (None, 0))
        if session is None or self._now() >= until or session.ended.is_set():
            return None
        return session
