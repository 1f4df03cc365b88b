"""Who is logged in, and what his page must know to be drawn."""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from fastapi import APIRouter
from pydantic import BaseModel

from acd.core.names import LaneName
from cti.api.door import Anybody
from cti.api.people import Person, Role
from cti.ports import Look

Right: TypeAlias = Literal["ask_for_pin", "dial", "end_sessions", "read_audit"]


class Me(BaseModel):
    """The answer."""

    name: str
    """As the settings name him."""
    shown: str
    """For people."""
    roles: list[Role]
    agent: str | None
    """As the core knows him; null for somebody who answers no calls."""
    languages: list[str]
    lanes: dict[str, dict[str, str]]
    """Each lane's title by language."""
    colleagues: dict[str, str]
    """What people call each agent, by the name that the settings give him."""
    pause_reasons: dict[str, int | None]
    """What an agent may pause for, and for how many milliseconds; null without a limit."""
    rights: list[Right]
    """What his page may offer besides what everybody has."""


class Describe:
    """Says who somebody is, by the settings as they hold at that moment."""

    def __init__(
        self, look: Look, titles: Mapping[LaneName, Mapping[str, str]], asks_for_pin: Callable[[], bool]
    ) -> None:
        self._look = look
        self._titles = titles
        self._asks_for_pin = asks_for_pin

    def __call__(self, person: Person) -> Me:
        """All that his page must know."""
        policy = self._look.policy()
        return Me(
            name=person.name,
            shown=person.shown,
            roles=sorted(person.roles),
            agent=person.agent,
            languages=[str(language) for language in policy.languages],
            lanes={lane: dict(self._titles.get(lane, {})) for lane in policy.lanes},
            colleagues={name: agent.name for name, agent in policy.agents.items()},
            pause_reasons=dict(policy.pause_reasons),
            rights=_rights(person, asks_for_pin=self._asks_for_pin(), dials=policy.callbacks is not None),
        )


def router(describe: Describe) -> APIRouter:
    """The route."""
    routes = APIRouter(tags=["me"])

    @routes.get("/me")
    async def me(person: Anybody) -> Me:
        """Who is logged in, and all that his page must know to be drawn."""
        return describe(person)

    return routes


def _rights(person: Person, *, asks_for_pin: bool, dials: bool) -> list[Right]:
    rights: list[Right] = []
    if asks_for_pin and person.agent is not None:
        rights.append("ask_for_pin")
    if dials and person.agent is not None:
        rights.append("dial")
    if person.is_any(Role.SUPERVISOR, Role.OPERATOR):
        rights.append("end_sessions")
    if person.is_any(Role.AUDITOR):
        rights.append("read_audit")
    return rights
