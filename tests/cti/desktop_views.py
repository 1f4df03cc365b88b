"""Every view of the agents' desktop as a picture: `tools/desktop-pictures` puts them into docs/desktop/."""

import asyncio
import base64
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from acd.core.agents import AgentState
from cti.softphones import Line, Softphones
from tests.cti.desk_edge import DeskEdge
from tests.cti.open_web import PASSWORDS, Web, open_web
from tests.cti.small_hotline import ANNA, BEN, GENERAL, START, SmallHotline
from tests.end_to_end.browser import Page, open_page

FOLDER = Path(__file__).parents[2] / "docs" / "desktop"
HOUR = 3_600_000

EARLIER: list[dict[str, Any]] = [
    {
        "call": "e1", "at": START - 26 * HOUR, "lane": "cards", "agent": "ben", "duration_ms": 312_000,
        "direction": "inbound", "disposition": "card.limit", "solved": False, "ticket": 1041,
        "notes": [{"number": 16, "at": START, "by": "ben",
                   "text": "要求将临时额度提高到 80 000 元，出国旅行用。"
                           " Wants 80,000 for a journey until the 30th; salary slip to follow."}],
    },
    {
        "call": "e2", "at": START - 400 * HOUR, "lane": "general", "agent": "dora", "duration_ms": 95_000,
        "direction": "inbound", "disposition": "fees", "solved": True,
        "notes": [{"number": 9, "at": START, "by": "dora", "text": "Annual fee explained. 年费已解释。"}],
    },
]  # fmt: skip
TICKET: dict[str, Any] = {
    "number": 1041, "state": "in_progress", "lane": "cards", "queue": "cards", "assignee": "ben",
    "due_at": START + 5 * HOUR,
    "reason": "临时额度 80 000 · temporary limit for a journey", "revision": 3,
}  # fmt: skip
LATE: dict[str, Any] = {
    **TICKET, "number": 1037, "assignee": "anna", "state": "waiting_for_customer", "due_at": START - HOUR,
    "overdue": True, "reason": "Card stopped abroad · 境外卡被拒",
}  # fmt: skip
CUSTOMER: dict[str, Any] = {
    "type": "customer", "call": "c1", "identity": "one", "withheld": 2,
    "fields": [
        {"name": "city", "label": {"zh": "城市", "en": "City"}, "type": "text", "value": "上海 Shanghai"},
        {"name": "since", "label": {"zh": "开户", "en": "Customer since"}, "type": "date", "value": "2011-03-08"},
        {"name": "limit", "label": {"zh": "额度", "en": "Limit"}, "type": "amount", "value": "50000.00",
         "currency": "CNY"},
        {"name": "product", "label": {"zh": "产品", "en": "Products"}, "type": "badge", "value": "Gold card"},
    ],
    "sources": [
        {"name": "core", "label": {"zh": "核心系统", "en": "Core banking"}, "state": "ok", "took_ms": 40},
        {"name": "loans", "label": {"zh": "信贷系统", "en": "Loans"}, "state": "unavailable", "took_ms": 300},
    ],
}  # fmt: skip
SCRIPT = {"zh": "您好，这里是信用卡服务，请问有什么可以帮您？", "en": "Good day, card services. How may I help?"}
OFFER = {"zh": "临时提额 30 天", "en": "A temporary limit for 30 days"}
CONTROL = {"talk": {"held": None, "consult": None, "conference": None}, "hand": None}
"""What the hotline says where it can hold and hand on calls."""
WISH: dict[str, Any] = {
    "id": 7, "action": "fee-waiver", "action_name": {"zh": "减免费用", "en": "Waive a fee"}, "amount": 12_050,
    "decimals": 2, "unit": "CNY", "state": "pending", "by": "anna", "call": "c1", "limit": 5_000, "asked_at": START,
    "expires_at": 2_000_000_000_000, "decided_by": None, "decided_at": None, "reason": "",
    "text": "Charged twice for the same card. 同一张卡重复收费。",
}  # fmt: skip
"""What waits for a supervisor."""
TARGETS = {
    "type": "targets",
    "lanes": ["cards", "general"],
    "agents": [
        {"agent": "ben", "name": "Ben", "state": "ready"},
        {"agent": "dora", "name": "Dora", "state": "talking"},
    ],
    "numbers": [{"name": "Card stop · 挂失专线", "number": "02112345678"}],
}
"""To whom a caller may be handed, as the hotline says it."""


