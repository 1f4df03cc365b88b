"""A second line for tests: tickets on a real file, a clock that stands, and people who come and go."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from acd.core.instants import Instant
from cti.desk_file import DeskFile
from cti.tickets import tables
from cti.tickets.rules import DAY, Level, TicketRules
from cti.tickets.service import Tickets
from cti.tickets.store import TicketStore
from cti.tickets.ticket import Opening, Subject, Ticket

START: Instant = 1_800_000_000_000
HOUR = 3_600_000
CARDS_DESK, SECOND_LINE, HEADS = "cards-desk", "second-line", "heads"

RULES = TicketRules(
    queues={name: {"zh": name, "en": name} for name in (SECOND_LINE, CARDS_DESK, HEADS)},
    default_queue=SECOND_LINE,
    lane_queues={"cards": CARDS_DESK},
    levels=(Level(-4 * HOUR), Level(0), Level(24 * HOUR, HEADS)),
)


class SecondLine:
    """The service on a file in `folder`. Time stands still unless the test moves `time`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.time: Instant = START
        self.rules = RULES
        self.people = {"sam", "tess", "anna", "ben"}
        self.told: list[tuple[str, int, str]] = []
        """What happened to which ticket by whom, as the listeners hear it."""
        self.open_file()

    def open_file(self) -> None:
        self.file = DeskFile(self.folder / "desk.sqlite3", [tables.TABLES])
        self.store = TicketStore(self.file)
        self.tickets = Tickets(self.store, lambda: self.rules, lambda: self.time, lambda name: name in self.people)
        self.tickets.listen(lambda news: self.told.append((news.what.value, news.ticket.number, news.by)))

    def restarts(self) -> None:
        self.file.close()
        self.open_file()

    def about(self, reason: str = "card swallowed", **more: str) -> Subject:
        return Subject("cards", reason, **more)

    async def ticket(self, by: str = "anna", due_in: int = DAY, **more: str) -> Ticket:
        """A ticket about a card."""
        hands = {key: more.pop(key) for key in ("queue", "assignee") if key in more}
        opened = await self.tickets.open(
            Opening(self.about(**more), "Says the machine kept it.", self.time + due_in, **hands), by
        )
        assert opened is not None
        return opened

    async def again(self, ticket: Ticket) -> Ticket:
        """The ticket as it is on the disk."""
        found = await self.tickets.find(ticket.number)
        assert found is not None
        return found[0]


@contextmanager
def second_line(folder: Path) -> Iterator[SecondLine]:
    line = SecondLine(folder)
    try:
        yield line
    finally:
        line.file.close()
