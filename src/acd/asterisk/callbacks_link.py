"""Customers are rung who are to be called back: by a second user of the manager interface, on a connection of its own.

The control user cannot place calls, and this one can do nothing else, so neither is worth much alone. What it sends
is one Originate for each order, never twice: to a number that the dialplan looks at once more, with the name of the
entry in the queue as the channel's own, so that two calls for one entry cannot be under way at once. When nothing was
sent, or Asterisk refused it, the sink hears so at once. When it is not known, the core's deadline decides; a customer
who answers after all is a caller whom the next survey finds.
"""

import logging

from acd.asterisk.ami_actions import CALLBACK_CONTEXT, CALLBACK_OUT_CONTEXT, ActionRefusedError, Headers
from acd.asterisk.ami_link import LinkLimits, ManagerAccess, PanoramiskLink
from acd.asterisk.diversions import offer_extension, ring_seconds
from acd.asterisk.framing import Block
from acd.asterisk.link import AmiLink, LinkNotReadyError, LinkState, OutcomeUnknownError, Reply
from acd.asterisk.link_statistics import LinkStatistics
from acd.core.orders import CallCustomer
from acd.core.switch_events import OrderFailed
from acd.engine.ports import SwitchSink

LOG = logging.getLogger(__name__)

BEYOND_RINGING = 5
"""Seconds that Asterisk waits longer than the dialplan rings, so that the dialplan says how it went."""

CODECS = "alaw,ulaw"
"""As the carriers' endpoints have it. Else the customer's two halves speak slin, and after his first talk no music and
no prompt reaches him any more, as heard with Asterisk 22.10.1."""


class CallbacksLink:
    """The connection of the user who may place calls. Build and run it inside a running event loop."""

    def __init__(self, link: AmiLink, sink: SwitchSink, statistics: LinkStatistics, within: float) -> None:
        """`within` is how many seconds the switch has to take an order."""
        self.statistics = statistics
        self._link = link
        self._sink = sink
        self._within = within

    @classmethod
    def connect(
        cls, access: ManagerAccess, sink: SwitchSink, within: float, *, limits: LinkLimits | None = None
    ) -> "CallbacksLink":
        """On a link of its own to this manager interface; it connects when it is run."""
        statistics = LinkStatistics()
        return cls(PanoramiskLink(access, statistics=statistics, limits=limits), sink, statistics, within)

    @property
    def ready(self) -> bool:
        """True while customers can be rung."""
        return self._link.state is LinkState.READY

    @property
    def trouble(self) -> str:
        """Why they cannot, in words for an operator; empty while they can."""
        return self._link.trouble

    async def run(self) -> None:
        """Keep the link up until cancelled or closed."""
        await self._link.run(self)

    def close(self) -> None:
        """End the link for good; `run` returns."""
        self._link.close()

    def call(self, order: CallCustomer) -> None:
        """Ring the customer now, or say at once that it cannot be done; never waits, never raises."""

        def on_reply(reply: Reply | OutcomeUnknownError) -> None:
            if isinstance(reply, Reply) and not reply.success:
                self._sink(not_rung(order))

        try:
            self._link.post(originate(order), self._within, on_reply)
        except LinkNotReadyError:
            self.statistics.orders_dropped += 1
            self._sink(not_rung(order))
        except ActionRefusedError:
            LOG.exception("a customer cannot be called back")
            self._sink(not_rung(order))

    def link_up(self, epoch: int) -> None:  # LinkListener has it.
        """Nothing is learned on this link."""

    def link_down(self, epoch: int) -> None:  # LinkListener has it.
        """What became of the last orders is told on the other link, or by the core's deadline."""

    def received(self, epoch: int, block: Block) -> None:  # LinkListener has it.
        """Its user hears of nothing."""


def not_rung(order: CallCustomer) -> OrderFailed:
    """What is said of an order that the switch did not get, or refused."""
    return OrderFailed(order.call, None if order.offer is None else order.offer.offer)


def originate(order: CallCustomer) -> Headers:
    """The action that rings this customer, with all that his channel must carry."""
    seconds = ring_seconds(order.ring_for)
    offer = order.offer
    extension = "wait" if offer is None else offer_extension(offer)
    carried = {
        "HL_ENTRY": order.call,
        "HL_RING": str(seconds),
        "HL_NUMBER": order.number,
        "HL_DIALLED": order.dialled,
        "HL_ARRIVED": str(order.arrived_at),
        "HL_ENTERED": str(order.entered_at),
        "HL_LANE": order.lane,
        "HL_LANGUAGE": order.language,
        "HL_TIER": order.tier,
        "HL_MANAGER": order.manager,
        "HL_CUSTOMER": order.customer,
        "HL_MENU": "/".join(f"{menu}={key}" for menu, key in order.menu),
    }
    return (
        ("Action", "Originate"),
        ("Channel", f"Local/{order.number}@{CALLBACK_OUT_CONTEXT}/n"),
        ("Context", CALLBACK_CONTEXT),
        ("Exten", extension),
        ("Priority", "1"),
        ("Timeout", str((seconds + BEYOND_RINGING) * 1000)),
        ("Async", "true"),
        ("Codecs", CODECS),
        ("ChannelId", order.call),
        ("OtherChannelId", f"{order.call}-out"),
        ("Variable", ",".join(f"{name}={value}" for name, value in carried.items())),
    )
