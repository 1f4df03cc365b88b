"""What callers are told of their wait, and what is foretold of it, worked out slowly; and that it comes when it must.

The waits of those answered are written down here once more, by the events; an interval is made from them anew. Of how
a caller stood when he began to wait no event tells, so that is read from the memory when it first stands there.
"""

from acd.core import estimate
from acd.core.agents import AgentState
from acd.core.announcing import SAID_WITHIN
from acd.core.caller_events import WaitForetold
from acd.core.calls import Call, CallState
from acd.core.estimate import Prospect, ServedWait
from acd.core.events import CallAnswered, CallAppeared, CallClosed, CallEnteredLane, CallKept, Event, StepTaken
from acd.core.inputs import Input, PolicyLoaded
from acd.core.instants import Duration, Instant
from acd.core.memory import Memory
from acd.core.names import CallId, LaneName
from acd.core.orders import Order, SayToCaller
from acd.core.router import Router
from acd.core.step import Step
from tests.core.slow_rules import kept_back, lane_of, on_the_line, serves, waiting, worth

ABSENT = (AgentState.LOGGED_OUT, AgentState.PAUSED, AgentState.PHONE_LOST)

ONE_CAME = (CallAppeared, CallEnteredLane, CallKept, StepTaken, WaitForetold)
"""What is said when one caller begins to wait, and nothing else happens."""

Wait = tuple[Duration, Duration]


