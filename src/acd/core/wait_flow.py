"""What happens to a caller in a lane, from entering it until he is offered, leaves or hangs up.

He enters, or is turned away at once; he may be kept for one agent for a while; his lane's steps change what is asked
for him as time and load say; and he may be sent away to a declared end. A step takes effect when it was due.
Conditions that do not hold yet are looked at once a second, on whole seconds, the first in line first.
"""

from acd.core.callers import note_wish
from acd.core.calls import IN_LANE, Call, CallState
from acd.core.deadlines import Kind, next_look
from acd.core.events import (
    CallEnteredLane,
    CallLeftLane,
    LeaveReason,
    ReserveChanged,
    StepTaken,
)
from acd.core.floor import Floor
from acd.core.instants import Duration, Instant
from acd.core.keeping import Keeping
from acd.core.look import Look
from acd.core.names import CallId, LaneName
from acd.core.orders import DivertCaller, SayToCaller
from acd.core.outcomes import MOST_MOVES, Outcome, OutcomeKind
from acd.core.places import bonus_full_at
from acd.core.policy import NORMAL_AGEING, Lane, Policy
from acd.core.rules import StepRules

JUST_COME: Duration = 10_000
"""Only who began to wait this recently is turned away at the door; who was found waiting has long been let in."""

AT_THE_DOOR = frozenset({LeaveReason.CLOSED, LeaveReason.FULL, LeaveReason.UNSTAFFED})
"""Reasons of a lane that lets nobody in."""

ALL_BUSY = Outcome(OutcomeKind.SAY, "all_busy")
"""An end that every hotline has."""

OFFER_CALLBACK = "offer_callback"
"""The announcement that asks whether the caller wants to be called back."""


