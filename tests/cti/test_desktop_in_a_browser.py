"""What the agents' desktop makes of what the hotline says, in a real Chromium."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from acd.core.names import CallId
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.requests import AskForPin
from acd.core.switch_events import CallbackFailed, CallerVerified, MessageLeft, OfferFailure, Verdict
from cti.ports import Recordings
from ivr.telephone_audio import write_wav
from tests.cti.desk_edge import DeskEdge
from tests.cti.desktop_views import TARGETS, tell
from tests.cti.open_web import PASSWORDS, open_web
from tests.cti.small_hotline import ANNA, CUSTOMER, SmallHotline, eventful_policy
from tests.end_to_end.browser import WITH_SOUND, Page, open_page
from tests.end_to_end.hostile import MARKUP

pytestmark = pytest.mark.real

STATE = "deep('#state')?.dataset.state"


@asynccontextmanager
async def annas_page(
    hotline: SmallHotline, folder: Path, *, recordings: Recordings = lambda _: None
) -> AsyncIterator[Page]:
    """Anna's page, in English, with her logged in."""
    async with (
        open_web(hotline, recordings=recordings) as web,
        open_page(folder, f"{web.address}/agent", *WITH_SOUND) as page,
    ):
        await page.ask("localStorage.setItem('hotline_language', 'en')")
        await page.do("Page.navigate", url=f"{web.address}/agent")
        await page.until("!!deep('#log-in')")
        await page.type_into("#agent", ANNA)
        await page.type_into("#password", PASSWORDS[ANNA])
        await page.click("#log-in button[type=submit]")
        await page.until(f"{STATE} === 'paused'")
        yield page


