"""Contacts plugged in: what they need of the settings in force and of the journal."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import structlog
from fastapi import APIRouter

from acd.app.first_line_now import FirstLineNow
from acd.app.live_settings import LiveSettings
from acd.config.wrapping_up import Disposition, DispositionsConfig
from acd.core.events import Event
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, LaneName, LanguageName
from acd.engine.feed import Listener
from acd.engine.view import MemoryView
from acd.journal.errors import JournalUnusable, UnknownRecord
from acd.journal.sqlite import SqliteStored
from acd.journal.told_again import events_since
from cti.accounts.deeds import Trail
from cti.api import contacts as contact_routes
from cti.contacts.first_line import FIRST_LINE
from cti.contacts.intake import ContactIntake
from cti.contacts.ports import Past
from cti.contacts.recorded import Listener as RecordListener
from cti.contacts.service import Contacts
from cti.contacts.talks import OfferOf
from cti.desk_file import DeskFile

DAY: Duration = 86_400_000

_log = structlog.get_logger(__name__)


class LaneSettings:
    """What the settings in force say to agents; asks anew each time."""

    def __init__(self, live: LiveSettings) -> None:
        self._live = live

    def dispositions(self, lane: LaneName) -> DispositionsConfig | None:
        """See `cti.contacts.ports.ContactSettings`."""
        found = self._live.now.config.lanes.get(lane)
        return None if found is None else found.dispositions

    def line_of(self, agent: AgentId) -> str:
        """See `cti.contacts.ports.ContactSettings`; an agent who is not there any more worked in the first line."""
        found = self._live.now.config.agents.get(agent)
        return FIRST_LINE if found is None else found.line

    def keep_for(self) -> Duration:
        """See `cti.contacts.ports.ContactSettings`."""
        return self._live.now.config.contacts.keep_days * DAY

    def tree(self, lane: LaneName) -> tuple[bool, Mapping[str, Disposition]] | None:
        """See `cti.api.contacts.LaneWords`."""
        found = self.dispositions(lane)
        return None if found is None else (found.required, found.tree)

    def script(self, lane: LaneName) -> tuple[Mapping[str, str], Sequence[Mapping[str, str]]]:
        """See `cti.api.contacts.LaneWords`."""
        found = self._live.now.config.lanes.get(lane)
        if found is None:
            return {}, ()
        return _plain(found.script), [_plain(each) for each in found.may_offer]


def _plain(texts: Mapping[LanguageName, str]) -> dict[str, str]:
    return {str(language): text for language, text in texts.items()}


def past_in(journal: Path) -> Past:
    """What the core said before, by the journal in this file."""

    def told(since: Instant) -> Iterator[tuple[Instant, Event, OfferOf]]:
        try:
            stored = SqliteStored(journal)
            try:
                yield from events_since(stored, since)
            finally:
                stored.close()
        except (JournalUnusable, UnknownRecord) as error:
            _log.error("some contacts of before may be missing: the journal does not tell all", why=str(error))

    return told


class ContactDesk:
    """Contacts of one core process: made, read, written, and measured. It builds and decides nothing."""

    def __init__(self, file: DeskFile, home: Path, journal: Path, live: LiveSettings, view: MemoryView) -> None:
        """`file` must hold `CONTACTS`; `journal` tells again what was missed."""
        self._settings = LaneSettings(live)
        self._intake = ContactIntake(file, view, self._settings, live, past_in(journal))
        self._contacts = Contacts(file, view, self._settings, live, self._intake.branch_of, self._intake.up_to_date)
        self.first_line = FirstLineNow(home)

    @property
    def listeners(self) -> Sequence[Listener]:
        """What belongs on the feed."""
        return (self._intake.hear,)

    def listen(self, listener: RecordListener) -> None:
        """Call `listener` for each record that is made, or changed."""
        self._intake.records.listen(listener)
        self._contacts.records.listen(listener)

    def routers(self, trail: Trail, tickets: contact_routes.Tickets) -> Sequence[APIRouter]:
        """The routes of the REST edge; `trail` hears who was shown what."""
        return (contact_routes.router(self._contacts, self._settings, trail, tickets),)

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Start all that runs for ever."""
        tasks.create_task(self._intake.run(), name="contacts")
        tasks.create_task(self.first_line.run(), name="first line")
