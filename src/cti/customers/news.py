"""After the pop: what the bank's systems know of the caller, told to the one screen that shows his offer.

A view is asked for when the pop is on a screen or late, and again when a verdict says more or less of the caller.
It is told when it is there, if that screen still shows that offer; a newer question of the same agent makes an older
answer worthless. Bound: one question is wanted for each agent, and sources end all questions in time.
"""

import asyncio
from typing import NoReturn, Protocol

import structlog

from acd.core.events import AgentOffered
from acd.core.names import AgentId, OfferId
from cti import messages
from cti.customers.telling import told
from cti.customers.views import CustomerViews

_log = structlog.get_logger(__name__)


class TellScreen(Protocol):
    """The way to an agent's screen."""

    def __call__(self, agent: AgentId, offer: OfferId, text: str, /) -> bool:
        """Give a text to the screen of this agent if it shows this offer; False, and nothing done, otherwise."""
        ...


class CustomerNews:
    """Tells views. `popped` belongs on the screens' `on_pop`, `run` in the app's task group."""

    def __init__(self, views: CustomerViews, tell: TellScreen) -> None:
        self._views = views
        self._tell_screen = tell
        self._wanted: dict[AgentId, AgentOffered] = {}
        self._latest: dict[AgentId, AgentOffered] = {}
        """The newest question of each agent, whether it is under way or answered."""
        self._news = asyncio.Event()

    def popped(self, offer: AgentOffered) -> None:
        """A screen has this pop, or should have, or knows more of the caller now; returns at once."""
        self._wanted[offer.agent] = self._latest[offer.agent] = offer
        self._news.set()

    async def run(self) -> NoReturn:
        """Ask and tell, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self._news.wait()
                self._news.clear()
                wanted, self._wanted = self._wanted, {}
                for offer in wanted.values():
                    tasks.create_task(self._tell(offer))

    async def _tell(self, offer: AgentOffered) -> None:
        try:
            question = self._views.of_caller(offer.number, offer.customer, verified=offer.verified)
            view = await self._views.about(question, show_all=question.certain)
            name = self._views.name_of(question, view)
            text = messages.customer(offer, told(view, name, self._views.sources))
        except Exception as error:  # noqa: BLE001 - whatever it is, the pop is on the screen and the phone rings.
            _log.error("an agent is not told of a customer", agent=offer.agent, error=type(error).__name__)
            return
        if self._latest.get(offer.agent) is offer:
            self._tell_screen(offer.agent, offer.offer, text)
