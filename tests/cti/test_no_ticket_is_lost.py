"""Whatever people, settings, time and restarts do: no ticket is without hands and a promise, and no word is lost."""

import asyncio
import tempfile
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from cti.tickets.rules import DAY
from cti.tickets.ticket import LEGAL, SETTLED, Entry, Opening, TicketRefused, TicketState
from tests.core.effort import effort
from tests.cti.second_line import HOUR, RULES, SecondLine

T = TypeVar("T")

PEOPLE = ("anna", "ben", "sam", "tess", "nobody")
QUEUES = (*RULES.queues, "gone")
TEXTS = st.one_of(st.just(""), st.just("x" * 4_001), st.text(max_size=30))
STEPS = st.one_of(st.just(1), st.integers(1, 10 * DAY), st.sampled_from([HOUR, 20 * HOUR, DAY, 8 * DAY]))


class NoTicketIsLost(RuleBasedStateMachine):
    numbers = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.line = SecondLine(Path(self.folder.name))
        self.histories: dict[int, list[Entry]] = {}
        """Of every ticket, as it was when it was last looked at."""
        self.revisions: dict[int, int] = {}
        self.given: set[int] = set()
        self.settled: set[int] = set()
        """Those that were resolved or closed when they were last looked at."""
        self.said: dict[int, list[str]] = {}
        """Every comment that was accepted."""

    def teardown(self) -> None:
        self.line.file.close()
        self.loop.close()
        self.folder.cleanup()

    def do(self, work: Awaitable[T]) -> T | None:
        """Run it; None if it was refused, which must have no effect."""

        async def tried() -> T | None:
            try:
                return await work
            except TicketRefused:
                return None

        return self.loop.run(tried())

    @initialize(target=numbers, assignee=st.sampled_from(PEOPLE[:4]))
    def somebody_has_a_ticket(self, assignee: str):  # type: ignore[no-untyped-def]
        return self.opened("anna", DAY, "", assignee, None, "It begins.")

    @rule(target=numbers, by=st.sampled_from(PEOPLE[:4]), due_in=st.integers(1, 3 * DAY))
    def opens(self, by: str, due_in: int):  # type: ignore[no-untyped-def]
        return self.opened(by, due_in, "", "", None, "As it should be.")

    @rule(
        target=numbers,
        due_in=st.integers(-DAY, 400 * DAY),
        queue=st.sampled_from(("", *QUEUES)),
        assignee=st.sampled_from(("", *PEOPLE)),
        source=st.sampled_from((None, "survey 1", "survey 2")),
        text=TEXTS,
    )
    def opens_oddly(self, due_in: int, queue: str, assignee: str, source: str | None, text: str):  # type: ignore[no-untyped-def]
        return self.opened("anna", due_in, queue, assignee, source, text)

    def opened(self, by: str, due_in: int, queue: str, assignee: str, source: str | None, text: str):  # type: ignore[no-untyped-def]
        wanted = Opening(self.line.about(), text, self.line.time + due_in, queue, assignee)
        ticket = self.do(self.line.tickets.open(wanted, by, source))
        if ticket is None:
            return multiple()
        assert ticket.number not in self.given, "a number is never given twice"
        self.given.add(ticket.number)
        self.said[ticket.number] = [text]
        return ticket.number

    @rule(number=numbers, by=st.sampled_from(PEOPLE), text=TEXTS)
    def comments(self, number: int, by: str, text: str) -> None:
        if self.do(self.line.tickets.comment(number, by, text)) is not None:
            self.said[number].append(text)

    @rule(
        number=numbers,
        behind=st.sampled_from((0, 0, 0, 1)),
        to=st.sampled_from([("queue", name) for name in QUEUES] + [("assignee", name) for name in PEOPLE]),
        text=TEXTS,
    )
    def is_handed_over(self, number: int, behind: int, to: tuple[str, str], text: str) -> None:
        given = self.do(
            self.line.tickets.hand_over(number, self.seen(number) - behind, "sam", text=text, **{to[0]: to[1]})
        )
        if given is not None:
            assert behind == 0, "who does not know the ticket as it is is told so"
            self.said[number].append(text)

    @rule(number=numbers, behind=st.sampled_from((0, 0, 0, 1)), state=st.sampled_from(TicketState), text=TEXTS)
    def is_moved(self, number: int, behind: int, state: TicketState, text: str) -> None:
        before = self.present(number)
        moved = self.do(self.line.tickets.move(number, self.seen(number) - behind, "tess", state, text=text))
        if moved is not None:
            assert behind == 0
            assert before is not None
            assert state in LEGAL[before.state]
            self.said[number].append(text)

    @rule(number=numbers)
    def is_resolved_and_comes_again(self, number: int) -> None:
        """The promise is made anew."""
        self.is_resolved(number)
        again = self.do(self.line.tickets.move(number, self.seen(number), "sam", TicketState.REOPENED, text="again"))
        if again is not None:
            self.said[number].append("again")
            assert again.due_at >= self.line.time + RULES.promise

    @rule(number=numbers, due_in=st.integers(-DAY, 400 * DAY), text=TEXTS)
    def is_promised_anew(self, number: int, due_in: int, text: str) -> None:
        due_at = self.line.time + due_in
        if self.do(self.line.tickets.promise(number, self.seen(number), "sam", due_at, text)) is not None:
            self.said[number].append(text)

    @rule(step=STEPS)
    def time_passes(self, step: int) -> None:
        self.line.time += step

    @rule()
    def the_hotline_looks(self) -> None:
        self.do(self.line.tickets.look())
        for number in self.given:
            ticket = self.present(number)
            if ticket is None or ticket.state is TicketState.CLOSED:
                continue
            assert ticket.queue in self.line.rules.queues
            assert not ticket.assignee or ticket.assignee in self.line.people
            if ticket.state not in SETTLED:
                due = sum(ticket.due_at + level.offset <= self.line.time for level in self.line.rules.levels)
                assert ticket.level >= due, "what is due has been escalated"

    @rule(name=st.sampled_from(PEOPLE[:4]), number=numbers, noticed=st.booleans())
    def somebody_leaves_with_a_ticket(self, name: str, number: int, noticed: bool) -> None:
        if (
            self.do(self.line.tickets.hand_over(number, self.seen(number), "sam", assignee=name, text="his"))
            is not None
        ):
            self.said[number].append("his")
        self.line.people.discard(name)
        if noticed:
            self.the_hotline_looks()

    @rule(name=st.sampled_from(PEOPLE[:4]))
    def somebody_comes(self, name: str) -> None:
        self.line.people.add(name)

    @rule(gone=st.sampled_from(("cards-desk", "heads", None)), steps=st.integers(0, 3))
    def settings_change(self, gone: str | None, steps: int) -> None:
        queues = {name: words for name, words in RULES.queues.items() if name != gone}
        lanes = {lane: queue for lane, queue in RULES.lane_queues.items() if queue != gone}
        self.line.rules = replace(RULES, queues=queues, lane_queues=lanes, levels=RULES.levels[:steps])

    @rule()
    def the_hotline_restarts(self) -> None:
        self.line.restarts()

    @rule(number=consumes(numbers))
    def is_forgotten_years_after_it_was_closed(self, number: int) -> None:
        """With its history; no other ticket is, and its number is not given again."""
        self.is_resolved(number)
        settled = {each for each in self.given if (ticket := self.present(each)) and ticket.state in SETTLED}
        for _ in range(2):
            self.line.time += RULES.keep_for
            self.do(self.line.tickets.look())
        assert {each for each in self.given if self.present(each) is None} >= settled
        self.opened("anna", DAY, "", "", None, "Another one.")

    def is_resolved(self, number: int) -> None:
        if (
            self.do(self.line.tickets.move(number, self.seen(number), "sam", TicketState.RESOLVED, text="so"))
            is not None
        ):
            self.said[number].append("so")
            self.settled.add(number)

    def seen(self, number: int) -> int:
        ticket = self.present(number)
        return 0 if ticket is None else ticket.revision

    def present(self, number: int):  # type: ignore[no-untyped-def]
        found = self.loop.run(self.line.tickets.find(number))
        return None if found is None else found[0]

    @invariant()
    def every_ticket_has_hands_and_a_promise_and_every_word_that_was_said(self) -> None:
        for number in sorted(self.given):
            found = self.loop.run(self.line.tickets.find(number))
            if found is None:
                assert number in self.settled, "only what was closed is ever forgotten"
                continue
            ticket, history = found
            self.settled = self.settled - {number} | ({number} if ticket.state in SETTLED else set())
            assert ticket.queue in RULES.queues
            assert ticket.due_at > ticket.opened_at
            assert ticket.revision >= self.revisions.get(number, 1)
            before = self.histories.get(number, [])
            assert [*history][: len(before)] == before, "history is only ever added to"
            assert [text for text in self.said[number] if text] == [entry.text for entry in history if entry.text]
            self.histories[number], self.revisions[number] = [*history], ticket.revision


TestNoTicketIsLost = NoTicketIsLost.TestCase
TestNoTicketIsLost.settings = effort(100)
