"""Caller and agent are two browsers on a real Asterisk: their sound is WebRTC's, and is counted on both sides."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.end_to_end.browser import WITH_SOUND, Page, open_page
from tests.end_to_end.quick_bank import STRAIGHT, write_quick_bank
from tests.house import House, house

pytestmark = pytest.mark.real

STATE = "deep('#state')?.dataset.state"
STORE = "import('/desk/store.js').then(({store}) => "
PLATINUM = "+8613800000001"
PACKETS_A_SECOND = 25
"""Half of what a sound of 20 ms packets has: enough to know that it flows, on a busy machine as well."""


def long_notes(bank: dict[str, Any]) -> None:
    """Give the agents of the straight number time for their notes."""
    bank["lanes"]["general"]["wrap_up"] = "60s"


@pytest.fixture
async def hotline(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, write_quick_bank(tmp_path, long_notes), demo=True) as running:
        yield running


async def log_in(page: Page, hotline: House, name: str) -> None:
    """Log an agent in who then has his telephone in this browser."""
    await page.until("!!deep('#log-in')")
    await page.type_into("#agent", name)
    await page.type_into("#password", hotline.account(name)["web_password"])
    await page.click("#log-in button[type=submit]")
    await page.until("deep('#softphone')?.dataset.line === 'on'")


@asynccontextmanager
async def agent(hotline: House, folder: Path, name: str, *, state: str = "ready") -> AsyncIterator[Page]:
    """An agent's browser, which is his telephone too; he is ready, or comes back to the `state` that he is in."""
    async with open_page(folder, hotline.run["http"] + "/agent", *WITH_SOUND) as page:
        await log_in(page, hotline, name)
        if state == "ready":
            await page.click("#ready")
        await page.until(f"{STATE} === '{state}'")
        yield page


@asynccontextmanager
async def caller(hotline: House, folder: Path) -> AsyncIterator[Page]:
    """A caller's browser, with a line to the hotline."""
    async with open_page(folder, hotline.run["http"] + "/call", *WITH_SOUND) as page:
        await page.until("!!window.telephone && !deep('#call').disabled")
        yield page


async def dial(page: Page, number: str, from_number: str) -> None:
    await page.ask(f"deep('#number').value = '{number}'; deep('#from').value = '{from_number}'")
    await page.click("#call")
    # Whatever goes wrong with a call says why, and that is the answer then.
    assert await page.until("telephone.call === 'talking' ? 'talking' : telephone.why") == "talking"


async def press(page: Page, key: str) -> None:
    for kind in ("keyDown", "keyUp"):
        await page.do("Input.dispatchKeyEvent", type=kind, key=key, text=key if kind == "keyDown" else "")


async def sounds(page: Page, telephone: str) -> tuple[int, int]:
    """Packets of sound that came and went within one second."""
    counts = []
    for _ in range(2):
        found = await page.ask(f"{telephone}.counted())" if "import" in telephone else f"{telephone}.counted()")
        counts.append((found["in"], found["out"]))
        await asyncio.sleep(1)
    (came, went), (came_then, went_then) = counts
    return came_then - came, went_then - went


async def hear_each_other(anna: Page, customer: Page) -> None:
    for page, telephone in ((anna, f"{STORE}store.telephone"), (customer, "telephone")):
        came, went = await sounds(page, telephone)
        assert came > PACKETS_A_SECOND, f"{telephone} hears nothing"
        assert went > PACKETS_A_SECOND, f"{telephone} is not heard"


async def write_notes(anna: Page) -> None:
    await anna.until("!!deep('#note')")
    await anna.ask("deep('#disposition').value = 'account'; deep('#disposition').dispatchEvent(new Event('change'))")
    await anna.click("#solved-yes")
    await anna.type_into("#note", "Passport checked <b>at the branch</b>.")
    await anna.until("['saved', '已保存'].includes(deep('#note-status').textContent)")
    await anna.ask("focused().blur()")


async def test_two_browsers_talk_and_the_note_is_there_on_the_next_call(hotline: House, tmp_path: Path) -> None:
    async with agent(hotline, tmp_path / "anna", "anna") as anna, caller(hotline, tmp_path / "caller") as customer:
        # Whether somebody was on the screen when the telephone in it began to ring.
        await anna.ask(
            f"{STORE}void store.telephone.addEventListener('change', () => {{ "
            "if (store.telephone.call === 'ringing') window.first ??= deep('#pop-who')?.textContent ?? 'nobody'; }))"
        )
        await dial(customer, STRAIGHT, PLATINUM)
        await anna.until("!!deep('#answer')")
        assert await anna.ask("window.first") == "王芳", "on the screen before the phone rings"
        await press(anna, "a")
        await anna.until(f"{STATE} === 'talking'")
        await hear_each_other(anna, customer)

        await press(anna, "m")
        await anna.until("deep('#mute').ariaPressed === 'true'")
        await press(anna, "m")
        await customer.click("#end")
        await anna.until(f"{STATE} === 'wrap_up'")
        await anna.do("Page.navigate", url=str(await anna.ask("location.href")))
        await anna.until(f"{STATE} === 'wrap_up' && deep('#pop-who')?.textContent === '王芳'")
        await anna.until("deep('#softphone')?.dataset.line === 'on'")
        await write_notes(anna)
        await press(anna, "d")
        await anna.until(f"{STATE} === 'ready'")
        assert await anna.ask("deep('#pop') === null"), "who was ready again sees nobody's details"

        await dial(customer, STRAIGHT, PLATINUM)
        await anna.until("deep('#history')?.textContent.includes('Passport checked <b>at the branch</b>.')")
        assert await anna.ask("deep('#history').querySelector('b b, .note b') === null"), "a note is text"
        await anna.click("#answer")
        await anna.until(f"{STATE} === 'talking'")
        await anna.click("#hang-up")
        await anna.until(f"{STATE} === 'wrap_up'")
        await hotline.until_empty()
        assert not hotline.instance.complaints()


