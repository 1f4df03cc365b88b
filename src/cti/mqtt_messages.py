"""What goes out on MQTT, as topics and JSON. An allow-list: a field that is not written here never leaves the house.

No message says who called: no number, no name, no customer. A call goes by its id. docs/mqtt.schema.json describes
every message; a test holds the two together.
"""

import json
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final, TypeAlias

from acd.core import caller_events, events, talk_events
from acd.core.agents import AgentState, Desk
from acd.core.events import CallLeftLane, Event
from acd.core.instants import Instant
from acd.core.names import AgentId, LaneName
from acd.core.outcomes import OutcomeKind
from acd.core.talk_events import CallTransferred, TransferEnded
from acd.core.transfers import TransferKind
from acd.engine.view import LaneNow
from cti.contacts.recorded import ContactRecorded
from cti.grants.grant import Grant
from cti.tickets.events import TicketChanged

ROOT = "hotline/v1"
CORE_TOPIC = f"{ROOT}/core"


DeskNews: TypeAlias = TicketChanged | Grant | ContactRecorded
"""What happened beside the core, to what people write."""

Told = Callable[[Any], object]
"""What one field of a message says of an event."""


def _fields(same: str, **others: str | Told) -> dict[str, Told]:
    """What each field of a message says of an event; most are the event's own by the same name.

    Durations say their unit.
    """
    told: dict[str, Told] = {name: attrgetter(name) for name in same.split()}
    for name, other in others.items():
        told[name] = attrgetter(other) if isinstance(other, str) else other
    return told


def _other_lane(event: CallLeftLane) -> str | None:
    """The lane that a caller was handed on to. A number outside, or an announcement, is nobody's business here."""
    return event.outcome.to if event.outcome.kind is OutcomeKind.LANE else None


def _inside(event: CallTransferred | TransferEnded) -> str | None:
    """The lane or the agent to whom a caller was sent. A number outside is nobody's business here."""
    return None if event.target.kind is TransferKind.NUMBER else event.target.to


TOLD: Final[dict[type, tuple[str, dict[str, Told]]]] = {
    events.CallAppeared: ("call_appeared", _fields("call dialled arrived_at")),
    events.CallEnteredLane: (
        "call_entered_lane",
        _fields("call lane language vip entered_at", credit_ms="credit"),
    ),
    events.StepTaken: ("step_taken", _fields("call lane step dropped", credit_ms="credit")),
    events.CallKept: ("call_kept", _fields("call lane agent until")),
    events.CallLeftLane: ("call_left_lane", _fields("call lane why", outcome="outcome.kind", to=_other_lane)),
    caller_events.WaitForetold: (
        "wait_foretold",
        _fields("call lane", at_least_ms="at_least", at_most_ms="at_most"),
    ),
    caller_events.AdvertOffered: ("advert_offered", _fields("call lane advert accepted")),
    caller_events.AdvertHeard: ("advert_heard", _fields("call lane advert left", heard_ms="heard")),
    caller_events.VerdictGiven: ("verdict_given", _fields("call agent verdict")),
    caller_events.CallbackQueued: ("callback_queued", _fields("entry call lane message")),
    caller_events.CustomerCalled: ("customer_called", _fields("entry lane agent attempt")),
    caller_events.CustomerMissed: ("customer_missed", _fields("entry lane cause again_at")),
    caller_events.SurveyAnswered: ("survey_answered", _fields("call lane agent survey answers comment")),
    caller_events.FollowUpRaised: ("follow_up_raised", _fields("call lane agent survey")),
    events.ReserveChanged: ("reserve_changed", _fields("reserve released lane condition")),
    events.AgentOffered: (
        "agent_offered",
        _fields("call offer agent lane callback transferred_by", waited_ms="waited"),
    ),
    events.OfferEnded: ("offer_ended", _fields("call offer agent end")),
    events.CallAnswered: ("call_answered", _fields("call offer agent lane in_time", waited_ms="waited")),
    events.TalkFinished: ("talk_finished", _fields("call agent lane", talked_ms="talked", held_ms="held")),
    talk_events.CallHeld: ("call_held", _fields("call agent lane")),
    talk_events.CallResumed: ("call_resumed", _fields("call agent lane", held_ms="held")),
    talk_events.CallTransferred: (
        "call_transferred",
        _fields("call agent lane", transfer="target.kind", to=_inside),
    ),
    talk_events.TransferEnded: (
        "transfer_ended",
        _fields("call agent result", transfer="target.kind", to=_inside),
    ),
    talk_events.AgentConsulted: ("agent_consulted", _fields("call offer agent by lane")),
    talk_events.ConsultAnswered: ("consult_answered", _fields("call offer agent by")),
    talk_events.ConferenceStarted: ("conference_started", _fields("call offer agent by lane")),
    talk_events.ConsultOver: ("consult_over", _fields("call offer agent by end")),
    talk_events.ControlFailed: ("control_failed", _fields("call agent")),
    talk_events.NumberDialled: ("number_dialled", _fields("entry agent lane")),
    talk_events.HandRaised: ("hand_raised", _fields("agent call raised")),
    events.CallClosed: (
        "call_closed",
        _fields("call result stage lane agent arrived_at entered_at answered_at closed_at offers"),
    ),
    events.AgentChanged: ("agent_changed", _fields("agent state reason since until")),
    events.PauseLimitPassed: ("pause_limit_passed", _fields("agent reason since")),
    events.PhoneSeen: ("phone_seen", _fields("agent", phone="state")),
    events.PolicyAdopted: ("policy_adopted", _fields("version")),
    events.EventIgnored: ("event_ignored", _fields("call reason", fact="kind")),
    events.RequestRefused: ("request_refused", _fields("agent reason", request="kind")),
    events.CallRepaired: ("call_repaired", _fields("call repair")),
    events.RoutingPaused: ("routing_paused", {}),
    events.RoutingResumed: ("routing_resumed", {}),
}
"""What is told of each event, and under which kind."""


