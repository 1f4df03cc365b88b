"""An agent reads what was written of the caller he has, of nobody else, and sees how sure it is whose it was."""

import asyncio
from pathlib import Path

import pytest

from acd.core.names import AgentId
from acd.core.switch_events import Verdict
from cti.contacts.records import Contact, Direction, KnownBy, RecordState, Words
from cti.contacts.service import NotYours
from tests.cti.contacts.desk_of_notes import LI, WANG, Desk, open_desk
from tests.cti.small_hotline import ANNA, BEN, CUSTOMER, GENERAL


async def noted(desk: Desk, name: str, note: str, agent: AgentId = ANNA, **more: object) -> None:
    """A call of which an agent wrote a note."""
    call = desk.hotline.has_talked(name, agent=agent, **more)  # type: ignore[arg-type]
    await desk.contacts.save(agent, call, Words("blocked", solved=True, note=note), 0)
    await desk.contacts.finish(agent, call)
    desk.hotline.is_done(agent)


def calls(contacts: list[Contact]) -> list[str]:
    return [contact.call for contact in contacts]


async def test_the_newest_comes_first_and_no_more_than_asked_for(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        for number in range(5):
            await noted(desk, f"c{number}", f"note {number}")
        await noted(desk, "other", "of somebody else", number=LI)
        found = await desk.contacts.of_number("13800000001", 3)
        assert calls(found) == ["c4", "c3", "c2"]
        assert found[0].notes[0].text == "note 4"
        assert (found[0].direction, found[0].talked, found[0].state) == (
            Direction.INBOUND,
            60_000,
            RecordState.FINISHED,
        )
        assert calls(await desk.contacts.of_number(WANG, 0)) == []


async def test_a_customer_s_contacts_are_those_he_proved_and_those_of_his_number(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await noted(desk, "by number", "a", number=LI)
        await noted(desk, "proved", "b", customer=CUSTOMER, verified=True)
        await noted(desk, "keyed only", "c", customer=CUSTOMER)
        found = await desk.contacts.of_customer(CUSTOMER, 20)
        assert [(each.call, each.known_by) for each in found] == [
            ("proved", KnownBy.VERIFIED),
            ("by number", KnownBy.NUMBER),
        ]
        (unknown,) = [each for each in await desk.contacts.of_number(WANG, 20) if each.call == "keyed only"]
        assert (unknown.known_by, unknown.customer) == (KnownBy.NOBODY, "")


async def test_who_has_proved_to_be_another_is_not_whom_the_directory_takes_him_for(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await noted(desk, "proved", "a", number=LI, customer="555", verified=True)
        assert await desk.contacts.of_customer(CUSTOMER, 20) == []
        assert calls(await desk.contacts.of_customer("555", 20)) == ["proved"]


async def test_an_agent_reads_only_of_the_caller_whom_he_holds_or_writes_of(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await noted(desk, "c1", "Wang's")
        await noted(desk, "c2", "Li's", number=LI)
        for asked in (desk.contacts.of_number(WANG, 20, ANNA), desk.contacts.of_customer(CUSTOMER, 20, ANNA)):
            with pytest.raises(NotYours):
                await asked
        desk.hotline.becomes_ready(ANNA)
        call = desk.hotline.call("c3", number=LI)
        # The offer is enough: he reads before he answers.
        assert calls(await desk.contacts.of_number(LI, 20, ANNA)) == ["c2"]
        assert calls(await desk.contacts.of_customer(CUSTOMER, 20, ANNA)) == ["c2"]
        for asked in (desk.contacts.of_number(WANG, 20, ANNA), desk.contacts.of_number(LI, 20, BEN)):
            with pytest.raises(NotYours):
                await asked
        desk.hotline.answers(call)
        desk.hotline.talks_and_ends(call)
        assert calls(await desk.contacts.of_number("0086 138 0000 0002", 20, ANNA)) == ["c2"]
        assert calls(await desk.contacts.of_customer(CUSTOMER, 20, ANNA)) == ["c2"]
        desk.hotline.is_done()
        await desk.rows()
        with pytest.raises(NotYours):
            await desk.contacts.of_number(LI, 20, ANNA)


async def test_a_number_that_somebody_keyed_opens_nobody_s_history_until_it_is_proved(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await noted(desk, "c1", "Li's", number=LI)
        call = desk.hotline.is_called("c2", number=WANG, customer=CUSTOMER)
        with pytest.raises(NotYours):
            await desk.contacts.of_customer(CUSTOMER, 20, ANNA)
        desk.hotline.is_asked_for_his_pin(call, Verdict.VERIFIED)
        assert calls(await desk.contacts.of_customer(CUSTOMER, 20, ANNA)) == ["c1"]
        desk.hotline.is_asked_for_his_pin(call, Verdict.WRONG)
        with pytest.raises(NotYours):
            await desk.contacts.of_customer(CUSTOMER, 20, ANNA)


async def own(desk: Desk, agent: AgentId = ANNA) -> list[str]:
    """Of which calls an agent reads who asks for those of his caller."""
    return calls((await desk.contacts.of_own_caller(agent, 20))[1])


async def test_who_has_proved_who_he_is_has_his_history_at_any_telephone_and_nobody_else_s(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await noted(desk, "by his number", "a", number=LI)
        await noted(desk, "of the telephone", "b", number=WANG)
        await noted(desk, "of somebody else", "c", number=WANG, customer="555", verified=True)
        with pytest.raises(NotYours):
            await own(desk)
        call = desk.hotline.is_called("now", number=WANG, customer=CUSTOMER)
        assert await own(desk) == ["of somebody else", "of the telephone"], "what he keyed is nothing yet"
        desk.hotline.is_asked_for_his_pin(call, Verdict.VERIFIED)
        assert await own(desk) == ["of the telephone", "by his number"]
        desk.hotline.talks_and_ends(call)
        assert await own(desk) == ["of the telephone", "by his number"], "while she writes, too"


async def test_a_number_that_is_a_customer_s_brings_what_he_proved_elsewhere(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await noted(desk, "proved elsewhere", "a", number="", customer=CUSTOMER, verified=True)
        await noted(desk, "hidden", "b", number="")
        desk.hotline.is_called("now", number=LI)
        assert await own(desk) == ["proved elsewhere"]


async def test_who_hides_his_number_has_no_history_and_sees_nobody_s(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await noted(desk, "c1", "hidden", number="")
        await noted(desk, "c2", "hidden, too", number="")
        desk.hotline.is_called("c3", number="")
        for asked in (desk.contacts.of_number("", 20, ANNA), desk.contacts.of_customer("", 20, ANNA)):
            with pytest.raises(NotYours):
                await asked
        assert await own(desk) == []
        assert await desk.contacts.of_number("", 20) == await desk.contacts.of_customer("", 20) == []


async def test_what_a_colleague_still_writes_of_this_very_caller_is_shown_as_far_as_it_is(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        first = desk.hotline.has_talked("c1")
        await desk.contacts.save(ANNA, first, Words(note="half a"), 0)
        desk.hotline.is_called("c2", GENERAL, agent=BEN)
        (shown,) = await desk.contacts.of_number(WANG, 20, BEN)
        assert (shown.state, shown.notes[0].number, shown.notes[0].text) == (RecordState.OPEN, 0, "half a")


async def test_a_mention_leads_to_notes_of_the_same_caller_alone(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await noted(desk, "c1", "first")
        await noted(desk, "c2", "of Li", number=LI)
        await noted(desk, "c3", "as #1, not #2, nor #3 (itself), nor #99")
        (newest, *_) = await desk.contacts.of_number(WANG, 20)
        assert newest.notes[0].number == 3
        assert newest.notes[0].mentions == (1,)


async def test_a_thousand_readers_and_writers_keep_the_loop_free(tmp_path: Path) -> None:
    """Everything of the disk happens elsewhere: the loop goes round while all of them wait."""
    async with open_desk(tmp_path) as desk:
        call = desk.hotline.is_called("c1")
        rounds = 0

        async def goes_round() -> None:
            nonlocal rounds
            while True:
                rounds += 1
                await asyncio.sleep(0)

        going = asyncio.get_running_loop().create_task(goes_round())
        await asyncio.gather(*(desk.contacts.draft(ANNA, call) for _ in range(500)))
        going.cancel()
        assert rounds > 500
