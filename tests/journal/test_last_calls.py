"""The last calls are listed so that one finds one's own among them, and nobody finds who called."""

import asyncio
from pathlib import Path

import pytest

from acd.app.explain import FOUND, run
from acd.core.events import CallResult
from acd.core.inputs import PolicyLoaded
from acd.core.instants import seconds
from acd.core.names import CallId
from acd.engine.ports import Entry
from acd.journal import MemoryJournal
from acd.journal.records import GAP, Record
from acd.journal.sqlite import SqliteJournal
from acd.journal.stored import StoredInput
from acd.journal.story import Listed, last_calls
from tests.builders import BEN, CARDS, FIRST, OPENING, SECOND, World
from tests.journal.test_story import EIGHT_HOURS, ELSEWHERE, RELAXING, Recorded


async def test_the_last_calls_are_listed_with_their_first_lane() -> None:
    world = Recorded(RELAXING)
    for number in range(5):
        world.arrive(CallId(f"hotline-2.{number}"))
        world.wait(1)
    world.enter(CallId("hotline-2.3"), CARDS)
    assert last_calls(await world.journal(), 2) == [
        Listed(OPENING + seconds(3), CallId("hotline-2.3"), CARDS, 0, "95555"),
        Listed(OPENING + seconds(4), CallId("hotline-2.4"), None, 0, "95555"),
    ]


async def test_the_last_calls_are_listed_with_the_keys_and_how_they_came_out() -> None:
    world = Recorded(RELAXING)
    world.log_in(BEN)
    world.ready(BEN)
    world.arrive(FIRST)
    world.enter(FIRST, menu=(("main", "1"), ("cards", "3")))
    world.arrive(SECOND)
    world.enter(SECOND)
    world.wait(20)
    world.talk(FIRST)
    world.hang_up(FIRST)
    journal = await world.journal()
    journal._inputs.append(StoredInput(len(journal._inputs) + 1, world.now, Record(GAP, 1, '{"lost": 3}'), ""))

    first, second = last_calls(journal, 2)
    assert (first.keys, first.result) == ((("main", "1"), ("cards", "3")), CallResult.ANSWERED)
    assert (second.keys, second.result) == ((), None)


def test_the_last_calls_are_shown_without_who_called(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.sqlite3")
    world = Recorded(RELAXING)
    journal.checkpoint(World(RELAXING, surveyed=False).router.memory, now=True)
    world.arrive(FIRST)
    world.enter(FIRST, menu=(("main", "1"), ("cards", "3")))
    world.wait(20)
    world.hang_up(FIRST)
    world.arrive(SECOND)
    asyncio.run(journal.append([Entry(at, happened, digest) for at, happened, digest in world.inputs]))
    journal.close()

    assert run(None, tmp_path / "journal.sqlite3", as_json=False) == FOUND
    printed = capsys.readouterr().out
    assert "13800000000" not in printed
    title, columns, first, second = [line.split("  ") for line in printed.splitlines()]
    assert title == ["the last calls"]
    assert [cell.strip() for cell in columns if cell][-3:] == ["keys", "first lane", "result"]
    assert [cell.strip() for cell in first if cell][1:] == [FIRST, "95555", "1 3", "cards", "abandoned"]
    assert [cell.strip() for cell in second if cell][1:] == [SECOND, "95555", "-", "-", "going on"]


async def test_the_last_calls_are_listed_by_the_clocks_that_the_hotline_had_when_they_came() -> None:
    world = Recorded(RELAXING)
    world.arrive(FIRST)
    world.take(PolicyLoaded(ELSEWHERE))
    world.arrive(SECOND)

    assert [each.utc_offset for each in last_calls(await world.journal(), 2)] == [0, EIGHT_HOURS]


async def test_the_first_checkpoint_tells_the_clocks_of_calls_before_any_change() -> None:
    journal = MemoryJournal()
    journal.checkpoint(World(ELSEWHERE, surveyed=False).router.memory, now=True)
    world = Recorded(ELSEWHERE)
    world.arrive(FIRST)
    await journal.append([Entry(at, happened, digest) for at, happened, digest in world.inputs])

    assert [each.utc_offset for each in last_calls(journal, 2)] == [EIGHT_HOURS]
