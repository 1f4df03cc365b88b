"""The event loop in virtual time: callers, phones and switch around the real router.

The switch is a perfect one: an agent's phone is reached and answered in the instant in which it is told to ring, and
nothing gets lost, so the core never has reason to ask for a survey or to fetch a caller back. Time jumps to whatever
happens next; deadlines of the core are met punctually. What happens in the same millisecond happens in the order in
which it was foreseen.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random
from typing import TypeAlias

from acd.core.events import Event
from acd.core.inputs import Input, TimePassed
from acd.core.instants import Instant
from acd.core.names import AgentId, CallId, OfferId
from acd.core.orders import DivertCaller, Order, RingAgent, SayToCaller
from acd.core.policy import Policy
from acd.core.requests import BecomeReady, LogIn, LogOut
from acd.core.router import Router
from acd.core.switch_events import (
    CallDiverted,
    CallEnded,
    CallStartedWaiting,
    OfferAnswered,
    OfferReached,
    SwitchSurveyed,
    TalkEnded,
)
from acd.simulator.demand import CallerClass, Distribution
from acd.simulator.tally import Ending, Span, Tally

Hear: TypeAlias = Callable[[Instant, Event], None]
"""Is told of each event and when it happened."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """The question: this policy, these callers, all its agents at work. ValueError for what does not fit together.

    How long a call occupies its agent is drawn from the agent's distribution if he has one in `handling_by_agent`,
    and else from that of the caller's class in `handling`.
    """

    policy: Policy
    classes: tuple[CallerClass, ...]
    handling: Mapping[str, Distribution] = field(default_factory=dict)
    """By the class's name."""
    handling_by_agent: Mapping[AgentId, Distribution] = field(default_factory=dict)
    lines: int | None = None
    """How many callers fit in, waiting or talking; whoever finds all lines taken goes away. None for no limit."""
    begins_at: Instant = 0
    """When the first caller may come; the policy's calendars go by it."""
    shifts: Mapping[AgentId, tuple[tuple[Instant, Instant], ...]] = field(default_factory=dict)
    """From when until when each agent works, in the order of time; one who is not here is always at work."""
    present: int = 0
    """Callers of the first class who are there when it begins, talking or waiting; so it need not begin empty."""

    def __post_init__(self) -> None:
        """Refuse what does not fit together."""
        names = [each.name for each in self.classes]
        if len(set(names)) < len(names) or not names:
            raise ValueError(f"classes of callers need names of their own: {', '.join(names) or 'there is none'}")
        if unknown := sorted(self.handling_by_agent.keys() - self.policy.agents.keys()):
            raise ValueError(f"no such agent in the policy: {', '.join(unknown)}")
        by_agent = self.handling_by_agent.keys() >= self.policy.agents.keys()
        if not by_agent and (missing := sorted(set(names) - self.handling.keys())):
            raise ValueError(f"nobody says how long these callers talk: {', '.join(missing)}")
        if self.present < 0:
            raise ValueError(f"{self.present} callers cannot be there")
        if unknown := sorted(self.shifts.keys() - self.policy.agents.keys()):
            raise ValueError(f"no such agent in the policy: {', '.join(unknown)}")
        if self.lines is not None and self.lines < 1:
            raise ValueError(f"{self.lines} lines let nobody in")


def simulate(
    scenario: Scenario, seed: int, span: Span, thresholds: Iterable[float] = (), hear: Hear | None = None
) -> Tally:
    """Play the scenario over the span; the same seed gives the same calls. `thresholds` are in seconds.

    `hear` is told of all that the core says, as a listener of the feed is.

    It goes on past the span until everybody who came within it knows the end of his wait, so a scenario in which some
    class is never served does not end.
    """
    tally = Tally(
        span, scenario.begins_at, (each.name for each in scenario.classes), scenario.policy.agents, thresholds
    )
    World(scenario, seed, tally, scenario.begins_at + span.length, hear).play()
    return tally


class _Caller:
    """Somebody who came in."""

    __slots__ = ("arrived_at", "at_once", "id", "kind", "waiting")

    def __init__(self, call: CallId, kind: "_Kind", arrived_at: Instant) -> None:
        self.id = call
        self.kind = kind
        self.arrived_at = arrived_at
        self.at_once = True
        self.waiting = True


class _Kind:
    """A class of callers with its own streams of chance."""

    __slots__ = ("arrivals", "handling", "patience", "talks", "what")

    def __init__(self, what: CallerClass, handling: Distribution | None, seed: int) -> None:
        self.what = what
        self.handling = handling
        self.arrivals = _stream(seed, f"arrivals {what.name}")
        self.patience = _stream(seed, f"patience {what.name}")
        self.talks = _stream(seed, f"talk {what.name}")


class _Talk:
    """An agent and a caller who talk."""

    __slots__ = ("caller",)

    def __init__(self, caller: _Caller) -> None:
        self.caller = caller


class _Shift:
    """An agent comes to work, or leaves when he is free."""

    __slots__ = ("agent", "comes")

    def __init__(self, agent: AgentId, comes: bool) -> None:
        self.agent = agent
        self.comes = comes


_Happening: TypeAlias = _Kind | _Caller | _Talk | _Shift
"""What may fall due: the next caller of a class comes, a caller's patience ends, a talk ends, a shift does."""


