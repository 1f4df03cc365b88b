"""An agent asks a colleague by the keyboard alone, in a real Chromium; and what the colleague sees of it."""

from pathlib import Path

import pytest

from acd.core.names import OfferId
from acd.core.orders import RingColleague
from acd.core.requests import CompleteTransfer, ConsultAgent, EndTalk, HoldCaller, ResumeCaller, StartConference
from acd.core.switch_events import AgentLeft, AllTogether, CallerHeld, CallerResumed, ColleagueAnswered, ConsultEnded
from tests.cti.open_web import PASSWORDS, open_web
from tests.cti.small_hotline import ANNA, BEN, SmallHotline
from tests.cti.test_desktop_in_a_browser import STATE, annas_page, press
from tests.end_to_end.browser import WITH_SOUND, Page, open_page

pytestmark = pytest.mark.real


def rung(hotline: SmallHotline) -> OfferId:
    """By which number the switch speaks of the colleague who was asked last."""
    return next(order.offer for order in reversed(hotline.orders) if isinstance(order, RingColleague))


async def asks_ben(page: Page) -> None:
    """By keyboard: the list, his name, Enter."""
    await page.ask("document.activeElement.blur()")
    await press(page, "c", 67, "c")
    await page.until("!!deep('#whom') && deepAll('li[role=option]').length > 0")
    await page.type_into("#whom", "ben")
    await page.until("deepAll('li[role=option]').length === 1")
    await press(page, "Enter", 13, "\r")


async def test_a_colleague_is_asked_joins_and_takes_the_caller_by_the_keyboard_alone(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with annas_page(hotline, tmp_path) as page:
        hotline.becomes_ready(ANNA, BEN)
        call = hotline.call("c1")
        hotline.answers(call)
        await page.until(f"{STATE} === 'talking'")

        await asks_ben(page)
        await hotline.until_asked(HoldCaller(ANNA))
        assert ConsultAgent(ANNA, BEN) not in hotline.asked, "nobody is asked while the caller hears it"
        hotline.take(CallerHeld(call))
        await hotline.until_asked(ConsultAgent(ANNA, BEN))
        await page.until("deep('#complete')?.disabled === true && deep('#conference').disabled === true")
        assert await page.ask("deep('#consult') === null && deep('#transfer') === null")
        hotline.take(ColleagueAnswered(call, rung(hotline)))
        await page.until("deep('#complete').disabled === false")
        await press(page, "b", 66, "b")
        await hotline.until_asked(ResumeCaller(ANNA))
        hotline.take(CallerResumed(call))
        await page.until("deep('#complete') === null && !!deep('#consult')")

        hotline.asked.clear()
        await asks_ben(page)
        await hotline.until_asked(HoldCaller(ANNA))
        hotline.take(CallerHeld(call))
        await hotline.until_asked(ConsultAgent(ANNA, BEN))
        hotline.take(ColleagueAnswered(call, rung(hotline)))
        await page.until("deep('#conference')?.disabled === false")
        await press(page, "g", 71, "g")
        await hotline.until_asked(StartConference(ANNA))
        hotline.take(AllTogether(call, rung(hotline)))
        await page.until("deep('#state-more').textContent.includes('together with Ben')")
        assert await page.ask("deep('#hold').disabled === true && deep('#conference') === null")
        first = hotline.router.memory.calls[call].offer
        assert first is not None
        await press(page, "o", 79, "o")
        await hotline.until_asked(CompleteTransfer(ANNA))
        hotline.take(AgentLeft(call, first))
        await page.until(f"{STATE} === 'wrap_up' && deep('#notice').textContent === 'The caller has been taken.'")


async def test_who_is_asked_sees_by_whom_and_may_hang_up_and_then_sees_nobody(tmp_path: Path) -> None:
    hotline = SmallHotline()
    async with (
        open_web(hotline) as web,
        open_page(tmp_path, f"{web.address}/agent", *WITH_SOUND) as page,
    ):
        await page.ask("localStorage.setItem('hotline_language', 'zh')")
        await page.do("Page.navigate", url=f"{web.address}/agent")
        await page.until("!!deep('#log-in')")
        await page.type_into("#agent", BEN)
        await page.type_into("#password", PASSWORDS[BEN])
        await page.click("#log-in button[type=submit]")
        await page.until(f"{STATE} === 'paused'")
        hotline.becomes_ready(ANNA)
        call = hotline.call("c1")
        hotline.answers(call)
        hotline.becomes_ready(BEN)
        hotline.is_held(call)
        hotline.asks(ANNA, BEN)
        asked = hotline.look.offer_of(BEN)
        assert asked is not None
        await web.screens.show(asked)
        await page.until(f"{STATE} === 'consulted' && !!deep('.consulted')")
        assert (await page.text("#state-name"), await page.text(".consulted")) == ("同事咨询", "咨询人 Anna")
        assert await page.ask("deep('#hang-up') === null"), "his phone rings still"
        hotline.take(ColleagueAnswered(call, asked.offer))
        await page.until("!!deep('#hang-up')")
        assert await page.ask("deep('#hold') === null && deep('#transfer') === null"), "the caller is not his"
        await page.click("#hang-up")
        await hotline.until_asked(EndTalk(BEN))
        hotline.take(ConsultEnded(call, asked.offer, None))
        await page.until(f"{STATE} === 'ready' && deep('#pop') === null")
