"""The customer directory over REST: an agent sees the customer of the call he holds, the staff one they ask for.

Every look is noted before it is answered. A stranger to the call learns nothing: what does not exist and what is not
his have the same answer.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel

from acd.core.events import AgentOffered
from acd.core.names import AgentId
from cti.accounts.deeds import Deed, Trail
from cti.api.door import allowed
from cti.api.people import Person, Role
from cti.customers.merging import Question
from cti.customers.telling import told
from cti.customers.views import CustomerViews
from cti.directory import REGION, normalised
from cti.ports import Look

_NOBODY = "no such customer for you"


class FieldTold(BaseModel):
    """One thing that is known of a customer, as plain text."""

    name: str
    label: dict[str, str]
    type: Literal["text", "date", "amount", "badge"]
    value: str
    currency: str
    verified_only: bool
    source: str


class SourceTold(BaseModel):
    """What came of asking one source."""

    name: str
    label: dict[str, str]
    state: Literal["ok", "none", "unavailable"]
    took_ms: int


class CustomerTold(BaseModel):
    """A customer as the bank's systems know him."""

    identity: Literal["none", "number", "several", "customer"]
    """`number`: by his number alone, which proves nothing. `several`: the number is that of several customers."""
    id: str
    name: str
    fields: list[FieldTold]
    withheld: int
    """Fields that are shown only when he has proved who he is."""
    sources: list[SourceTold]


Number = Annotated[str | None, Query(max_length=32, pattern=r"^\+?[0-9]+$")]
Id = Annotated[str | None, Query(max_length=20, pattern="^[0-9]+$")]


def router(views: CustomerViews, look: Look, trail: Trail) -> APIRouter:
    """The route of the directory."""
    routes = APIRouter()

    @routes.get("/customers")
    async def customers(
        person: Annotated[Person, allowed(Role.AGENT, Role.SECOND_LINE, Role.SUPERVISOR)],
        response: Response,
        number: Number = None,
        id: Id = None,  # noqa: A002 - the name in the contract.
    ) -> CustomerTold:
        """The customer with a number or an id; of an agent that of his call, which he need not name."""
        if number is not None and id is not None:
            raise HTTPException(422, "a number or an id is wanted, not both")
        response.headers["Cache-Control"] = "no-store"
        if person.is_any(Role.SECOND_LINE, Role.SUPERVISOR) and (number or id):
            question = views.of_number(number) if number else views.of_id(id or "")
            return CustomerTold(**await _seen(views, trail, person, question, show_all=True))
        agent = AgentId(person.name)
        held = look.offer_of(agent) if person.is_any(Role.AGENT) else None
        question = _of_his_call(views, held, number, id)
        answer = await _seen(views, trail, person, question, show_all=question.certain)
        now = look.offer_of(agent)
        if held is None or now is None or _caller(now) != _caller(held):
            # While the sources were asked the call went, or a verdict changed what may be seen of its caller.
            raise HTTPException(404, _NOBODY)
        return CustomerTold(**answer)

    return routes


def _of_his_call(views: CustomerViews, held: AgentOffered | None, number: str | None, customer: str | None) -> Question:
    if held is None:
        raise HTTPException(404, _NOBODY)
    question = views.of_caller(held.number, held.customer, verified=held.verified)
    another_number = number is not None and normalised(number, REGION) != normalised(held.number, REGION)
    if another_number or (customer is not None and customer != question.customer):
        raise HTTPException(404, _NOBODY)
    return question


def _caller(offer: AgentOffered) -> tuple[object, ...]:
    return offer.offer, offer.number, offer.customer, offer.verified


async def _seen(
    views: CustomerViews, trail: Trail, person: Person, question: Question, *, show_all: bool
) -> dict[str, Any]:
    trail.note(person, Deed.CUSTOMER_SEEN, {"customer": question.customer, "number": question.number})
    view = await views.about(question, show_all=show_all)
    return told(view, views.name_of(question, view), views.sources)