async def test_a_talk_between_browsers_outlives_the_core(hotline: House, tmp_path: Path) -> None:
    async with agent(hotline, tmp_path / "anna", "anna") as anna, caller(hotline, tmp_path / "caller") as customer:
        await dial(customer, STRAIGHT, PLATINUM)
        await anna.until("!!deep('#answer')")
        await anna.click("#answer")
        await anna.until(f"{STATE} === 'talking'")
        await hotline.kill_core()
        await anna.until("!!deep('#link')")
        await hear_each_other(anna, customer)

        await hotline.start_core()
        await anna.until("deep('#link') === null")
        await anna.until(f"{STATE} === 'talking' && deep('#pop-who')?.textContent === '王芳'")
        await hear_each_other(anna, customer)
        await customer.click("#end")
        await anna.until(f"{STATE} === 'wrap_up'")


async def takes_him_again(anna: Page, customer: Page) -> None:
    """Anna is done with her notes, and is offered the caller who has waited again meanwhile."""
    await anna.until(f"{STATE} === 'wrap_up'")
    assert await customer.ask("telephone.call") == "talking", "the caller is on the line still"
    await press(anna, "d")
    await anna.until("!!deep('#answer')")
    await anna.click("#answer")
    await anna.until(f"{STATE} === 'talking'")
    await hear_each_other(anna, customer)


async def test_a_caller_whose_agents_browser_crashes_waits_for_the_next(hotline: House, tmp_path: Path) -> None:
    async with caller(hotline, tmp_path / "caller") as customer:
        async with agent(hotline, tmp_path / "anna", "anna") as anna:
            await dial(customer, STRAIGHT, PLATINUM)
            await anna.until("!!deep('#answer')")
            await anna.click("#answer")
            await anna.until(f"{STATE} === 'talking'")
            await hear_each_other(anna, customer)
            # What Chromium does for chrome://crash: the page is gone without a word.
            await anna.crash()
        async with open_page(tmp_path / "again", hotline.run["http"] + "/agent", *WITH_SOUND) as again:
            await log_in(again, hotline, "anna")
            # Nothing has been heard of the old browser for 20 s.
            await again.until(f"{STATE} === 'wrap_up'", within=40)
            await takes_him_again(again, customer)
            await customer.click("#end")
        await hotline.until_empty()


