"""Nobody waits for ever where the policy declares an end: whatever is due has happened, and what is not has its time.

The router may be due earlier than it must, for a look that finds nothing, but never later than the policy says.
"""

from acd.core.calls import Call, CallState
from acd.core.deadlines import LOOK_EVERY
from acd.core.instants import Instant
from acd.core.policy import RouteStep
from acd.core.router import Router
from tests.core.audit import Auditor
from tests.core.keepers import ABSENT, is_there
from tests.core.slow_rules import ever_served, lane_of, numbers, on_the_line, stands_for_somebody, waiting


def assert_exits(router: Router, auditor: Auditor, now: Instant, *, quiet: bool) -> None:
    """Raise AssertionError if something is overdue, or will be; after a `quiet` step conditions are looked at, too."""
    looked = quiet and auditor.first_now and now % LOOK_EVERY == 0
    ends = [desk.until for desk in router.memory.desks.values() if desk.until is not None]
    for call in on_the_line(router.memory):
        ends += _ends(call, auditor, now)
        _nothing_is_overdue(call, auditor, now)
        if looked:
            _looks_were_not_in_vain(call, auditor)
    ends += [end for entry in router.memory.calls.values() for end in _ends_of_entry(entry, auditor, now)]
    if router.memory.policy.reserves and waiting(router.memory, now):
        ends.append(_next_look(now))
        if looked:
            assert_reserves_are_right(auditor)
    due = router.next_deadline()
    assert not ends or (due is not None and due <= min(ends)), f"due at {due}, but {min(ends)} comes first"
    assert due is None or due > now, "what is due has not happened"


def assert_reserves_are_right(auditor: Auditor) -> None:
    """Each reserve is let go if its condition holds, and only then; asked just after a look."""
    for reserve in auditor.memory.policy.reserves:
        lane = reserve.backup_for or reserve.only_for
        assert lane is not None
        released = auditor.memory.released.get(reserve.name, False)
        assert released is auditor.released(reserve.until, lane), f"{reserve.name}'s condition"


def _ends_of_entry(entry: Call, auditor: Auditor, now: Instant) -> list[Instant]:
    """When something may change for who is to be called back, or is being called."""
    memory, callback = auditor.memory, entry.callback
    rules = memory.policy.callbacks
    if callback is None or rules is None:
        return []
    if entry.state is CallState.CALLED:
        return [entry.contestable_at] if entry.agent is None else []
    if entry.state is not CallState.AWAY:
        return []
    ends = [callback.kept_since + rules.keep_for]
    assert ends[0] > now, f"{entry.id} is kept for too long"
    if callback.next_at is not None and callback.next_at > now:
        ends.append(callback.next_at)
    if stands_for_somebody(entry, memory, now):
        steps = _open_steps(entry, auditor)
        ends += [entry.lane_since + step.after for step in steps if entry.lane_since + step.after > now]
    return ends


def _open_steps(call: Call, auditor: Auditor) -> list[RouteStep]:
    done = numbers(call.steps_taken | call.steps_dropped)
    return [step for number, step in enumerate(lane_of(call, auditor.memory.policy).steps) if number not in done]


def _ends(call: Call, auditor: Auditor, now: Instant) -> list[Instant]:
    """When something may change for a waiting call by itself."""
    lane, open_steps = lane_of(call, auditor.memory.policy), _open_steps(call, auditor)
    times = [call.lane_since + step.after for step in open_steps]
    if lane.limits.wait is not None and auditor.can_go(call, lane.when_full):
        times.append(call.lane_since + lane.limits.wait)
    if call.kept_until is not None:
        times.append(call.kept_until)
    ahead = [time for time in times if time > now]
    if call.kept_for is not None or lane.when_unstaffed is not None or any(time <= now for time in times):
        ahead.append(_next_look(now))
    return ahead


def _nothing_is_overdue(call: Call, auditor: Auditor, now: Instant) -> None:
    """What needs no condition has happened when it was due."""
    lane = lane_of(call, auditor.memory.policy)
    for step in _open_steps(call, auditor):
        assert call.lane_since + step.after > now or (step.when and not step.once), f"{call.id} should have had {step}"
    assert (call.kept_for is None) == (call.kept_until is None)
    assert call.kept_until is None or call.kept_until > now, f"{call.id} is kept for too long"
    if call.kept_for is not None and auditor.memory.desks[call.kept_for].state in ABSENT:
        gone = auditor.desks.of(call.kept_for).absent_since
        assert gone >= now - now % LOOK_EVERY, f"{call.id} is kept for somebody who has gone"
    if lane.limits.wait is not None and auditor.can_go(call, lane.when_full):
        assert call.lane_since + lane.limits.wait > now, f"{call.id} has waited too long"


def _looks_were_not_in_vain(call: Call, auditor: Auditor) -> None:
    """On a whole second on which nothing happened, no condition holds of which something should have come."""
    now, lane = auditor.now, lane_of(call, auditor.memory.policy)
    for step in _open_steps(call, auditor):
        due = call.lane_since + step.after <= now
        assert not due or not auditor.step_holds(step, call), f"{call.id} should have had {step}"
    assert call.kept_for is None or is_there(call, call.kept_for, auditor.memory), f"{call.id} is kept in vain"
    if auditor.can_go(call, lane.when_unstaffed):
        assert ever_served(call, auditor.memory), f"nobody can ever serve {call.id}"


def _next_look(now: Instant) -> Instant:
    return now - now % LOOK_EVERY + LOOK_EVERY
