"""What the pages make of what the hotline says, in a real Chromium."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from acd.core.inputs import PolicyLoaded
from acd.core.names import CallId
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.requests import AskForPin
from acd.core.switch_events import CallbackFailed, CallerVerified, MessageLeft, OfferFailure, Verdict
from cti.ports import Recordings
from ivr.telephone_audio import write_wav
from tests.cti.open_web import PASSWORDS, open_web
from tests.cti.small_hotline import ANNA, CUSTOMER, GENERAL, SmallHotline, eventful_policy
from tests.end_to_end.browser import Page, open_page

pytestmark = pytest.mark.real

STATE = "document.querySelector('#state').dataset.state"


@asynccontextmanager
async def annas_page(
    hotline: SmallHotline, folder: Path, *, recordings: Recordings = lambda _: None
) -> AsyncIterator[Page]:
    """Anna's page, in English, with her logged in."""
    async with open_web(hotline, recordings=recordings) as web, open_page(folder, f"{web.address}/") as page:
        await page.ask("localStorage.setItem('hotline_language', 'en')")
        await page.do("Page.navigate", url=f"{web.address}/")
        await page.until("document.querySelector('#log-in')?.hidden === false")
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
        assert await page.ask("document.querySelector('#longer').hidden")
        call = hotline.call("c1")
        hotline.answers(call)
        hotline.talks_and_ends(call)
        await page.until(f"{STATE} === 'wrap_up'")
        assert await page.text("#longer") == "Longer +0:30"

        await page.ask("document.querySelector('#done').focus()")
        await press(page, "Tab", 9)
        assert await page.ask("document.activeElement.id") == "longer"
        await press(page, "Enter", 13, "\r")
        await page.until("document.querySelector('#longer').hidden")
        desk = hotline.look.desk(ANNA)
        assert desk is not None
        assert desk.extended
        assert await page.ask("document.activeElement.id") == "done", "the focus stays where it was needed"


