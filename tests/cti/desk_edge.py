"""A REST edge as the desktop's other services answer it, kept in memory: contacts, notes, tickets, grants.

It says what docs/ says of these routes and no more; what the services themselves do is tried where they are.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException, Request
from fastapi.responses import JSONResponse

from cti.api.door import Anybody
from cti.api.refusals import refusal
from cti.grants.grant import Why

Json = Annotated[dict[str, Any], Body()]

TREE: list[dict[str, Any]] = [
    {
        "code": "card",
        "name": {"zh": "银行卡", "en": "Card"},
        "under": [
            {"code": "card.limit", "name": {"zh": "调整限额", "en": "Limit changed"}},
            {"code": "card.lost", "name": {"zh": "挂失", "en": "Lost or stolen"}},
        ],
    },
    {"code": "fees", "name": {"zh": "费用", "en": "Fees"}},
]


@dataclass
class DeskEdge:
    """What the services hold; a test fills it and looks into it."""

    contacts: list[dict[str, Any]] = field(default_factory=list)
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    finished: list[str] = field(default_factory=list)
    tickets: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    """Of every ticket."""
    script: dict[str, str] = field(default_factory=dict)
    may_offer: list[dict[str, str]] = field(default_factory=list)
    grants: list[dict[str, Any]] = field(default_factory=list)
    pending: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    """Which tickets were asked for."""
    acts: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    """What was done to tickets: which, what and how."""
    required: bool = True
    reachable: bool = True
    """Whether notes are taken at present."""
    speaks_of_lanes: bool = True
    """Whether it says what a lane asks for."""

    def routers(self) -> tuple[APIRouter, ...]:
        """All of it."""
        return self._contacts(), self._lanes(), self._tickets(), self._grants()

    def _contacts(self) -> APIRouter:
        api = APIRouter()

        @api.get("/contacts")
        def contacts(_: Anybody) -> list[dict[str, Any]]:
            return self.contacts

        @api.get("/contacts/{call}/draft")
        def draft(_: Anybody, call: str) -> dict[str, Any]:
            if call not in self.drafts:
                raise HTTPException(404, "no draft")
            return self.drafts[call]

        @api.put("/contacts/{call}/draft")
        def keep(_: Anybody, call: str, said: Json) -> Any:
            if not self.reachable:
                raise HTTPException(503, "not now")
            revision = self.drafts.get(call, {}).get("revision", 0)
            if said["revision"] != revision:
                stale = {"error": "changed meanwhile", "reason": "stale", "draft": self.drafts[call]}
                return JSONResponse(stale, 409)
            self.drafts[call] = {**said, "revision": revision + 1}
            return {"revision": revision + 1}

        @api.post("/contacts/{call}/finish", status_code=204)
        def finish(_: Anybody, call: str) -> None:
            self.finished.append(call)

        return api

    def _lanes(self) -> APIRouter:
        api = APIRouter()

        @api.get("/script")
        def script(_: Anybody, lane: str) -> dict[str, Any]:
            return {"script": self.script, "may_offer": self.may_offer, "lane": lane}

        @api.get("/dispositions")
        def dispositions(_: Anybody, lane: str) -> dict[str, Any]:
            if not self.speaks_of_lanes:
                raise HTTPException(503, "not now")
            return {"required": self.required, "tree": TREE, "lane": lane}

        return api

    def _tickets(self) -> APIRouter:
        api = APIRouter()

        @api.get("/tickets")
        def tickets(_: Anybody, request: Request) -> dict[str, Any]:
            self.asked.append(dict(request.query_params))
            return {"tickets": self.tickets}

        @api.post("/tickets")
        def make(_: Anybody, said: Json) -> dict[str, Any]:
            made = {**said, "number": len(self.tickets) + 1041, "state": "open", "revision": 1, "assignee": None}
            self.tickets.append(made)
            return made

        @api.get("/tickets/{number}")
        def ticket(_: Anybody, number: int) -> dict[str, Any]:
            return {"ticket": self._ticket(number), "history": self.history}

        @api.post("/tickets/{number}/comments")
        def comment(person: Anybody, number: int, said: Json) -> dict[str, Any]:
            self.history.append({"by": person.name, "at": 1_800_000_000_000, "text": said["text"]})
            return self._ticket(number)

        @api.post("/tickets/{number}/{act}")
        def act(_: Anybody, number: int, act: str, said: Json) -> dict[str, Any]:
            self.acts.append((number, act, said))
            return self._ticket(number)

        @api.get("/queues")
        def queues(_: Anybody) -> dict[str, dict[str, str]]:
            return {"cards-desk": {"zh": "银行卡二线", "en": "Cards desk"}}

        return api

    def _ticket(self, number: int) -> dict[str, Any]:
        return next(each for each in self.tickets if each["number"] == number)

    def _grants(self) -> APIRouter:
        api = APIRouter()

        @api.get("/actions")
        def actions(_: Anybody) -> dict[str, Any]:
            fee = {"action": "fee_waiver", "name": {"zh": "减免费用", "en": "Waive a fee"}, "unit": "CNY"}
            return {"actions": [{**fee, "limit": 5000, "decimals": 2}]}

        @api.get("/grants")
        def grants(_: Anybody) -> dict[str, Any]:
            return {"grants": self.pending}

        @api.post("/grants")
        def grant(_: Anybody, said: Json) -> dict[str, Any]:
            made = {**said, "id": len(self.grants) + 1, "state": "granted" if said["amount"] <= 5000 else "pending"}
            self.grants.append(made)
            return made

        @api.post("/grants/{number}/decide")
        def decide(_: Anybody, number: int, said: Json) -> dict[str, Any]:
            if not said["reason"]:
                raise refusal(Why.BAD_TEXT)
            (decided,) = [each for each in self.pending if each["id"] == number]
            self.pending.remove(decided)
            self.grants.append({**decided, **said})
            return decided

        return api