class WaitFlow:
    """The router's hands for callers in lanes."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._keeping = Keeping(floor)
        self._calls = floor.memory.calls
        self._looked_at: dict[CallId, None] = {}
        """Waiting calls with something that is to be looked at every second."""
        for call in self._calls.values():
            if call.state is CallState.WAITING:
                self._schedule(call, floor.memory.now)

    # Into a lane and through it

    def enter(self, call: Call, lane: LaneName, entered_at: Instant, now: Instant) -> None:
        """Let a call wait in a lane, or send it on at once: the lane may be closed, full or without anybody."""
        self.count_in(call, lane, entered_at, since=entered_at if call.moves == 0 else now)
        if call.state is CallState.IN_MENU:
            call.move(CallState.WAITING, now)
        turned_away = self._turned_away(call, now)
        if turned_away is None or not self._send_away(call, *turned_away, now):
            self._keeping.keep(call, now)
            self._begin_to_wait(call, now)

    def count_in(self, call: Call, lane: LaneName, entered_at: Instant, since: Instant) -> None:
        """Enter a call into a lane's books."""
        rules = self._floor.matching.rules
        call.lane, call.lane_since, call.entered_at = lane, since, entered_at
        call.steps_taken = call.steps_dropped = 0
        call.kept_enough = False
        vip = rules.recognise(call)
        call.vip = None if vip is None else vip.name
        call.credit = rules.credit_of(call)
        self._floor.counts_of(call).offered += 1
        assert call.language is not None
        self._floor.say(CallEnteredLane(call.id, lane, call.language, call.vip, call.credit, entered_at))

    def wait_again(self, call: Call, now: Instant) -> None:
        """An offer came to nothing; the call keeps its place, and the steps that fell due meanwhile hold now."""
        call.move(CallState.WAITING, now)
        call.offer = None
        # Whoever it was kept for has had his chance.
        call.kept_for, call.kept_until, call.kept_enough = None, None, True
        self._begin_to_wait(call, now)
        if call.callback_wished and call.state is CallState.WAITING:
            self.accept_callback(call, now)

    def stop_waiting(self, call: Call) -> None:
        """The call leaves its line for another reason than an offer."""
        self._floor.matching.lines.remove(call.id)
        self._floor.deadlines.set(Kind.CALL, call.id, None)
        self._looked_at.pop(call.id, None)

    def fall_due(self, call: Call, now: Instant) -> None:
        """Something of a waiting call was due at `now`."""
        if self._advance(call, now):
            self._floor.seek_agent(call, now)

    def fall_due_together(self, calls: list[Call], now: Instant) -> None:
        """The same for all calls that something was due for at one instant: who is first in line comes first."""
        lines = self._floor.matching.lines
        for call in sorted(calls, key=lambda each: self._floor.matching.rank(each, now)):
            if call.id in lines:
                self.fall_due(call, now)

    def accept_callback(self, call: Call, now: Instant) -> bool:
        """The caller pressed the key for being called back."""
        if call.state is CallState.OFFERED and call.number:
            # An offer has crossed the key; if it comes to nothing, he is called back.
            call.callback_wished = True
            return True
        outcome = Outcome(OutcomeKind.CALLBACK)
        return call.state is CallState.WAITING and self._send_away(call, outcome, LeaveReason.CALLBACK, now)

    def _begin_to_wait(self, call: Call, now: Instant) -> None:
        matching = self._floor.matching
        if matching.rules.lane_of(call).plain and not matching.reserves.exist and self._floor.seek_agent(call, now):
            # Most calls of a good day: served at once, they never stand in a line.
            return
        matching.lines.add(call, now)
        self._advance(call, now)
        self._look_at_reserves(now)
        if call.id in self._floor.matching.lines:
            self._floor.seek_agent(call, now)

    # Steps

    def _advance(self, call: Call, now: Instant) -> bool:
        """Take every step that is due and holds; whether anything changed by which somebody may serve him now."""
        changed = False
        for number, each in enumerate(self._floor.matching.rules.lane_of(call).steps):
            bit = 1 << number
            if (call.steps_taken | call.steps_dropped) & bit or call.lane_since + each.step.after > now:
                continue
            if self._holds(call, each, now):
                if self._take(call, number, each, now):
                    return False
                changed = True
            elif each.step.once:
                call.steps_dropped |= bit
                self._say_step(call, number, dropped=True)
        if self._has_waited_too_long(call, now):
            return False
        # After the steps, for one of them may have shut him out for whom the call is kept.
        changed |= self._keeping.lapses(call, now)
        if changed or self._bonus_is_full(call, now):
            self._floor.matching.lines.remove(call.id)
            self._floor.matching.lines.add(call, now)
        self._schedule(call, now)
        return changed

    def _holds(self, call: Call, each: StepRules, now: Instant) -> bool:
        if each.holds is None:
            return True
        lane = self._floor.lane_of(call).name
        return each.holds(self._floor.matching.floor(now), call.facts, lane)

    def _take(self, call: Call, number: int, each: StepRules, now: Instant) -> bool:
        """Take one step; whether the caller has left the lane by it."""
        step = each.step
        call.steps_taken |= 1 << number
        call.credit = self._floor.matching.rules.credit_of(call)
        self._say_step(call, number, dropped=False)
        assert call.language is not None
        if step.offer_callback and call.number:
            said = step.announce or OFFER_CALLBACK
            self._floor.order(SayToCaller(call.id, said, call.language, offer_callback=True))
        elif step.announce:
            self._floor.order(SayToCaller(call.id, step.announce, call.language))
        return step.overflow is not None and self._send_away(call, step.overflow, LeaveReason.STEP, now)

    def _say_step(self, call: Call, number: int, *, dropped: bool) -> None:
        lane = self._floor.lane_of(call).name
        self._floor.say(StepTaken(call.id, lane, number + 1, dropped, call.credit))

    def _has_waited_too_long(self, call: Call, now: Instant) -> bool:
        lane = self._floor.lane_of(call)
        if lane.when_unstaffed is not None and not self._is_staffed(call):
            return self._send_away(call, lane.when_unstaffed, LeaveReason.UNSTAFFED, now)
        limit = lane.limits.wait
        if limit is None or lane.when_full is None or call.lane_since + limit > now:
            return False
        return self._send_away(call, lane.when_full, LeaveReason.WAITED, now)

    def _bonus_is_full(self, call: Call, now: Instant) -> bool:
        line = self._floor.matching.lines.line_of(call.id)
        if line.pace.ageing == NORMAL_AGEING:
            return False
        full_at = self._bonus_full_at(call)
        return full_at is not None and full_at <= now

    def _bonus_full_at(self, call: Call) -> Instant | None:
        assert call.entered_at is not None
        return bonus_full_at(self._floor.matching.rules.standing_of(call), call.entered_at)

    def _schedule(self, call: Call, now: Instant) -> None:
        """Set when the call is to be looked at next, and whether every second."""
        rules = self._floor.matching.rules.lane_of(call)
        open_steps = [
            call.lane_since + each.step.after
            for number, each in enumerate(rules.steps)
            if not (call.steps_taken | call.steps_dropped) >> number & 1
        ]
        times = [call.kept_until, self._bonus_full_at(call), *open_steps]
        if rules.lane.limits.wait is not None:
            times.append(call.lane_since + rules.lane.limits.wait)
        due = min((time for time in times if time is not None and time > now), default=None)
        self._floor.deadlines.set(Kind.CALL, call.id, due)
        if call.kept_for is not None or rules.lane.when_unstaffed or any(time <= now for time in open_steps):
            self._looked_at[call.id] = None
        else:
            self._looked_at.pop(call.id, None)
        self._plan_look(now)

    # Every second

    def look(self, now: Instant) -> None:
        """Look at all conditions that did not hold yet, and at the reserves.

        A condition is worked out once for all who wait for it, and again only after something has changed by it.
        """
        matching = self._floor.matching
        if len(matching.lines) > 0:
            # Else a process that went on would look once more than a new one, after the last caller has gone.
            self._look_at_reserves(now)
        self._looked_at = {waiting: None for waiting in self._looked_at if waiting in matching.lines}
        look = Look(matching, now)
        if any(self._would_change(self._calls[waiting], look) for waiting in self._looked_at):
            for waiting in sorted(self._looked_at, key=lambda each: matching.rank(self._calls[each], now)):
                if waiting in matching.lines and self._would_change(self._calls[waiting], look):
                    self.fall_due(self._calls[waiting], now)
                    look = Look(matching, now)
        self._floor.deadlines.set(Kind.LOOK, "", None)
        self._plan_look(now)

    def _would_change(self, call: Call, look: Look) -> bool:
        """Whether anything that is looked at every second is so for the call now."""
        rules = look.matching.rules.lane_of(call)
        settled = call.steps_taken | call.steps_dropped
        for number, each in enumerate(rules.steps):
            if not settled >> number & 1 and call.lane_since + each.step.after <= look.now and look.holds(call, each):
                return True
        if rules.lane.when_unstaffed is not None and not look.is_staffed(call):
            return True
        return call.kept_for is not None and self._keeping.would_lapse(call, look.now)

    def _plan_look(self, now: Instant) -> None:
        matching, deadlines = self._floor.matching, self._floor.deadlines
        wanted = bool(self._looked_at) or (matching.reserves.exist and len(matching.lines) > 0)
        if not wanted:
            deadlines.set(Kind.LOOK, "", None)
        elif deadlines.at(Kind.LOOK, "") is None:
            # One that is planned stays, though it be due at this very instant.
            deadlines.set(Kind.LOOK, "", next_look(now))

    def _look_at_reserves(self, now: Instant) -> None:
        reserves = self._floor.matching.reserves
        if not reserves.exist:
            return
        news = reserves.look(self._floor.matching.floor(now))
        for each in news:
            reserve = next(found for found in self._floor.memory.policy.reserves if found.name == each.name)
            lane = reserve.backup_for or reserve.only_for
            assert lane is not None
            self._floor.say(ReserveChanged(each.name, each.released, lane, reserve.until))
        if news:
            self._floor.serve_waiting(now)

    # Out of a lane

    def _turned_away(self, call: Call, now: Instant) -> tuple[Outcome, LeaveReason] | None:
        """Where a call goes at once that has just entered a lane, and why; None if it may wait."""
        lane = self._floor.lane_of(call)
        assert call.entered_at is not None
        if call.moves == 0 and now - call.entered_at > JUST_COME:
            return None
        if lane.when_closed is not None and lane.hours and not self._floor.matching.floor(now).is_open(lane.hours):
            return lane.when_closed, LeaveReason.CLOSED
        if lane.when_full is not None and self._is_full(lane):
            return lane.when_full, LeaveReason.FULL
        if lane.when_unstaffed is not None and not self._is_staffed(call):
            return lane.when_unstaffed, LeaveReason.UNSTAFFED
        return None

    def _is_full(self, lane: Lane) -> bool:
        return lane.limits.length is not None and self._floor.matching.lines.waiting(lane.name) >= lane.limits.length

    def _is_staffed(self, call: Call) -> bool:
        return bool(self._floor.matching.rules.ever(call) & self._floor.matching.idle.staffed)

    def _send_away(self, call: Call, outcome: Outcome, why: LeaveReason, now: Instant) -> bool:
        """Send a call from its lane to a declared end; False if it has to stay.

        It stays if it was handed on too often. Who cannot be called back because his number is not known waits on, and
        hears that all are busy where he could not wait either.
        """
        to_lane = outcome.kind is OutcomeKind.LANE
        if to_lane and (call.moves >= MOST_MOVES or outcome.to not in self._floor.memory.policy.lanes):
            return False
        if outcome.kind is OutcomeKind.CALLBACK and not call.number:
            if why not in AT_THE_DOOR:
                return False
            outcome = ALL_BUSY
        if call.id in self._floor.matching.lines:
            self.stop_waiting(call)
        assert call.lane is not None
        assert call.language is not None
        assert call.entered_at is not None
        call.kept_for = call.kept_until = None
        self._floor.counts_of(call).count_out(outcome.kind)
        self._floor.count_recent(call, now, in_time=False)
        self._floor.say(CallLeftLane(call.id, call.lane, outcome, why, call.number))
        if to_lane:
            call.moves += 1
            self.enter(call, LaneName(outcome.to), call.entered_at, now)
            return True
        if outcome.kind is OutcomeKind.CALLBACK:
            note_wish(self._floor.memory, call, now)
        call.outcome = outcome
        call.move(CallState.DIVERTED, now)
        self.divert(call, now)
        return True

    def find_diverted(self, call: Call, now: Instant) -> None:
        """A waiting call turned out to have been sent away by somebody whose records are lost."""
        self.stop_waiting(call)
        call.outcome = Outcome(OutcomeKind.SAY)
        self._floor.counts_of(call).count_out(call.outcome.kind)
        self._floor.count_recent(call, now, in_time=False)
        assert call.lane is not None
        self._floor.say(CallLeftLane(call.id, call.lane, call.outcome, LeaveReason.STEP, call.number))
        call.move(CallState.DIVERTED, now)

    def divert(self, call: Call, now: Instant) -> None:
        """Have the switch move a call to where it was sent."""
        assert call.outcome is not None
        assert call.language is not None
        call.contestable_at = now + self._floor.memory.policy.arrival_limit
        self._floor.order(DivertCaller(call.id, call.outcome, call.language))

    # Other rules

    def adopt(self, old: Policy, now: Instant) -> None:
        """Let the waiting fall under another policy: places stay, and a step that stands unchanged stays taken."""
        rules = self._floor.matching.rules
        self._looked_at.clear()
        for call in self._calls.values():
            if call.state not in IN_LANE:
                continue
            before = old.lanes.get(call.lane or old.default_lane, old.lanes[old.default_lane])
            call.steps_taken, call.steps_dropped = _carried_over(call, before, self._floor.lane_of(call))
            vip = rules.recognise(call)
            call.vip = None if vip is None else vip.name
            call.credit = rules.credit_of(call)
            call.kept_for = call.kept_until = None
            if call.state is CallState.WAITING:
                self._keeping.keep(call, now)
                self._floor.matching.lines.add(call, now)
        for waiting in self._floor.matching.waiting(now):
            if waiting in self._floor.matching.lines:
                self._advance(self._calls[waiting], now)
        self._look_at_reserves(now)


def _carried_over(call: Call, before: Lane, after: Lane) -> tuple[int, int]:
    """The bits of the steps taken and dropped, for the steps of the new lane that stood in the old one, too."""
    taken = dropped = 0
    if before.name != after.name:
        return 0, 0
    for number, step in enumerate(after.steps):
        if step in before.steps:
            was = before.steps.index(step)
            taken |= (call.steps_taken >> was & 1) << number
            dropped |= (call.steps_dropped >> was & 1) << number
    return taken, dropped