async def test_a_pause_counts_down_to_its_limit_and_says_when_it_is_past(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_page(hotline, tmp_path) as page:
        await page.click("[data-reason=break]")
        await page.until("document.querySelector('[data-reason=break]').ariaPressed === 'true'")
        first = await page.text("#state-time")
        assert re.fullmatch(r"1[0-5]:\d\d", first), "what is left, not what is gone"
        await page.until(f"document.querySelector('#state-time').textContent < '{first}'")
        assert not await page.ask("document.querySelector('#state').classList.contains('late')")

        hotline.sleep(900_000)
        await page.until("document.querySelector('#state').classList.contains('late')")
        assert await page.text("#state-more") == "Break · longer than allowed"
        assert (await page.text("#state-time")).startswith("+")


async def test_the_board_draws_a_reserve_that_was_let_go_and_those_who_were_sent_away(tmp_path: Path) -> None:
    hotline = SmallHotline(eventful_policy())
    async with open_web(hotline) as web, open_page(tmp_path, f"{web.address}/board") as page:
        await page.ask("localStorage.setItem('hotline_language', 'en')")
        await page.do("Page.navigate", url=f"{web.address}/board")
        await page.until("document.querySelector('.reserve.kept') !== null")
        assert await page.text(".reserve .badge") == "kept back"
        assert await page.text(".reserve .why") == "until waiting(general) > 0"

        hotline.is_sent_outside("c1")
        await page.until("document.querySelector('.reserve.released') !== null")
        assert await page.text(".reserve .why") == "because waiting(general) > 0"
        assert "helps with general · since" in (await page.text(".reserve")).replace("\u00a0", " ")
        general = (
            f"[...document.querySelectorAll('.lane')].find(e => e.querySelector('h2').textContent === '{GENERAL}')"
        )
        counts = str(await page.ask(f"{general}.querySelector('.counts').textContent")).replace("\u00a0", " ")
        assert counts.endswith("1 passed on"), "what has not happened is not spoken of"


TOLD = "document.querySelector('#proof-text').textContent"


async def test_an_agent_has_his_caller_asked_and_reads_the_verdict_in_both_languages(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_page(hotline, tmp_path) as page:
        await page.click("#ready")
        await page.until(f"{STATE} === 'ready'")
        call = hotline.call("c1", menu=(("main", "1"), ("cards", "2")))
        await page.until(f"{STATE} === 'reserved'")
        assert await page.ask("document.querySelector('#ask-pin').hidden"), "there is nobody to ask yet"
        hotline.answers(call)
        await page.do("Page.navigate", url=str(await page.ask("location.href")))
        await page.until("document.querySelector('#ask-pin')?.hidden === false")
        assert await page.text("#pop-menu") == "main 1 › cards 2"
        assert await page.ask("document.querySelector('#pop-advert-row').hidden"), "he heard none"

        await page.click("#ask-pin")
        await page.until("document.querySelector('#ask-pin').disabled")
        assert (await page.text("#proof-text")).startswith("The caller is keying the PIN")
        await hotline.until_asked(AskForPin(ANNA))
        hotline.take(CallerVerified(call, Verdict.WRONG, CUSTOMER))
        await page.until(f"{TOLD}.startsWith('The PIN was not right')")
        assert not await page.ask("document.querySelector('#ask-pin').disabled"), "he may be asked again"

        await page.click("#language")
        assert await page.text("#proof-text") == "密码不正确，来电人未通过验证。"
        hotline.take(CallerVerified(call, Verdict.VERIFIED, CUSTOMER))
        await page.until("document.querySelector('.badge.verified') !== null")
        assert await page.text(".badge.verified") == "已验证"
        assert await page.text("#pop-who") == "李强", "whom he has proved to be"
        assert not await page.ask("document.querySelector('#ask-pin').hidden"), "the phone may change hands"

        hotline.take(CallerVerified(call, Verdict.LOCKED, CUSTOMER))
        await page.until("document.querySelector('.badge.verified') === null")
        assert await page.text("#pop-who") == "王芳", "the name of his number, which proves nothing"
        assert await page.text(".badge.claim") == f"自称客户 {CUSTOMER}"
        hotline.take(CallerVerified(call, Verdict.VERIFIED, CUSTOMER))
        await page.until("document.querySelector('.badge.verified') !== null")
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
        await page.until("document.querySelector('#pop')?.hidden === false")

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
        assert await page.ask("document.querySelector('#message').hidden")
        await page.click("#ready")
        await page.until(f"{STATE} === 'reserved'")
        await page.do("Page.navigate", url=str(await page.ask("location.href")))
        await page.until("document.querySelector('#message')?.hidden === false")
        assert await page.text(".badge.back") == "left a message"
        assert await page.until("document.querySelector('#state-more').textContent") == "the customer is being rung"
        await page.ask("void document.querySelector('#message-sound').play()")
        assert await page.until("document.querySelector('#message-sound').duration") == 1.0

        hotline.take(CallbackFailed(CallId("cb-m1"), OfferFailure.BUSY))
        await page.until("document.querySelector('#pop').hidden")
        assert not await page.ask("document.querySelector('#message-sound').hasAttribute('src')")


async def test_the_board_shows_an_emergency_in_both_languages(tmp_path: Path) -> None:
    hotline = SmallHotline(eventful_policy())
    lanes = hotline.policy.lanes
    switched = {**lanes, GENERAL: replace(lanes[GENERAL], emergency=Outcome(OutcomeKind.MESSAGE))}
    async with open_web(hotline) as web, open_page(tmp_path, f"{web.address}/board") as page:
        await page.ask("localStorage.setItem('hotline_language', 'zh')")
        await page.do("Page.navigate", url=f"{web.address}/board")
        await page.until("document.querySelectorAll('.lane').length === 2")
        assert await page.ask("document.querySelector('.emergency') === null")
        hotline.take(PolicyLoaded(replace(hotline.policy, version="later", lanes=switched)))
        hotline.is_to_be_called_back("c1")
        await page.until("document.querySelector('.emergency') !== null")
        assert await page.text(".emergency") == "应急开关已开启"
        await page.click("#language")
        assert await page.text(".emergency") == "Emergency switch is on"
        assert await page.ask("document.querySelectorAll('.emergency').length") == 1
        counted = "1\u00a0waiting\u00a0for\u00a0a\u00a0callback"
        await page.until(f"document.querySelector('#lanes').textContent.includes('{counted}')")
