"""One call's story out of a journal: what happened to it, why it waited each second, and why each offer was made.

The journal's inputs are run through the same router again from the last checkpoint before the call, each timer at its
own instant, with a witness who looks on. So the reasons are those of the moment, also after a restart and for calls
long gone.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from acd.core.agents import Desk
from acd.core.callback_flow import entry_of
from acd.core.calls import OFF_THE_LINE, Call, CallState
from acd.core.events import CallClosed, CallEnteredLane, CallResult, Event, PolicyAdopted, StepTaken
from acd.core.explain import Offer, Waiting, explain_offer, explain_waiting
from acd.core.inputs import Input, PolicyLoaded, TimePassed
from acd.core.instants import Duration, Instant
from acd.core.local_time import DAY, local
from acd.core.matching import Turn
from acd.core.names import CallId, LaneName
from acd.core.policy import RouteStep
from acd.core.router import Router
from acd.core.switch_events import CallArrived, CallStartedWaiting
from acd.journal.records import GAP
from acd.journal.replay import read_line, router_at
from acd.journal.stored import Stored, StoredCheckpoint

Offsets: TypeAlias = tuple[tuple[Instant, Duration], ...]
"""From when on local time is how much ahead of UTC, as a policy has it."""

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
    """What was said of the call, and each change of the settings while it was there."""
    keys: tuple[tuple[str, str], ...] = ()
    """The key that he pressed in each menu before he entered his first lane."""
    verified: bool = False
    """Whether he had proved who he is by then."""
    steps: dict[int, RouteStep] = field(default_factory=dict)
    """The steps that were taken while he was on the line, by the place of their event among `events`."""
    spans: list[Span] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    finished: bool = False
    """Whether the call is over."""
    told_until: Instant = 0
    """The last instant that the journal knows."""
    utc_offset: Duration = 0
    """How far the hotline's clocks were ahead of UTC when the call came."""
    remark: str = ""
    """What is missing; empty when nothing is."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the last calls."""

    at: Instant
    """When it came."""
    call: CallId
    lane: LaneName | None
    """Its first; None before it waits."""
    utc_offset: Duration
    """How far the hotline's clocks were ahead of UTC then."""
    dialled: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    """The key that he pressed in each menu."""
    result: CallResult | None = None
    """How it came out; None while it goes on."""


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
    known = teller.story.events or teller.story.spans or teller.story.remark
    return teller.story if known else None


def last_calls(journal: Stored, count: int) -> list[Listed]:
    """The calls that came last, the newest last. Raises `UnknownRecord` for a line that cannot be read."""
    first = next(iter(journal.checkpoints()), None)
    offsets: Offsets = ((0, 0),) if first is None else router_at(first).memory.policy.utc_offsets
    found: dict[CallId, Listed] = {}
    lines: dict[CallId, int] = {}
    for line in journal.inputs(0):
        if line.record.kind not in ("call_arrived", "call_started_waiting", "policy_loaded"):
            continue
        match read_line(line):
            case PolicyLoaded(policy):
                offsets = policy.utc_offsets
            case CallArrived(call=call, dialled=dialled) if call not in found:
                found[call] = Listed(line.at, call, None, utc_offset_at(line.at, offsets), dialled)
                lines[call] = line.seq
                if len(found) > count:
                    del found[next(iter(found))]
            case CallStartedWaiting(call=call, lane=lane, menu=keys) if call in found and found[call].lane is None:
                found[call] = replace(found[call], lane=lane, keys=keys)
    results = _results_since(journal, lines[next(iter(found))]) if found else {}
    return [replace(each, result=results.get(each.call)) for each in found.values()]


def _results_since(journal: Stored, first: int) -> Mapping[CallId, CallResult]:
    """How the calls came out that ended since the line `first`: decided again, for it stands in no input."""
    checkpoint = _checkpoint_before(journal, first)
    results: dict[CallId, CallResult] = {}
    if checkpoint is None:
        return results
    router = router_at(checkpoint)

    def take(happened: Input, at: Instant) -> None:
        for event in router.take(happened, at).events:
            if isinstance(event, CallClosed):
                results[event.call] = event.result

    for line in journal.inputs(checkpoint.seq):
        # What was never written is known from the next survey on.
        if line.record.kind != GAP:
            while (due := router.next_deadline()) is not None and due <= line.at:
                take(TimePassed(), due)
            take(read_line(line), line.at)
    return results


