"""A source that hangs, fails or talks nonsense is not available, in time; one that answers is not asked twice."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from cti.customers import guard
from cti.customers.breaker import FAILURES_AT_MOST, LEFT_ALONE_FOR, Breaker
from cti.customers.fields import ShownField
from cti.customers.guard import MOST_AT_ONCE, MOST_RECORDS, GuardedSource, SourceSettings
from cti.customers.kept import KEPT_AT_MOST, NOBODY_FOR, Kept
from cti.customers.merging import Question, SourceState
from cti.customers.ports import Record, SourceUnavailable
from tests.fakes import FakeClock

LI = {"id": "31", "address": "Shanghai"}
FIELDS = (ShownField("address", {"en": "Address"}),)
BY_NUMBER, BY_ID = Question("+8613800000001", "31"), Question(customer="31", certain=True)


class Scripted:
    """Says what it is told to, and counts how often it was asked."""

    def __init__(self, says: object = (LI,)) -> None:
        self.says = says
        self.asked: list[tuple[str, str]] = []
        self.cancelled = 0
        self.go_on = asyncio.Event()

    async def find(self, number: str, customer: str) -> Sequence[Record]:
        self.asked.append((number, customer))
        if isinstance(self.says, Exception):
            raise self.says
        if self.says == "hang":
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        if self.says == "will not be cancelled":
            while not self.go_on.is_set():
                try:
                    await self.go_on.wait()
                except asyncio.CancelledError:
                    self.cancelled += 1
            return []
        return self.says  # type: ignore[return-value]

    async def close(self) -> None:
        pass


class Asker:
    def __init__(self, source: Scripted, tasks: asyncio.TaskGroup, **settings: object) -> None:
        self.source, self.clock, self._tasks = source, FakeClock(), tasks
        self.guard = GuardedSource(
            SourceSettings("crm", {}, source, **{"within": 50, "id_from": "id"} | settings),  # type: ignore[arg-type]
            FIELDS,
            self.clock,
        )

    async def state(self, question: Question = BY_NUMBER) -> SourceState:
        return (await self.guard.ask(question, self._tasks)).state


@asynccontextmanager
async def asking(says: object = (LI,), **settings: object) -> AsyncIterator[Asker]:
    source = Scripted(says)
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        yield Asker(source, tasks, **settings)
        source.go_on.set()


async def test_what_a_source_says_is_kept_for_a_while_and_that_there_is_nobody_for_a_shorter_one() -> None:
    async with asking() as asker:
        assert [await asker.state() for _ in range(3)] == [SourceState.OK] * 3
        assert asker.source.asked == [("+8613800000001", "")]
        asker.clock.advance(60_000)
        asker.source.says = []
        assert await asker.state() is SourceState.NONE
        asker.clock.advance(NOBODY_FOR)
        asker.source.says = [LI]
        assert await asker.state() is SourceState.OK
        assert len(asker.source.asked) == 3


async def test_nothing_is_kept_when_the_settings_say_so_and_no_failure_ever_is() -> None:
    async with asking(keep_for=0) as asker:
        await asker.state()
        await asker.state()
        assert len(asker.source.asked) == 2
    async with asking(SourceUnavailable("down")) as asker:
        assert await asker.state() is SourceState.UNAVAILABLE
        asker.source.says = [LI]
        assert await asker.state() is SourceState.OK


@pytest.mark.alone
@pytest.mark.parametrize("says", ["hang", "will not be cancelled"])
async def test_a_source_that_hangs_is_not_available_when_its_time_is_over(says: str) -> None:
    async with asking(says) as asker:
        began = asyncio.get_running_loop().time()
        assert await asker.state() is SourceState.UNAVAILABLE
        assert asyncio.get_running_loop().time() - began < 1
        await asyncio.sleep(0)
        assert asker.source.cancelled == 1


@pytest.mark.parametrize(
    "says",
    [
        SourceUnavailable("down"),
        ValueError("+8613800000001 is not a number that I know"),
        None,
        7,
        "abc",
        ["abc"],
        [LI, 7],
        RecursionError(),
    ],
)
async def test_nonsense_is_no_answer_and_no_word_of_it_is_logged(says: object) -> None:
    async with asking(says) as asker:
        with capture_logs() as logs:
            assert await asker.state() is SourceState.UNAVAILABLE
        assert len(logs) == 1
        assert "13800000001" not in str(logs)


async def test_a_source_that_keeps_failing_is_left_alone_and_tried_by_one_question() -> None:
    async with asking(SourceUnavailable("down")) as asker:
        for _ in range(FAILURES_AT_MOST + 3):
            assert await asker.state() is SourceState.UNAVAILABLE
        assert len(asker.source.asked) == FAILURES_AT_MOST
        asker.clock.advance(LEFT_ALONE_FOR)
        await asker.state()
        await asker.state()
        assert len(asker.source.asked) == FAILURES_AT_MOST + 1
        asker.clock.advance(LEFT_ALONE_FOR)
        asker.source.says = [LI]
        assert await asker.state() is SourceState.OK
        assert await asker.state(BY_ID) is SourceState.OK, "and is asked like any other again"


async def test_only_one_question_at_a_time_tries_whether_a_source_is_back() -> None:
    async with asking(SourceUnavailable("down")) as asker:
        for _ in range(FAILURES_AT_MOST):
            await asker.state()
        asker.clock.advance(LEFT_ALONE_FOR)
        asker.source.says = "hang"
        assert set(await asyncio.gather(*(asker.state() for _ in range(5)))) == {SourceState.UNAVAILABLE}
        assert len(asker.source.asked) == FAILURES_AT_MOST + 1


async def test_one_more_question_than_a_stuck_source_may_have_is_answered_at_once() -> None:
    async with asking("will not be cancelled", within=20) as asker:
        await asyncio.gather(*(asker.state() for _ in range(MOST_AT_ONCE)))
        asker.clock.advance(LEFT_ALONE_FOR)
        assert await asker.state() is SourceState.UNAVAILABLE
        assert len(asker.source.asked) == MOST_AT_ONCE, "those that were given up are under way still"


async def test_who_stops_asking_leaves_the_source_as_it_was() -> None:
    async with asking("hang", within=5_000) as asker:
        for _ in range(FAILURES_AT_MOST + 1):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asker.state(), 0.01)
        asker.source.says = [LI]
        assert await asker.state() is SourceState.OK


@pytest.mark.parametrize(
    ("known_by", "question", "asked"),
    [
        ({}, BY_NUMBER, ("+8613800000001", "")),
        ({}, BY_ID, ("", "31")),
        ({}, Question("+8613800000001", "31", certain=True), ("", "31")),
        ({"by_number": False}, BY_NUMBER, ("", "31")),
        ({"by_id": False}, Question("+8613800000001", "31", certain=True), ("+8613800000001", "")),
        ({"by_id": False}, BY_ID, None),
        ({"by_number": False}, Question("+8613800000001"), None),
        ({}, Question(), None),
    ],
)
async def test_a_source_is_asked_by_what_it_knows(
    known_by: Mapping[str, bool], question: Question, asked: tuple[str, str] | None
) -> None:
    async with asking(**known_by) as asker:
        assert await asker.state(question) is (SourceState.NONE if asked is None else SourceState.OK)
        assert asker.source.asked == ([] if asked is None else [asked])


async def test_of_very_many_customers_only_some_are_read() -> None:
    async with asking([LI] * 10_000) as asker:
        answer = await asker.guard.ask(BY_NUMBER, asker._tasks)
        assert len(answer.found) == MOST_RECORDS


@pytest.mark.parametrize(("whose", "read"), [("31", "31"), (31, "31"), (None, ""), (True, ""), ([31], "")])
async def test_whose_a_record_is_may_be_a_number_or_a_text(whose: object, read: str) -> None:
    async with asking([{"id": whose, "address": "Shanghai"}]) as asker:
        (found,) = (await asker.guard.ask(BY_NUMBER, asker._tasks)).found
        assert found.id == read


@given(st.lists(st.tuples(st.sampled_from("sfw"), st.integers(0, 20_000))))
def test_a_breaker_lets_everything_through_or_one_question_in_ten_seconds(steps: list[tuple[str, int]]) -> None:
    breaker, now, in_a_row, let_through = Breaker(), 0, 0, []
    for what, passed in steps:
        now += passed
        if what == "w" or not breaker.lets_through(now):
            continue
        let_through.append((now, in_a_row))
        if what == "s":
            breaker.succeeded()
            in_a_row = 0
        else:
            breaker.failed(now)
            in_a_row += 1
    for (at, before), (then, after) in pairwise(let_through):
        if before >= FAILURES_AT_MOST and after == before + 1:
            assert then - at >= LEFT_ALONE_FOR


class Clinging(Scripted):
    """Does not let go."""

    async def close(self) -> None:
        if isinstance(self.says, Exception):
            raise self.says
        await asyncio.Event().wait()


@pytest.mark.parametrize("says", [None, OSError("secret")])
async def test_a_source_that_does_not_close_is_left_behind(monkeypatch: pytest.MonkeyPatch, says: object) -> None:
    monkeypatch.setattr(guard, "CLOSED_WITHIN", 0.02)
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        with capture_logs() as logs:
            await Asker(Clinging(says), tasks).guard.close()
    assert [line["event"] for line in logs] == ["a customer source did not close"]
    assert "secret" not in str(logs)


def test_random_numbers_fill_no_memory() -> None:
    kept: Kept[str] = Kept(60_000)
    for number in range(KEPT_AT_MOST + 100):
        kept.keep((str(number), ""), ("x",), 0)
    assert len(kept) == KEPT_AT_MOST
    assert kept.get(("0", ""), 1) is None
    assert kept.get((str(KEPT_AT_MOST), ""), 1) == ("x",)
