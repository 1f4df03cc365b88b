"""Tickets on the agents' screens: those of a caller right after his pop, and news of an agent's own.

Nothing on the call path waits for it: the pop and the ring go ahead, and the tickets follow when they have been read.
Bounds: one caller to be looked up for each agent, the newest.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import NoReturn, Protocol

import structlog

from acd.core.events import AgentOffered
from acd.core.instants import Instant
from acd.core.names import AgentId, OfferId
from cti import messages
from cti.held import HeldCalls
from cti.tickets.events import TicketChanged
from cti.tickets.service import Tickets
from cti.tickets.ticket import Ticket, What

_log = structlog.get_logger(__name__)


class Screens(Protocol):
    """The part of `cti.screens.AgentScreens` that is needed here."""

    def say(self, agent: AgentId, text: str) -> bool:
        """Send a message to an agent's screen."""
        ...

    def tell(self, agent: AgentId, offer: OfferId, text: str) -> bool:
        """Send a message about an offer to an agent's screen while it shows this offer."""
        ...


class TicketsOnScreen:
    """`popped` belongs behind `AgentScreens.on_pop`, `changed` behind `Tickets.listen`."""

    def __init__(
        self,
        tickets: Tickets,
        screens: Screens,
        held: HeldCalls,
        supervisors: Callable[[], Iterable[str]] = lambda: (),
    ) -> None:
        self._tickets = tickets
        self._screens = screens
        self._held = held
        self._supervisors = supervisors
        self._wanted: dict[AgentId, AgentOffered] = {}
        self._news = asyncio.Event()

    def popped(self, offer: AgentOffered) -> None:
        """A caller is on a screen, or has proved who he is; his tickets are to follow."""
        self._wanted[offer.agent] = offer
        self._news.set()

    def changed(self, news: TicketChanged) -> None:
        """Tell whoever has the ticket, unless it was he; of one that is escalated all supervisors, too."""
        names = {news.ticket.assignee, *(self._supervisors() if news.what is What.ESCALATED else ())}
        text = messages.tickets(news.what, None, [told(news.ticket, news.at)])
        for name in sorted(names - {"", news.by}):
            self._screens.say(AgentId(name), text)

    async def run(self) -> NoReturn:
        """Look up whoever is on a screen, one after the other; for ever."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._wanted:
                agent = next(iter(self._wanted))
                offer = self._wanted.pop(agent)
                try:
                    await self._follow(offer)
                except Exception as error:  # noqa: BLE001 - a screen without tickets must not end the hotline.
                    _log.error("the caller's tickets cannot be read", error=type(error).__name__)

    async def _follow(self, offer: AgentOffered) -> None:
        whom = self._held.whom(offer)
        found = await self._tickets.open_for(whom.customer, whom.caller)
        if found:
            text = messages.tickets("pop", offer, [told(each, self._tickets.now()) for each in found])
            self._screens.tell(offer.agent, offer.offer, text)


def told(ticket: Ticket, now: Instant) -> Mapping[str, object]:
    """A ticket as a row on a screen."""
    return {
        "number": ticket.number,
        "revision": ticket.revision,
        "state": ticket.state,
        "lane": ticket.about.lane,
        "reason": ticket.about.reason,
        "queue": ticket.queue,
        "assignee": ticket.assignee or None,
        "opened_at": ticket.opened_at,
        "due_at": ticket.due_at,
        "overdue": ticket.overdue(now),
        "level": ticket.level,
        "reopened": ticket.reopened,
    }
