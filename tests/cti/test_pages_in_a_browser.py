"""What the pages make of what the hotline says, in a real Chromium."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.cti.open_web import PASSWORDS, open_web
from tests.cti.small_hotline import ANNA, GENERAL, SmallHotline, eventful_policy
from tests.end_to_end.browser import Page, open_page

pytestmark = pytest.mark.real

STATE = "document.querySelector('#state').dataset.state"


@asynccontextmanager
async def annas_page(hotline: SmallHotline, folder: Path) -> AsyncIterator[Page]:
    """Anna's page, in English, with her logged in."""
    async with open_web(hotline) as web, open_page(folder, f"{web.address}/") as page:
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
