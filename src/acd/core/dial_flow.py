"""An agent calls a customer: an entry that stands in no line, is rung at once, for him alone, and once.

From the customer's answer on he is a caller like any other: should the agent not pick up, he waits for somebody.
"""

from acd.core.agents import AgentState
from acd.core.callback_flow import CallbackFlow
from acd.core.calls import Call, Callback, CallState
from acd.core.events import RequestRefused
from acd.core.floor import Floor
from acd.core.instants import Instant
from acd.core.language.facts import CallFacts
from acd.core.names import CallId
from acd.core.requests import DialNumber
from acd.core.switch_events import PhoneState
from acd.core.talk_events import NumberDialled

MAY_DIAL = frozenset({AgentState.READY, AgentState.WRAP_UP})


class DialFlow:
    """The router's hands for numbers that agents dial."""

    def __init__(self, floor: Floor, callback_flow: CallbackFlow) -> None:
        self._floor = floor
        self._callback_flow = callback_flow

    def take(self, request: DialNumber, now: Instant) -> None:
        """Call the number, or refuse it with a reason."""
        refusal = self._refusal(request)
        if refusal is not None:
            self._floor.say(RequestRefused(type(request).__name__, request.agent, refusal))
            return
        memory = self._floor.memory
        desk, policy = memory.desks[request.agent], memory.policy
        assert policy.callbacks is not None
        lane = policy.default_lane if desk.lane is None or desk.lane not in policy.lanes else desk.lane
        # No offer's number is ever given twice, and this will be the next one.
        entry = Call(
            CallId(f"out-{memory.epoch}-{memory.offers_made + 1}"),
            request.number,
            "",
            # From which of our numbers the call comes, as far as the other side can see.
            policy.callbacks.never[0] if policy.callbacks.never else "",
            now,
            CallState.AWAY,
            changed_at=now,
            contestable_at=now,
            lane=lane,
            language=policy.default_language,
            facts=CallFacts(policy.default_language),
            entered_at=now,
            lane_since=now,
            kept_enough=True,
        )
        entry.callback = Callback(entry.id, now, now, once=True)
        memory.calls[entry.id] = entry
        self._callback_flow.note(entry)
        self._floor.say(NumberDialled(entry.id, request.agent, lane))
        self._floor.dial(entry, desk, now, policy.callbacks.ring_for)

    def _refusal(self, request: DialNumber) -> str | None:
        memory = self._floor.memory
        desk, callbacks = memory.desks.get(request.agent), memory.policy.callbacks
        if callbacks is None:
            return "the settings allow no calls to customers"
        if not callbacks.reaches(request.number):
            return "the settings do not allow calls to this number"
        if desk is None or desk.state not in MAY_DIAL or request.agent not in memory.policy.agents:
            return "you must be ready, or in your wrap-up"
        if desk.phone is not PhoneState.FREE:
            return "your phone is in use"
        return None if memory.switch_ready else "the telephone switch cannot be reached at the moment"
