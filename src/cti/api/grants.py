"""Grants over REST: what an agent may grant, his asking for more, and a supervisor's word."""

from collections.abc import Awaitable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query
from fastapi import Path as InPath
from pydantic import BaseModel, Field

from acd.core.names import AgentId, CallId
from cti.accounts.deeds import Deed, Trail
from cti.api.door import allowed
from cti.api.people import Person, Role
from cti.api.refusals import refusal
from cti.grants.grant import AMOUNT_AT_MOST, Grant, GrantRefused, Why, Wish
from cti.grants.on_screen import told
from cti.grants.service import Grants
from cti.held import HeldCalls

T = TypeVar("T")

LARGEST = 2**53
Short = Annotated[str, Field(max_length=128)]
Text = Annotated[str, Field(max_length=1_000)]
Amount = Annotated[int, Field(ge=1, le=AMOUNT_AT_MOST, strict=True)]
"""In whole minor units: 12.50 CNY are 1250."""
InPathNumber = Annotated[int, InPath(ge=1, le=LARGEST)]

Asker = Annotated[Person, allowed(Role.AGENT, Role.SECOND_LINE)]
Reader = Annotated[Person, allowed(Role.AGENT, Role.SECOND_LINE, Role.SUPERVISOR, Role.AUDITOR)]
Decider = Annotated[Person, allowed(Role.SUPERVISOR)]


class ActionRow(BaseModel):
    """Something that may be granted."""

    action: str
    name: dict[str, str]
    unit: str
    decimals: int
    """How many of an amount's digits stand behind the point."""
    limit: int
    """What whoever asks may grant by himself to one customer within a day, in minor units."""
    at_most: int | None


class ActionList(BaseModel):
    """All of them, in the order of the settings."""

    actions: list[ActionRow]


class GrantRow(BaseModel):
    """A request and how it ended. The customer is not in it."""

    id: int
    action: str
    action_name: dict[str, str]
    amount: int
    unit: str
    decimals: int
    call: str
    text: str
    by: str
    limit: int
    asked_at: int
    expires_at: int
    state: str
    """pending, granted, refused or expired."""
    decided_by: str | None
    """The asker himself for what he might; null for nobody."""
    decided_at: int | None
    reason: str


class GrantPage(BaseModel):
    """Some requests: what pends oldest first, all others newest first."""

    grants: list[GrantRow]


class NewGrant(BaseModel):
    """What an agent wants to grant the caller whom he has."""

    call: Short
    action: Short
    amount: Amount
    text: Text = ""
    """Why, for the supervisor."""


class Decision(BaseModel):
    """A supervisor's word, and why."""

    granted: bool
    reason: Text


def router(grants: Grants, held: HeldCalls, trail: Trail) -> APIRouter:
    """All routes under /grants, and /actions."""
    routes = APIRouter(tags=["grants"])

    def row(grant: Grant) -> GrantRow:
        return GrantRow.model_validate(told(grant, grants.authority))

    async def done(work: Awaitable[Grant]) -> GrantRow:
        try:
            return row(await work)
        except GrantRefused as error:
            present = None if error.present is None else row(error.present).model_dump(mode="json")
            raise refusal(error.why, present) from None

    @routes.get("/actions")
    async def actions(person: Reader) -> ActionList:
        """What may be granted, and up to how much by whoever asks."""
        grade = grants.grade_of(person.name)
        return ActionList(
            actions=[
                ActionRow(
                    action=name,
                    name=dict(each.titles),
                    unit=each.unit,
                    decimals=each.decimals,
                    limit=each.limit(grade),
                    at_most=each.at_most,
                )
                for name, each in grants.authority.actions.items()
            ]
        )

    @routes.post("/grants", status_code=201)
    async def ask(wanted: NewGrant, person: Asker) -> GrantRow:
        """Grant something to the caller whom one talks with; over the limit it waits for a supervisor."""
        offer = held.holds(AgentId(person.name), CallId(wanted.call))
        if offer is None:
            raise refusal(Why.NOT_YOUR_CALL)
        whom = held.whom(offer)
        wish = Wish(wanted.action, wanted.amount, wanted.call, wanted.text, whom.customer, whom.caller)
        return await done(grants.ask(wish, person.name))

    @routes.get("/grants")
    async def some(
        person: Reader,
        *,
        pending: bool = False,
        before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    ) -> GrantPage:
        """The newest grants, or those that wait for a decision; an agent sees his own."""
        everybody = person.is_any(Role.SUPERVISOR, Role.AUDITOR)
        asker = "" if everybody else person.name
        found = await grants.pending(asker) if pending else await grants.newest(asker, before)
        return GrantPage(grants=[row(each) for each in found])

    @routes.post("/grants/{number}/decide")
    async def decide(number: InPathNumber, said: Decision, person: Decider) -> GrantRow:
        """Decide about a grant that waits; one's own may be taken back."""
        supervisor = person.is_any(Role.SUPERVISOR)
        ended = await done(
            grants.decide(number, person.name, granted=said.granted, reason=said.reason, supervisor=supervisor)
        )
        trail.note(person, Deed.DECIDED, {"grant": str(number), "person": ended.by, "call": ended.call})
        return ended

    return routes
