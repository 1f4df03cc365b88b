"""What every journal promises, whatever it is kept in."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings

from acd.core.inputs import CoreStarted
from acd.core.names import CallId
from acd.core.router import Router
from acd.core.switch_events import CallEnded
from acd.engine.ports import Entry, Journal
from acd.journal import MemoryJournal, SqliteJournal, recover, restore, verify
from acd.journal.records import decode
from tests.journal.floor import BAD_DAY, day, journaled, small_policy

AnyJournal: TypeAlias = MemoryJournal | SqliteJournal
Kept: TypeAlias = Callable[..., AnyJournal]


@pytest.fixture(params=["memory", "sqlite"])
def keep(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    """Opens the journal; opening it again closes it first, as a restart would. `new` begins another one."""
    opened: list[AnyJournal] = []

    def reopen(*, new: bool = False, checkpoint_every: int = 10_000) -> AnyJournal:
        if opened:
            opened[-1].close()
        if request.param == "memory":
            if not opened or new:
                opened.append(MemoryJournal(checkpoint_every))
            return opened[-1]
        number = len(list(tmp_path.glob("*.sqlite3"))) + (1 if new or not opened else 0)
        opened.append(SqliteJournal(tmp_path / f"{number}.sqlite3", checkpoint_every=checkpoint_every))
        return opened[-1]

    yield reopen
    for each in opened:
        each.close()


def _entry(number: int) -> Entry:
    return Entry(1_000 + number, CallEnded(CallId(f"call-{number}")), f"{number:016x}")


async def test_what_was_appended_is_read_in_the_order_in_which_it_was_taken(keep: Kept) -> None:
    journal = keep()
    await journal.append([_entry(1), _entry(2)])
    await journal.append([])
    await journal.append([_entry(3)])

    found = list(keep().inputs(0))

    assert [each.seq for each in found] == [1, 2, 3]
    assert [Entry(each.at, decode(each.record), each.digest) for each in found] == [_entry(n) for n in (1, 2, 3)]


async def test_reading_may_begin_after_any_line(keep: Kept) -> None:
    journal = keep()
    await journal.append([_entry(number) for number in range(2_500)])

    assert [each.seq for each in keep().inputs(1_234)] == list(range(1_235, 2_501))


async def test_appends_that_wait_together_keep_their_order(keep: Kept) -> None:
    journal = keep()
    async with asyncio.TaskGroup() as tasks:
        for number in range(200):
            tasks.create_task(journal.append([_entry(number)]))

    assert [each.digest for each in keep().inputs(0)] == [f"{number:016x}" for number in range(200)]


async def test_a_journal_goes_on_where_it_ended(keep: Kept) -> None:
    await keep().append([_entry(1)])
    await keep().append([_entry(2)])

    assert [each.seq for each in keep().inputs(0)] == [1, 2]


async def test_an_empty_journal_begins_with_a_checkpoint_of_a_fresh_router(keep: Kept) -> None:
    router, last = recover(keep(), small_policy())

    assert last == 0
    first = keep().last_checkpoint()
    assert first is not None
    assert first.seq == 0
    assert recover(keep(), small_policy("b"))[0].memory == router.memory


async def test_a_checkpoint_is_kept_when_it_is_due_and_not_before(keep: Kept) -> None:
    journal = keep(checkpoint_every=3)
    memory = Router.fresh(small_policy()).memory
    journal.checkpoint(memory, now=True)
    for number in range(7):
        await journal.append([_entry(number)])
        journal.checkpoint(memory)

    assert [each.seq for each in keep().checkpoints()] == [0, 3, 6]


async def test_every_life_of_a_core_has_a_higher_epoch(keep: Kept) -> None:
    assert keep().begin_epoch(5) == 1
    assert keep().begin_epoch(4) == 2
    assert keep().begin_epoch(6) == 3
    assert keep().begin_epoch(1_795_000_000_000) == 1_795_000_000
    assert keep().begin_epoch(1_794_000_000_000) == 1_795_000_001


async def test_a_restarted_core_knows_what_the_dead_one_knew(keep: Kept) -> None:
    router, _ = recover(keep(checkpoint_every=7), small_policy())
    journal = keep(checkpoint_every=7)
    for entry in journaled(router, day(calls=3)):
        await journal.append([entry])

    restored = restore(keep(), small_policy())

    assert restored.router.memory == router.memory
    assert restored.router.memory.counts["cards"].answered == 3
    assert restored.problem == ""


async def test_a_journal_run_again_comes_out_the_same(keep: Kept) -> None:
    journal = keep(checkpoint_every=10)
    router, _ = recover(journal, small_policy())
    for happened in day(calls=10):
        await journal.append(journaled(router, [happened]))
        journal.checkpoint(router.memory)

    report = verify(keep())

    assert report.same
    assert report.inputs == len(day(calls=10)) == 67
    assert report.checkpoints == 6
    assert report.gaps == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happened=BAD_DAY)
def test_whatever_a_bad_day_brings_it_can_be_brought_back(keep: Kept, happened: list) -> None:  # type: ignore[type-arg]
    async def live() -> Router:
        journal: AnyJournal = keep(new=True, checkpoint_every=5)
        router, _ = recover(journal, small_policy())
        for each in happened:
            await journal.append(journaled(router, [each]))
            journal.checkpoint(router.memory)
        return router

    router = asyncio.run(live())

    journal = keep()
    assert verify(journal).same
    assert restore(journal, small_policy()).router.memory == router.memory


def test_each_is_a_journal_of_the_engine(keep: Kept) -> None:
    journal: Journal = keep()

    asyncio.run(journal.append([Entry(1, CoreStarted(1), "")]))
