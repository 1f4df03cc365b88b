"""An agent at a real browser: logs in, is ready, sees who calls before the phone rings, sees markup as mere text."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from acd.demo.caller import Caller, placed
from acd.demo.phone import Phones, registered
from tests.end_to_end.browser import Page, open_page
from tests.end_to_end.hostile import MARKUP, quoted
from tests.end_to_end.people import assert_nothing_is_left
from tests.end_to_end.quick_bank import STRAIGHT, pressed, write_quick_bank
from tests.house import House, house

# A page has 150 ms to show its caller, which is no promise of a machine on which three other tests run.
pytestmark = [pytest.mark.real, pytest.mark.alone]


@pytest.fixture
async def hotline(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, write_quick_bank(tmp_path)) as running:
        yield running


async def test_an_agent_sees_his_caller_in_a_browser_and_no_name_becomes_markup(hotline: House, tmp_path: Path) -> None:
    async with (
        registered([hotline.phone("jin")], hotline.server) as phones,
        open_page(tmp_path, hotline.run["http"] + "/agent") as page,
    ):
        await _log_in(page, hotline, "jin")
        async with placed([Caller("13912345678", STRAIGHT, quoted(MARKUP))], hotline.server):
            await phones.until("jin", "answered")
            await page.until("deep('#state')?.dataset.state === 'talking'")
            assert await page.text("#pop-says") == MARKUP
            assert await page.ask("deep('#pop').querySelectorAll('img, b, script').length") == 0
            assert await page.text("#pop-number") == "13912345678"
            assert "taken" not in await page.ask("document.title"), "nothing of what the caller sent was run"
        await page.until("deep('#state')?.dataset.state === 'ready'")
        assert await page.ask("deep('#pop') === null"), "who was ready again sees nobody's details"

        await _takes_a_platinum_call_by_skill(page, phones, hotline)
        assert "did not show its call in time" not in hotline.core_log(), "the page says at once that it shows the call"
    await assert_nothing_is_left(hotline)


async def _log_in(page: Page, hotline: House, agent: str) -> None:
    await page.until("!!deep('#log-in')")
    # His own phone answers, by a script; the browser is a screen alone.
    await page.click("[name=phone][value=sip]")
    await page.type_into("#agent", agent)
    await page.type_into("#password", hotline.account(agent)["web_password"])
    await page.click("#log-in button[type=submit]")
    await page.until("deep('#state')?.dataset.state === 'paused'")
    await page.click("#ready")
    await page.until("deep('#state')?.dataset.state === 'ready'")


async def _takes_a_platinum_call_by_skill(page: Page, phones: Phones, hotline: House) -> None:
    # The moment at which the page shows a caller, by the same clock as the phones'.
    await page.ask(
        "new MutationObserver(() => { if (deep('#pop-who')) window.shown ??= Date.now(); }).observe("
        "deep('hotline-pop').shadowRoot, {childList: true, characterData: true, subtree: true})"
    )
    async with placed([Caller("13800000001", keys=pressed("13"))], hotline.server):
        invited = await phones.until("jin", "invited", count=2)
        await page.until("deep('#state')?.dataset.state === 'talking'")
        assert await page.ask("window.shown") <= invited.at, "on the screen before the phone rang"
        assert await page.text("#pop-who") == "王芳"
        badges = json.loads(await page.ask("JSON.stringify([...deep('#pop-badges').children].map(e => e.textContent))"))
        assert any("platinum" in badge for badge in badges)
    await page.until("deep('#state')?.dataset.state === 'wrap_up'")
    await page.click("#done")
    await page.until("deep('#state')?.dataset.state === 'ready'")
