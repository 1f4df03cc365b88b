"""The desktop, put together: what agents and their colleagues see and write besides the core's own facts.

It builds and decides nothing. Everything that people write goes into one file, beside the journal.
"""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter

from acd.app.access import PARTS, desk_path, lives_of
from acd.app.contacts import ContactDesk
from acd.app.live_settings import LiveSettings
from acd.app.second_line import TABLES, SecondLine
from acd.app.settings import Settings
from acd.core.events import AgentOffered
from acd.engine.feed import Listener
from acd.engine.ports import Clock
from acd.engine.view import MemoryView
from cti.accounts.accounts import Accounts
from cti.accounts.audit import Audit
from cti.accounts.pops import SeenPops
from cti.api import audit as audit_routes
from cti.api import customers as customer_routes
from cti.api.people import Role
from cti.contacts.tables import CONTACTS
from cti.customers.news import CustomerNews
from cti.customers.views import CustomerViews
from cti.desk_file import DeskFile
from cti.ports import Ask
from cti.promised import Promised
from cti.screens import AgentScreens


class Desktop:
    """All of it, of one core process."""

    def __init__(self, settings: Settings, live: LiveSettings, clock: Clock, view: MemoryView, ask: Ask) -> None:
        """Open the desk's file in the home folder. Raises DeskUnusable."""
        self._view = view
        self._file = DeskFile(desk_path(settings.home), (*PARTS, CONTACTS, *TABLES))
        self.audit = Audit(self._file, clock.now, lambda: live.now.config.audit.keep_days)
        self.accounts = Accounts(
            self._file,
            clock.now,
            lambda: live.now.people,
            lambda: live.now.passwords,
            lambda: lives_of(live.now.config),
            self.audit,
        )
        self.screens = AgentScreens(view, ask, live, seen=SeenPops(self.audit))
        self.customers = CustomerViews(live, clock, live.now.sources)
        live.listen(lambda new: self.customers.use(new.sources))
        self._customer_news = CustomerNews(self.customers, self.screens.tell)
        self.screens.on_pop(self._customer_news.popped)

        self.contacts = ContactDesk(self._file, settings.home, settings.journal, live, view)

        def supervisors() -> list[str]:
            return [name for name, person in live.now.people.items() if person.is_any(Role.SUPERVISOR)]

        self.second_line = SecondLine(
            self._file,
            live,
            view,
            self.screens,
            clock,
            works=lambda name: (
                (who := live.now.people.get(name)) is not None
                and who.is_any(*_WITH_TICKETS)
                and not self.accounts.is_locked(name)
            ),
            supervisors=supervisors,
        )

        self._promised = Promised(self._file, self.second_line.tickets, clock.now)

    def routers(self) -> Sequence[APIRouter]:
        """The routes of the REST edge, besides those by which one comes in."""
        return (
            audit_routes.router(self.audit),
            customer_routes.router(self.customers, self._view, self.audit),
            *self.contacts.routers(self.audit, self.second_line.tickets),
            *self.second_line.routers(self.audit),
        )

    @property
    def listeners(self) -> Sequence[Listener]:
        """What belongs on the feed."""
        return (self.screens.hear, *self.contacts.listeners, *self.second_line.listeners)

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Start all that runs for ever."""
        tasks.create_task(self.screens.run(), name="screens")
        tasks.create_task(self.audit.run(), name="audit")
        tasks.create_task(self.accounts.run(), name="accounts")
        tasks.create_task(self.customers.run(), name="customers")
        tasks.create_task(self._customer_news.run(), name="customer news")
        self.contacts.start(tasks)
        self.second_line.start(tasks)
        tasks.create_task(self._promised.run(), name="promised follow-ups")
        tasks.create_task(self.contacts.recall(self._recall), name="recall")

    def _recall(self, offer: AgentOffered) -> None:
        self.second_line.held.recall(offer)
        self.screens.recall(offer)

    def close(self) -> None:
        """Close the file, when nothing runs any more."""
        self.accounts.close()
        self._file.close()


_WITH_TICKETS = (Role.AGENT, Role.SECOND_LINE, Role.SUPERVISOR)
"""Who may have a ticket."""
