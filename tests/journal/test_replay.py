"""A journal run again tells where it differs first, and a core starts whatever its journal says."""

import json
from dataclasses import replace

import pytest

from acd.core.inputs import Input
from acd.core.instants import Instant
from acd.core.names import AgentId, CallId
from acd.core.requests import LogIn
from acd.core.router import Router
from acd.core.step import Step
from acd.core.switch_events import CallEnded
from acd.engine.ports import Entry
from acd.journal import MemoryJournal, UnknownRecord, recover, restore, verify
from acd.journal.records import GAP, Record
from acd.journal.stored import StoredInput
from tests.journal.floor import NOON, arrives, day, journaled, small_policy, waits


async def kept_day(journal: MemoryJournal) -> Router:
    """A day of ten calls in the journal; the router as it was in the evening."""
    router, _ = recover(journal, small_policy())
    for happened in day(calls=10):
        await journal.append(journaled(router, [happened]))
        journal.checkpoint(router.memory)
    return router


def replace_line(journal: MemoryJournal, seq: int, **changes: object) -> StoredInput:
    before = journal._inputs[seq - 1]
    journal._inputs[seq - 1] = replace(before, **changes)  # type: ignore[arg-type]
    return before


async def test_a_changed_outcome_is_found_at_its_line() -> None:
    journal = MemoryJournal()
    await kept_day(journal)
    before = replace_line(journal, 20, digest="0123456789abcdef")

    report = verify(journal)

    assert not report.same
    assert str(report.difference) == (
        f"line 20 ({before.record.kind}): the journal has 0123456789abcdef, this program {before.digest}"
    )
    assert report.inputs == 20


async def test_a_changed_input_is_found_where_it_first_makes_a_difference() -> None:
    journal = MemoryJournal()
    await kept_day(journal)
    body = json.loads(journal._inputs[8].record.body) | {"lane": "wealth"}
    replace_line(journal, 9, record=Record("call_started_waiting", 1, json.dumps(body)))

    report = verify(journal)

    assert report.difference is not None
    assert (report.difference.seq, report.difference.kind) == (9, "call_started_waiting")


async def test_a_change_that_shows_in_no_outcome_is_found_at_the_next_checkpoint() -> None:
    journal = MemoryJournal()
    router, _ = recover(journal, small_policy())
    await journal.append(journaled(router, [*day(0), (arrives("c1", NOON), NOON)]))
    journal.checkpoint(router.memory, now=True)
    body = json.loads(journal._inputs[7].record.body) | {"number": "+8613900000009"}
    replace_line(journal, 8, record=Record("call_arrived", 1, json.dumps(body)))

    difference = verify(journal).difference

    assert str(difference) == "line 8 (checkpoint): the journal has other calls, this program its own"


async def test_the_difference_says_nothing_that_a_caller_said() -> None:
    journal = MemoryJournal()
    await kept_day(journal)
    replace_line(journal, 8, digest="0")

    assert verify(journal).difference is not None
    assert "13800000001" not in str(verify(journal).difference)


async def test_missing_inputs_are_passed_over_until_the_next_checkpoint() -> None:
    journal = MemoryJournal(checkpoint_every=20)
    await kept_day(journal)
    gap = Record(GAP, 1, '{"lost": 1, "first": 0, "last": 0}')
    replace_line(journal, 25, record=gap, digest="")

    report = verify(journal)

    assert report.same
    assert report.gaps == 1
    assert report.inputs == 24 + 27
    assert report.checkpoints == 2


async def test_a_core_that_starts_after_a_gap_goes_on_and_says_so() -> None:
    journal = MemoryJournal()
    await kept_day(journal)
    replace_line(journal, 67, record=Record(GAP, 1, '{"lost": 1, "first": 0, "last": 0}'), digest="")

    restored = restore(journal, small_policy())

    assert restored.problem == "some inputs before line 67 were never written"
    assert restored.replayed == 66


async def test_an_input_that_makes_the_core_fail_does_not_keep_a_hotline_from_starting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal = MemoryJournal(checkpoint_every=20)
    await kept_day(journal)
    at_checkpoint = restore(_cut(journal, 60), small_policy()).router.memory
    plain = Router.take

    def failing(router: Router, happened: Input, now: Instant) -> Step:
        if happened == CallEnded(CallId("call-9")):
            raise AssertionError("+8613800000001 may not")
        return plain(router, happened, now)

    monkeypatch.setattr(Router, "take", failing)
    restored = restore(journal, small_policy())

    assert restored.router.memory == at_checkpoint
    assert restored.problem == "the core failed with AssertionError on line 66, so later lines do not count"
    report = verify(journal)
    assert report.difference is not None
    assert (report.difference.seq, report.difference.replayed) == (66, "AssertionError")


def _cut(journal: MemoryJournal, seq: int) -> MemoryJournal:
    cut = MemoryJournal()
    cut._inputs = journal._inputs[:seq]
    cut._checkpoints = [each for each in journal._checkpoints if each.seq <= seq]
    return cut


async def test_a_line_of_a_newer_program_stops_a_restart_with_its_number() -> None:
    journal = MemoryJournal()
    await kept_day(journal)
    replace_line(journal, 30, record=Record("call_teleported", 1, "{}"))

    with pytest.raises(UnknownRecord, match='line 30: the kind "call_teleported" is not known'):
        restore(journal, small_policy())
    with pytest.raises(UnknownRecord, match="line 30"):
        verify(journal)


async def test_a_restarted_core_knows_the_time_at_which_the_journal_ended() -> None:
    journal = MemoryJournal()
    router, _ = recover(journal, small_policy())
    await journal.append(journaled(router, [(LogIn(AgentId("anna")), NOON), (waits("c1", NOON), NOON + 7)]))

    again, last = recover(journal, small_policy())

    assert last == NOON + 7
    assert again.waiting() == ["c1"]


def test_a_journal_that_nobody_began_has_nothing_to_compare() -> None:
    report = verify(MemoryJournal())

    assert report.same
    assert report.inputs == 0


async def test_inputs_before_the_first_checkpoint_have_nothing_to_start_from() -> None:
    journal = MemoryJournal()
    await journal.append([Entry(1, CallEnded(CallId("a")), "0")])

    assert verify(journal).inputs == 0
