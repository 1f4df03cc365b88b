"""To whom an agent may hand a caller, for the list that he searches: lanes, colleagues, numbers outside."""

from collections.abc import Callable, Iterable, Mapping

from fastapi import APIRouter
from pydantic import BaseModel

from acd.core.names import LaneName
from cti.api.door import Anybody
from cti.ports import Look


class LaneTarget(BaseModel):
    """A lane, and how many wait there."""

    lane: str
    title: dict[str, str]
    waiting: int


class AgentTarget(BaseModel):
    """A colleague, and what he is doing."""

    agent: str
    name: str
    state: str


class Targets(BaseModel):
    """Everybody and everything that a caller may be handed to."""

    lanes: list[LaneTarget]
    agents: list[AgentTarget]
    numbers: list[str]


def router(
    look: Look,
    titles: Mapping[LaneName, Mapping[str, str]],
    numbers: Callable[[], Iterable[str]] = tuple,
) -> APIRouter:
    """The route; `numbers` are those outside that the settings allow."""
    api = APIRouter()

    @api.get("/targets")
    def targets(_: Anybody) -> Targets:
        """The list as it is now, in the order of the settings; colleagues by name."""
        people = look.policy().agents
        lanes = [
            LaneTarget(lane=name, title=dict(titles.get(name, {})), waiting=lane.waiting)
            for name, lane in look.lanes().items()
        ]
        agents = [
            AgentTarget(agent=desk.agent, name=people[desk.agent].name, state=desk.state)
            for desk in look.desks()
            if desk.agent in people
        ]
        agents.sort(key=lambda each: (each.name, each.agent))
        return Targets(lanes=lanes, agents=agents, numbers=list(numbers()))

    return api
