"""The desktop as it is put together: what one part says holds for the others."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest

from acd.app.access import PARTS, desk_path
from acd.app.desktop import Desktop
from acd.app.live_settings import InForce, LiveSettings
from acd.config import loads
from acd.core.switch_events import TalkEnded
from cti.accounts import store
from cti.desk_file import DeskFile
from cti.directory import CustomerDirectory
from cti.tickets.ticket import Opening, Subject, TicketRefused, Why
from tests.config.small import SMALL
from tests.cti.small_hotline import ANNA, SmallHotline

DAY = 86_400_000


@pytest.fixture
def hotline() -> SmallHotline:
    return SmallHotline()


@pytest.fixture
def desktop(tmp_path: Path, hotline: SmallHotline) -> Desktop:
    settings = SimpleNamespace(home=tmp_path, journal=tmp_path / "journal.sqlite3")
    live = LiveSettings(InForce(loads(SMALL), CustomerDirectory(), {}, {}))
    return Desktop(settings, live, SimpleNamespace(now=hotline.look.now), hotline.look, hotline.ask)  # type: ignore[arg-type]


async def test_the_tickets_of_a_locked_account_go_back_to_their_queue(tmp_path: Path, desktop: Desktop) -> None:
    tickets = desktop.second_line.tickets
    wanted = Opening(Subject("cards", "new card"), "Wants it.", tickets.now() + DAY, assignee="anna")
    ticket = await tickets.open(wanted, "ben")
    assert ticket is not None
    await tickets.look()
    assert (await tickets.find(ticket.number))[0].assignee == "anna"  # type: ignore[index]

    command = DeskFile(desk_path(tmp_path), PARTS)
    command.do(lambda file: store.lock(file, "anna", 1))
    command.close()
    await desktop.accounts._follow()
    await tickets.look()
    assert (await tickets.find(ticket.number))[0].assignee == ""  # type: ignore[index]
    with pytest.raises(TicketRefused) as refused:
        await tickets.open(wanted, "ben")
    assert refused.value.why is Why.NO_SUCH_PERSON
    desktop.close()


@pytest.mark.parametrize("written", [True, False])
async def test_who_writes_through_a_restart_has_the_caller_of_this_talk_or_none(
    desktop: Desktop, hotline: SmallHotline, written: bool
) -> None:
    hotline.becomes_ready(ANNA)
    call = hotline.call("c1")
    hotline.answers(call)
    hotline.take(TalkEnded(call))
    ended = hotline.time if written else hotline.time - 60_000
    row = "('c1', 'anna', 'cards', 'first', ?, ?, 60, '+8613800000001', '', '', 'inbound')"
    desktop._file.do(
        lambda file: file.execute(
            "INSERT INTO contacts (call, agent, lane, line, at, ended_at, talked, number, customer, by_number,"
            f" direction) VALUES {row}",
            (ended - 60, ended),
        )
    )
    recalled: list[str] = []
    intake = asyncio.create_task(desktop.contacts._intake.run())
    await desktop.contacts.recall(lambda offer: recalled.append(offer.call))
    intake.cancel()
    await asyncio.wait([intake])
    assert recalled == (["c1"] if written else [])
    desktop.close()
