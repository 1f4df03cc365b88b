"""One look at the conditions that callers wait for: each is worked out once, however many wait for it."""

from acd.core.calls import Call
from acd.core.floor_now import FloorNow
from acd.core.instants import Instant
from acd.core.matching import Matching
from acd.core.rules import StepRules


class Look:
    """What holds at one instant; good for as long as nothing changes."""

    def __init__(self, matching: Matching, now: Instant) -> None:
        self.matching = matching
        self.now = now
        self._floor: FloorNow = matching.floor(now)
        self._held: dict[tuple[object, ...], bool] = {}

    def holds(self, call: Call, each: StepRules) -> bool:
        """Whether the condition of a step holds for the call."""
        if each.holds is None:
            return True
        lane = self.matching.rules.lane_of(call).lane.name
        key = (each.holds, lane, call.facts if each.asks_of_call else None)
        held = self._held.get(key)
        if held is None:
            held = self._held[key] = each.holds(self._floor, call.facts, lane)
        return held

    def is_staffed(self, call: Call) -> bool:
        """Whether anybody is logged in who may serve the call now or after some step."""
        rules = self.matching.rules
        key = (rules.class_of(call).number, call.steps_taken, call.steps_dropped)
        held = self._held.get(key)
        if held is None:
            held = self._held[key] = bool(rules.ever(call) & self.matching.idle.staffed)
        return held
