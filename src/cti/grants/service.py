"""Asking for a grant, deciding it, and letting it expire.

`run` belongs in the app's task group. It keeps nothing in mind that is not on the disk: a request that pends when the
hotline restarts pends on, or has expired when its time was over.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import NoReturn

import structlog

from acd.core.instants import Instant
from cti.grants import grant as domain
from cti.grants.grant import Authority, Grant, GrantState, Wish
from cti.grants.store import GrantStore

LOOK_AT_LEAST_EVERY = 60.0
"""Seconds between two looks for what is due or old, whatever is on the disk."""

_log = structlog.get_logger(__name__)

Listener = Callable[[Grant], None]
"""Called on the loop once a request is on the disk or has ended there; quick, and never raises."""


class Grants:
    """All that can be done with grants. Whoever is named was let in by the edge already."""

    def __init__(
        self,
        store: GrantStore,
        authority: Callable[[], Authority],
        grade_of: Callable[[str], int],
        now: Callable[[], Instant],
    ) -> None:
        self._store = store
        self._authority = authority
        self._grade_of = grade_of
        self._now = now
        self._listeners: list[Listener] = []
        self._asked = asyncio.Event()
        self._pending: set[int] = set()
        self.counts = dict.fromkeys(GrantState, 0)
        """How often a request came into each state, since this process began."""

    @property
    def waiting(self) -> int:
        """How many requests pend, for the metrics; of those from before a restart, after the first look."""
        return len(self._pending)

    @property
    def authority(self) -> Authority:
        """What holds now."""
        return self._authority()

    def grade_of(self, name: str) -> int:
        """How far somebody may go by himself; 0 for whoever the settings say nothing of."""
        return self._grade_of(name)

    def listen(self, listener: Listener) -> None:
        """Call `listener` for each request, and again when it ends."""
        self._listeners.append(listener)

    async def ask(self, wish: Wish, asker: str) -> Grant:
        """What became of it: granted at once, or pending. Raises GrantRefused."""
        await self.expire()
        now, authority, grade = self._now(), self.authority, self._grade_of(asker)
        grant = await self._store.add(
            wish, now, lambda already: domain.ask(wish, asker, grade, already, now, authority)
        )
        self._tell(grant)
        if grant.state is GrantState.PENDING:
            self._asked.set()
        return grant

    async def decide(self, number: int, by: str, *, granted: bool, reason: str, supervisor: bool) -> Grant:
        """A supervisor's word; the first one holds. Raises GrantRefused."""
        await self.expire()
        now = self._now()
        ended = await self._store.change(
            number,
            lambda old: domain.decide(old, by, now, granted=granted, reason=reason, supervisor=supervisor),
        )
        assert ended is not None
        self._tell(ended)
        return ended

    async def pending(self, asker: str = "") -> Sequence[Grant]:
        """What pends, of one asker or of all."""
        await self.expire()
        return await self._store.pending(asker)

    async def newest(self, asker: str = "", before: int | None = None) -> Sequence[Grant]:
        """All requests, newest first, of one asker or of all."""
        return await self._store.newest(asker, before)

    async def expire(self) -> None:
        """End what nobody answered in time."""
        while numbers := await self._store.due(self._now()):
            for number in numbers:
                ended = await self._store.change(number, lambda old: domain.expire(old, self._now()))
                if ended is not None:
                    self._tell(ended)

    async def run(self) -> NoReturn:
        """End what is due, as it falls due; for ever. A disk that fails is told of, and tried again."""
        while True:
            wait = LOOK_AT_LEAST_EVERY
            self._asked.clear()
            try:
                await self.expire()
                self._pending.update(grant.number for grant in await self._store.pending())
                while await self._store.forget(self._now() - self.authority.keep_for):
                    pass
                due = await self._store.next_due()
                if due is not None:
                    wait = min(wait, max(0.0, (due - self._now()) / 1000))
            except Exception as error:  # noqa: BLE001 - nothing of the second line may end the hotline.
                _log.error("the grants cannot be looked after", error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._asked.wait()

    def _tell(self, grant: Grant) -> None:
        self.counts[grant.state] += 1
        if grant.state is GrantState.PENDING:
            self._pending.add(grant.number)
        else:
            self._pending.discard(grant.number)
        # No amount and no customer: who may know them asks for the record.
        _log.info("grant", number=grant.number, action=grant.wish.action, state=grant.state.value, by=grant.decided_by)
        for listener in self._listeners:
            try:
                listener(grant)
            except Exception:  # noqa: BLE001 - one listener's error must not keep it from the others.
                _log.exception("a listener failed", listener=getattr(listener, "__qualname__", "?"))
