"""A long day at the desktop: nothing jumps, nothing untrue is said, and no slip of the hand loses a caller."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from acd.core.names import CallId
from acd.core.transfers import Target, TransferKind
from tests.cti.desk_edge import DeskEdge
from tests.cti.desktop_views import TARGETS, tell
from tests.cti.open_web import PASSWORDS, Web, open_web
from tests.cti.small_hotline import ANNA, GENERAL, SmallHotline
from tests.end_to_end.browser import Page, open_page

pytestmark = pytest.mark.real

STATE = "deep('#state')?.dataset.state"
STORE = "import('/desk/store.js').then(({store}) => "
CALL = CallId("c1")
TICKET: dict[str, Any] = {
    "number": 31, "revision": 4, "state": "open", "lane": "cards", "reason": "card swallowed", "queue": "cards-desk",
    "queue_name": {"zh": "银行卡二线", "en": "Cards desk"}, "assignee": None, "due_at": 1, "overdue": True,
}  # fmt: skip
REQUEST: dict[str, Any] = {
    "id": 1, "action": "fee_waiver", "action_name": {"zh": "减免费用", "en": "Waive a fee"}, "amount": 80_000,
    "unit": "CNY", "decimals": 2, "call": "c1", "text": "promised", "by": "anna", "limit": 5_000, "asked_at": 1,
    "expires_at": 2_000_000_000_000, "state": "pending", "decided_by": None, "decided_at": None, "reason": "",
}  # fmt: skip


@asynccontextmanager
async def desk_of(
    name: str, folder: Path, hotline: SmallHotline | None = None, edge: DeskEdge | None = None
) -> AsyncIterator[tuple[Web, Page]]:
    """Somebody's desktop, in English, with him logged in."""
    async with (
        open_web(hotline, routers=(edge or DeskEdge()).routers()) as web,
        open_page(folder, f"{web.address}/board") as page,
    ):
        await page.ask("localStorage.setItem('hotline_language', 'en')")
        await page.do("Page.navigate", url=f"{web.address}/agent")
        await page.until("!!deep('#log-in')")
        await page.type_into("#agent", name)
        await page.type_into("#password", PASSWORDS[name])
        await page.click("#log-in button[type=submit]")
        await page.until("!!deep('#log-out')")
        yield web, page


@asynccontextmanager
async def annas_talk(
    folder: Path, hotline: SmallHotline | None = None, edge: DeskEdge | None = None
) -> AsyncIterator[tuple[Web, Page]]:
    """Anna's desktop, with a caller to whom she talks."""
    hotline = hotline or SmallHotline()
    async with desk_of(ANNA, folder, hotline, edge) as (web, page):
        await page.until(f"{STATE} === 'paused'")
        await page.click("#ready")
        await page.until(f"{STATE} === 'ready'")
        hotline.call(CALL)
        await web.screens.show(hotline.offer())
        hotline.answers(CALL)
        await page.until(f"{STATE} === 'talking' && !!deep('#note')")
        yield web, page