class Told:
    """Raises AssertionError if a caller is told what is not so, too often, too late or while he is offered."""

    def __init__(self) -> None:
        self.now: Instant = 0
        self.served: dict[LaneName, list[ServedWait]] = {}
        self.scores: dict[LaneName, list[int]] = {}
        self.prospects: dict[CallId, Prospect] = {}
        self._told: dict[CallId, Instant] = {}
        self._said: dict[CallId, Instant] = {}
        """When a step last had something said to a caller."""
        self._foretold: dict[CallId, tuple[LaneName, Instant]] = {}
        self._before: dict[CallId, tuple[int, Instant]] = {}
        """Who waited before anything happened at this instant."""

    @property
    def memory(self) -> Memory:
        return self.router.memory

    def attend(self, router: Router) -> None:
        """From now on hear what this router says and orders."""
        self.router = router
        floor, say, order = router.floor, router.floor.say, router.floor.order

        def heard(event: Event) -> None:
            say(event)
            self._hear(event)

        def ordered(each: Order) -> None:
            order(each)
            if isinstance(each, SayToCaller) and each.announcement:
                self._said[each.call] = self.now
            elif isinstance(each, SayToCaller):
                self._hear_told(each)

        floor.say, floor.order = heard, ordered  # type: ignore[method-assign]

    def begin(self, now: Instant) -> None:
        """An input is about to happen."""
        if now == self.now:
            return
        self.now = now
        self._before = {call.id: (call.offers, call.lane_since) for call in on_the_line(self.memory)}

    def end(self, happened: Input, step: Step, due: Instant | None) -> None:
        """The input has happened."""
        if isinstance(happened, PolicyLoaded):
            self._before = {}
        for call in self.memory.calls.values():
            self._read_prospect(call, step)
        for call in on_the_line(self.memory):
            announce = lane_of(call, self.memory.policy).announce
            if announce is None or call.state is not CallState.WAITING:
                continue
            stood = self._before.get(call.id) == (call.offers, call.lane_since)
            since = self.now - call.lane_since
            silent = self.now - self._said.get(call.id, 0) >= SAID_WITHIN
            if stood and silent and since and since % announce.every == 0:
                assert self._told.get(call.id) == self.now or not announce.position, f"{call.id} was told nothing"
            following = call.lane_since + (since // announce.every + 1) * announce.every
            assert due is not None, f"{call.id} is never told again:"
            assert due <= following, f"{call.id} is told too late"

    def _read_prospect(self, call: Call, step: Step) -> None:
        prospect, known = call.prospect, self.prospects.get(call.id)
        if prospect is None or prospect == known:
            return
        lane = lane_of(call, self.memory.policy)
        again = known is not None and known.lane == lane.name and known.since >= call.lane_since
        assert not again, f"{call.id} began to wait twice in one lane"
        self.prospects[call.id] = prospect
        if call.state is CallState.WAITING and all(isinstance(event, ONE_CAME) for event in step.events):
            assert (prospect.lane, prospect.since, prospect.place) == (lane.name, self.now, self._place(call))
            assert prospect.expected == self._expected(call)
            if lane.announce is not None and lane.announce.estimated_wait and self._interval(call) is not None:
                assert call.id in self._foretold, f"{call.id}'s wait was not foretold"

    def _hear(self, event: Event) -> None:
        match event:
            case WaitForetold(call, lane, at_least, at_most):
                found = self.memory.calls[call]
                assert found.state is CallState.WAITING
                assert lane == lane_of(found, self.memory.policy).name
                assert self._foretold.get(call) != (lane, found.lane_since), f"{call}'s wait was foretold twice"
                self._foretold[call] = (lane, found.lane_since)
                assert (at_least, at_most) == self._interval(found)
            case CallAnswered(call):
                self._learn(self.memory.calls[call])
            case CallClosed(call):
                # Should he turn out to be there after all, he begins anew.
                for known in (self.prospects, self._told, self._foretold):
                    known.pop(call, None)  # type: ignore[attr-defined]
            case _:
                pass

    def _hear_told(self, order: SayToCaller) -> None:
        call = self.memory.calls[order.call]
        announce = lane_of(call, self.memory.policy).announce
        assert announce is not None
        assert call.state is CallState.WAITING, f"{call.id} is told of his wait in the middle of an offer"
        assert self._told.get(call.id) != self.now, f"{call.id} is told twice at one instant"
        self._told[call.id] = self.now
        since = self.now - call.lane_since
        assert since > 0
        assert since % announce.every == 0
        assert order.position == (self._place(call) if announce.position else 0)
        assert order.wait == (self._interval(call) if announce.estimated_wait else None)
        assert order.position or order.wait, f"{call.id} is told nothing"

    def _learn(self, call: Call) -> None:
        prospect = self.prospects.pop(call.id, None)
        lane = lane_of(call, self.memory.policy).name
        if prospect is not None and prospect.lane == lane and prospect.since >= call.lane_since:
            waited = self.now - prospect.since
            served = self.served.setdefault(lane, [])
            served.append(ServedWait(waited, prospect.place, max(1, self._at_work(call)), self.now))
            scores = self.scores.setdefault(lane, [])
            if prospect.expected is not None:
                scores.append((waited - prospect.expected) * 1000 // _spread(prospect.expected, prospect.place))
            record = self.memory.waits[lane]
            assert record.served == served[-estimate.SERVED_AT_MOST :]
            assert record.scores == scores[-estimate.SCORES_AT_MOST :]

    def _place(self, call: Call) -> int:
        policy, lane = self.memory.policy, lane_of(call, self.memory.policy)
        others = [each for each in waiting(self.memory, self.now) if lane_of(each, policy) is lane]
        return 1 + sum(worth(each, policy, self.now) < worth(call, policy, self.now) for each in others)

    def _at_work(self, call: Call) -> int:
        memory, lane = self.memory, lane_of(call, self.memory.policy).name
        return sum(
            serves(agent, call, memory.policy)
            and not kept_back(agent, lane, memory)
            and memory.desks[agent.id].state not in ABSENT
            for agent in memory.policy.agents.values()
        )

    def _expected(self, call: Call) -> Duration | None:
        served = self.served.get(lane_of(call, self.memory.policy).name, [])[-estimate.SERVED_AT_MOST :]
        recent = [each for each in served if self.now - each.answered_at <= estimate.PACE_HOLDS_FOR]
        at_work = self._at_work(call)
        if not at_work or len(recent) < estimate.SERVED_AT_LEAST:
            return None
        work, places = sum(each.waited * each.at_work for each in recent), sum(each.place for each in recent)
        return self._place(call) * work // (at_work * places)

    def _interval(self, call: Call) -> Wait | None:
        expected, place = self._expected(call), self._place(call)
        scores = sorted(self.scores.get(lane_of(call, self.memory.policy).name, [])[-estimate.SCORES_AT_MOST :])
        if expected is None or len(scores) < estimate.SCORES_AT_LEAST:
            return None
        spread = _spread(expected, place)
        # The smallest and the largest that are not out of the ordinary: of one more outcome than there were.
        low = [each for rank, each in enumerate(scores, 1) if 100 * rank <= 4 * (len(scores) + 1)]
        high = [each for rank, each in enumerate(scores, 1) if 100 * rank >= 86 * (len(scores) + 1)]
        first, last = (low or scores[:1])[-1], (high or scores[-1:])[0]
        wait = max(0, expected + spread * first // 1000), max(0, expected + spread * last // 1000)
        return wait if wait[1] - wait[0] < estimate.TOO_WIDE else None


def _spread(expected: Duration, place: int) -> Duration:
    root = 1000
    while (root + 1) ** 4 <= place * 1000**4:
        root += 1
    return max(1, expected * 1000 // root)
