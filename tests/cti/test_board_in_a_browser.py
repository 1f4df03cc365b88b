"""What the board makes of what the hotline says, in a real Chromium."""

from dataclasses import replace
from pathlib import Path

import pytest

from acd.core.inputs import PolicyLoaded
from acd.core.outcomes import Outcome, OutcomeKind
from tests.cti.open_web import open_web
from tests.cti.small_hotline import GENERAL, SmallHotline, eventful_policy
from tests.end_to_end.browser import open_page

pytestmark = pytest.mark.real


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
        assert "helps with General · since" in (await page.text(".reserve")).replace("\u00a0", " ")
        general = "[...document.querySelectorAll('.lane')].find(e => e.querySelector('h2').textContent === 'General')"
        counts = str(await page.ask(f"{general}.querySelector('.counts').textContent")).replace("\u00a0", " ")
        assert counts.endswith("1 passed on"), "what has not happened is not spoken of"


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
