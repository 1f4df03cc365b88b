"""Tickets for whoever wants something done to one, and what becomes of them by themselves.

`run` belongs in the app's task group: it takes steps of escalation when they are due, gives the tickets of who is not
there any more back to their queues, closes what stayed resolved, and forgets what was closed long ago. It keeps nothing
in mind that is not on the disk, so that a restart only delays what fell due meanwhile. Routing never waits for it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import NoReturn

import structlog

from acd.core.instants import Duration, Instant
from cti.tickets import ticket as domain
from cti.tickets.events import Listener, TicketChanged
from cti.tickets.rules import TicketRules
from cti.tickets.store import Position, TicketStore, Wanted
from cti.tickets.ticket import Change, Entry, Opening, Ticket, TicketRefused, TicketState, Why

LOOK_EVERY = 10.0
"""Seconds between two looks at what is due."""

_log = structlog.get_logger(__name__)

Works = Callable[[str], bool]
"""Whether somebody of this name may have tickets: the settings know him, and his account is not locked."""


class Tickets:
    """All that can be done with tickets. Whoever is named by `by` was let in by the edge already."""

    def __init__(
        self, store: TicketStore, rules: Callable[[], TicketRules], now: Callable[[], Instant], works: Works
    ) -> None:
        self._store = store
        self._rules = rules
        self._now = now
        self._works = works
        self._listeners: list[Listener] = []
        self.counts: Mapping[TicketState, int] = dict.fromkeys(TicketState, 0)
        """How many tickets are in each state; for the metrics, at most as old as the last look."""
        self.overdue = 0
        """How many promises were broken and still are, at the last look."""

    @property
    def rules(self) -> TicketRules:
        """The rules that hold now."""
        return self._rules()

    def now(self) -> Instant:
        """The present instant."""
        return self._now()

    def works(self, name: str) -> bool:
        """Whether somebody may have tickets."""
        return self._works(name)

    def listen(self, listener: Listener) -> None:
        """Call `listener` after each change."""
        self._listeners.append(listener)

    async def open(self, wanted: Opening, by: str, source: str | None = None) -> Ticket | None:
        """A new ticket; None if one of the same `source` is there already. Raises TicketRefused."""
        self._check_person(wanted.assignee)
        change = domain.open_ticket(wanted, self._now(), by, self.rules)
        ticket = await self._store.add(change, source)
        if ticket is not None:
            self._tell(Change(ticket, change.entries))
        return ticket

    async def comment(self, number: int, by: str, text: str) -> Ticket:
        """Say something about it; what others have done to it meanwhile does not matter. Raises TicketRefused."""
        return await self._change(number, None, lambda old: domain.comment(old, self._now(), by, text))

    async def hand_over(
        self, number: int, revision: int, by: str, *, queue: str = "", assignee: str = "", text: str = ""
    ) -> Ticket:
        """Give it to one of the two. Raises TicketRefused."""
        self._check_person(assignee)
        rules = self.rules
        return await self._change(
            number,
            revision,
            lambda old: domain.hand_over(old, self._now(), by, rules, queue=queue, assignee=assignee, text=text),
        )

    async def move(
        self, number: int, revision: int, by: str, state: TicketState, *, text: str = "", call: str = ""
    ) -> Ticket:
        """Take it a step further; `call` is in which a customer came back about it. Raises TicketRefused."""
        rules = self.rules
        return await self._change(
            number, revision, lambda old: domain.move(old, self._now(), by, state, rules, text=text, call=call)
        )

    async def promise(self, number: int, revision: int, by: str, due_at: Instant, text: str) -> Ticket:
        """Promise another instant. Raises TicketRefused."""
        return await self._change(number, revision, lambda old: domain.promise(old, self._now(), by, due_at, text))

    async def find(self, number: int) -> tuple[Ticket, Sequence[Entry]] | None:
        """A ticket with its history."""
        return await self._store.find(number)

    async def page(self, wanted: Wanted, after: Position | None, most: int) -> Sequence[Ticket]:
        """See `TicketStore.page`."""
        return await self._store.page(wanted, after, most)

    async def open_for(self, customer: str, caller: str) -> Sequence[Ticket]:
        """See `TicketStore.open_for`; none for nobody."""
        return await self._store.open_for(customer, caller) if customer or caller else ()

    async def of_calls(self, calls: Sequence[str]) -> Mapping[str, int]:
        """See `TicketStore.of_calls`."""
        return await self._store.of_calls(calls)

    async def run(self, every: float = LOOK_EVERY) -> NoReturn:
        """Do what is due, again and again; for ever. A disk that fails is told of, and tried again."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - nothing of the second line may end the hotline.
                _log.error("the tickets cannot be looked after", error=type(error).__name__)
            await asyncio.sleep(every)

    async def look(self) -> None:
        """Do all that is due now."""
        await self._give_back()
        await self._reroute()
        await self._escalate()
        await self._close()
        while await self._store.forget(self._now() - self.rules.keep_for):
            pass
        self.counts, self.overdue = await self._store.counts(self._now())

    async def _give_back(self) -> None:
        for assignee in await self._store.assignees():
            if not self._works(assignee):
                await self._all(partial(self._store.of_assignee, assignee), partial(self._given_back, assignee))

    def _given_back(self, assignee: str, old: Ticket) -> Change | None:
        return domain.give_back(old, self._now()) if old.assignee == assignee else None

    async def _reroute(self) -> None:
        for queue in await self._store.queues():
            if queue not in self.rules.queues:
                await self._all(partial(self._store.of_queue, queue), partial(self._rerouted, queue))

    def _rerouted(self, queue: str, old: Ticket) -> Change | None:
        return domain.reroute(old, self._now(), self.rules) if old.queue == queue else None

    async def _escalate(self) -> None:
        rules = self.rules
        # The last step first: who has slept through several takes them all at once.
        for level, step in reversed([*enumerate(rules.levels)]):
            await self._all(
                partial(self._to_escalate, level, step.offset),
                lambda old: domain.escalate(old, self._now(), rules),
            )

    async def _to_escalate(self, level: int, offset: Duration) -> Sequence[int]:
        return await self._store.to_escalate(self._now(), level, offset)

    async def _close(self) -> None:
        await self._all(lambda: self._store.to_close(self._now() - self.rules.close_after), self._closed)

    def _closed(self, old: Ticket) -> Change | None:
        return domain.close_by_itself(old, self._now()) if old.state is TicketState.RESOLVED else None

    async def _all(self, find: Callable[[], Awaitable[Sequence[int]]], do: Callable[[Ticket], Change | None]) -> None:
        """Let `do` change all that `find` finds, some at a time, until it finds none that can be changed."""
        while numbers := await find():
            if not any([await self._by_itself(number, do) for number in numbers]):
                return

    async def _by_itself(self, number: int, do: Callable[[Ticket], Change | None]) -> bool:
        """A change that nobody asked for; False if somebody else was quicker and there is no cause any more."""

        def change(old: Ticket) -> Change:
            done = do(old)
            if done is None:
                raise _Settled
            return done

        try:
            await self._change(number, None, change)
        except (_Settled, TicketRefused):
            return False
        return True

    async def _change(self, number: int, revision: int | None, do: Callable[[Ticket], Change]) -> Ticket:
        change = await self._store.change(number, revision, do)
        self._tell(change)
        return change.ticket

    def _tell(self, change: Change) -> None:
        first = change.entries[0]
        _log.info("ticket", number=change.ticket.number, what=first.what.value, state=change.ticket.state.value)
        told = TicketChanged(first.what, first.at, change.ticket, first.by)
        for listener in self._listeners:
            try:
                listener(told)
            except Exception:  # noqa: BLE001 - one listener's error must not keep a change from the others.
                _log.exception("a listener failed", listener=getattr(listener, "__qualname__", "?"))

    def _check_person(self, name: str) -> None:
        if name and not self._works(name):
            raise TicketRefused(Why.NO_SUCH_PERSON)


class _Settled(Exception):
    """There is nothing to do any more."""
