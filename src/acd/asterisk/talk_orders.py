"""Orders that move who talks: to be asked for a PIN, on hold and back, to the end of the talk, to somebody else.

Two actions one after the other: Getvar asks the caller's channel whether the order still fits, and where his agent is;
one Redirect then moves the caller, and the agent's leg with him where he shall wait. An order that does not fit any
more, or comes while another one for the same caller is under way, is dropped. In all these cases the two have not been
parted, and the core hears so: of a PIN there is no verdict, so a person verifies the caller; else the order failed.
When it is not known what became of an order, the dialplan has the word.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from acd.asterisk.ami_actions import (
    AFTER_CONTEXT,
    ASKED_CONTEXT,
    COMPLETE_CONTEXT,
    CONFERENCE_CONTEXT,
    CONSULT_CONTEXT,
    DESK,
    DESK_CONTEXT,
    HELD_CONTEXT,
    JOIN_CONTEXT,
    LEAVE_CONTEXT,
    TRANSFER_CONTEXT,
    ActionRefusedError,
    Headers,
)
from acd.asterisk.diversions import offer_extension, transfer_extension
from acd.asterisk.link import AmiLink, LinkNotReadyError, OutcomeUnknownError, Reply
from acd.asterisk.link_statistics import LinkStatistics
from acd.core.names import CallId
from acd.core.orders import (
    AskCaller,
    BringTogether,
    HandOver,
    HangUpAgent,
    JoinAgain,
    LetGo,
    PutOnHold,
    RingAgent,
    RingColleague,
    SendCaller,
    TalkOrder,
)
from acd.core.switch_events import CallerVerified, ConsultEnded, OfferFailure, OrderFailed, Stage, Verdict
from acd.engine.ports import SwitchSink

LOG = logging.getLogger(__name__)

Then: TypeAlias = Callable[[TalkOrder, Reply], None]

_OFFER = re.compile("[0-9]{1,18}")
_HELD = re.compile(Stage.HELD)
_TALKED = re.compile("|".join((Stage.TALKING, Stage.HELD, Stage.AFTER)))


@dataclass(frozen=True, slots=True)
class _Way:
    """How an order is carried out."""

    asks: str
    """The variable on the caller's channel that says whether the order fits."""
    form: re.Pattern[str]
    """What it must be like."""
    context: str
    extension: str = "s"
    agent_waits: bool = False
    """Whether the agent, whose channel the variable names, is moved as well."""
    moves_agent: bool = False
    """Whether he is moved instead of the caller."""


def _way_of(order: TalkOrder) -> _Way:  # noqa: PLR0911  # One for each order.
    """Raises ValueError for a target that the dialplan could not take."""
    match order:
        case AskCaller():
            return _Way("HL_DESK", DESK, ASKED_CONTEXT, agent_waits=True)
        case PutOnHold():
            return _Way("HL_DESK", DESK, HELD_CONTEXT, agent_waits=True)
        case JoinAgain():
            return _Way("HL_STAGE", _HELD, JOIN_CONTEXT)
        case HangUpAgent():
            # The caller goes on to what follows a talk; his agent's leg ends with the talk.
            return _Way("HL_DESK", DESK, AFTER_CONTEXT)
        case SendCaller():
            return _Way("HL_STAGE", _TALKED, TRANSFER_CONTEXT, transfer_extension(order.target))
        case RingColleague():
            # The agent's leg is the one that is moved, and the caller stays on hold.
            extension = offer_extension(RingAgent(order.call, order.agent, order.phone, order.offer, order.ring_for))
            return _Way("HL_ASIDE", DESK, CONSULT_CONTEXT, extension, moves_agent=True)
        case HandOver():
            return _Way("HL_COLLEAGUE", DESK, COMPLETE_CONTEXT, f"{order.offer}_{order.phone}")
        case BringTogether():
            return _Way("HL_CONSULT", _OFFER, CONFERENCE_CONTEXT)
        case LetGo():
            asks = "HL_COLLEAGUE" if order.colleague else "HL_DESK"
            return _Way(asks, DESK, LEAVE_CONTEXT, moves_agent=True)
        case _:
            assert_never(order)


class TalkOrders:
    """The orders of this kind that are under way: one for each call, until the switch has answered in time or not."""

    def __init__(self, link: AmiLink, sink: SwitchSink, statistics: LinkStatistics, within: float) -> None:
        """`within` is how many seconds the switch has for each of the two actions."""
        self._link = link
        self._sink = sink
        self._statistics = statistics
        self._within = within
        self._under_way: set[CallId] = set()

    def carry_out(self, order: TalkOrder, *, ready: bool) -> None:
        """Begin, or drop the order if the switch is not ready. Never waits, never raises."""
        if not ready:
            self._statistics.orders_dropped += 1
            self._give_up(order)
            return
        if order.call in self._under_way:
            self._statistics.orders_dropped += 1
            if not isinstance(order, AskCaller):
                self._sink(_failed(order))
            return
        try:
            way = _way_of(order)
        except ValueError:
            LOG.exception("a transfer cannot be said to the switch")
            self._give_up(order)
            return
        self._under_way.add(order.call)
        self._post(order, (("Action", "Getvar"), ("Channel", order.call), ("Variable", way.asks)), self._found)

    def _found(self, order: TalkOrder, found: Reply) -> None:
        way = _way_of(order)
        if not way.form.fullmatch(found.value):
            self._statistics.orders_dropped += 1
            self._under_way.discard(order.call)
            # Who keys his PIN already, or talks no more: the dialplan has more to say of either.
            if not isinstance(order, AskCaller):
                self._sink(_failed(order))
            return
        action = [
            ("Action", "Redirect"),
            ("Channel", found.value if way.moves_agent else order.call),
            ("Context", way.context),
            ("Exten", way.extension),
            ("Priority", "1"),
        ]
        if way.agent_waits:
            action += [
                ("ExtraChannel", found.value),
                ("ExtraContext", DESK_CONTEXT),
                ("ExtraExten", "s"),
                ("ExtraPriority", "1"),
            ]
        self._post(order, action, self._moved)

    def _moved(self, order: TalkOrder, _reply: Reply) -> None:
        self._under_way.discard(order.call)

    def _post(self, order: TalkOrder, action: Headers, then: Then) -> None:
        def on_reply(reply: Reply | OutcomeUnknownError) -> None:
            if isinstance(reply, OutcomeUnknownError):
                self._under_way.discard(order.call)
            elif reply.success:
                then(order, reply)
            else:
                self._give_up(order)

        try:
            self._link.post(action, self._within, on_reply)
        except LinkNotReadyError:
            self._statistics.orders_dropped += 1
            self._give_up(order)
        except ActionRefusedError:
            LOG.exception("an order was refused before it was sent")
            self._give_up(order)

    def _give_up(self, order: TalkOrder) -> None:
        """Say that nothing came of it: nothing was sent, or the switch refused it."""
        self._under_way.discard(order.call)
        self._sink(_failed(order))


def _failed(order: TalkOrder) -> CallerVerified | ConsultEnded | OrderFailed:
    """What the core is told of an order of which nothing came."""
    match order:
        case AskCaller():
            return CallerVerified(order.call, Verdict.UNAVAILABLE)
        case RingColleague():
            return ConsultEnded(order.call, order.offer, OfferFailure.FAILED)
        case _:
            return OrderFailed(order.call, None)
