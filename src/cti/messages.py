"""The words between an agent's page and the hotline, as JSON. What a browser says is checked field by field."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from acd.core.agents import AgentState, Desk
from acd.core.calls import Consult
from acd.core.events import AgentOffered, OfferEnd
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, CallId, OfferId
from acd.core.switch_events import Verdict
from acd.core.talk_events import ConsultEnd, TransferEnded
from acd.core.transfers import Target, TransferKind
from acd.engine.ports import Customer
from cti.day import Day

OFFER_AT_MOST = 2**53 - 1
"""Beyond it numbers are not exact in a browser."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_NUMBER = re.compile(r"\+?[0-9]{2,15}")
_KINDS = frozenset(TransferKind)


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


@dataclass(frozen=True, slots=True)
class SaysHold:
    """The agent wants the caller to hear music."""


@dataclass(frozen=True, slots=True)
class SaysResume:
    """The agent takes the caller back from hold."""


@dataclass(frozen=True, slots=True)
class SaysHangUp:
    """The agent ends the talk."""


@dataclass(frozen=True, slots=True)
class SaysConsult:
    """The agent wants to ask a colleague."""

    colleague: AgentId


@dataclass(frozen=True, slots=True)
class SaysComplete:
    """The agent hands his caller over to the colleague."""


@dataclass(frozen=True, slots=True)
class SaysCancelConsult:
    """The agent leaves his colleague, and takes the caller back."""


@dataclass(frozen=True, slots=True)
class SaysConference:
    """The agent wants all three to hear each other."""


@dataclass(frozen=True, slots=True)
class SaysTransfer:
    """The agent sends the caller on."""

    target: Target


@dataclass(frozen=True, slots=True)
class SaysDial:
    """The agent wants to talk with a customer who is not on the line."""

    number: str


@dataclass(frozen=True, slots=True)
class SaysRaiseHand:
    """The agent wants a supervisor, or no longer."""

    on: bool


@dataclass(frozen=True, slots=True)
class SaysTargets:
    """The page wants to show to whom the caller could be sent."""


Plain: TypeAlias = (
    SaysReady
    | SaysDone
    | SaysExtend
    | SaysAskPin
    | SaysLogOut
    | SaysHold
    | SaysResume
    | SaysHangUp
    | SaysTargets
    | SaysComplete
    | SaysCancelConsult
    | SaysConference
)
"""Messages that say nothing but their kind."""

Said: TypeAlias = Plain | SaysPause | SaysShown | SaysConsult | SaysTransfer | SaysDial | SaysRaiseHand


_PLAIN: dict[str, type[Plain]] = {
    "ready": SaysReady,
    "done": SaysDone,
    "extend": SaysExtend,
    "ask_pin": SaysAskPin,
    "log_out": SaysLogOut,
    "hold": SaysHold,
    "resume": SaysResume,
    "hang_up": SaysHangUp,
    "targets": SaysTargets,
    "complete": SaysComplete,
    "cancel_consult": SaysCancelConsult,
    "conference": SaysConference,
}


def read(text: str) -> Said:
    """What a browser said; raises BadMessage for anything it should not say."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise BadMessage("not JSON") from None
    understood = _understood(said)
    # Each of these classes has one field for each of its message's; a page that says more means something else.
    if len(said) != 1 + len(fields(understood)):
        raise BadMessage("no such message")
    return understood


def _understood(said: Any) -> Said:
    """What a message of this type says, whatever else is in it."""
    match said:
        case {"type": str(kind)} if kind in _PLAIN:
            return _PLAIN[kind]()
        case {"type": "pause", "reason": str(reason)} if _NAME.fullmatch(reason):
            return SaysPause(reason)
        # A bool is an int in Python, but no offer's number.
        case {"type": "shown", "offer": int(offer)} if not isinstance(offer, bool) and 0 <= offer <= OFFER_AT_MOST:
            return SaysShown(OfferId(offer))
        case {"type": str()}:
            return _about_calls(said)
    raise BadMessage("no such message")


def _about_calls(said: Mapping[str, object]) -> Said:
    """What is to be done with a call."""
    match said:
        case {"type": "raise_hand", "on": bool(on)}:
            return SaysRaiseHand(on)
        case {"type": "dial", "number": str(number)} if _NUMBER.fullmatch(number):
            return SaysDial(number)
        case {"type": "consult", "to": {"agent": str(colleague), **rest}} if not rest and _NAME.fullmatch(colleague):
            return SaysConsult(AgentId(colleague))
        case {"type": "transfer", "to": {**to}} if len(to) == 1:
            return SaysTransfer(_target(to))
    raise BadMessage("no such message")


def _target(to: Mapping[object, object]) -> Target:
    """A lane, an agent or a number, as `{"lane": "cards"}`."""
    [(kind, name)] = to.items()
    form = _NUMBER if kind == TransferKind.NUMBER else _NAME
    if kind not in _KINDS or not isinstance(name, str) or not form.fullmatch(name):
        raise BadMessage("no such message")
    return Target(TransferKind(str(kind)), name)


def state(
    now: Instant, desk: Desk, longer: Duration, held_since: Instant | None = None, consult: Consult | None = None
) -> str:
    """An agent's state, and by how much he may lengthen it: 0 for not at all.

    `now` lets the page count the time without trusting the browser's clock. `held_since` is since when his caller is on
    hold, and `consult` whom he asks meanwhile; of a colleague who is asked himself, that consult.
    """
    asked = None if consult is None else {"agent": consult.agent, "answered": consult.answered}
    together = None if consult is None else consult.together_since
    talk = {"held": held_since, "consult": asked, "conference": together}
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
        talk=talk if desk.state in (AgentState.TALKING, AgentState.CONSULTED) else None,
        hand=desk.hand_since,
        now=now,
    )


def day(now: Instant, desk: Desk, day: Day) -> str:
    """What an agent has done since he logged in; times up to `now`, of which the page goes on counting by itself."""
    return _json(
        type="day",
        agent=desk.agent,
        now=now,
        on_since=desk.on_since,
        counted_since=day.since,
        answered=desk.answered,
        state=desk.state,
        talked_ms=max(desk.talked, day.so_far(AgentState.TALKING, now)),
        wrap_up_ms=day.so_far(AgentState.WRAP_UP, now),
        paused_ms=day.so_far(AgentState.PAUSED, now),
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
        consulted_by=offer.consulted_by,
        transferred_by=offer.transferred_by,
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


def pop_end(offer: OfferId, reason: OfferEnd | ConsultEnd) -> str:
    """The offer is gone, and what was shown of the caller goes with it."""
    return _json(type="pop_end", offer=offer, reason=reason)


def targets(lanes: Iterable[str], agents: Iterable[tuple[AgentId, str, AgentState]], numbers: Mapping[str, str]) -> str:
    """To whom the agent may send his caller."""
    return _json(
        type="targets",
        lanes=list(lanes),
        agents=[{"agent": agent, "name": name, "state": state} for agent, name, state in agents],
        numbers=[{"name": name, "number": number} for name, number in numbers.items()],
    )


def transfer(ended: TransferEnded) -> str:
    """How a transfer came out, for who had asked for it."""
    return _json(
        type="transfer",
        call=ended.call,
        to={ended.target.kind: ended.target.to},
        result=ended.result,
    )


def control_failed(call: CallId) -> str:
    """The switch could not do with the talk what the agent had asked for; it goes on as it was."""
    return _json(type="control_failed", call=call)


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