def utc_offset_at(at: Instant, offsets: Offsets) -> Duration:
    """How far local clocks were ahead of UTC at `at`, by a policy's `utc_offsets`."""
    day, _, since_midnight = local(at, offsets)
    return day * DAY + since_midnight - at


class _Teller:
    """Leads a router through the inputs and writes the story down."""

    def __init__(self, call: CallId, router: Router) -> None:
        self.story = Story(call)
        self._router = router
        self._router.floor.witness = self
        self._seen: tuple[object, ...] | None = None

    def offering(self, call: Call, desk: Desk, now: Instant, turn: Turn | None) -> None:
        """A choice was made, and nothing has changed yet."""
        if call.id == self.story.call:
            offer = explain_offer(self._router.floor, call, desk, now, turn)
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
            if self.story.call in (getattr(event, "call", None), getattr(event, "entry", None)):
                if not self.story.events:
                    self.story.utc_offset = utc_offset_at(at, self._router.memory.policy.utc_offsets)
                self._note(event)
                self.story.events.append((at, event))
                self.story.finished |= isinstance(event, CallClosed)
            elif isinstance(event, PolicyAdopted) and self.story.events and not self.story.finished:
                self.story.events.append((at, event))
        self._look(at)

    def _note(self, event: Event) -> None:
        """Write down what an event does not say itself, before it stands among the others."""
        call = self._router.memory.calls.get(self.story.call)
        if call is None:
            return
        match event:
            # Who is called back came by what he keyed in the call of his wish.
            case CallEnteredLane() if call.callback is None and not any(
                isinstance(earlier, CallEnteredLane) for _, earlier in self.story.events
            ):
                self.story.keys, self.story.verified = call.facts.menu, call.facts.verified
            case StepTaken(lane=lane, step=step, dropped=False) if call.state not in OFF_THE_LINE:
                self.story.steps[len(self.story.events)] = self._router.memory.policy.lanes[lane].steps[step - 1]

    def _look(self, at: Instant) -> None:
        call = self._router.memory.calls.get(self.story.call)
        if call is None or not self._stands_in_line(call):
            self._close(at)
            return
        seen = self._fingerprint(call, at)
        if seen == self._seen:
            return
        self._close(at)
        if len(self.story.spans) >= SPANS_AT_MOST:
            self.story.remark = f"more than {SPANS_AT_MOST} changes while it waited; the story ends there"
            return
        self._seen = seen
        self.story.spans.append(Span(at, explain_waiting(self._router.floor, call, at)))

    def _stands_in_line(self, call: Call) -> bool:
        """Whether an agent could be offered the call; its caller is on the line, or is called back then."""
        return call.state is CallState.WAITING or call.id in self._router.floor.matching.lines

    def _close(self, at: Instant) -> None:
        self._seen = None
        if self.story.spans and self.story.spans[-1].end is None:
            self.story.spans[-1].end = at

    def _fingerprint(self, call: Call, at: Instant) -> tuple[object, ...]:
        """Whatever the reasons are made of; as long as it is the same, so are they."""
        floor = self._router.floor
        able = floor.matching.able(call)
        due = [at >= call.lane_since + each.step.after for each in floor.matching.rules.lane_of(call).steps]
        desks = [floor.memory.desks.get(agent) for agent in floor.matching.rules.team.members(able)]
        return (
            call.lane,
            call.steps_taken,
            call.steps_dropped,
            call.vip,
            call.credit,
            call.kept_for,
            able,
            tuple(due),
            tuple((desk.state, desk.reason) for desk in desks if desk is not None),
            floor.memory.switch_ready,
            floor.memory.policy.version,
        )


def _first_line(journal: Stored, call: CallId) -> int | None:
    # A word that means something else in the journal, such as a lane's name, is no call.
    mark = '"call":' + json.dumps(_said_first_of(call), ensure_ascii=False)
    return next((line.seq for line in journal.inputs(0) if mark in line.record.body), None)


def _said_first_of(call: CallId) -> CallId:
    """The call of which the journal speaks first: an entry of who is called back begins in the one of his wish."""
    wished_in = CallId(call.removeprefix(entry_of(CallId(""))))
    return wished_in or call


def _checkpoint_before(journal: Stored, seq: int) -> StoredCheckpoint | None:
    found = None
    for checkpoint in journal.checkpoints():
        if checkpoint.seq >= seq:
            break
        found = checkpoint
    return found
