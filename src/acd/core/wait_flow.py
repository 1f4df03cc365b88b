"""What happens to a caller in a lane, from entering it until he is offered, leaves or hangs up.

He enters, or is turned away at once; he may be kept for one agent for a while; his lane's steps change what is asked
for him as time and load say; and he may be sent away to a declared end. A step takes effect when it was due.
Conditions that do not hold yet are looked at once a second, on whole seconds, the first in line first.
"""

from collections.abc import Callable

from acd.core.announcing import Announcing
from acd.core.calls import IN_LANE, OFF_THE_LINE, Call, CallState
from acd.core.deadlines import Kind, next_look
from acd.core.events import (
    CallEnteredLane,
    LeaveReason,
    ReserveChanged,
    StepTaken,
)
from acd.core.floor import Floor
from acd.core.instants import Instant
from acd.core.keeping import Keeping
from acd.core.leaving import Leaving
from acd.core.look import Look
from acd.core.names import CallId, LaneName
from acd.core.orders import SayToCaller
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.place_keeper import PlaceKeeper
from acd.core.places import bonus_full_at
from acd.core.policy import NORMAL_AGEING, Lane, Policy
from acd.core.rules import StepRules

OFFER_CALLBACK = "offer_callback"
"""The announcement that asks whether the caller wants to be called back."""


