"""The web side of a small hotline whose screens are told of customers, by sources under the test's control."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from acd.engine.ports import Customer
from cti.customers.fields import FieldKind, ShownField
from cti.customers.guard import SourceSettings
from cti.customers.news import CustomerNews
from cti.customers.ports import Record
from cti.customers.views import CustomerSources, CustomerViews
from cti.directory import CustomerDirectory
from tests.cti.open_web import Browser, Web, open_web
from tests.cti.small_hotline import CUSTOMER, SmallHotline
from tests.fakes import FakeClock

WANG, LI, FAMILY = "+8613800000001", "+8613800000002", "+8613800000003"
FIELDS = (
    ShownField("address", {"zh": "地址", "en": "Address"}),
    ShownField("segment", {"zh": "客群", "en": "Segment"}, FieldKind.BADGE),
    ShownField("balance", {"zh": "余额", "en": "Balance"}, FieldKind.AMOUNT, "CNY", verified_only=True),
)
RECORDS: dict[str, Record] = {
    WANG: {"id": "", "address": "浦东", "segment": "young"},
    LI: {"id": CUSTOMER, "address": "Nanjing Road", "balance": "1200.50"},
    CUSTOMER: {"id": CUSTOMER, "address": "Nanjing Road", "balance": "1200.50"},
}


@dataclass
class Records:
    """Knows what it is given; hangs while it is told to, until its time is over or `go_on` is called."""

    known: Mapping[str, Record | Sequence[Record]] = field(default_factory=lambda: RECORDS)
    hangs: bool = False
    asked: list[str] = field(default_factory=list)
    let_go: int = 0
    """How many questions it hung on and does not any more."""
    closed: bool = False
    _goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def find(self, number: str, customer: str) -> Sequence[Record]:
        self.asked.append(number or customer)
        if self.hangs:
            try:
                await self._goes_on.wait()
            finally:
                self.let_go += 1
        found = self.known.get(number or customer, ())
        return [found] if isinstance(found, Mapping) else found

    def go_on(self) -> None:
        """Answer what it was asked up to now."""
        self._goes_on.set()
        self._goes_on = asyncio.Event()

    async def close(self) -> None:
        self.closed = True


def settings(name: str, source: Records, **more: object) -> SourceSettings:
    made = SourceSettings(name, {"zh": name, "en": name.upper()}, source, id_from="id")
    return replace(made, **more)  # type: ignore[arg-type]


@dataclass
class Told:
    """What a test has in its hands."""

    web: Web
    views: CustomerViews
    directory: CustomerDirectory


@asynccontextmanager
async def told_web(*sources: SourceSettings, hotline: SmallHotline | None = None) -> AsyncIterator[Told]:
    """Screens that are told what these sources know."""
    directory = CustomerDirectory()
    directory.add(WANG, Customer("王芳", "platinum", "zh"))
    directory.add(LI, Customer("李强", "", "zh", id=CUSTOMER))
    directory.add(FAMILY, Customer("陈一", "", "zh", id="41"))
    directory.add(FAMILY, Customer("陈二", "", "zh", id="42"))
    views = CustomerViews(directory, FakeClock(), CustomerSources(FIELDS, sources), close_after=0.05)
    async with open_web(hotline) as web, asyncio.TaskGroup() as tasks:
        # Pops and what follows them go by one directory, as in a core process.
        web.screens._directory = directory
        news = CustomerNews(views, web.screens.tell)
        web.screens.on_pop(news.popped)
        running = [tasks.create_task(each) for each in (views.run(), news.run())]
        try:
            yield Told(web, views, directory)
        finally:
            for task in running:
                task.cancel()


async def ready(someone: Browser) -> None:
    await someone.say(type="ready")
    await someone.hear("state", state="ready")


async def popped(web: Web, someone: Browser) -> dict[str, object]:
    """The pop of the newest offer, shown and acknowledged."""
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        tasks.create_task(web.screens.show(web.hotline.offer()))
        pop = await someone.hear("pop")
        await someone.say(type="shown", offer=pop["offer"])
    return pop
