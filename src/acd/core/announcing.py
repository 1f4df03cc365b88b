"""What a waiting caller is told of his wait, and what is foretold of it; see `acd.core.estimate`.

A caller is told at whole multiples of `Announce.every` since he entered his lane, and at no other instant: one that
passes while he is being offered is left out. So late, punctual and replayed cores agree. He is told after all that was
due has been done, and only if he still stands in line, so nobody who has just been offered hears of his wait.
"""

from acd.core.caller_events import WaitForetold
from acd.core.calls import Call, CallState
from acd.core.estimate import Prospect, WaitRecord
from acd.core.floor import Floor
from acd.core.instants import Duration, Instant
from acd.core.orders import SayToCaller

SAID_WITHIN: Duration = 15_000
"""How long after an order it is taken to be said: it begins with the next lap of music."""


class Announcing:
    """The wait flow's hands for telling callers how long it may take."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def next_at(self, call: Call, now: Instant) -> Instant | None:
        """When a waiting call is to be told next; None for never."""
        announce = self._floor.lane_of(call).announce
        if announce is None or call.state is not CallState.WAITING:
            return None
        return call.lane_since + ((now - call.lane_since) // announce.every + 1) * announce.every

    def tell(self, call: Call, now: Instant) -> None:
        """Tell a caller who stands in line how things are, if this is an instant at which he is to be told."""
        announce = self._floor.lane_of(call).announce
        if announce is None or call.state is not CallState.WAITING:
            return
        waited = now - call.lane_since
        if waited < announce.every or waited % announce.every or call.told_at == now:
            return
        if call.said_at is not None and now - call.said_at < SAID_WITHIN:
            # Else this would take the place of what the step says, which is said once.
            return
        place = self._floor.matching.lines.place_in_lane(call.id, now)
        wait = self._remaining(call, place, now) if announce.estimated_wait else None
        if not announce.position and wait is None:
            return
        call.told_at = now
        language = self._floor.matching.rules.language_of(call)
        self._floor.order(SayToCaller(call.id, "", language, position=place if announce.position else 0, wait=wait))

    def begin(self, call: Call, now: Instant) -> None:
        """Note how a caller stands who has just begun to wait, and foretell his wait if the lane does and it can be.

        Only the first time in each lane: who comes back from an offer has not just begun.
        """
        lane = self._floor.lane_of(call)
        known = call.prospect
        if known is not None and known.lane == lane.name and known.since >= call.lane_since:
            return
        if call.state is not CallState.WAITING or not self._floor.memory.switch_ready:
            # While the link is down, or callers are found by a survey, nobody knows who will be offered at once.
            return
        place = self._floor.matching.lines.place_in_lane(call.id, now)
        record = self._floor.memory.waits.get(lane.name)
        expected = None if record is None else record.expected(place, self._at_work(call), now)
        call.prospect = Prospect(lane.name, now, place, expected)
        if lane.announce is not None and lane.announce.estimated_wait:
            wait = self._remaining(call, place, now)
            if wait is not None:
                self._floor.say(WaitForetold(call.id, lane.name, *wait))

    def answered(self, call: Call, now: Instant) -> None:
        """Learn from a caller who is answered now how long the wait was."""
        prospect, call.prospect = call.prospect, None
        lane = self._floor.lane_of(call).name
        if prospect is not None and prospect.lane == lane and prospect.since >= call.lane_since:
            record = self._floor.memory.waits.setdefault(lane, WaitRecord())
            record.learn(prospect, self._at_work(call), now)

    def _remaining(self, call: Call, place: int, now: Instant) -> tuple[Duration, Duration] | None:
        record = self._floor.memory.waits.get(self._floor.lane_of(call).name)
        return None if record is None else record.interval(place, self._at_work(call), now)

    def _at_work(self, call: Call) -> int:
        """How many agents are at work who may serve the call at present."""
        matching = self._floor.matching
        needs = matching.rules.class_of(call)
        return (needs.mask & ~matching.reserves.barred(needs.lane) & matching.idle.at_work).bit_count()
