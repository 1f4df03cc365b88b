"""Each agent's part of each call becomes one contact, whatever happens to the process between the two."""

import asyncio
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd.core.names import CallId
from acd.core.requests import BecomeReady, DialNumber, LogOut, PauseAgent
from acd.core.switch_events import CallEnded, NumberAnswered, TalkEnded, Verdict
from acd.core.talk_events import NumberDialled
from acd.core.transfers import Target, TransferKind
from cti.contacts import intake as intake_module
from cti.contacts import store
from cti.contacts.records import Words
from tests.cti.contacts.desk_of_notes import DAY, LI, WANG, Desk, JournaledHotline, LaneNotes, open_desk
from tests.cti.small_hotline import ANNA, BEN, CUSTOMER, GENERAL, OUTSIDE, START, eventful_policy, small_policy

WHO = "call, agent, lane, talked, number, customer, by_number, direction, state"


async def test_a_talk_becomes_a_contact_with_whom_and_how_long(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        desk.hotline.has_talked("c1", number="13800000001")
        assert await desk.rows(WHO) == [("c1", "anna", "cards", 60_000, WANG, "", "", "inbound", "open")]
        assert await desk.rows("at, ended_at") == [(START + 400, START + 60_400)]


async def test_what_is_heard_is_gathered_and_written_at_once_when_somebody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def kept(desk: Desk) -> int:
        many: int = await desk.file.run(lambda file: file.execute("SELECT count(*) FROM contacts").fetchone()[0])
        return many

    monkeypatch.setattr(intake_module, "GATHERED_FOR", 3_600.0)
    async with open_desk(tmp_path) as desk:
        for at in range(3):
            desk.hotline.has_talked(f"c{at}")
            desk.hotline.is_done()
            await asyncio.sleep(0.01)
            assert await kept(desk) == 0
        assert len(await desk.rows()) == 3

    monkeypatch.setattr(intake_module, "GATHERED_FOR", 0.01)
    async with open_desk(tmp_path, desk.hotline) as desk:
        desk.hotline.has_talked("c3")
        await asyncio.wait_for(desk.intake._written.wait(), 10)
        assert await kept(desk) == 4


async def test_a_number_tells_who_it_may_be_and_only_a_pin_who_it_is(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        desk.hotline.has_talked("c1", number=LI, customer=CUSTOMER)
        desk.hotline.has_talked("c2", number=WANG, customer=CUSTOMER)
        desk.hotline.has_talked("c3", number=WANG, customer=CUSTOMER, verified=True)
        call = desk.hotline.is_called("c4", number=WANG)
        desk.hotline.is_asked_for_his_pin(call, Verdict.VERIFIED)
        assert await desk.rows("call, customer, by_number") == [
            ("c1", "", CUSTOMER),
            ("c2", "", ""),
            ("c3", CUSTOMER, ""),
            ("c4", CUSTOMER, ""),
        ]
        desk.hotline.take(TalkEnded(call))
        desk.hotline.take(CallEnded(call))
        call = desk.hotline.is_called("c5", number=WANG, customer=CUSTOMER, verified=True)
        desk.hotline.is_asked_for_his_pin(call, Verdict.WRONG)
        assert (await desk.rows("call, customer"))[-1] == ("c5", "")


async def test_who_rang_in_vain_is_no_contact_and_who_comes_back_to_the_agent_is_the_same(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        desk.hotline.becomes_ready(ANNA)
        desk.hotline.hangs_up(desk.hotline.call("c1"))
        assert await desk.rows() == []


@pytest.mark.parametrize("moves_on", [BecomeReady(ANNA), PauseAgent(ANNA, "break"), LogOut(ANNA), None])
async def test_a_wrap_up_that_ends_closes_the_contact(tmp_path: Path, moves_on: object) -> None:
    async with open_desk(tmp_path) as desk:
        desk.hotline.has_talked("c1")
        assert await desk.rows("state") == [("open",)]
        if moves_on is None:
            desk.hotline.sleep(20_000)
        else:
            desk.hotline.take(moves_on)  # type: ignore[arg-type]
        assert await desk.rows("state") == [("not_finished",)]


async def test_a_lane_without_wrap_up_closes_it_at_once(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        desk.hotline.has_talked("c1", GENERAL, agent=BEN)
        assert await desk.rows("agent, state, talked") == [("ben", "not_finished", 60_000)]


async def test_the_line_of_the_agent_is_kept_with_it(tmp_path: Path) -> None:
    async with open_desk(tmp_path, settings=LaneNotes(second_line=frozenset({BEN}))) as desk:
        desk.hotline.has_talked("c1")
        desk.hotline.has_talked("c2", GENERAL, agent=BEN)
        assert await desk.rows("call, line") == [("c1", "first"), ("c2", "second")]


async def test_a_caller_who_is_sent_on_is_a_contact_of_each_agent_and_one_sent_outside_is_marked(
    tmp_path: Path,
) -> None:
    policy = replace(small_policy(), transfer_numbers={"office": OUTSIDE})
    async with open_desk(tmp_path, JournaledHotline(policy)) as desk:
        call = desk.hotline.is_called("c1", number=LI)
        desk.hotline.becomes_ready(BEN)
        desk.hotline.sleep(1_000)
        desk.hotline.is_sent(call, Target(TransferKind.LANE, GENERAL))
        desk.hotline.answers(call)
        # Each has his own words, and the second reads what the first still writes.
        await desk.contacts.save(ANNA, call, Words(note="wants a person"), 0)
        (first,) = await desk.contacts.of_number(LI, 20, BEN)
        assert (first.agent, first.notes[0].text) == (ANNA, "wants a person")
        desk.hotline.is_sent(call, Target(TransferKind.NUMBER, OUTSIDE), BEN)
        desk.hotline.take(NumberAnswered(call))
        assert await desk.rows("call, agent, lane, outside") == [
            ("c1", "anna", "cards", 0),
            ("c1", "ben", "general", 1),
        ]


async def test_whom_an_agent_dials_is_an_outbound_contact(tmp_path: Path) -> None:
    async with open_desk(tmp_path, JournaledHotline(eventful_policy())) as desk:
        desk.hotline.becomes_ready(ANNA)
        desk.hotline.take(DialNumber(ANNA, "13900000777"))
        entry = next(event.entry for event in desk.hotline.events if isinstance(event, NumberDialled))
        desk.hotline.answers(entry)
        assert await desk.rows("agent, number, direction") == [("anna", "+8613900000777", "outbound")]


async def test_what_was_lost_by_a_kill_is_told_again_and_nothing_is_double(tmp_path: Path) -> None:
    hotline = JournaledHotline()
    async with open_desk(tmp_path, hotline) as desk:
        hotline.has_talked("c1")
        hotline.is_called("c2")
        before = await desk.rows()
    # Nobody listens: as if the process had died after its journal was written.
    hotline.talks_and_ends(CallId("c2"))
    hotline.has_talked("c3")
    hotline.is_called("c4", number=LI)
    async with open_desk(tmp_path, hotline) as desk:
        hotline.talks_and_ends(CallId("c4"))
        assert await desk.rows("call, talked, state") == [
            ("c1", 60_000, "not_finished"),
            ("c2", 60_000, "not_finished"),
            ("c3", 60_000, "not_finished"),
            ("c4", 60_000, "open"),
        ]
        assert (await desk.rows())[0] == before[0]
        assert (await desk.rows("by_number"))[3] == (CUSTOMER,)
        once = await desk.rows()
    for _ in range(2):
        async with open_desk(tmp_path, hotline) as desk:
            assert await desk.rows() == once


async def test_who_rang_before_the_kill_and_was_answered_after_it_has_his_number(tmp_path: Path) -> None:
    hotline = JournaledHotline()
    async with open_desk(tmp_path, hotline) as desk:
        hotline.has_talked("c1")
        hotline.sleep(100)
        hotline.is_done()
        hotline.sleep(100)
        ringing = hotline.call("c2", number=LI, customer=CUSTOMER, verified=True)
        hotline.sleep(100)
        # What was heard last is about somebody else, so the offer is not told again.
        hotline.is_called("c3", GENERAL, agent=BEN)
        await desk.rows()
    hotline.sleep(100)
    hotline.answers(ringing)
    async with open_desk(tmp_path, hotline) as desk:
        assert (await desk.rows("call, number, customer"))[-1] == ("c2", LI, CUSTOMER)


async def test_more_than_can_be_kept_waiting_is_told_again_by_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "PENDING_AT_MOST", 5)
    monkeypatch.setattr(intake_module, "AT_ONCE", 3)
    async with open_desk(tmp_path) as desk:
        for number in range(40):
            desk.hotline.has_talked(f"c{number:02}")
        desk.hotline.is_done()
        assert await desk.rows("call, talked, state") == [(f"c{n:02}", 60_000, "not_finished") for n in range(40)]


async def test_a_disk_that_fails_is_tried_again_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "TRY_AGAIN_AFTER", 0.01)
    failures = iter([sqlite3.OperationalError("disk I/O error"), ValueError("a defect"), None, None])
    put = store.put

    def fails_at_first(*args: Any) -> None:
        if (failure := next(failures, None)) is not None:
            raise failure
        put(*args)

    monkeypatch.setattr(intake_module.store, "put", fails_at_first)
    async with open_desk(tmp_path) as desk:
        desk.hotline.has_talked("c1")
        desk.hotline.has_talked("c2")
        assert await desk.rows("call, talked") == [("c1", 60_000), ("c2", 60_000)]


async def test_a_new_file_begins_with_now(tmp_path: Path) -> None:
    hotline = JournaledHotline()
    hotline.has_talked("c1")
    hotline.sleep(60_000)
    async with open_desk(tmp_path, hotline) as desk:
        assert await desk.rows() == []
        hotline.has_talked("c2")
        assert await desk.rows("call") == [("c2",)]


async def test_old_contacts_go_with_all_that_was_written_of_them(tmp_path: Path) -> None:
    hotline = JournaledHotline()
    notes = LaneNotes(days=40)
    async with open_desk(tmp_path, hotline, notes) as desk:
        hotline.has_talked("c1")
        hotline.sleep(41 * DAY)
        hotline.has_talked("c2")
        hotline.is_done()
        await desk.rows()
    async with open_desk(tmp_path, hotline, notes) as desk:
        async with asyncio.timeout(5):
            await desk.intake.tidied.wait()
        assert await desk.rows("call") == [("c2",)]
        tables = ("contacts", "talks")
        assert [
            await desk.file.run(lambda file, name=name: file.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
            for name in tables
        ] == [1, 1]


HAPPENINGS = st.lists(
    st.sampled_from(["call", "call li", "end", "done", "time", "pin", "logout", "die", "nobody listens"]), max_size=25
)


@dataclass
class Day:
    """What may happen to one agent's calls."""

    hotline: JournaledHotline
    calls: int = 0
    talking: CallId | None = None

    def happens(self, what: str) -> None:
        self.hotline.time += 10
        if self.talking is None:
            self.happens_to_nobody(what)
        elif what == "end":
            self.ends()
        elif what == "pin":
            verdict = Verdict.VERIFIED if self.calls % 2 else Verdict.WRONG
            self.hotline.is_asked_for_his_pin(self.talking, verdict)

    def happens_to_nobody(self, what: str) -> None:
        match what:
            case "call" | "call li":
                self.calls += 1
                number = LI if what == "call li" else WANG
                self.talking = self.hotline.is_called(f"c{self.calls:02}", number=number)
            case "done":
                self.hotline.is_done()
            case "logout":
                self.hotline.take(LogOut(ANNA))
            case "time":
                self.hotline.sleep(20_000)

    def ends(self, talked: int = 60_000) -> None:
        if self.talking is not None:
            self.hotline.talks_and_ends(self.talking, talked)
            self.talking = None

    def goes_on_unheard(self) -> None:
        """As if the process had died after its journal was written, and before anything else was."""
        self.ends(777)
        self.calls += 1
        self.hotline.has_talked(f"c{self.calls:02}")


@settings(max_examples=25, deadline=None)
@given(HAPPENINGS)
async def test_whenever_the_process_dies_the_contacts_are_those_of_one_that_lived(
    tmp_path_factory: pytest.TempPathFactory, happenings: list[str]
) -> None:
    folder, whole = tmp_path_factory.mktemp("dies"), tmp_path_factory.mktemp("lives")
    day = Day(JournaledHotline())
    async with open_desk(whole, day.hotline) as living:
        lives = _parted(happenings)
        for number, life in enumerate(lives):
            async with open_desk(folder, day.hotline) as dying:
                for each in life:
                    day.happens(each)
                if number == len(lives) - 1:
                    assert await dying.rows() == await living.rows()
                    assert len(await living.rows()) == day.calls
            if life and life[-1] == "nobody listens":
                day.goes_on_unheard()


def _parted(happenings: list[str]) -> list[list[str]]:
    """The lives of a process that dies in between."""
    lives: list[list[str]] = [[]]
    for each in happenings:
        lives[-1].append(each)
        if each in ("die", "nobody listens"):
            lives.append([])
    return lives