async def test_who_was_sent_to_a_lane_waits_there_and_is_not_said_to_be_taken(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_talk(tmp_path, hotline) as (_, page):
        hotline.is_sent(CALL, Target(TransferKind.LANE, GENERAL))
        await page.until("!!deep('#notice')?.checkVisibility()")
        assert await page.text("#notice") == "The caller waits in that lane now."


async def test_why_not_is_said_in_the_agents_language_and_moves_nothing(tmp_path: Path) -> None:
    async with annas_talk(tmp_path) as (_, page):
        await page.click("#language")
        top = "[deep('#pop').getBoundingClientRect().top, document.documentElement.clientWidth]"
        before = await page.ask(top)
        await page.ask(f"{STORE}store.say('transfer', {{to: {{agent: 'ben'}}}}))")
        await page.until("!!deep('#refused')")
        assert (await page.text("#refused")).strip() == "Ben 未就绪"
        assert await page.ask(top) == before, "what he is about to press stays where it is"


async def test_who_logs_out_in_a_talk_leaves_after_it(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_talk(tmp_path, hotline) as (_, page):
        await page.click("#log-out")
        await page.until("deep('#state-more').textContent.includes('Logged out after this call')")
        assert await page.ask(STATE) == "talking"
        hotline.talks_and_ends(CALL)
        hotline.sleep(21_000)
        await page.until("!!deep('#log-in')")


async def test_a_network_that_is_away_is_said_at_once_and_its_return_brings_everything_back(tmp_path: Path) -> None:
    async with annas_talk(tmp_path) as (_, page):
        await page.do("Network.enable")
        away = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        await page.do("Network.emulateNetworkConditions", offline=True, **away)
        await page.until("!!deep('#link')", within=3)
        await page.do("Network.emulateNetworkConditions", offline=False, **away)
        await page.until("deep('#link') === null")
        assert await page.ask(STATE) == "talking", "and no older connection of this window ends it"
        assert await page.text("#pop-number") == "+8613800000001"


async def test_a_long_list_scrolls_to_what_is_chosen_by_the_keyboard(tmp_path: Path) -> None:
    many = [{"agent": f"a{number}", "name": f"Agent {number}", "state": "ready"} for number in range(40)]
    async with annas_talk(tmp_path) as (_, page):
        await page.click("#transfer")
        await page.until("!!deep('#whom')")
        await tell(page, **{**TARGETS, "agents": many})
        await page.until("deepAll('li[role=option]').length > 40")
        for _ in range(30):
            await page.do("Input.dispatchKeyEvent", type="keyDown", key="ArrowDown", windowsVirtualKeyCode=40)
        await page.until("deep('[aria-selected=true]').textContent.includes('Agent 30')")
        inside = "(() => { const [one, list] = ['[aria-selected=true]', '#found'].map((each) => "
        inside += "deep(each).getBoundingClientRect()); return one.top >= list.top && one.bottom <= list.bottom; })()"
        assert await page.ask(inside)


async def test_who_closes_a_panel_by_the_keyboard_is_back_at_its_button(tmp_path: Path) -> None:
    async with annas_talk(tmp_path) as (_, page):
        await page.ask("deep('#transfer').focus(); deep('#transfer').click()")
        await page.until("focused().id === 'whom'")
        await page.do("Input.dispatchKeyEvent", type="keyDown", key="Escape", code="Escape", windowsVirtualKeyCode=27)
        await page.until("focused().id === 'transfer'")
        assert await page.ask("deep('#whom') === null")


async def test_no_lane_changes_its_place_or_colour_because_somebody_waits_in_it(tmp_path: Path) -> None:
    async with desk_of(ANNA, tmp_path) as (_, page):
        await page.until("!!deep('#day')")
        await page.ask("deep('hotline-day').open = false; deep('hotline-day').socket.close()")
        seen = []
        for waiting in ([0, 3, 1], [5, 0, 0]):
            lanes = [
                {"lane": f"lane{at}", "title": {}, "offered": 9 - at, "waiting": many, "service_level": 1}
                for at, many in enumerate(waiting)
            ]
            board = json.dumps({"now": 1_000, "target": 0.8, "lanes": lanes})
            await page.ask(f"deep('hotline-day').board = {board}; deep('hotline-day').updateComplete.then(() => 1)")
            seen.append(await page.ask("deepAll('#day th').map((each) => each.textContent)"))
        assert seen == [["lane0", "lane1", "lane2"]] * 2


async def test_the_pop_names_the_callers_open_tickets(tmp_path: Path) -> None:
    async with annas_talk(tmp_path) as (web, page):
        ticket = {**TICKET, "opened_at": 1, "level": 0, "reopened": 0}
        del ticket["queue_name"]
        told = {"type": "ticket", "why": "pop", "offer": 1, "call": CALL, "tickets": [ticket]}
        web.screens.say(ANNA, json.dumps(told))
        await page.until("!!deep('.with-ticket')")
        assert await page.text(".with-ticket") == "open ticket #31"


async def test_people_are_named_as_people_call_them(tmp_path: Path) -> None:
    contact = {"call": "e1", "at": 1, "lane": "cards", "agent": "ben", "duration_ms": 60_000, "notes": []}
    edge = DeskEdge([contact], tickets=[TICKET], history=[{"by": "ben", "at": 1, "text": "Card sent."}])
    async with annas_talk(tmp_path, edge=edge) as (_, page):
        await page.until("deep('#history')?.textContent.includes('Ben')")
        await page.until("!!deep('#tickets button.open')")
        await page.click("#tickets button.open")
        await page.until("deep('.comments')?.textContent.includes('Ben')")
        assert await page.text(".comments .text") == "Card sent.", (
            "as it was written, without a line of its own before it"
        )


async def test_who_comes_back_from_a_transfer_is_not_said_to_be_handed_on_by_oneself(tmp_path: Path) -> None:
    async with annas_talk(tmp_path) as (_, page):
        for sender, expected in (("ben", "handed on by Ben"), ("anna", "back from your transfer")):
            await page.ask(f"{STORE}{{ store.pop = {{...store.pop, transferred_by: '{sender}'}}; store.tell(); }})")
            await page.until(f"deep('.handed-on')?.textContent === '{expected}'")


async def test_a_reload_forgets_no_request_that_waits_for_a_supervisor(tmp_path: Path) -> None:
    edge = DeskEdge(pending=[{**REQUEST, "by": "ben"}, REQUEST])
    async with annas_talk(tmp_path, edge=edge) as (_, page):
        await page.until("deep('#grant-answer')?.textContent === 'waiting for a decision'")


async def test_solved_can_be_taken_back(tmp_path: Path) -> None:
    edge = DeskEdge()
    async with annas_talk(tmp_path, edge=edge) as (_, page):
        for expected in (True, None):
            await page.click("#solved-yes")
            await page.until("deep('#note-status').textContent === 'saved'")
            assert edge.drafts[CALL]["solved"] is expected


async def press(page: Page, key: str) -> None:
    await page.do("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
    await page.do("Input.dispatchKeyEvent", type="keyUp", key=key)


async def test_who_still_types_when_his_field_goes_does_nothing_to_the_next_caller_by_that(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_talk(tmp_path, hotline) as (_, page):
        await page.ask(f"{STORE}{{ window.said = []; store.say = (type) => window.said.push(type); }})")
        await page.ask("deep('#note').focus()")
        await press(page, "x")
        await page.ask("deep('hotline-wrap-up').remove()")
        await press(page, "t")
        await press(page, "y")
        assert await page.ask("window.said") == []
        await asyncio.sleep(1.6)
        await press(page, "y")
        assert await page.ask("window.said") == ["raise_hand"]


async def test_a_pause_does_not_end_a_wrap_up_whose_notes_lack_what_the_lane_requires(tmp_path: Path) -> None:
    hotline, edge = SmallHotline(), DeskEdge()
    async with annas_talk(tmp_path, hotline, edge) as (_, page):
        hotline.talks_and_ends(CALL)
        await page.until(f"{STATE} === 'wrap_up'")
        await page.click("[data-reason=break]")
        await page.until("deep('#wrap-up').textContent.includes('Please choose what it was about')")
        assert await page.ask(STATE) == "wrap_up"
        await choose(page, "#disposition", "fees")
        await page.click("[data-reason=break]")
        await page.until(f"{STATE} === 'paused'")
    assert edge.finished == [CALL]


async def choose(page: Page, selector: str, value: str) -> None:
    # What is done to a ticket has it drawn anew.
    await page.until(f"!!deep('{selector}')")
    await page.ask(f"deep('{selector}').value = '{value}'; deep('{selector}').dispatchEvent(new Event('change'))")


async def test_the_second_line_finds_moves_and_hands_over_tickets(tmp_path: Path) -> None:
    edge = DeskEdge(tickets=[TICKET])
    async with desk_of("mia", tmp_path, edge=edge) as (_, page):
        await page.until("!!deep('#tickets button.open')")
        assert edge.asked[-1] == {"mine": "true", "open": "true"}, "what is settled does not stand in the way"
        await page.type_into("#find", "swallowed")
        async with asyncio.timeout(5):
            while edge.asked[-1] != {"q": "swallowed"}:
                await page.until("!!deep('#tickets button.open')")
        await page.click("#tickets button.open")
        await page.until("!!deep('.set-to')")
        states = "[...deep('.set-to').options].map((each) => each.value)"
        assert await page.ask(states) == ["", "in_progress", "waiting_for_customer", "resolved"]
        await choose(page, ".set-to", "waiting_for_customer")
        await choose(page, ".hand-over", "queue cards-desk")
        await choose(page, ".hand-over", "assignee ben")
        await page.until("!!deep('.take')")
        await page.click(".take")
        async with asyncio.timeout(5):
            while len(edge.acts) < 4:
                await page.until("!!deep('.take')")
    assert sorted(edge.acts, key=str) == [
        (31, "hand-over", {"assignee": "ben", "revision": 4}),
        (31, "hand-over", {"assignee": "mia", "revision": 4}),
        (31, "hand-over", {"queue": "cards-desk", "revision": 4}),
        (31, "state", {"state": "waiting_for_customer", "revision": 4}),
    ]


async def test_a_supervisor_decides_what_he_sees_and_is_told_why_not(tmp_path: Path) -> None:
    edge = DeskEdge(pending=[REQUEST, {**REQUEST, "id": 2, "text": "a second one"}])
    async with desk_of("sue", tmp_path, edge=edge) as (_, page):
        await page.until("deepAll('.decide').length === 2")
        assert (await page.ask("document.title")).startswith("(2)")
        await page.click("#language")
        await page.ask("deepAll('.decide button')[0].click()")
        await page.until("deep('#decide-wrong')?.textContent.includes('请写明理由')")
        await page.ask("deepAll('.decide input')[1].value = 'for the second one'")
        del edge.pending[0]
        await page.until("deepAll('.decide').length === 1", within=10)
        assert await page.ask("deep('.decide input').value") == "for the second one", "words stay with their request"
        await page.ask("deepAll('.decide button')[0].click()")
        await page.until("deepAll('.decide').length === 0")
        assert "暂无待审批事项。" in await page.text("#grants")
    (decided,) = edge.grants
    assert (decided["id"], decided["granted"], decided["reason"]) == (2, True, "for the second one")


@pytest.mark.parametrize(("name", "trail"), [("otto", False), ("ada", True)])
async def test_who_takes_no_calls_is_told_where_to_look(tmp_path: Path, name: str, trail: bool) -> None:
    async with desk_of(name, tmp_path) as (_, page):
        await page.until("!!deep('#besides')")
        links = await page.ask("deepAll('#besides a').map((each) => each.getAttribute('href'))")
        assert links == ["/board", *(["/api/v1/audit"] if trail else [])]
        await page.do("Input.dispatchKeyEvent", type="keyDown", key="r", text="r")
        assert await page.ask("deep('#besides').checkVisibility()"), "a key of agents does nothing here"