async def set_size(page: Page, width: int, height: int) -> None:
    """The size of the browser's window."""
    await page.do("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)


async def tell(page: Page, **message: object) -> None:
    """Have the page hear this message, as if the hotline had said it."""
    said = json.dumps(message)
    await page.ask(
        "import('/desk/store.js').then(({store}) => { "
        f"const said = {said}; store.dispatchEvent(new CustomEvent('message', {{detail: said}})); "
        "if (said.type === 'state') Object.assign(store.state, said); "
        "if (said.type === 'customer') store.customer = said; store.tell(); })"
    )


@asynccontextmanager
async def desk(folder: Path, language: str, theme: str) -> AsyncIterator[tuple[SmallHotline, Web, Page, DeskEdge]]:
    """Anna's desktop before she logs in, with services beside it that know her callers."""
    hotline, edge = SmallHotline(), DeskEdge(EARLIER, tickets=[LATE, TICKET])
    edge.script, edge.may_offer = SCRIPT, [OFFER]
    softphones = Softphones(
        port=9, phone_of=lambda agent: hotline.policy.agents[agent].phone, secrets={"anna": "0" * 32},
        guest=Line("trunk-guest.web", "0" * 32), numbers=lambda: ["95555", "4008885555"],
    )  # fmt: skip
    async with (
        open_web(hotline, routers=edge.routers(), softphones=softphones) as web,
        open_page(folder, f"{web.address}/board") as page,
    ):
        await page.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
        await set_size(page, 1280, 720)
        await page.ask(
            f"localStorage.setItem('hotline_language', '{language}'); localStorage.setItem('hotline_phone', 'sip')"
        )
        await page.do("Page.navigate", url=f"{web.address}/agent")
        await page.until("!!deep('#log-in')")
        yield hotline, web, page, edge


async def log_in(page: Page, name: str = ANNA) -> None:
    """Somebody logs in."""
    await page.type_into("#agent", name)
    await page.type_into("#password", PASSWORDS[name])
    await page.click("#log-in button[type=submit]")


class Views:
    """One desktop, pictured again and again."""

    def __init__(self, page: Page, ending: str) -> None:
        self._page = page
        self._ending = ending

    async def keep(self, name: str) -> None:
        """A picture of what is on the page now."""
        await asyncio.sleep(0.5)
        picture = await self._page.do("Page.captureScreenshot", format="png")
        path = FOLDER / f"{name}-{self._ending}.png"
        await asyncio.to_thread(path.write_bytes, base64.b64decode(picture["data"]))


async def a_day(hotline: SmallHotline) -> None:
    """Calls that others had, so that the lanes have figures."""
    hotline.becomes_ready(BEN)
    for number in range(5):
        call = hotline.call(f"g{number}", GENERAL, number="+861390000000" + str(number))
        if number == 1:
            hotline.sleep(12_000)
        hotline.answers(call)
        hotline.sleep(70_000)
        hotline.talks_and_ends(call)
        await asyncio.sleep(0.15)


async def picture_all(language: str, theme: str) -> None:
    """Every view in one language and one theme."""
    await _picture_others(language, theme)
    with tempfile.TemporaryDirectory() as name:
        async with desk(Path(name), language, theme) as (hotline, web, page, _):
            views = Views(page, f"{language}-{theme}")
            await views.keep("log-in")
            await log_in(page)
            await page.until("deep('#state')?.dataset.state === 'paused'")
            await a_day(hotline)
            await page.click("[data-reason=break]")
            await page.until("deep('[data-reason=break]').ariaPressed === 'true'")
            await views.keep("pause")
            await page.click("#ready")
            await page.until("deep('#state').dataset.state === 'ready'")
            await _pictured_call(hotline, web, page, views)
            await page.do("Page.navigate", url=f"{web.address}/call")
            await page.until("!!deep('#keys button')")
            await page.ask("telephone.stop(); telephone.line = 'on'; telephone.dispatchEvent(new Event('change'))")
            await views.keep("call")
            await page.do("Page.navigate", url=f"{web.address}/board")
            await views.keep("board")


async def _picture_others(language: str, theme: str) -> None:
    """What those see who take no calls."""
    with tempfile.TemporaryDirectory() as name:
        async with desk(Path(name) / "second-line", language, theme) as (_, _, page, _):
            await log_in(page, "mia")
            await page.until("!!deep('#tickets button.open')")
            await page.click("#tickets button.open")
            await page.until("!!deep('.set-to')")
            await Views(page, f"{language}-{theme}").keep("second-line")
        async with desk(Path(name) / "supervisor", language, theme) as (_, _, page, edge):
            edge.pending.append(WISH)
            await log_in(page, "sue")
            await page.until("deepAll('.decide').length === 1")
            views = Views(page, f"{language}-{theme}")
            await views.keep("supervisor")
            await page.click("#person")
            await page.until("!!deep('#log-ins li')")
            await views.keep("account")


async def _pictured_call(hotline: SmallHotline, web: Web, page: Page, views: Views) -> None:
    call = hotline.call("c1", menu=(("main", "1"), ("cards", "2")), tier="platinum")
    hotline.sleep(400)
    await web.screens.show(hotline.offer())
    await page.until("!!deep('#pop-script') && !!deep('#history')")
    await views.keep("pop")
    hotline.answers(call)
    await page.until("deep('#state').dataset.state === 'talking'")
    hotline.sleep(83_000)
    await tell(page, **CUSTOMER)
    await tell(page, type="state", since=hotline.time - 166_000, **CONTROL)
    await page.type_into("#note", "Limit raised to 60 000 until the 30th, see #16. 已核对护照。")
    await page.until("deep('#note-status')?.textContent.length > 0")
    await views.keep("talk")
    # What this small hotline cannot do is said to nobody.
    await page.ask("import('/desk/store.js').then(({store}) => { store.say = () => undefined; })")
    await page.click("#transfer")
    await tell(page, **TARGETS)
    await page.until("deepAll('li[role=option]').length > 1")
    await views.keep("transfer")
    await page.click("#whom-close")
    held = {"held": hotline.time - 12_000, "consult": {"agent": "ben", "answered": True}, "conference": None}
    await tell(page, type="state", talk=held)
    await page.until("!!deep('#complete')")
    await views.keep("consult")
    await tell(page, type="state", talk={**held, "held": None, "conference": hotline.time})
    await page.until("deep('#conference') === null")
    await views.keep("together")
    await tell(page, type="state", **CONTROL)
    await set_size(page, 420, 900)
    await views.keep("narrow")
    await set_size(page, 1280, 720)
    hotline.talks_and_ends(call)
    await page.until("deep('#state').dataset.state === 'wrap_up'")
    await page.click("#follow-up")
    await page.until("!!deep('#make-ticket')")
    await views.keep("wrap-up")
    await page.click("#help")
    await views.keep("keys")
    desk = hotline.look.desk(ANNA)
    assert desk is not None
    assert desk.state is AgentState.WRAP_UP


async def main() -> None:
    """All pictures, or those of the languages and themes that are named, such as `en-dark`."""
    await asyncio.to_thread(FOLDER.mkdir, parents=True, exist_ok=True)
    wanted = sys.argv[1:] or ["en-light", "en-dark", "zh-light", "zh-dark"]
    for each in wanted:
        language, _, theme = each.partition("-")
        await picture_all(language, theme)


if __name__ == "__main__":
    asyncio.run(main())