async def press(page: Page, key: str, code: int, text: str = "") -> None:
    for kind in ("keyDown", "keyUp"):
        said = text if kind == "keyDown" else ""
        await page.do("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, text=said)


async def test_an_agent_lengthens_his_wrap_up_with_the_keyboard_alone_and_once(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_page(hotline, tmp_path) as page:
        await page.click("#ready")
        await page.until(f"{STATE} === 'ready'")
        assert await page.ask("deep('#longer') === null")
        call = hotline.call("c1")
        hotline.answers(call)
        hotline.talks_and_ends(call)
        await page.until(f"{STATE} === 'wrap_up'")
        assert await page.text("#longer") == "Longer +0:30"

        await page.ask("deep('#done').focus()")
        await press(page, "Tab", 9)
        assert await page.ask("focused().id") == "longer"
        await press(page, "Enter", 13, "\r")
        await page.until("deep('#longer') === null")
        desk = hotline.look.desk(ANNA)
        assert desk is not None
        assert desk.extended
        assert await page.ask("focused().id") == "done", "the focus stays where it was needed"


async def test_a_pause_counts_down_to_its_limit_and_says_when_it_is_past(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_page(hotline, tmp_path) as page:
        await page.click("[data-reason=break]")
        await page.until("deep('[data-reason=break]').ariaPressed === 'true'")
        first = await page.text("#state-time")
        assert re.fullmatch(r"1[0-5]:\d\d", first), "what is left, not what is gone"
        await page.until(f"deep('#state-time').textContent < '{first}'")
        assert not await page.ask("deep('#state').classList.contains('late')")

        hotline.sleep(900_000)
        await page.until("deep('#state').classList.contains('late')")
        assert await page.text("#state-more") == "Break · longer than allowed"
        assert (await page.text("#state-time")).startswith("+")


TOLD = "deep('#proof-text').textContent"


async def test_an_agent_has_his_caller_asked_and_reads_the_verdict_in_both_languages(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_page(hotline, tmp_path) as page:
        await page.click("#ready")
        await page.until(f"{STATE} === 'ready'")
        call = hotline.call("c1", menu=(("main", "1"), ("cards", "2")))
        await page.until(f"{STATE} === 'reserved'")
        assert await page.ask("deep('#ask-pin') === null"), "there is nobody to ask yet"
        hotline.answers(call)
        await page.do("Page.navigate", url=str(await page.ask("location.href")))
        await page.until("!!deep('#ask-pin')")
        assert await page.text("#pop-menu") == "main 1 › cards 2"
        assert await page.ask("deep('#pop-advert-row') === null"), "he heard none"

        await page.click("#ask-pin")
        await page.until("deep('#ask-pin').disabled")
        assert (await page.text("#proof-text")).startswith("The caller is keying the PIN")
        await hotline.until_asked(AskForPin(ANNA))
        hotline.take(CallerVerified(call, Verdict.WRONG, CUSTOMER))
        await page.until(f"{TOLD}.startsWith('The PIN was not right')")
        assert not await page.ask("deep('#ask-pin').disabled"), "he may be asked again"

        await page.click("#language")
        assert await page.text("#proof-text") == "密码不正确，来电人未通过验证。"
        hotline.take(CallerVerified(call, Verdict.VERIFIED, CUSTOMER))
        await page.until("deep('.badge.verified') !== null")
        assert await page.text(".badge.verified") == "已验证"
        assert await page.text("#pop-who") == "李强", "whom he has proved to be"
        assert not await page.ask("deep('#ask-pin') === null"), "the phone may change hands"

        hotline.take(CallerVerified(call, Verdict.LOCKED, CUSTOMER))
        await page.until("deep('.badge.verified') === null")
        assert await page.text("#pop-who") == "王芳", "the name of his number, which proves nothing"
        assert await page.text(".badge.claim") == f"自称客户 {CUSTOMER}"
        hotline.take(CallerVerified(call, Verdict.VERIFIED, CUSTOMER))
        await page.until("deep('.badge.verified') !== null")
        hotline.take(CallerVerified(call, Verdict.UNAVAILABLE, CUSTOMER))
        await page.until(f"{TOLD}.startsWith('暂时无法')")
        assert await page.text(".badge.verified") == "已验证", "nothing was learned, so nothing is taken back"

        hotline.talks_and_ends(call)
        await page.until(f"{STATE} === 'wrap_up'")
        assert await page.text("#pop-who") == "李强", "his details stay through the notes"


async def test_who_only_keys_a_customers_number_is_greeted_by_nobodys_name(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_page(hotline, tmp_path) as page:
        await page.click("#ready")
        await page.until(f"{STATE} === 'ready'")
        hotline.call("c1", number="+8613900000000", customer=CUSTOMER)
        await page.do("Page.navigate", url=str(await page.ask("location.href")))
        await page.until("!!deep('#pop')")

        assert await page.text("#pop-who") == "Unknown caller"
        assert await page.text("#pop-badges") == f"says to be customer {CUSTOMER}"
        assert await page.text("#proof-text") == "Anybody can key a customer's number: who is calling is not proved."


async def test_an_agent_who_is_to_call_back_sees_it_and_hears_the_message(tmp_path: Path) -> None:
    hotline = SmallHotline(eventful_policy())
    write_wav(tmp_path / "message.wav", [0.1] * 8_000)
    call = hotline.call("m1", wish=Outcome(OutcomeKind.MESSAGE))
    hotline.take(MessageLeft(call))
    hotline.hangs_up(call)
    async with annas_page(hotline, tmp_path, recordings=lambda _: tmp_path / "message.wav") as page:
        assert await page.ask("deep('#message') === null")
        await page.click("#ready")
        await page.until(f"{STATE} === 'reserved'")
        await page.do("Page.navigate", url=str(await page.ask("location.href")))
        await page.until("!!deep('#message')")
        assert await page.text(".badge.back") == "left a message"
        assert await page.until("deep('#state-more').textContent") == "the customer is being rung"
        await page.ask("void deep('#message-sound').play()")
        assert await page.until("deep('#message-sound').duration") == 1.0

        hotline.take(CallbackFailed(CallId("cb-m1"), OfferFailure.BUSY))
        await page.until("deep('#pop') === null")
        assert await page.ask("deep('#message-sound') === null")


@asynccontextmanager
async def annas_call(hotline: SmallHotline, folder: Path, edge: DeskEdge) -> AsyncIterator[Page]:
    """Anna talks with a caller, and the other services of the desktop are there."""
    async with (
        open_web(hotline, routers=edge.routers()) as web,
        open_page(folder, f"{web.address}/board", *WITH_SOUND) as page,
    ):
        await page.ask("localStorage.setItem('hotline_language', 'en')")
        await page.do("Page.navigate", url=f"{web.address}/agent")
        await page.until("!!deep('#log-in')")
        await page.type_into("#agent", ANNA)
        await page.type_into("#password", PASSWORDS[ANNA])
        await page.click("#log-in button[type=submit]")
        await page.until(f"{STATE} === 'paused'")
        await page.click("#ready")
        await page.until(f"{STATE} === 'ready'")
        call = hotline.call("c1")
        await web.screens.show(hotline.offer())
        hotline.answers(call)
        await page.until(f"{STATE} === 'talking' && !!deep('#note')")
        yield page


async def again(page: Page) -> None:
    """Reload the page, as after a crash of the browser."""
    await page.do("Page.navigate", url=str(await page.ask("location.href")))
    await page.until("!!deep('#note')")


async def test_the_wrap_up_ends_when_the_notes_are_safe_and_say_what_is_required(tmp_path: Path) -> None:
    hotline, edge = SmallHotline(), DeskEdge()
    async with annas_call(hotline, tmp_path, edge) as page:
        hotline.talks_and_ends(CallId("c1"))
        await page.until(f"{STATE} === 'wrap_up'")
        await page.ask("document.activeElement.blur()")
        await press(page, "d", 68, "d")
        await page.until("deep('#wrap-up').textContent.includes('Please choose what it was about')")
        assert await page.ask(STATE) == "wrap_up"
        await page.ask(
            "deep('#disposition').value = 'card.limit'; deep('#disposition').dispatchEvent(new Event('change'))"
        )
        await page.click("#solved-yes")
        await page.click("#done")
        await page.until(f"{STATE} === 'ready'")
        assert edge.finished == ["c1"]
        assert (edge.drafts["c1"]["disposition"], edge.drafts["c1"]["solved"]) == ("card.limit", True)


async def test_notes_of_others_and_tickets_are_text_whatever_stands_in_them(tmp_path: Path) -> None:
    contact = {"call": "e1", "at": 1_790_000_000_000, "lane": "cards", "agent": MARKUP, "solved": False}
    notes = [{"number": 3, "at": 1, "by": MARKUP, "text": MARKUP}]
    ticket = {
        "number": 9,
        "state": "open",
        "reason": MARKUP,
        "due_at": 1,
        "assignee": MARKUP,
        "queue": "x",
        "revision": 1,
    }
    comments = [{"by": MARKUP, "at": 1, "text": MARKUP}]
    edge = DeskEdge([{**contact, "notes": notes}], tickets=[ticket], history=comments)
    hotline = SmallHotline()
    async with annas_call(hotline, tmp_path, edge) as page:
        await page.until("!!deep('#history') && !!deep('#tickets button.open')")
        await page.click("#tickets button.open")
        await page.until("!!deep('.comments p')")
        assert MARKUP in await page.text("#history .note")
        assert MARKUP in await page.text(".comments")
        assert await page.ask("deepAll('img').length") == 0
        assert "taken" not in await page.ask("document.title")


async def test_a_follow_up_becomes_a_ticket_of_this_call(tmp_path: Path) -> None:
    hotline, edge = SmallHotline(), DeskEdge()
    async with annas_call(hotline, tmp_path, edge) as page:
        await page.click("#follow-up")
        await page.until("!!deep('#make-ticket')")
        await page.type_into("[name=reason]", "Send the new card to Chengdu")
        await page.click("#make-ticket")
        await page.until("deep('#ticket-made')?.textContent.includes('1041')")
    (ticket,) = edge.tickets
    assert (ticket["call"], ticket["lane"], ticket["queue"]) == ("c1", "cards", "cards")
    assert ticket["due_at"] > 1_800_000_000_000


async def test_more_than_his_grade_allows_waits_for_a_decision(tmp_path: Path) -> None:
    hotline, edge = SmallHotline(), DeskEdge()
    async with annas_call(hotline, tmp_path, edge) as page:
        await page.until("!!deep('#ask-grant')")
        await page.type_into("[name=amount]", "120.50")
        await page.click("#ask-grant")
        await page.until("deep('#grant-answer')?.textContent === 'waiting for a decision'")
    assert edge.grants[0]["amount"] == 12_050, "whole minor units, never a float"


async def test_a_desktop_without_those_services_shows_nothing_of_them(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_page(hotline, tmp_path) as page:
        await page.click("#ready")
        await page.until(f"{STATE} === 'ready'")
        hotline.answers(hotline.call("c1"))
        await page.until(f"{STATE} === 'talking'")
        for part in ("#wrap-up", "#history", "#tickets", "#grants", "#keypad", "#dial", "#softphone"):
            assert await page.ask(f"deep('{part}') === null"), part


async def test_each_button_of_the_call_says_its_message(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_call(hotline, tmp_path, DeskEdge()) as page:
        await page.ask(
            "import('/desk/store.js').then(({store}) => { window.said = []; "
            "store.say = (type, more = {}) => window.said.push({type, ...more}); "
            "store.state = {...store.state, talk: {held: null, consult: null, conference: null}, hand: null}; "
            "store.me.rights.add('consult'); "
            "store.tell(); })"
        )
        await page.until("!!deep('#hold')")
        await page.ask("document.activeElement.blur()")
        await press(page, "h", 72, "h")
        await press(page, "y", 89, "y")
        await press(page, "t", 84, "t")
        await page.until("!!deep('#whom')")
        await tell(page, **TARGETS)
        await page.until("deepAll('li[role=option]').length > 0")
        await page.type_into("#whom", "gen")
        await page.until("deepAll('li[role=option]').length === 1")
        await press(page, "Enter", 13, "\r")
        await page.until("window.said.length === 4")
        await press(page, "c", 67, "c")
        await page.until("!!deep('#whom')")
        await press(page, "Escape", 27)
        await page.until("deep('#whom') === null")
        await page.click("#hang-up")
        said = await page.ask("window.said")
    assert said == [
        {"type": "hold"},
        {"type": "raise_hand", "on": True},
        {"type": "targets"},
        {"type": "transfer", "to": {"lane": "general"}},
        {"type": "targets"},
        {"type": "hang_up"},
    ]


async def test_everything_that_can_be_pressed_or_filled_in_has_a_name_for_who_cannot_see_it(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_call(hotline, tmp_path, DeskEdge()) as page:
        await page.click("#follow-up")
        await page.until("!!deep('#make-ticket')")
        tree = (await page.do("Accessibility.getFullAXTree"))["nodes"]
        wanted = {"button", "textbox", "combobox", "radio", "spinbutton", "link", "DateTime"}
        found = [node for node in tree if node.get("role", {}).get("value") in wanted and not node["ignored"]]
        assert len(found) > 12
        nameless = [node["role"]["value"] for node in found if not node.get("name", {}).get("value")]
        assert not nameless


async def test_the_agents_bar_stands_alone_in_another_page(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_page(hotline, tmp_path) as page:
        await page.do("Page.navigate", url=str(await page.ask("location.origin")) + "/board")
        await page.until("document.readyState === 'complete' && !!deep('#lanes')")
        await page.ask(
            "import('/desk/agent-bar.js').then(() => document.body.append(document.createElement('hotline-agent-bar')))"
        )
        await page.until(f"{STATE} === 'paused'")
        await page.click("#ready")
        await page.until(f"{STATE} === 'ready'")
        assert await page.ask("deep('hotline-pop') === null"), "and nothing of a caller comes with it"


async def test_a_pause_is_asked_for_during_a_call_and_taken_back(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_call(hotline, tmp_path, DeskEdge()) as page:
        await page.ask(
            "deep('#pause-afterwards').value = 'lunch'; deep('#pause-afterwards').dispatchEvent(new Event('change'))"
        )
        await page.until("deep('#state-more').textContent.includes('Paused after this call')")
        await page.click("#ready")
        await page.until("deep('#state-more').textContent === ''")
        await page.until("!!deep('#pause-afterwards')")