class WaitFlow:
    """The router's hands for callers in lanes, and for the entries that stand in line for callers who left."""

    keeper: PlaceKeeper
    bring_back: Callable[[Call, Instant], bool]
    """Offers a waiting call to who had sent it on in vain; False if nobody had, or he is not there."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self.leaving = Leaving(floor)
        self.announcing = Announcing(floor)
        self._keeping = Keeping(floor)
        self._calls = floor.memory.calls
        self._looked_at: dict[CallId, None] = {}
        """Waiting calls with something that is to be looked at every second."""

    def start(self, keeper: PlaceKeeper) -> None:
        """Plan what is due of all who stand in line already; once, before anything happens."""
        self.keeper = self.leaving.keeper = keeper
        for call in self._calls.values():
            if call.id in self._floor.matching.lines:
                self._schedule(call, self._floor.memory.now)

    # Into a lane and through it

    def let_in(self, call: Call, now: Instant, wish: Outcome | None = None) -> None:
        """Let a call wait in the lane that it was counted into, or send it on: that may be closed, full, or unstaffed.

        `wish` is where the caller himself wants to go instead of waiting.
        """
        if call.state is CallState.IN_MENU:
            call.move(CallState.WAITING, now)
        if wish is not None and self.send_away(call, wish, LeaveReason.CHOSEN, now):
            return
        turned_away = self.leaving.turned_away(call, now)
        if turned_away is None or not self.send_away(call, *turned_away, now):
            self.keeper.take_place_back(call, now)
            self._keeping.keep(call, now)
            self._begin_to_wait(call, now)

    def count_again(self, call: Call, now: Instant) -> None:
        """Enter a call that is on the line again into its lane's books once more; its place stays what it is."""
        call.arrived_at = call.entered_at = now
        assert call.lane is not None
        assert call.language is not None
        self._floor.counts_of(call).offered += 1
        self._floor.say(CallEnteredLane(call.id, call.lane, call.language, call.vip, call.credit, now))

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
        call.sent_to = None
        if not self.bring_back(call, now):
            self._begin_to_wait(call, now)
        if call.callback_wished and call.state is CallState.WAITING:
            self.accept_callback(call, call.callback_number, now)

    def stand(self, call: Call, now: Instant) -> None:
        """A caller, or an entry, stands in line with the place that he has."""
        self._floor.matching.lines.add(call, now)
        self._advance(call, now)

    def wait_on(self, call: Call, now: Instant) -> None:
        """The same; and an agent is sought for him."""
        self.stand(call, now)
        self._look_at_reserves(now)
        in_line = call.id in self._floor.matching.lines and not self._floor.seek_agent(call, now)
        if in_line and call.state is CallState.WAITING:
            self.announcing.begin(call, now)

    def stop_waiting(self, call: Call) -> None:
        """The call leaves its line, if it stands in one, for another reason than an offer."""
        if call.id in self._floor.matching.lines:
            self._floor.matching.lines.remove(call.id)
        self._floor.deadlines.set(Kind.CALL, call.id, None)
        self._looked_at.pop(call.id, None)

    def fall_due(self, call: Call, now: Instant) -> None:
        """Something of a call that stands in line was due at `now`."""
        if call.state is CallState.AWAY and not self.keeper.may_stay(call, now):
            return
        if self._advance(call, now):
            self._floor.seek_agent(call, now)
        self.announcing.tell(call, now)

    def fall_due_together(self, calls: list[Call], now: Instant) -> None:
        """The same for all calls that something was due for at one instant: who is first in line comes first."""
        lines = self._floor.matching.lines
        in_line = [call for call in calls if call.id in lines]
        aside = [call for call in calls if call.id not in lines]
        for call in sorted(in_line, key=lambda each: self._floor.matching.rank(each, now)):
            if call.id in lines:
                self.fall_due(call, now)
        for call in sorted(aside, key=lambda each: self._floor.matching.rank(each, now)):
            self.keeper.fall_due(call, now)

    def accept_callback(self, call: Call, number: str, now: Instant) -> bool:
        """The caller wishes to be called back, at this number if he keyed another than his own."""
        if call.state not in IN_LANE or not (number or call.number):
            return False
        before, call.callback_number = call.callback_number, number
        if call.state is CallState.OFFERED:
            # An offer has crossed the key; if it comes to nothing, he is called back.
            call.callback_wished = True
            return True
        if self.send_away(call, Outcome(OutcomeKind.CALLBACK), LeaveReason.CALLBACK, now):
            return True
        call.callback_number = before
        return False

    def _begin_to_wait(self, call: Call, now: Instant) -> None:
        matching = self._floor.matching
        if matching.rules.lane_of(call).plain and not matching.reserves.exist and self._floor.seek_agent(call, now):
            # Most calls of a good day: served at once, they never stand in a line.
            return
        self.wait_on(call, now)

    # Steps

    def _advance(self, call: Call, now: Instant) -> bool:
        """Take every step that is due and holds; whether anything changed by which somebody may serve him now."""
        emergency = self._floor.lane_of(call).emergency if call.state is CallState.WAITING else None
        if emergency is not None and self.send_away(call, emergency, LeaveReason.EMERGENCY, now):
            return False
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
        if call.state is CallState.AWAY:
            # Nobody is there to hear it or to be sent elsewhere; who may serve him is all that changes.
            return False
        assert call.language is not None
        if step.offer_callback:
            said = step.announce or OFFER_CALLBACK
            self._say(call, SayToCaller(call.id, said, call.language, offer_callback=True), now)
        elif step.announce:
            self._say(call, SayToCaller(call.id, step.announce, call.language), now)
        return step.overflow is not None and self.send_away(call, step.overflow, LeaveReason.STEP, now)

    def _say(self, call: Call, order: SayToCaller, now: Instant) -> None:
        call.said_at = now
        self._floor.order(order)

    def _say_step(self, call: Call, number: int, *, dropped: bool) -> None:
        lane = self._floor.lane_of(call).name
        self._floor.say(StepTaken(call.id, lane, number + 1, dropped, call.credit))

    def _has_waited_too_long(self, call: Call, now: Instant) -> bool:
        if call.state is CallState.AWAY:
            return False
        lane = self._floor.lane_of(call)
        if lane.when_unstaffed is not None and not self.leaving.is_staffed(call):
            return self.send_away(call, lane.when_unstaffed, LeaveReason.UNSTAFFED, now)
        limit = lane.limits.wait
        if limit is None or lane.when_full is None or call.lane_since + limit > now:
            return False
        return self.send_away(call, lane.when_full, LeaveReason.WAITED, now)

    def _bonus_is_full(self, call: Call, now: Instant) -> bool:
        line = self._floor.matching.lines.line_of(call.id)
        if line.pace.ageing == NORMAL_AGEING:
            return False
        full_at = self._bonus_full_at(call)
        return full_at is not None and full_at <= now

    def _bonus_full_at(self, call: Call) -> Instant | None:
        assert call.place_since is not None
        return bonus_full_at(self._floor.matching.rules.standing_of(call), call.place_since)

    def _schedule(self, call: Call, now: Instant) -> None:
        """Set when the call is to be looked at next, and whether every second."""
        rules = self._floor.matching.rules.lane_of(call)
        open_steps = [
            call.lane_since + each.step.after
            for number, each in enumerate(rules.steps)
            if not (call.steps_taken | call.steps_dropped) >> number & 1
        ]
        times = [call.kept_until, self._bonus_full_at(call), self.announcing.next_at(call, now), *open_steps]
        if call.state is CallState.AWAY:
            times += self.keeper.times_of(call, now)
        elif rules.lane.limits.wait is not None:
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
        if call.state is CallState.WAITING and rules.lane.when_unstaffed is not None and not look.is_staffed(call):
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

    def send_away(self, call: Call, outcome: Outcome, why: LeaveReason, now: Instant) -> bool:
        """Send a call from its lane to a declared end; False if it has to stay."""
        leaves = self.leaving.leave(call, outcome, why, now)
        if leaves is None:
            return False
        self.stop_waiting(call)
        self.leaving.go(call, leaves, why, now)
        if leaves.kind is OutcomeKind.LANE:
            assert call.entered_at is not None
            call.moves += 1
            self.count_in(call, LaneName(leaves.to), call.entered_at, since=now)
            self.let_in(call, now)
        return True

    # Other rules

    def adopt(self, old: Policy, now: Instant) -> None:
        """Let the waiting fall under another policy: places stay, and a step that stands unchanged stays taken."""
        rules = self._floor.matching.rules
        self._looked_at.clear()
        for call in self._calls.values():
            if call.state not in IN_LANE | OFF_THE_LINE:
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
