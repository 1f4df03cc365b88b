"""What an agent types is kept from the first word on, by him alone, and becomes the record whatever happens."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.core.names import CallId
from acd.core.requests import BecomeReady
from cti.contacts.records import NOTE_AT_MOST, RecordState, Words, cleaned, mentions_in
from cti.contacts.service import LATE_AT_MOST, Closed, Missing, NotComplete, NotYours
from cti.contacts.store import Stale
from tests.cti.contacts.desk_of_notes import WANG, JournaledHotline, open_desk
from tests.cti.small_hotline import ANNA, BEN, GENERAL

LOST = Words("blocked", solved=True, note="Card blocked.")


async def test_a_draft_is_kept_from_the_ring_on_and_outlives_browser_and_core(tmp_path: Path) -> None:
    hotline = JournaledHotline()
    async with open_desk(tmp_path, hotline) as desk:
        hotline.becomes_ready(ANNA)
        call = hotline.call("c1")
        first = await desk.contacts.save(ANNA, call, Words(note="He "), 0)
        assert (first.draft.revision, first.state, first.lane) == (1, RecordState.OPEN, "cards")
        hotline.answers(call)
        assert (await desk.contacts.save(ANNA, call, Words(note="He lost it"), 1)).draft.revision == 2
    async with open_desk(tmp_path, hotline) as desk:
        again = await desk.contacts.draft(ANNA, call)
        assert (again.draft.words.note, again.draft.revision) == ("He lost it", 2)


async def test_two_tabs_cannot_undo_each_other_unawares_and_an_answer_that_was_lost_is_no_harm(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        call = desk.hotline.is_called("c1")
        await desk.contacts.save(ANNA, call, Words(note="one"), 0)
        await desk.contacts.save(ANNA, call, Words(note="two"), 1)
        # The same again, because the answer was lost.
        assert (await desk.contacts.save(ANNA, call, Words(note="two"), 1)).draft.revision == 2
        with pytest.raises(Stale) as stale:
            await desk.contacts.save(ANNA, call, Words(note="other tab"), 1)
        assert (stale.value.draft.words.note, stale.value.draft.revision) == ("two", 2)
        assert (await desk.contacts.draft(ANNA, call)).draft.words.note == "two"


async def test_a_finished_draft_is_the_record_and_is_not_changed_any_more(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        call = desk.hotline.has_talked("c1")
        await desk.contacts.save(ANNA, call, LOST, 0)
        assert (await desk.contacts.finish(ANNA, call)).state is RecordState.FINISHED
        assert (await desk.contacts.finish(ANNA, call)).draft.words == LOST
        with pytest.raises(Closed):
            await desk.contacts.save(ANNA, call, Words(note="else"), 1)
        desk.hotline.is_done()
        assert await desk.rows("state, disposition, branch, solved") == [("finished", "blocked", "lost", 1)]
        (contact,) = await desk.contacts.of_number(WANG, 20)
        assert [(note.number, note.by, note.text) for note in contact.notes] == [(1, ANNA, "Card blocked.")]


async def test_a_wrap_up_that_ends_by_time_makes_the_record_of_what_is_there(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        call = desk.hotline.has_talked("c1")
        await desk.contacts.save(ANNA, call, Words(note="half a sent", follow_up=True), 0)
        desk.hotline.sleep(20_000)
        assert await desk.rows("state, disposition, solved, follow_up") == [("not_finished", "", None, 1)]
        (contact,) = await desk.contacts.of_number(WANG, 20)
        assert [note.text for note in contact.notes] == ["half a sent"]


async def test_what_a_crashed_browser_brings_later_still_becomes_the_record(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        call = desk.hotline.has_talked("c1")
        desk.hotline.take(BecomeReady(ANNA))
        desk.hotline.is_called("c2")
        desk.hotline.sleep(LATE_AT_MOST - 1_000)
        saved = await desk.contacts.save(ANNA, call, LOST, 0)
        assert saved.state is RecordState.NOT_FINISHED
        await desk.contacts.save(ANNA, call, Words("blocked", note="Card blocked, really."), 1)
        first = (await desk.contacts.of_number(WANG, 20))[1]
        assert [(note.number, note.text) for note in first.notes] == [(1, "Card blocked, really.")]
        await desk.contacts.save(ANNA, call, Words("blocked"), 2)
        assert (await desk.contacts.of_number(WANG, 20))[1].notes == ()
        assert (await desk.contacts.finish(ANNA, call)).state is RecordState.FINISHED


@pytest.mark.parametrize("finished", [False, True])
async def test_an_hour_later_nobody_changes_it(tmp_path: Path, finished: bool) -> None:
    async with open_desk(tmp_path) as desk:
        call = desk.hotline.has_talked("c1")
        if finished:
            await desk.contacts.save(ANNA, call, LOST, 0)
            await desk.contacts.finish(ANNA, call)
        desk.hotline.sleep(LATE_AT_MOST + 1)
        for asked in (desk.contacts.draft(ANNA, call), desk.contacts.finish(ANNA, call)):
            with pytest.raises(NotYours):
                await asked
        with pytest.raises(NotYours):
            await desk.contacts.save(ANNA, call, Words(note="late"), 1)


async def test_another_agent_has_no_part_in_it(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        call = desk.hotline.is_called("c1")
        for mine in (call, CallId("nothing")):
            with pytest.raises(NotYours):
                await desk.contacts.save(BEN, mine, LOST, 0)
            with pytest.raises(NotYours):
                await desk.contacts.draft(BEN, mine)
            with pytest.raises(NotYours):
                await desk.contacts.finish(BEN, mine)
        desk.hotline.talks_and_ends(call)
        with pytest.raises(NotYours):
            await desk.contacts.draft(BEN, call)


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        (Words(), Missing.DISPOSITION),
        (Words("lost"), Missing.UNKNOWN_DISPOSITION),
        (Words("gone"), Missing.UNKNOWN_DISPOSITION),
    ],
)
async def test_a_lane_that_asks_for_a_disposition_gets_one_that_it_has(
    tmp_path: Path, words: Words, missing: Missing
) -> None:
    async with open_desk(tmp_path) as desk:
        call = desk.hotline.has_talked("c1")
        await desk.contacts.save(ANNA, call, words, 0)
        with pytest.raises(NotComplete) as refused:
            await desk.contacts.finish(ANNA, call)
        assert refused.value.missing is missing
        assert await desk.rows("state") == [("open",)]
        # Time is not kept up by it.
        desk.hotline.sleep(20_000)
        assert await desk.rows("state, disposition, branch") == [
            ("not_finished", words.disposition, "lost" if words.disposition == "lost" else "")
        ]


async def test_a_record_is_finished_when_the_talk_is_over_and_a_lane_may_ask_for_nothing(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        call = desk.hotline.is_called("c1", GENERAL, agent=BEN)
        with pytest.raises(NotComplete) as refused:
            await desk.contacts.finish(BEN, call)
        assert refused.value.missing is Missing.STILL_TALKING
        desk.hotline.talks_and_ends(call)
        assert (await desk.contacts.finish(BEN, call)).state is RecordState.FINISHED


async def test_a_draft_of_a_call_that_nobody_answered_goes_after_a_day(tmp_path: Path) -> None:
    hotline = JournaledHotline()
    async with open_desk(tmp_path, hotline) as desk:
        hotline.becomes_ready(ANNA)
        call = hotline.call("c1")
        await desk.contacts.save(ANNA, call, LOST, 0)
        hotline.hangs_up(call)
        hotline.sleep(25 * 3_600_000)
    async with open_desk(tmp_path, hotline) as desk:
        await desk.intake.tidied.wait()
        assert await desk.file.run(lambda file: file.execute("SELECT count(*) FROM drafts").fetchone()[0]) == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree\n", "one\ntwo\nthree"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\x00b\x1bc\x7fd\u0085e", "abcde"),
        ("pay\u202eeerf", "payeerf"),
        ("\ud800 lone", "lone"),
        ("👩\u200d💻 王女士\t好", "👩\u200d💻 王女士\t好"),
        ("x" * 5_000, "x" * NOTE_AT_MOST),
    ],
)
def test_a_note_is_plain_text(typed: str, kept: str) -> None:
    assert cleaned(typed) == kept


@given(st.text(st.characters(codec=None)))
def test_cleaning_is_done_once_and_leaves_nothing_that_acts(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
    assert once.encode("utf-8").decode() == once
    assert not any(sign < " " and sign not in "\n\t" for sign in once)
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(once)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("as in #17 and #3, again #17", (17, 3)),
        ("#1", (1,)),
        ("##2 a#3 &#4; /#5 #6x #07 # 8 #", ()),
        ("见#12号，谢谢", (12,)),
        ("见 #12，谢谢", (12,)),
        (" ".join(f"#{each}" for each in range(1, 50)), tuple(range(1, 21))),
        ("#" + "9" * 30, ()),
    ],
)
def test_a_mention_is_a_number_behind_a_sharp_sign(text: str, numbers: tuple[int, ...]) -> None:
    assert mentions_in(text) == numbers
