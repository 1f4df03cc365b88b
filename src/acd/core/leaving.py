"""How a caller leaves a lane without an agent: whether he is turned away, whether he may go, and what is said of it."""

from acd.core.adverts import end_advert
from acd.core.calls import Call, CallState
from acd.core.events import CallLeftLane, LeaveReason
from acd.core.floor import Floor
from acd.core.instants import Duration, Instant
from acd.core.orders import DivertCaller
from acd.core.outcomes import MOST_MOVES, Outcome, OutcomeKind
from acd.core.place_keeper import PlaceKeeper
from acd.core.policy import Lane

JUST_COME: Duration = 10_000
"""Only who began to wait this recently is turned away at the door; who was found waiting has long been let in."""

AT_THE_DOOR = frozenset({LeaveReason.CLOSED, LeaveReason.FULL, LeaveReason.UNSTAFFED, LeaveReason.EMERGENCY})
"""Reasons of a lane that lets nobody in."""

ALL_BUSY = Outcome(OutcomeKind.SAY, "all_busy")
"""An end that every hotline has."""


class Leaving:
    """The ways out of a lane."""

    keeper: PlaceKeeper

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def turned_away(self, call: Call, now: Instant) -> tuple[Outcome, LeaveReason] | None:
        """Where a call goes at once that has just entered a lane, and why; None if it may wait."""
        lane = self._floor.lane_of(call)
        assert call.entered_at is not None
        if lane.emergency is not None:
            return lane.emergency, LeaveReason.EMERGENCY
        if call.moves == 0 and now - call.entered_at > JUST_COME:
            return None
        if lane.when_closed is not None and lane.hours and not self._floor.matching.floor(now).is_open(lane.hours):
            return lane.when_closed, LeaveReason.CLOSED
        if lane.when_full is not None and self._is_full(lane):
            return lane.when_full, LeaveReason.FULL
        if lane.when_unstaffed is not None and not self.is_staffed(call):
            return lane.when_unstaffed, LeaveReason.UNSTAFFED
        return None

    def is_staffed(self, call: Call) -> bool:
        """Whether anybody is logged in who could ever serve the call."""
        return bool(self._floor.matching.rules.ever(call) & self._floor.matching.idle.staffed)

    def leave(self, call: Call, outcome: Outcome, why: LeaveReason, now: Instant) -> Outcome | None:
        """Where a call goes that is to be sent to `outcome`; None if it has to stay.

        It stays if it was handed on too often. Who cannot be called back, because his number is not known or too many
        are to be, waits on, and hears that all are busy where he could not wait either.
        """
        policy = self._floor.memory.policy
        if outcome.kind is OutcomeKind.LANE:
            return None if call.moves >= MOST_MOVES or outcome.to not in policy.lanes else outcome
        if outcome.kind is OutcomeKind.CALLBACK and not self.keeper.keep_place(call, now):
            return ALL_BUSY if why in AT_THE_DOOR else None
        return outcome

    def go(self, call: Call, outcome: Outcome, why: LeaveReason, now: Instant) -> None:
        """Let a call that stands in no line leave its lane's books, for another lane or for a declared end."""
        assert call.lane is not None
        call.kept_for = call.kept_until = None
        self._count_out(call, outcome, why, now)
        if outcome.kind is not OutcomeKind.LANE:
            end_advert(self._floor, call, now)
            call.outcome = outcome
            call.move(CallState.DIVERTED, now)
            self.divert(call, now)

    def find_diverted(self, call: Call, now: Instant) -> None:
        """A waiting call, which stands in no line, was sent away by somebody whose records are lost."""
        call.outcome = Outcome(OutcomeKind.SAY)
        self._count_out(call, call.outcome, LeaveReason.STEP, now)
        end_advert(self._floor, call, now)
        call.move(CallState.DIVERTED, now)

    def divert(self, call: Call, now: Instant) -> None:
        """Have the switch move a call to where it was sent."""
        assert call.outcome is not None
        assert call.language is not None
        call.contestable_at = now + self._floor.memory.policy.arrival_limit
        self._floor.order(DivertCaller(call.id, call.outcome, call.language))

    def _count_out(self, call: Call, outcome: Outcome, why: LeaveReason, now: Instant) -> None:
        assert call.lane is not None
        self._floor.counts_of(call).count_out(outcome.kind)
        self._floor.count_recent(call, now, in_time=False)
        self._floor.say(CallLeftLane(call.id, call.lane, outcome, why, call.number_to_call))

    def _is_full(self, lane: Lane) -> bool:
        return lane.limits.length is not None and self._floor.matching.lines.waiting(lane.name) >= lane.limits.length
