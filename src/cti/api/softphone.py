"""An agent's own line into his browser."""

from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from cti.api.door import allowed
from cti.api.people import Person, Role
from cti.softphones import Softphones


class LineAnswer(BaseModel):
    """How a browser registers as an agent's softphone."""

    user: str
    password: str
    url: str
    port: int
    path: str


def router(softphones: Softphones) -> APIRouter:
    """The route: each agent gets his own line, and nobody another's."""
    api = APIRouter(tags=["softphone"])

    @api.get("/softphone")
    def softphone(person: Annotated[Person, allowed(Role.AGENT)]) -> LineAnswer:
        """The line of whoever asks; 404 if there is none for him."""
        line = None if person.agent is None else softphones.of(person.agent)
        if line is None:
            raise HTTPException(404, "there is no softphone for you")
        return LineAnswer.model_validate(softphones.described(line))

    return api