def lane_topic(lane: LaneName) -> str:
    """Where a lane's present state is kept."""
    return f"{ROOT}/lanes/{lane}"


def agent_topic(agent: AgentId) -> str:
    """Where an agent's present state is kept."""
    return f"{ROOT}/agents/{agent}"


def event_topic(kind: str) -> str:
    """Where events of one kind are told."""
    return f"{ROOT}/events/{kind}"


def event_message(at: Instant, event: Event) -> tuple[str, dict[str, Any]]:
    """The kind of an event and what is told of it."""
    kind, fields = TOLD[type(event)]
    told = {name: tell(event) for name, tell in fields.items()}
    return kind, {"kind": kind, "at": at, **told}


def news_topic(news: DeskNews) -> str:
    """Where it is told, by what happened."""
    match news:
        case TicketChanged():
            return f"{ROOT}/tickets/{news.what}"
        case Grant():
            return f"{ROOT}/grants/{news.state}"
        case ContactRecorded():
            return f"{ROOT}/contacts/{news.state}"


def news_message(news: DeskNews) -> dict[str, Any]:
    """What is told of it. Never whom it is about, and nothing that anybody has written."""
    match news:
        case TicketChanged():
            return ticket_message(news)
        case Grant():
            return grant_message(news)
        case ContactRecorded():
            return contact_message(news)


def ticket_message(news: TicketChanged) -> dict[str, Any]:
    """What happened to a ticket, and how it is since then. Not whom it is about, nor what for."""
    ticket = news.ticket
    return {
        "kind": "ticket",
        "what": news.what.value,
        "at": news.at,
        "ticket": ticket.number,
        "revision": ticket.revision,
        "state": ticket.state.value,
        "lane": ticket.about.lane or None,
        "queue": ticket.queue,
        "assignee": ticket.assignee or None,
        "due_at": ticket.due_at,
        "level": ticket.level,
        "by": news.by or None,
    }


def grant_message(grant: Grant) -> dict[str, Any]:
    """A request for a grant, or how it ended. Not how much, to whom or why: who may know that reads the record."""
    return {
        "kind": "grant",
        "at": grant.asked_at if grant.decided_at is None else grant.decided_at,
        "grant": grant.number,
        "action": grant.wish.action,
        "call": grant.wish.call,
        "state": grant.state.value,
        "by": grant.asker,
        "decided_by": grant.decided_by or None,
        "asked_at": grant.asked_at,
        "expires_at": grant.expires_at,
    }


def contact_message(record: ContactRecorded) -> dict[str, Any]:
    """How an agent's part of a call came out, as he says. Not with whom, and no note."""
    return {
        "kind": "contact",
        "at": record.at,
        "call": record.call,
        "agent": record.agent,
        "lane": record.lane,
        "line": record.line,
        "direction": record.direction.value,
        "state": record.state.value,
        "began_at": record.began_at,
        "ended_at": record.ended_at,
        "talked_ms": record.talked,
        "wrap_up_ms": record.wrap_up,
        "disposition": record.disposition or None,
        "solved": record.solved,
        "follow_up": record.follow_up,
    }


def lane_message(now: Instant, lane: LaneName, state: LaneNow) -> dict[str, Any]:
    """A lane as it is now."""
    counts = state.counts
    return {
        "lane": lane,
        "at": now,
        "waiting": state.waiting,
        "longest_wait_ms": 0 if state.oldest is None else max(0, now - state.oldest),
        "offered": counts.offered,
        "answered": counts.answered,
        "answered_in_time": counts.answered_in_time,
        "abandoned": counts.abandoned,
        "short_abandoned": counts.short_abandoned,
        "fell_back": counts.fell_back,
        "overflowed": counts.overflowed,
        "called_back": counts.called_back,
        "left_message": counts.left_message,
        "refused": counts.refused,
        "service_level": counts.service_level(),
    }


def agent_message(now: Instant, desk: Desk, held_since: Instant | None = None) -> dict[str, Any]:
    """An agent as he is now. `held_since` is since when his caller is on hold."""
    here = desk.state is not AgentState.LOGGED_OUT
    # An offer's lane is not the desk's before it is answered.
    on_it = desk.state in (AgentState.TALKING, AgentState.WRAP_UP)
    return {
        "agent": desk.agent,
        "at": now,
        "state": desk.state.value,
        "reason": desk.reason,
        "since": desk.since,
        "until": desk.until,
        "afterwards": None if desk.afterwards is None else desk.afterwards.value,
        "logged_in_at": desk.on_since if here else None,
        "phone": desk.phone.value,
        "call": desk.call,
        "lane": desk.lane if on_it else None,
        "held_since": held_since,
        "hand_since": desk.hand_since,
    }


def core_message(*, online: bool, stream: str, at: Instant | None) -> dict[str, Any]:
    """Whether the core lives. `stream` names the process, whose events are numbered from 1."""
    return {"state": "online" if online else "offline", "stream": stream, "at": at}


def encoded(message: dict[str, Any]) -> bytes:
    """A message as it goes over the wire."""
    return json.dumps(message, separators=(",", ":")).encode("ascii")
