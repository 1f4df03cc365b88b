"""Whoever missed some of the core's events hears them again from the journal: the same ones, with their offers."""

from dataclasses import replace

import pytest

from acd.core.events import CallAnswered, CallClosed, TalkFinished
from acd.core.names import CallId
from acd.engine.ports import Entry
from acd.journal.memory import MemoryJournal
from acd.journal.records import GAP, Record
from acd.journal.stored import StoredInput
from acd.journal.told_again import events_since
from tests.builders import ANNA
from tests.journal.test_answers import Asking

CALLS = [CallId(f"c{number}") for number in range(6)]


async def served() -> tuple[Asking, MemoryJournal]:
    """Six calls, one after the other."""
    world = Asking()
    for call in CALLS:
        world.serve(call, 5)
    return world, await world.journal()


def told(journal: MemoryJournal, since: int) -> list[tuple[int, object]]:
    return [(at, event) for at, event, _ in events_since(journal, since)]


async def test_all_of_it_is_what_happened(world_and_journal: tuple[Asking, MemoryJournal]) -> None:
    world, journal = world_and_journal
    everything = told(journal, 0)
    assert [event for _, event in everything] == world.said[-len(everything) :]
    assert [event.call for _, event in everything if isinstance(event, CallClosed)] == CALLS


@pytest.fixture
async def world_and_journal() -> tuple[Asking, MemoryJournal]:
    return await served()


async def test_from_any_instant_on_it_is_the_rest_of_it(world_and_journal: tuple[Asking, MemoryJournal]) -> None:
    _, journal = world_and_journal
    everything = told(journal, 0)
    for since in sorted({at for at, _ in everything}):
        assert told(journal, since) == [(at, event) for at, event in everything if at >= since]
    assert told(journal, everything[-1][0] + 1) == []


async def test_it_begins_at_the_newest_checkpoint_before(world_and_journal: tuple[Asking, MemoryJournal]) -> None:
    world, journal = world_and_journal
    everything = told(journal, 0)
    journal.checkpoint(world.router.memory, now=True)
    world.serve(CallId("later"), 5)
    later = await world.journal()
    later._checkpoints.append(journal._checkpoints[-1])
    # What lies before the checkpoint is not even looked at.
    later._inputs[3] = replace(later._inputs[3], record=Record("unheard_of", 1, "{}"))

    since = everything[-1][0] + 1
    assert [event.call for _, event in told(later, since) if isinstance(event, TalkFinished)] == ["later"]


async def test_each_event_comes_with_the_offers_of_its_time(world_and_journal: tuple[Asking, MemoryJournal]) -> None:
    _, journal = world_and_journal
    held = [
        offer.call if (offer := offer_of(ANNA)) is not None else None
        for _, event, offer_of in events_since(journal, 0)
        if isinstance(event, CallAnswered)
    ]
    assert held == CALLS


async def test_where_inputs_were_lost_it_goes_on_from_the_next_checkpoint(
    world_and_journal: tuple[Asking, MemoryJournal],
) -> None:
    world, journal = world_and_journal
    lines = journal._inputs
    many, gap = len(lines), StoredInput(len(lines) + 1, world.now, Record(GAP, 1, "{}"), "")
    lines.append(gap)
    journal.checkpoint(world.router.memory, now=True)
    world.serve(CallId("later"), 5)
    await journal.append([Entry(at, happened, digest) for at, happened, digest in world.inputs[many:]])

    def finished() -> list[str]:
        return [event.call for _, event in told(journal, 0) if isinstance(event, TalkFinished)]

    assert finished() == [*CALLS, "later"]
    lines[2] = replace(gap, seq=3)
    assert finished() == ["later"]