class World:
    """One run, made anew for each: `until` is when it may end."""

    def __init__(self, scenario: Scenario, seed: int, tally: Tally, until: Instant, hear: Hear | None = None) -> None:
        self._hear = hear
        self._began_at = scenario.begins_at
        self._router = Router.fresh(scenario.policy)
        self._tally = tally
        self._now = scenario.begins_at
        self._lines = scenario.lines
        self._callers: dict[CallId, _Caller] = {}
        self._due: list[tuple[Instant, int, _Happening]] = []
        self._foreseen = 0
        self._came = 0
        self._unsettled = 0
        """Callers who came before the end and still wait."""
        self._until = until
        self._talks_of = {
            agent: (handling, _stream(seed, f"talk of {agent}"))
            for agent, handling in scenario.handling_by_agent.items()
        }
        self._take(SwitchSurveyed(self._now, ()))
        for agent in scenario.policy.agents:
            if agent not in scenario.shifts:
                self._come_to_work(agent)
        for agent, spans in scenario.shifts.items():
            for begin, end in spans:
                self._foresee(begin, _Shift(agent, comes=True))
                self._foresee(end, _Shift(agent, comes=False))
        for each in scenario.classes:
            kind = _Kind(each, scenario.handling.get(each.name), seed)
            self._foresee(self._now + each.next_arrival(kind.arrivals), kind)
            if each is scenario.classes[0]:
                for _ in range(scenario.present):
                    self._come_in(kind)

    def play(self) -> None:
        """Let everything happen that comes before the end, and on until nobody who came before it waits any more."""
        due, router, until = self._due, self._router, self._until
        while due[0][0] < until or self._unsettled:
            at = due[0][0]
            deadline = router.next_deadline()
            if deadline is not None and deadline <= at:
                self._now = max(deadline, self._now)
                self._take(TimePassed())
                continue
            _, _, happening = heappop(due)
            self._now = at
            if isinstance(happening, _Caller):
                if happening.waiting:
                    self._hang_up(happening)
            elif isinstance(happening, _Talk):
                self._end_talk(happening.caller)
            elif isinstance(happening, _Shift):
                self._change_shift(happening)
            else:
                self._arrive(happening)

    def _foresee(self, at: Instant, happening: _Happening) -> None:
        self._foreseen += 1
        heappush(self._due, (at, self._foreseen, happening))

    def _take(self, happened: Input) -> None:
        step = self._router.take(happened, self._now)
        if self._hear is not None:
            for event in step.events:
                self._hear(self._now, event)
        for order in step.orders:
            self._obey(order)

    # Agents

    def _come_to_work(self, agent: AgentId) -> None:
        self._take(LogIn(agent))
        self._take(BecomeReady(agent))

    def _change_shift(self, shift: _Shift) -> None:
        if shift.comes:
            self._come_to_work(shift.agent)
        else:
            self._take(LogOut(shift.agent))

    # Callers

    def _arrive(self, kind: _Kind) -> None:
        now, what = self._now, kind.what
        self._foresee(now + what.next_arrival(kind.arrivals, now - self._began_at), kind)
        if self._lines is not None and len(self._callers) >= self._lines:
            self._tally.leave(what.name, now, now, Ending.BLOCKED, at_once=False)
            return
        self._come_in(kind)

    def _come_in(self, kind: _Kind) -> None:
        now, what = self._now, kind.what
        self._came += 1
        # As wide as any run needs, so that among equals who came first is also first by name.
        caller = _Caller(CallId(f"simulated-{self._came:012d}"), kind, now)
        patience = what.patience.draw(kind.patience)
        self._callers[caller.id] = caller
        self._unsettled += now < self._until
        self._take(CallStartedWaiting(caller.id, "", "", what.dialled, now, now, what.lane, what.language, what.tier))
        if caller.waiting:
            caller.at_once = False
            if patience is not None:
                self._foresee(now + patience, caller)

    def _settle(self, caller: _Caller, ending: Ending) -> None:
        caller.waiting = False
        self._unsettled -= caller.arrived_at < self._until
        self._tally.leave(caller.kind.what.name, caller.arrived_at, self._now, ending, at_once=caller.at_once)

    def _hang_up(self, caller: _Caller) -> None:
        self._settle(caller, Ending.ABANDONED)
        self._leave_the_line(caller)

    def _leave_the_line(self, caller: _Caller) -> None:
        del self._callers[caller.id]
        self._take(CallEnded(caller.id))

    # The switch

    def _obey(self, order: Order) -> None:
        match order:
            case RingAgent():
                self._connect(self._callers[order.call], order.agent, order.offer)
            case DivertCaller():
                caller = self._callers[order.call]
                self._settle(caller, Ending.DIVERTED)
                self._take(CallDiverted(caller.id))
                self._leave_the_line(caller)
            case SayToCaller():
                pass
            case _:
                raise AssertionError(f"nothing was lost, and yet the core orders {order}")

    def _connect(self, caller: _Caller, agent: AgentId, offer: OfferId) -> None:
        self._settle(caller, Ending.SERVED)
        self._take(OfferReached(caller.id, offer))
        self._take(OfferAnswered(caller.id, offer))
        handling, chance = self._talks_of.get(agent, (caller.kind.handling, caller.kind.talks))
        assert handling is not None, f"nobody says how long {agent} talks"
        length = handling.draw(chance)
        if length is not None:
            self._tally.talk(agent, self._now, self._now + length)
            self._foresee(self._now + length, _Talk(caller))

    def _end_talk(self, caller: _Caller) -> None:
        self._take(TalkEnded(caller.id))
        self._leave_the_line(caller)


def _stream(seed: int, purpose: str) -> Random:
    """Chance for one purpose, the same for the same seed whatever else is drawn."""
    return Random(f"{seed} {purpose}")  # noqa: S311 - callers are drawn here, not secrets
