"""A small hotline of real core code with its contacts: the journal, the desktop's file, who writes and who reads."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from acd.config.wrapping_up import Disposition, DispositionsConfig
from acd.core.inputs import Input
from acd.core.names import AgentId, CallId, LaneName
from acd.core.requests import BecomeReady
from acd.engine.driver import digest_of
from acd.engine.ports import Customer
from acd.journal.memory import MemoryJournal
from acd.journal.records import encode
from acd.journal.stored import StoredInput
from acd.journal.told_again import events_since
from cti.contacts.intake import ContactIntake
from cti.contacts.service import Contacts
from cti.contacts.tables import CONTACTS
from cti.desk_file import DeskFile
from cti.directory import CustomerDirectory
from tests.cti.small_hotline import ANNA, CARDS, CUSTOMER, GENERAL, SmallHotline

WANG, LI = "+8613800000001", "+8613800000002"
"""A number that the directory does not know, and one that it takes for that of CUSTOMER."""
DAY = 86_400_000


def _named(name: str, **under: Disposition) -> Disposition:
    return Disposition.model_validate({"name": {"zh": name, "en": name}, "under": under})


TREE = DispositionsConfig.model_validate(
    {
        "required": True,
        "tree": {"lost": _named("Lost", blocked=_named("Blocked")), "other": _named("Other")},
    }
)


@dataclass
class LaneNotes:
    """What an operator wrote."""

    trees: dict[LaneName, DispositionsConfig] = field(default_factory=lambda: {CARDS: TREE})
    second_line: frozenset[AgentId] = frozenset()
    days: int = 730

    def dispositions(self, lane: LaneName) -> DispositionsConfig | None:
        return self.trees.get(lane)

    def line_of(self, agent: AgentId) -> str:
        return "second" if agent in self.second_line else "first"

    def keep_for(self) -> int:
        return self.days * DAY

    def tree(self, lane: LaneName) -> tuple[bool, Mapping[str, Disposition]] | None:
        found = self.trees.get(lane)
        return None if found is None else (found.required, found.tree)

    def script(self, lane: LaneName) -> tuple[Mapping[str, str], list[Mapping[str, str]]]:
        if lane == GENERAL:
            return {}, []
        return {"zh": "您好。", "en": "Good day."}, [{"zh": "免年费", "en": "No fee"}]


class JournaledHotline(SmallHotline):
    """Writes down what went in, as a core does before anybody hears of what came of it."""

    def __post_init__(self) -> None:
        self.journal = MemoryJournal()
        super().__post_init__()

    def take(self, happened: Input):  # type: ignore[no-untyped-def]
        if self.journal.last_checkpoint() is None:
            self.journal.checkpoint(self.router.memory, now=True)
        step = self.router.take(happened, self.time)
        lines = self.journal._inputs
        lines.append(StoredInput(len(lines) + 1, self.time, encode(happened), digest_of(step)))
        self.orders += step.orders
        self.feed.publish(self.time, step.events)
        self._news.set()
        return step.events

    def is_called(self, name: str, lane: LaneName = CARDS, *, agent: AgentId = ANNA, **more: object) -> CallId:
        """A caller whom a ready agent answers."""
        self.becomes_ready(agent)
        call = self.call(name, lane, **more)
        self.answers(call)
        return call

    def has_talked(self, name: str, lane: LaneName = CARDS, **more: object) -> CallId:
        """The same, and the talk is over; the agent is in his wrap-up."""
        call = self.is_called(name, lane, **more)
        self.talks_and_ends(call)
        return call

    def is_done(self, agent: AgentId = ANNA) -> None:
        self.take(BecomeReady(agent))


@dataclass
class Desk:
    hotline: JournaledHotline
    file: DeskFile
    intake: ContactIntake
    contacts: Contacts
    settings: LaneNotes
    running: "asyncio.Task[None] | None" = None

    async def rows(self, columns: str = "*") -> list[tuple[object, ...]]:
        """The contacts as they are kept, in their order."""
        await self.intake.up_to_date(5.0)
        sql = f"SELECT {columns} FROM contacts ORDER BY at, call, agent"
        return await self.file.run(lambda file: [tuple(row) for row in file.execute(sql)])


def directory() -> CustomerDirectory:
    found = CustomerDirectory()
    found.add(LI, Customer("李强", "", "zh", id=CUSTOMER))
    return found


@asynccontextmanager
async def open_desk(
    folder: Path, hotline: JournaledHotline | None = None, settings: LaneNotes | None = None
) -> AsyncIterator[Desk]:
    """The contacts of one life of the process; leaving it is like a kill for all that was not written."""
    hotline, settings = hotline or JournaledHotline(), settings or LaneNotes()
    file = DeskFile(folder / "desk.sqlite3", [CONTACTS])
    past = lambda since: events_since(hotline.journal, since)  # noqa: E731
    intake = ContactIntake(file, hotline.look, settings, directory(), past)
    contacts = Contacts(file, hotline.look, settings, directory(), intake.branch_of, intake.up_to_date)
    hotline.feed.listen(intake.hear)
    desk = Desk(hotline, file, intake, contacts, settings)
    task = asyncio.get_running_loop().create_task(intake.run())
    try:
        await intake.up_to_date(5.0)
        yield desk
    finally:
        hotline.feed._listeners.remove(intake.hear)
        task.cancel()
        await asyncio.wait([task])
        file.close()
