"""The words between an agent's page and the hotline, as JSON. What a browser says is checked field by field."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from acd.core.agents import Desk
from acd.core.events import AgentOffered, OfferEnd
from acd.core.instants import Duration, Instant
from acd.core.names import CallId, OfferId
from acd.core.switch_events import Verdict
from acd.engine.ports import Customer

REASON_AT_MOST = 64


class BadMessage(ValueError):
    """A message that this page never sends; its connection is closed."""


@dataclass(frozen=True, slots=True)
class SaysReady:
    """The agent wants calls."""


@dataclass(frozen=True, slots=True)
class SaysDone:
    """The agent has finished his notes."""


@dataclass(frozen=True, slots=True)
class SaysExtend:
    """The agent needs longer for his notes."""


@dataclass(frozen=True, slots=True)
class SaysPause:
    """The agent wants no calls."""

    reason: str


@dataclass(frozen=True, slots=True)
class SaysAskPin:
    """The agent wants the caller he talks with to prove who he is."""


@dataclass(frozen=True, slots=True)
class SaysLogOut:
    """The agent leaves."""


@dataclass(frozen=True, slots=True)
class SaysShown:
    """The page has put an offer on the screen."""

    offer: OfferId


Said: TypeAlias = SaysReady | SaysDone | SaysExtend | SaysAskPin | SaysPause | SaysLogOut | SaysShown


_PLAIN: dict[str, type[SaysReady | SaysDone | SaysExtend | SaysAskPin | SaysLogOut]] = {
    "ready": SaysReady,
    "done": SaysDone,
    "extend": SaysExtend,
    "ask_pin": SaysAskPin,
    "log_out": SaysLogOut,
}
"""Messages that say nothing but their kind."""


def read(text: str) -> Said:
    """What a browser said; raises BadMessage for anything it should not say."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise BadMessage("not JSON") from None
    match said:
        case {"type": str(kind)} if kind in _PLAIN:
            return _PLAIN[kind]()
        case {"type": "pause", "reason": str(reason)} if len(reason) <= REASON_AT_MOST and reason.isprintable():
            return SaysPause(reason)
        # A bool is an int in Python, but no offer's number.
        case {"type": "shown", "offer": int(offer)} if not isinstance(offer, bool):
            return SaysShown(OfferId(offer))
    raise BadMessage("no such message")


def state(now: Instant, desk: Desk, longer: Duration) -> str:
    """An agent's state, and by how much he may lengthen it: 0 for not at all.

    `now` lets the page count the time without trusting the browser's clock.
    """
    return _json(
        type="state",
        agent=desk.agent,
        state=desk.state,
        reason=desk.reason,
        since=desk.since,
        until=desk.until,
        afterwards=desk.afterwards,
        phone=desk.phone,
        longer_ms=longer,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Named:
    """Who a caller is, as far as an agent is told."""

    customer: Customer | None
    """Whose name is shown; None for nobody that the directory knows."""
    id: str = ""
    """The customer who the caller says to be, or has proved to be, where that name is not his; else empty."""


def pop(offer: AgentOffered, named: Named) -> str:
    """Who is calling: what an agent needs to say hello, and no more."""
    return _json(
        type="pop",
        offer=offer.offer,
        call=offer.call,
        number=offer.number,
        name=offer.name,
        customer=named.customer.name if named.customer is not None else "",
        customer_id=named.id,
        tier=offer.tier,
        vip=offer.vip,
        lane=offer.lane,
        language=offer.language,
        waited_ms=offer.waited,
        dialled=offer.dialled,
        verified=offer.verified,
        menu=offer.menu,
        advert=offer.advert,
        advert_heard_ms=offer.advert_heard,
        callback=offer.callback,
        message_of=offer.message_of,
    )


def customer(offer: AgentOffered, told: Mapping[str, object]) -> str:
    """What the bank's systems know of the caller (`cti.customers.telling`); follows the pop, and goes with it."""
    return _json(type="customer", offer=offer.offer, call=offer.call, verified=offer.verified, **told)


def verdict(call: CallId, verdict: Verdict, named: Named) -> str:
    """What came of asking the caller for his PIN, and who he is after that."""
    return _json(
        type="verdict",
        call=call,
        verdict=verdict,
        customer=named.customer.name if named.customer is not None else "",
        customer_id=named.id,
    )


def pop_end(offer: OfferId, reason: OfferEnd) -> str:
    """The offer is gone, and what was shown of the caller goes with it."""
    return _json(type="pop_end", offer=offer, reason=reason)


def refused(request: str, reason: str) -> str:
    """What the agent asked for cannot be."""
    return _json(type="refused", request=request, reason=reason)


def replaced() -> str:
    """The agent opened his screen somewhere else; this one ends."""
    return _json(type="replaced")


def tickets(why: str, offer: AgentOffered | None, told: Sequence[Mapping[str, object]]) -> str:
    """Tickets of whoever is on the screen, first thing after his pop (`why` is "pop"), or one that is the agent's own
    and to which something happened; `why` is what."""
    call = None if offer is None else offer.call
    return _json(type="ticket", why=why, offer=None if offer is None else offer.offer, call=call, tickets=list(told))


def grant(told: Mapping[str, object]) -> str:
    """A request that a supervisor may decide, or what became of the agent's own."""
    return _json(type="grant", **told)


def _json(**fields: object) -> str:
    # All in ASCII: a caller's name that is no proper Unicode must not break the connection it is shown on.
    return json.dumps(fields, separators=(",", ":"))
