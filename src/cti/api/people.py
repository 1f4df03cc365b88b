"""Who asks, and what he may: roles are given by the settings and by nothing that a browser says."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from starlette.requests import HTTPConnection

from acd.core.names import AgentId


class Role(StrEnum):
    """What somebody does here; a person may have several."""

    AGENT = "agent"
    """Answers calls."""
    SECOND_LINE = "second_line"
    """Works on tickets."""
    SUPERVISOR = "supervisor"
    """Looks after agents, and decides what they may not."""
    OPERATOR = "operator"
    """Runs the hotline, and sees nobody's calls."""
    AUDITOR = "auditor"
    """Reads who did what, and changes nothing."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is logged in."""

    name: str
    """As the settings name him; of an agent it is the agent's."""
    shown: str
    """For people."""
    roles: frozenset[Role]

    @property
    def agent(self) -> AgentId | None:
        """As the core knows him; None for somebody who answers no calls."""
        return AgentId(self.name) if Role.AGENT in self.roles else None

    def is_any(self, *roles: Role) -> bool:
        """Whether he has one of these roles."""
        return not self.roles.isdisjoint(roles)


class Identify(Protocol):
    """Who stands behind a request or a WebSocket."""

    def __call__(self, connection: HTTPConnection, /) -> Person | None:
        """The person whose session the cookie names; None for nobody who is logged in. Never raises."""
        ...
