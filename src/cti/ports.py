"""What the screens need from the hotline. acd.app plugs in the engine."""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from acd.core.agents import Desk
from acd.core.calls import Consult
from acd.core.events import AgentOffered
from acd.core.instants import Instant
from acd.core.names import AgentId, CallId, LaneName
from acd.core.policy import Policy
from acd.core.requests import Request
from acd.engine.view import LaneNow, ReserveNow


class Look(Protocol):
    """The hotline as it is at this instant. Every method answers at once and changes nothing."""

    def now(self) -> Instant:
        """The present instant."""
        ...

    def policy(self) -> Policy:
        """The operator's rules as they hold now."""
        ...

    def routing(self) -> bool:
        """Whether calls are being offered; not while the link to the switch is down."""
        ...

    def desk(self, agent: AgentId) -> Desk | None:
        """An agent's state; None for an agent that the core does not know."""
        ...

    def desks(self) -> Iterable[Desk]:
        """The state of every agent."""
        ...

    def offer_of(self, agent: AgentId) -> AgentOffered | None:
        """The call that an agent is offered or talks on; None if he has none."""
        ...

    def held_since(self, agent: AgentId) -> Instant | None:
        """Since when the caller is on hold with whom an agent talks; None if he is not, or there is none."""
        ...

    def consult_of(self, agent: AgentId) -> Consult | None:
        """Whom an agent asks who has a caller on hold, or in which consult he is asked; None for neither."""
        ...

    def lanes(self) -> Mapping[LaneName, LaneNow]:
        """Every lane with its books."""
        ...

    def callbacks_waiting(self) -> Mapping[LaneName, int]:
        """How many wait in each lane to be called back, and are not on the line."""
        ...

    def reserves(self) -> Sequence[ReserveNow]:
        """Every reserve, and whether its agents are let go."""
        ...


class Ask(Protocol):
    """The way of a request into the core."""

    def __call__(self, request: Request, /) -> Awaitable[str | None]:
        """Returns None when the request was granted, or the reason why not, fit for a screen. Never raises."""
        ...


class Health(Protocol):
    """What /healthz answers."""

    def __call__(self) -> Mapping[str, bool]:
        """Each part that can fail, and whether it works."""
        ...


class Page(Protocol):
    """A page made elsewhere: that of the metrics."""

    async def __call__(self) -> tuple[str, bytes]:
        """The content type and the body."""
        ...


class Recordings(Protocol):
    """What callers spoke for the hotline to answer."""

    def __call__(self, call: CallId, /) -> Path | None:
        """The sound file of the message that was spoken in this call; None if there is none. Never raises."""
        ...
