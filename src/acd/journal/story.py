"""One call's story out of a journal: what happened to it, why it waited each second, and why each offer was made.

The journal's inputs are run through the same router again from the last checkpoint before the call, each timer at its
own instant, with a witness who looks on. So the reasons are those of the moment, also after a restart and for calls
long gone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from acd.core.agents import Desk
from acd.core.calls import Call, CallState
from acd.core.events import CallClosed, Event
from acd.core.explain import Offer, Waiting, explain_offer, explain_waiting
from acd.core.inputs import TimePassed
from acd.core.instants import Instant
from acd.core.names import CallId
from acd.core.router import Router
from acd.core.switch_events import CallArrived, CallStartedWaiting
from acd.journal.records import GAP
from acd.journal.replay import read_line, router_at
from acd.journal.stored import Stored, StoredCheckpoint

SPANS_AT_MOST = 10_000
"""Spans of waiting that a story keeps; a longer one ends there and says so."""


@dataclass(slots=True)
class Span:
    """A time during which the reasons for waiting did not change; `end` is None while it goes on."""

    begin: Instant
    reasons: Waiting
    end: Instant | None = None


@dataclass(slots=True)
class Story:
    """All that is known of one call."""

    call: CallId
    events: list[tuple[Instant, Event]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    finished: bool = False
    """Whether the call is over."""
    told_until: Instant = 0
    """The last instant that the journal knows."""
    remark: str = ""
    """What is missing; empty when nothing is."""


def tell(journal: Stored, call: CallId, progress: Callable[[int], None] = lambda _: None) -> Story | None:
    """The story of a call, or None if the journal never speaks of it; `progress` is told how many lines were read.

    Raises `UnknownRecord` for a line that cannot be read.
    """
    first = _first_line(journal, call)
    if first is None:
        return None
    checkpoint = _checkpoint_before(journal, first)
    if checkpoint is None:
        return None
    teller = _Teller(call, router_at(checkpoint))
    for count, line in enumerate(journal.inputs(checkpoint.seq)):
        progress(count)
        if line.record.kind == GAP:
            teller.story.remark = f"some inputs before line {line.seq} were never written; the story ends there"
            break
        teller.take_until(line.at)
        teller.take(read_line(line), line.at)
        if teller.story.finished or teller.story.remark:
            break
    return teller.story


def last_calls(journal: Stored, count: int) -> list[tuple[Instant, CallId, str]]:
    """The calls that came last, the newest last: when each came, its id, and its first lane or nothing yet."""
    found: dict[CallId, tuple[Instant, CallId, str]] = {}
    for line in journal.inputs(0):
        if line.record.kind not in ("call_arrived", "call_started_waiting"):
            continue
        happened = read_line(line)
        if isinstance(happened, CallArrived) and happened.call not in found:
            found[happened.call] = (line.at, happened.call, "")
            if len(found) > count:
                del found[next(iter(found))]
        elif isinstance(happened, CallStartedWaiting) and not found.get(happened.call, (0, "", "-"))[2]:
            found[happened.call] = (found[happened.call][0], happened.call, happened.lane)
    return list(found.values())


class _Teller:
    """Leads a router through the inputs and writes the story down."""

    def __init__(self, call: CallId, router: Router) -> None:
        self.story = Story(call)
        self._router = router
        self._router.floor.witness = self
        self._seen: tuple[object, ...] | None = None

    def offering(self, call: Call, desk: Desk, now: Instant, *, agent_was_free: bool) -> None:
        """A choice was made, and nothing has changed yet."""
        if call.id == self.story.call:
            offer = explain_offer(self._router.floor, call, desk, now, agent_was_free=agent_was_free)
            self.story.offers.append(offer)

    def take_until(self, at: Instant) -> None:
        """Let each timer up to `at` take effect at its own instant."""
        while (due := self._router.next_deadline()) is not None and due <= at:
            self.take(TimePassed(), due)

    def take(self, happened: object, at: Instant) -> None:
        """Take one input and write down what it did to the call."""
        step = self._router.take(happened, at)  # type: ignore[arg-type]  # A record is one of the inputs.
        self.story.told_until = at
        for event in step.events:
            if getattr(event, "call", None) == self.story.call:
                self.story.events.append((at, event))
                self.story.finished |= isinstance(event, CallClosed)
        self._look(at)

    def _look(self, at: Instant) -> None:
        call = self._router.memory.calls.get(self.story.call)
        if call is None or call.state is not CallState.WAITING:
            self._close(at)
            return
        seen = self._fingerprint(call)
        if seen == self._seen:
            return
        self._close(at)
        if len(self.story.spans) >= SPANS_AT_MOST:
            self.story.remark = f"more than {SPANS_AT_MOST} changes while it waited; the story ends there"
            return
        self._seen = seen
        self.story.spans.append(Span(at, explain_waiting(self._router.floor, call)))

    def _close(self, at: Instant) -> None:
        self._seen = None
        if self.story.spans and self.story.spans[-1].end is None:
            self.story.spans[-1].end = at

    def _fingerprint(self, call: Call) -> tuple[object, ...]:
        """Whatever the reasons are made of; as long as it is the same, so are they."""
        floor = self._router.floor
        able = floor.matching.able(call)
        desks = [floor.memory.desks.get(agent) for agent in floor.matching.rules.team.members(able)]
        return (
            call.lane,
            call.steps_taken,
            call.steps_dropped,
            call.vip,
            call.credit,
            call.kept_for,
            able,
            tuple((desk.state, desk.reason) for desk in desks if desk is not None),
            floor.memory.switch_ready,
            floor.memory.policy.version,
        )


def _first_line(journal: Stored, call: CallId) -> int | None:
    mark = f'"{call}"'
    return next((line.seq for line in journal.inputs(0) if mark in line.record.body), None)


def _checkpoint_before(journal: Stored, seq: int) -> StoredCheckpoint | None:
    found = None
    for checkpoint in journal.checkpoints():
        if checkpoint.seq >= seq:
            break
        found = checkpoint
    return found
