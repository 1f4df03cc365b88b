"""The audit trail: it is written, in order, once; nobody changes it; it goes when it is old; auditors read it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from acd.app.access import PARTS
from cti.accounts import audit as audit_module
from cti.accounts.audit import DAY, Audit, Wanted
from cti.accounts.deeds import Deed
from cti.desk_file import DeskFile
from tests.cti.open_web import PEOPLE, browser, open_web
from tests.cti.small_hotline import ANNA, CUSTOMER

TRAIL = "/api/v1/audit"


class Trail:
    def __init__(self, folder: Path) -> None:
        self.now = 1_000 * DAY
        self.file = DeskFile(folder / "desk.sqlite3", PARTS)
        self.audit = Audit(self.file, lambda: self.now, lambda: 30)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(self.audit.run())
            await asyncio.sleep(0)
            yield
            running.cancel()

    async def kept(self) -> list[str]:
        query = "SELECT who FROM audit ORDER BY id"
        return await self.file.run(lambda file: [row["who"] for row in file.execute(query)])

    async def until_kept(self, *who: str) -> None:
        async with asyncio.timeout(5):
            while await self.kept() != [*who]:  # noqa: ASYNC110 - a file tells nobody that it has changed
                await asyncio.sleep(0)


@pytest.fixture
def trail(tmp_path: Path) -> Trail:
    return Trail(tmp_path)


async def test_what_is_noted_is_on_the_disk_a_moment_later_and_at_the_end_at_the_latest(trail: Trail) -> None:
    async with trail.running():
        trail.audit.note(PEOPLE["anna"], Deed.CUSTOMER_SEEN, {"customer": "7", "number": ""})
        await trail.until_kept("anna")
        trail.audit.note("ben", Deed.DECIDED)
    assert await trail.kept() == ["anna", "ben"]
    newest, oldest = await trail.audit.page(Wanted())
    assert (oldest.who, oldest.what, oldest.about, oldest.at) == (
        "anna",
        Deed.CUSTOMER_SEEN,
        {"customer": "7"},
        trail.now,
    )
    assert newest.id > oldest.id


async def test_entries_can_be_neither_changed_nor_used_again(trail: Trail) -> None:
    trail.audit.note("anna", Deed.POP_SHOWN)
    (entry,) = await trail.audit.page(Wanted())
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        trail.file.do(lambda file: file.execute("UPDATE audit SET who = 'ben'"))
    trail.file.do(lambda file: file.execute("DELETE FROM audit"))
    trail.audit.note("ben", Deed.POP_SHOWN)
    (later,) = await trail.audit.page(Wanted())
    assert later.id > entry.id, "a gap tells that something was taken out"


async def test_entries_go_when_they_are_old_and_not_a_day_sooner(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "AT_ONCE", 2)
    for number in range(5):
        trail.audit.note(f"old-{number}", Deed.POP_SHOWN)
    trail.now += DAY
    trail.audit.note("younger", Deed.POP_SHOWN)
    await trail.audit.page(Wanted())
    trail.now += 29 * DAY + 1
    trail.audit.note("new", Deed.POP_SHOWN)
    async with trail.running():
        await trail.until_kept("younger", "new")


async def test_a_disk_that_fails_loses_nothing_and_what_is_too_much_is_counted(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, fails = audit_module.write, True

    def write(file: sqlite3.Connection, entries: list[audit_module.Entry]) -> None:
        if fails:
            raise sqlite3.OperationalError("database or disk is full")
        real(file, entries)

    monkeypatch.setattr(audit_module, "write", write)
    monkeypatch.setattr(audit_module, "TRY_AGAIN_AFTER", 0.01)
    monkeypatch.setattr(audit_module, "UNWRITTEN_AT_MOST", 3)
    async with trail.running():
        for number in range(5):
            trail.audit.note(f"{number}", Deed.POP_SHOWN)
        await asyncio.sleep(0.05)
        assert await trail.kept() == []
        fails = False
        await trail.until_kept("0", "1", "2")
    assert trail.audit.lost == 2


async def test_a_long_value_is_cut() -> None:
    async with open_web() as web:
        web.audit.note("anna", Deed.TICKET_READ, {"ticket": "x" * 1_000})
        (entry,) = await web.audit.page(Wanted())
        assert len(entry.about["ticket"]) == audit_module.LONGEST_VALUE


async def test_auditors_read_it_page_by_page_and_that_is_noted() -> None:
    async with open_web() as web, browser(web, person="ada") as ada:
        for number in range(5):
            web.audit.note("anna", Deed.CUSTOMER_SEEN, {"customer": str(number % 2)})
        first = (await ada.get(f"{TRAIL}?limit=2&what=customer_seen")).json()
        then = (await ada.get(f"{TRAIL}?limit=4&what=customer_seen&before={first['next']}")).json()
        assert [each["about"]["customer"] for each in first["entries"] + then["entries"]] == ["0", "1", "0", "1", "0"]
        assert then["next"] is None
        of_one = (await ada.get(f"{TRAIL}?customer=1")).json()
        assert len(of_one["entries"]) == 2
        looks = (await ada.get(f"{TRAIL}?who=ada&what=audit_read")).json()["entries"]
        assert [each["about"] for each in looks] == [{"customer": "1"}, {}, {}]
        assert (await ada.get(f"{TRAIL}?limit=1000")).status == 422
        assert (await ada.get(f"{TRAIL}?what=something")).status == 422


async def test_it_tells_who_came_who_failed_and_who_went_and_no_word_that_was_typed() -> None:
    async with open_web() as web, browser(web) as someone, browser(web, person="ada") as ada:
        await someone.log_in(ANNA, "wrong-password-1")
        await someone.log_in("my-password-in-the-wrong-field", "x")
        await someone.log_in(ANNA)
        await someone.post("/api/v1/logout")
        text = (await ada.get(TRAIL)).body.decode()
        told = [(each["who"], each["what"]) for each in reversed((await ada.get(TRAIL)).json()["entries"])]
    assert told[:5] == [
        ("ada", "logged_in"),
        ("anna", "log_in_failed"),
        ("(somebody)", "log_in_failed"),
        ("anna", "logged_in"),
        ("anna", "logged_out"),
    ]
    assert "password-1" not in text
    assert "wrong-field" not in text


async def test_a_pop_is_noted_once_with_whom_it_showed() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        await anna.say(type="ready")
        await anna.hear("state", state="ready")
        web.hotline.call("c1", number="+8613800000002")
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            tasks.create_task(web.screens.show(web.hotline.offer()))
            pop = await anna.hear("pop")
            await anna.say(type="shown", offer=pop["offer"])
        async with browser(web, ANNA) as again:
            await again.hear("pop")
            shown = await web.audit.page(Wanted(what=Deed.POP_SHOWN))
    assert [(each.who, each.about) for each in shown] == [
        ("anna", {"customer": CUSTOMER, "call": "c1", "number": "+8613800000002"})
    ]
