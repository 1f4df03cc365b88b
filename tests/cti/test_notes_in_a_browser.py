"""Nothing that an agent has typed is lost, whoever crashes; and it is nobody else's, in a real Chromium."""

import asyncio
from pathlib import Path

import pytest

from acd.core.names import CallId
from tests.cti.desk_edge import DeskEdge
from tests.cti.small_hotline import SmallHotline
from tests.cti.test_desktop_in_a_browser import STATE, again, annas_call

pytestmark = pytest.mark.real


async def until_kept(edge: DeskEdge, note: str) -> None:
    async with asyncio.timeout(10):
        while edge.drafts.get("c1", {}).get("note") != note:  # noqa: ASYNC110 - a dictionary tells nobody of its change
            await asyncio.sleep(0.05)


async def test_a_note_is_kept_while_it_is_typed_and_outlives_the_page(tmp_path: Path) -> None:
    hotline, edge = SmallHotline(), DeskEdge()
    async with annas_call(hotline, tmp_path, edge) as page:
        await page.type_into("#note", "Passport checked. ")
        await page.until("deep('#note-status').textContent === 'saved'")
        await until_kept(edge, "Passport checked. ")
        await again(page)
        assert await page.ask("deep('#note').value") == "Passport checked. "

        edge.reachable = False
        await page.type_into("#note", "Limit raised.")
        await page.until("deep('#note-status').textContent.startsWith('kept in this browser')")
        await again(page)
        assert await page.ask("deep('#note').value.trim().length > 20"), "the browser has what the hotline has not"
        edge.reachable = True
        await page.until("deep('#note-status').textContent === 'saved'")
        assert "Limit raised." in edge.drafts["c1"]["note"]


async def test_what_could_not_be_kept_before_the_wrap_up_ended_is_kept_afterwards(tmp_path: Path) -> None:
    hotline, edge = SmallHotline(), DeskEdge()
    async with annas_call(hotline, tmp_path, edge) as page:
        edge.reachable = False
        await page.type_into("#note", "Wants a new card.")
        hotline.talks_and_ends(CallId("c1"))
        await page.until("deep('#note-status').textContent.startsWith('kept in this browser')")
        hotline.sleep(600_000)
        await page.until(f"{STATE} === 'ready' && deep('#note') === null")
        edge.drafts["c1"] = {"note": "From the other window.", "disposition": "fees", "revision": 7}
        edge.reachable = True
        await until_kept(edge, "From the other window.\nWants a new card.")
        assert edge.drafts["c1"]["disposition"] == "fees"
        await page.until("!Object.keys(localStorage).some((key) => key.startsWith('hotline_draft_'))")


async def test_what_one_agent_typed_on_a_machine_is_not_put_under_the_name_of_the_next(tmp_path: Path) -> None:
    hotline, edge = SmallHotline(), DeskEdge()
    async with annas_call(hotline, tmp_path, edge) as page:
        left = "{draft: {note: 'Of Ben.'}, revision: 0, by: 'ben', at: Date.now()}"
        await page.ask(f"localStorage.setItem('hotline_draft_c1', JSON.stringify({left}))")
        await page.ask(f"localStorage.setItem('hotline_draft_c0', JSON.stringify({left}))")
        old = left.replace("Date.now()", "Date.now() - 86400000")
        await page.ask(f"localStorage.setItem('hotline_draft_c2', JSON.stringify({old}))")
        await again(page)
        await page.until("localStorage.getItem('hotline_draft_c2') === null")
        assert await page.ask("deep('#note').value") == ""
        assert edge.drafts == {}


async def test_notes_can_be_written_though_the_hotline_was_away_when_the_caller_came(tmp_path: Path) -> None:
    hotline, edge = SmallHotline(), DeskEdge()
    async with annas_call(hotline, tmp_path, edge) as page:
        edge.speaks_of_lanes = False
        await page.do("Page.navigate", url=str(await page.ask("location.href")))
        await page.until(f"{STATE} === 'talking'")
        await asyncio.sleep(0.5)
        assert await page.ask("deep('#note') === null")
        edge.speaks_of_lanes = True
        await page.until("!!deep('#note')")


async def test_what_another_window_wrote_is_shown_and_nothing_of_ones_own_is_lost(tmp_path: Path) -> None:
    hotline, edge = SmallHotline(), DeskEdge()
    async with annas_call(hotline, tmp_path, edge) as page:
        await page.type_into("#note", "One.")
        await until_kept(edge, "One.")
        edge.drafts["c1"] = {"note": "From the other window.", "disposition": "fees", "revision": 7}
        await page.type_into("#note", " Two.")
        await page.until("deep('#note').value.startsWith('From the other window.')")
        assert "One. Two." in await page.ask("deep('#note').value")
        await until_kept(edge, str(await page.ask("deep('#note').value")))


async def test_who_logs_out_in_the_middle_of_a_word_leaves_his_note_behind(tmp_path: Path) -> None:
    hotline, edge = SmallHotline(), DeskEdge()
    async with annas_call(hotline, tmp_path, edge) as page:
        hotline.talks_and_ends(CallId("c1"))
        await page.until(f"{STATE} === 'wrap_up'")
        await page.type_into("#note", "Wants a new ca")
        await page.click("#log-out")
        await page.until("!!deep('#log-in')")
        assert edge.drafts["c1"]["note"] == "Wants a new ca"


async def test_nobody_is_told_that_he_is_logged_out_who_is_not(tmp_path: Path) -> None:
    hotline, edge = SmallHotline(), DeskEdge()
    async with annas_call(hotline, tmp_path, edge) as page:
        hotline.talks_and_ends(CallId("c1"))
        await page.until(f"{STATE} === 'wrap_up'")
        away = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        await page.do("Network.enable")
        await page.do("Network.emulateNetworkConditions", offline=True, **away)
        await page.click("#log-out")
        await page.until("import('/desk/store.js').then(({store}) => store.refused === 'unreachable')")
        assert await page.ask("deep('#log-in') === null")
        await page.do("Network.emulateNetworkConditions", offline=False, **away)
        await page.click("#log-out")
        await page.until("!!deep('#log-in')")
