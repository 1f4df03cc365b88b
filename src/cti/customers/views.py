"""Customers as agents see them: every source is asked at once, and what comes in time is one view.

Nothing here is on the path of a call: whoever wants a view waits for it beside the pop and beside the ring.
`use` takes other sources when the settings change; those before are closed when nobody can ask them any more.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from acd.engine.ports import Clock, Customer, Directory
from cti.customers.fields import ShownField
from cti.customers.guard import GuardedSource, SourceSettings
from cti.customers.merging import Question, SourceAnswer, SourceState, View, merge
from cti.directory import FIELD_AT_MOST, REGION, normalised

CLOSE_AFTER = 3.0
"""Seconds after a change of the settings, when no question to the old sources can be under way any more."""


@dataclass(frozen=True, slots=True)
class CustomerSources:
    """What is shown, and who is asked for it, as the settings say."""

    fields: tuple[ShownField, ...] = ()
    sources: tuple[SourceSettings, ...] = field(default=(), repr=False)


class CustomerViews:
    """Makes views. `run` belongs in the app's task group; without it no source is available."""

    def __init__(
        self,
        directory: Directory,
        clock: Clock,
        sources: CustomerSources | None = None,
        *,
        close_after: float = CLOSE_AFTER,
    ) -> None:
        """`directory` is the one by which callers are routed: it answers at once, and gives the name.

        `close_after` is for how many seconds old sources may still answer what they were asked.
        """
        self._close_after = close_after
        self._directory = directory
        self._clock = clock
        self._tasks: asyncio.TaskGroup | None = None
        self._closing: list[GuardedSource] = []
        self._changed = asyncio.Event()
        self._counts: Counter[tuple[str, SourceState]] = Counter()
        self._fields: Sequence[ShownField] = ()
        self._guarded: Sequence[GuardedSource] = ()
        self._go_by(sources or CustomerSources())

    def use(self, sources: CustomerSources) -> None:
        """Ask these from now on; the same again change nothing. Synchronous, never fails."""
        if sources is self._used:
            return
        self._closing += self._guarded
        self._go_by(sources)
        self._changed.set()

    @property
    def sources(self) -> Sequence[SourceSettings]:
        """Who is asked, in the settings' order."""
        return [each.settings for each in self._guarded]

    @property
    def counts(self) -> Mapping[tuple[str, str], int]:
        """How often each source of the present settings has answered what, by its name and the state; only rises."""
        return {
            (each.settings.name, str(state)): self._counts[each.settings.name, state]
            for each in self._guarded
            for state in SourceState
        }

    def of_caller(self, number: str, customer: str, *, verified: bool) -> Question:
        """The question for who calls from a number and says, or has proved, to be a customer.

        What is only said is not looked up: anybody can key any customer's id.
        """
        known = self._directory.find(number)
        if verified and customer:
            # Sources that know numbers alone may be asked by a number that is his and nobody else's.
            his = known is not None and known.id == customer
            return Question(_international(number) if his else "", customer, certain=True)
        return _by_number(number, known)

    def of_number(self, number: str) -> Question:
        """The question for who has a number."""
        return _by_number(number, self._directory.find(number))

    def of_id(self, customer: str) -> Question:
        """The question for one customer."""
        return Question(customer=customer, certain=True)

    def name_of(self, question: Question, view: View) -> str:
        """By which name a customer is shown: none where it is not clear which one it is."""
        if question.certain:
            found = self._directory.known_as(question.customer)
        else:
            found = self._directory.find(question.number) if question.known else None
        return "" if found is None or view.identity == "several" else found.name

    async def about(self, question: Question, *, show_all: bool) -> View:
        """The view, as soon as every source has answered or its time is over. Never raises for what a source does.

        `show_all` shows also what is for verified callers alone.
        """
        fields, guarded, tasks = self._fields, self._guarded, self._tasks
        if tasks is None or not (question.number or question.customer):
            state = SourceState.NONE if tasks is not None else SourceState.UNAVAILABLE
            answers = [SourceAnswer(each.settings.name, state, 0) for each in guarded]
        else:
            answers = await asyncio.gather(*(each.ask(question, tasks) for each in guarded))
            self._counts.update((answer.source, answer.state) for answer in answers)
        return merge(question, fields, answers, show_all=show_all)

    async def run(self) -> NoReturn:
        """Let sources be asked, until cancelled; then close them all."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                while True:
                    await self._changed.wait()
                    self._changed.clear()
                    old = len(self._closing)
                    await asyncio.sleep(self._close_after)
                    await self._close(old)
        finally:
            self._tasks = None
            self._closing += self._guarded
            self._guarded = ()
            await self._close(len(self._closing))

    def _go_by(self, sources: CustomerSources) -> None:
        self._used = sources
        self._fields = sources.fields
        self._guarded = [GuardedSource(each, sources.fields, self._clock) for each in sources.sources]

    async def _close(self, many: int) -> None:
        """Close so many of those that are to be closed, the oldest first."""
        for _ in range(many):
            await self._closing.pop(0).close()


def _by_number(number: str, known: Customer | None) -> Question:
    if known is None:
        return Question(_international(number))
    return Question(_international(number), known.id, known=True, several=known.several)


def _international(number: str) -> str:
    return normalised(number, REGION) if 0 < len(number) <= FIELD_AT_MOST else ""
