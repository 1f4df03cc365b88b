"""The second line, put together: tickets and grants by the settings in force, on the desktop's file and on screens.

It builds and decides nothing. Who may have tickets and who is a supervisor is told by whoever knows the accounts.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from fastapi import APIRouter

from acd.app.live_settings import InForce, LiveSettings
from acd.config import HotlineConfig
from acd.config.second_line import DAY, SECOND_LINE, minor_units
from acd.core.names import AgentId
from acd.engine.feed import Listener
from acd.engine.ports import Clock
from acd.engine.view import MemoryView
from cti.accounts.deeds import Trail
from cti.api import grants as grants_api
from cti.api import tickets as tickets_api
from cti.desk_file import DeskFile, Part
from cti.grants import store as grant_store
from cti.grants.grant import Action, Authority
from cti.grants.on_screen import GrantsOnScreen
from cti.grants.service import Grants
from cti.held import HeldCalls
from cti.screens import AgentScreens
from cti.tickets import tables
from cti.tickets.follow_ups import FollowUps
from cti.tickets.on_screen import TicketsOnScreen
from cti.tickets.rules import Level, TicketRules
from cti.tickets.service import Tickets
from cti.tickets.store import TicketStore

TABLES: Final[tuple[Part, ...]] = (tables.TABLES, grant_store.TABLES)
"""What the desktop's file must hold for it."""


class SecondLine:
    """Tickets and grants of one core process."""

    def __init__(
        self,
        file: DeskFile,
        live: LiveSettings,
        view: MemoryView,
        screens: AgentScreens,
        clock: Clock,
        *,
        works: Callable[[str], bool] | None = None,
        supervisors: Callable[[], Iterable[str]] = lambda: (),
    ) -> None:
        """`works` says who may have tickets, without it all agents of the settings; `supervisors` who decides."""
        self._live = live
        self._follow(live.now)
        live.listen(self._follow)
        self.held = HeldCalls(view, live)
        self.tickets = Tickets(
            TicketStore(file), lambda: self._rules, clock.now, works or (lambda name: AgentId(name) in self._agents)
        )
        self.grants = Grants(
            grant_store.GrantStore(file), lambda: self._authority, lambda name: self._grades.get(name, 0), clock.now
        )
        self._on_screen = TicketsOnScreen(self.tickets, screens, self.held, supervisors)
        self._follow_ups = FollowUps(self.tickets, view, self.held.whose)
        screens.on_pop(self._on_screen.popped)
        self.tickets.listen(self._on_screen.changed)
        self.grants.listen(GrantsOnScreen(screens, supervisors, lambda: self._authority).changed)

    @property
    def listeners(self) -> Sequence[Listener]:
        """What belongs on the feed."""
        return (self.held.hear, self._follow_ups.hear)

    def routers(self, trail: Trail) -> Sequence[APIRouter]:
        """The routes of the REST edge; `trail` hears who was shown what."""
        return (
            tickets_api.router(self.tickets, self.held, lambda: self._live.now.config.lanes, trail),
            grants_api.router(self.grants, self.held, trail),
        )

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Start all that runs for ever."""
        tasks.create_task(self.tickets.run(), name="tickets")
        tasks.create_task(self.grants.run(), name="grants")
        tasks.create_task(self._on_screen.run(), name="tickets on screens")
        tasks.create_task(self._follow_ups.run(), name="follow-ups")

    def _follow(self, new: InForce) -> None:
        self._rules, self._authority = rules_of(new.config), authority_of(new.config)
        self._agents = frozenset(new.config.agents)
        self._grades = {str(name): agent.grade for name, agent in new.config.agents.items()}


def rules_of(config: HotlineConfig) -> TicketRules:
    """What the settings say of tickets. There is always a queue."""
    tickets = config.tickets
    queues = {name: {str(key): text for key, text in queue.name.items()} for name, queue in tickets.queues.items()}
    queues = queues or {SECOND_LINE: {"zh": "二线", "en": "Second line"}}
    return TicketRules(
        queues=queues,
        default_queue=tickets.default_queue or next(iter(queues)),
        lane_queues={str(lane): name for name, queue in tickets.queues.items() for lane in queue.lanes},
        levels=tuple(
            sorted((Level(step.offset, step.to or "") for step in tickets.escalate), key=lambda level: level.offset)
        ),
        promise=tickets.promise,
        close_after=tickets.close_after_days * DAY,
        keep_for=tickets.keep_days * DAY,
        from_surveys=tickets.from_surveys,
        from_callbacks=tickets.from_callbacks,
    )


def authority_of(config: HotlineConfig) -> Authority:
    """What the settings say of grants, in whole minor units."""
    return Authority(
        actions={
            name: Action(
                name,
                {str(key): text for key, text in action.name.items()},
                action.unit,
                action.decimals,
                {int(grade): minor_units(limit, action.decimals) for grade, limit in action.limits.items()},
                None if action.at_most is None else minor_units(action.at_most, action.decimals),
            )
            for name, action in config.authority.actions.items()
        },
        expires_after=config.authority.expires_after,
        keep_for=config.authority.keep_days * DAY,
    )
