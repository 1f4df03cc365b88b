"""A caller is taken out of a talk to key his PIN: where his agent is, is asked of his channel first.

Two actions one after the other: Getvar says by which channel the agent speaks with him, and one Redirect moves both. An
order is dropped while another one for the same caller is under way, and when he speaks with nobody: he is being
asked already, or the talk is over, and the dialplan has more to say of either. When the two cannot be parted they still
talk, and the agent hears at once that there is no verdict: a person verifies the caller.
"""

import logging
from collections.abc import Callable
from typing import TypeAlias

from acd.asterisk.ami_actions import ASKED_CONTEXT, DESK, DESK_CONTEXT, ActionRefusedError, Headers
from acd.asterisk.link import AmiLink, LinkNotReadyError, OutcomeUnknownError, Reply
from acd.asterisk.link_statistics import LinkStatistics
from acd.core.names import CallId
from acd.core.orders import AskCaller
from acd.core.switch_events import CallerVerified, Verdict
from acd.engine.ports import SwitchSink

LOG = logging.getLogger(__name__)

Then: TypeAlias = Callable[[CallId, Reply], None]


class Asking:
    """The orders of this kind that are under way: one for each call, until the switch has answered in time or not."""

    def __init__(self, link: AmiLink, sink: SwitchSink, statistics: LinkStatistics, within: float) -> None:
        """`within` is how many seconds the switch has for each of the two actions."""
        self._link = link
        self._sink = sink
        self._statistics = statistics
        self._within = within
        self._under_way: set[CallId] = set()

    def ask(self, order: AskCaller) -> None:
        """Begin; the link must be ready. Never waits, never raises."""
        call = order.call
        if call in self._under_way:
            self._statistics.orders_dropped += 1
            return
        self._under_way.add(call)
        self._post(call, (("Action", "Getvar"), ("Channel", call), ("Variable", "HL_DESK")), self._found)

    def _found(self, call: CallId, desk: Reply) -> None:
        if not DESK.fullmatch(desk.value):
            self._under_way.discard(call)
            self._statistics.orders_dropped += 1
            return
        action = (
            ("Action", "Redirect"),
            ("Channel", call),
            ("Context", ASKED_CONTEXT),
            ("Exten", "s"),
            ("Priority", "1"),
            ("ExtraChannel", desk.value),
            ("ExtraContext", DESK_CONTEXT),
            ("ExtraExten", "s"),
            ("ExtraPriority", "1"),
        )
        self._post(call, action, self._moved)

    def _moved(self, call: CallId, _reply: Reply) -> None:
        self._under_way.discard(call)

    def _post(self, call: CallId, action: Headers, then: Then) -> None:
        def on_reply(reply: Reply | OutcomeUnknownError) -> None:
            if isinstance(reply, OutcomeUnknownError):
                self._under_way.discard(call)
            elif reply.success:
                then(call, reply)
            else:
                self.give_up(call)

        try:
            self._link.post(action, self._within, on_reply)
        except LinkNotReadyError:
            self._statistics.orders_dropped += 1
            self.give_up(call)
        except ActionRefusedError:
            LOG.exception("an order was refused before it was sent")
            self.give_up(call)

    def give_up(self, call: CallId) -> None:
        """Say that there is no verdict: nothing was sent, or the switch refused it."""
        self._under_way.discard(call)
        self._sink(CallerVerified(call, Verdict.UNAVAILABLE))