@pytest.mark.parametrize("held_before", [False, True])
async def test_a_caller_whose_agent_loads_the_page_anew_waits_for_him_and_is_not_sent_away(
    hotline: House, tmp_path: Path, held_before: bool
) -> None:
    async with agent(hotline, tmp_path / "anna", "anna") as anna, caller(hotline, tmp_path / "caller") as customer:
        await dial(customer, STRAIGHT, PLATINUM)
        await anna.until("!!deep('#answer')")
        await anna.click("#answer")
        await anna.until(f"{STATE} === 'talking'")
        if held_before:
            await anna.click("#hold")
            await anna.until(f"{STORE}store.state.talk?.held)")
            await anna.click("#hold")
            await anna.until(f"{STORE}store.state.talk?.held === null)")
            await hear_each_other(anna, customer)
        # As the browser does it for a page that is loaded anew, once its agent has said that he means it.
        await anna.ask("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
        await takes_him_again_after_registering(anna, customer)


async def takes_him_again_after_registering(anna: Page, customer: Page) -> None:
    await anna.until(f"{STATE} === 'wrap_up'")
    await anna.click("#use-browser")
    await anna.click("#use-browser")
    await anna.until("deep('#softphone')?.dataset.line === 'on'")
    await takes_him_again(anna, customer)


async def test_a_second_window_takes_the_desk_and_leaves_the_talk_where_it_is(hotline: House, tmp_path: Path) -> None:
    async with (
        agent(hotline, tmp_path / "anna", "anna") as anna,
        caller(hotline, tmp_path / "caller") as customer,
        open_page(tmp_path / "second", hotline.run["http"] + "/agent", *WITH_SOUND) as second,
    ):
        await dial(customer, STRAIGHT, PLATINUM)
        await anna.until("!!deep('#answer')")
        await anna.click("#answer")
        await anna.until(f"{STATE} === 'talking'")
        await log_in(second, hotline, "anna")
        await second.until(f"{STATE} === 'talking' && deep('#pop-who')?.textContent === '王芳'")
        await hear_each_other(anna, customer)
        await second.click("#hang-up")
        await second.until(f"{STATE} === 'wrap_up'")
        await anna.until(f"{STORE}store.telephone.line === 'off')")
        assert "anna-web" in await contacts(hotline), "the newer window has the telephone"
        await press(second, "d")
        await second.until(f"{STATE} === 'ready'")
        await dial(customer, STRAIGHT, PLATINUM)
        await second.until("!!deep('#answer')")
        await second.click("#answer")
        await second.until(f"{STATE} === 'talking'")
        await hear_each_other(second, customer)


async def test_who_is_forced_out_in_a_talk_talks_on_and_has_it_again_when_he_is_in(
    hotline: House, tmp_path: Path
) -> None:
    async with agent(hotline, tmp_path / "anna", "anna") as anna, caller(hotline, tmp_path / "caller") as customer:
        await dial(customer, STRAIGHT, PLATINUM)
        await anna.until("!!deep('#answer')")
        await anna.click("#answer")
        await anna.until(f"{STATE} === 'talking'")
        api = f"http://127.0.0.1:{hotline.prepared.http_port}/api/v1"
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as other:
            await other.post(f"{api}/login", json={"name": "anna", "password": hotline.account("anna")["web_password"]})
            sessions = await (await other.get(f"{api}/sessions")).json()
            (shown,) = [each["id"] for each in sessions if each["page_open"]]
            await other.delete(f"{api}/sessions/{shown}")
        await anna.until("!!deep('#log-in')")
        await hear_each_other(anna, customer)
        await log_in(anna, hotline, "anna")
        await anna.until(f"{STATE} === 'talking' && deep('#pop-who')?.textContent === '王芳'")
        await hear_each_other(anna, customer)
        await anna.click("#hang-up")
        await anna.until(f"{STATE} === 'wrap_up'")
        await anna.until("deep('#softphone')?.dataset.line === 'on'")
        assert "anna-web" in await contacts(hotline)


async def test_an_agent_hangs_up_though_the_hotline_is_gone(hotline: House, tmp_path: Path) -> None:
    async with agent(hotline, tmp_path / "anna", "anna") as anna, caller(hotline, tmp_path / "caller") as customer:
        await dial(customer, STRAIGHT, PLATINUM)
        await anna.until("!!deep('#answer')")
        await anna.click("#answer")
        await anna.until(f"{STATE} === 'talking'")
        await hotline.kill_core()
        await anna.until("!!deep('#link')")
        await anna.click("#hang-up")
        await anna.until(f"{STORE}store.telephone.call === '')")


async def contacts(hotline: House) -> str:
    return await asyncio.to_thread(hotline.instance.command, "pjsip show contacts")


async def test_the_sip_phone_rings_once_the_browser_is_no_telephone_any_more(hotline: House, tmp_path: Path) -> None:
    async with agent(hotline, tmp_path / "anna", "anna") as anna:
        await anna.click("#use-browser")
        await anna.until(f"{STATE} === 'phone_lost'")
        await anna.click("#use-browser")
        await anna.until(f"{STATE} === 'ready'")
        assert "anna-web" in await contacts(hotline)
    # A browser that is gone has said no farewell; its connection has.
    deadline = asyncio.get_running_loop().time() + 10
    while "anna-web" in await contacts(hotline):
        assert asyncio.get_running_loop().time() < deadline, "the telephone went with the browser"
        await asyncio.sleep(0.1)


async def test_two_agents_in_browsers_ask_each_other_and_talk_with_the_caller_together(
    hotline: House, tmp_path: Path
) -> None:
    async with agent(hotline, tmp_path / "anna", "anna") as anna, caller(hotline, tmp_path / "caller") as customer:
        await dial(customer, STRAIGHT, PLATINUM)
        await anna.until("!!deep('#answer')")
        await anna.click("#answer")
        await anna.until(f"{STATE} === 'talking'")
        async with agent(hotline, tmp_path / "grace", "grace") as grace:
            await anna.ask(f"{STORE}store.consult({{agent: 'grace'}}))")
            await grace.until("!!deep('#answer') && deep('.consulted')?.textContent.includes('Anna')")
            await grace.click("#answer")
            await anna.until("deep('#conference')?.disabled === false")
            await grace.until("!!deep('#hang-up')")
            await anna.click("#conference")
            await grace.until(f"{STORE}store.state.talk.conference !== null)")
            await hear_each_other(anna, customer)
            await hear_each_other(grace, customer)
            await anna.click("#hang-up")
            await grace.until(f"{STATE} === 'talking'")
            await anna.until(f"{STATE} === 'wrap_up'")
            await hear_each_other(grace, customer)
            await customer.click("#end")
            await grace.until(f"{STATE} === 'wrap_up'")
        await hotline.until_empty()
        assert not hotline.instance.complaints()
