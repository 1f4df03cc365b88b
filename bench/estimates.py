"""How well a caller's wait is foretold: Hotline's interval beside what two other systems would have told him.

Each is asked about the same callers at the same instant, when they begin to wait, and held against when they were
answered. Who was answered at once is asked by nobody. Beside Hotline's interval stand

* app_queue's average hold time (apps/app_queue.c, `recalc_holdtime`): a quarter of it is the wait of the caller
  answered last and the rest what it was before, in whole seconds; it counts those answered at once, and knows no place;
* the caller's place times the mean of the last two waits, as another system has it.

Both tell a number and not an interval, so Hotline's error is that of the middle of its interval. A wait that the caller
himself ended is left out, for it tells nobody's error; that such a caller had waited longer than Hotline told him is a
miss, and counts as one in what was kept.

The callers are a real bank's (see `bench.real_bank`), who come, are answered and hang up exactly as they did, and those
of simulated days with two rushes, on which half of the agents work part of the day.
"""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import mean

from acd.core.caller_events import WaitForetold
from acd.core.events import CallAnswered, CallClosed, CallEnteredLane, CallLeftLane, Event
from acd.core.inputs import Input, TimePassed
from acd.core.instants import Duration, Instant, seconds
from acd.core.names import AgentId, CallId, LaneName, LanguageName, PhoneName, VipClass
from acd.core.orders import SayToCaller
from acd.core.policy import Agent, Announce, Lane, Policy, Vip
from acd.core.requests import BecomeReady, LogIn
from acd.core.router import Router
from acd.core.switch_events import (
    CallEnded,
    CallSeen,
    CallStartedWaiting,
    PhoneChanged,
    PhoneState,
    Stage,
    SwitchSurveyed,
)
from acd.simulator import CallerClass, Exponential, Lognormal, Scenario, Span, simulate
from acd.simulator.bank_records import BankCall, CallType, Kind, Priority, read_calls
from bench.figures import Figure
from bench.real_bank import THE_BANKS_CREDIT, records_folder

LANE, LANGUAGE = LaneName("regular"), LanguageName("he")
HOUR = 3_600_000
TOLD_EVERY: Duration = 60_000
COVERAGE = 80.0
"""Percent that the interval is to keep."""
IN_THE_QUEUE = frozenset({Kind.SERVED_AFTER_WAIT, Kind.ABANDONED_QUEUE, Kind.SERVED_AT_ONCE})


@dataclass(slots=True)
class _Asked:
    """What each would have told one caller when he began to wait; the others in milliseconds."""

    lane: LaneName
    since: Instant
    average: Duration
    last_two: float | None
    ours: tuple[Duration, Duration] | None = None


@dataclass(slots=True)
class _Queue:
    """A lane as the two others see it."""

    waiting: dict[CallId, None] = field(default_factory=dict)
    average: int = 0
    """Whole seconds."""
    last_two: deque[Duration] = field(default_factory=lambda: deque(maxlen=2))

    def answer(self, waited: Duration) -> None:
        self.average = ((self.average << 2) - self.average + waited // 1000) >> 2
        self.last_two.append(waited)


@dataclass(slots=True)
class Contest:
    """Hears what the core says, asks the others, and keeps every error, in milliseconds."""

    ours: list[float] = field(default_factory=list)
    average: list[float] = field(default_factory=list)
    last_two: list[float] = field(default_factory=list)
    kept: list[bool] = field(default_factory=list)
    """Whether each interval held; those who gave up after it had not are among them."""
    gave_up_late: int = 0
    widths: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    told_later: list[bool] = field(default_factory=list)
    """Whether each interval that was told while a caller waited came to hold."""
    answered: int = 0
    """After a wait."""
    _queues: dict[LaneName, _Queue] = field(default_factory=dict)
    _asked: dict[CallId, _Asked] = field(default_factory=dict)
    _later: dict[CallId, list[tuple[Instant, Instant]]] = field(default_factory=dict)

    def hear(self, at: Instant, event: Event) -> None:
        """Take note of one event."""
        match event:
            case CallEnteredLane(call, lane):
                queue = self._queue(lane)
                two = mean(queue.last_two) if queue.last_two else None
                place = len(queue.waiting) + 1
                self._asked[call] = _Asked(lane, at, queue.average * 1000, None if two is None else place * two)
                queue.waiting[call] = None
            case WaitForetold(call, at_least=at_least, at_most=at_most):
                self._asked[call].ours = (at_least, at_most)
            case CallAnswered(call, waited=waited):
                asked = self._leave(call)
                if asked is not None:
                    self._queue(asked.lane).answer(waited)
                    self._score(call, asked, at)
            case CallClosed(call) | CallLeftLane(call):
                asked = self._leave(call)
                if asked is not None and asked.ours is not None and at - asked.since > asked.ours[1]:
                    self.kept.append(False)
                    self.gave_up_late += 1
                self._later.pop(call, None)
            case _:
                pass

    def told(self, at: Instant, order: SayToCaller) -> None:
        """A waiting caller is told how long it will yet take."""
        if order.wait is not None:
            self._later.setdefault(order.call, []).append((at + order.wait[0], at + order.wait[1]))

    def answered_at_once(self, lane: LaneName) -> None:
        """Somebody was answered of whom the core was not told."""
        self._queue(lane).answer(0)

    def _queue(self, lane: LaneName) -> _Queue:
        return self._queues.setdefault(lane, _Queue())

    def _leave(self, call: CallId) -> _Asked | None:
        asked = self._asked.pop(call, None)
        if asked is not None:
            self._queue(asked.lane).waiting.pop(call, None)
        return asked

    def _score(self, call: CallId, asked: _Asked, at: Instant) -> None:
        waited = at - asked.since
        self.told_later += [soonest <= at <= latest for soonest, latest in self._later.pop(call, ())]
        if waited == 0:
            return
        self.answered += 1
        if asked.ours is None or asked.last_two is None:
            return
        at_least, at_most = asked.ours
        self.kept.append(at_least <= waited <= at_most)
        self.widths.append(at_most - at_least)
        self.waits.append(waited)
        self.ours.append(abs((at_least + at_most) / 2 - waited))
        self.average.append(abs(asked.average - waited))
        self.last_two.append(abs(asked.last_two - waited))


# The real bank


def _policy() -> Policy:
    agent = AgentId("branch")
    return Policy(
        version="real bank",
        lanes={LANE: Lane(LANE, "", announce=Announce(TOLD_EVERY, estimated_wait=True))},
        agents={agent: Agent(agent, "The branch", PhoneName("branch"), {})},
        languages={LANGUAGE: ""},
        default_lane=LANE,
        default_language=LANGUAGE,
        vip=(Vip(VipClass("priority"), THE_BANKS_CREDIT, customer_tiers=frozenset({"priority"})),),
    )


class Branch:
    """A router that hears the bank's calls of type PS: who came, who was answered and who hung up, and when.

    Whom the bank's agents answered is told by surveys, as after a loss of the link: so the core is not asked whom it
    would have chosen, and each estimate is made of what the bank's own switch did before.
    """

    def __init__(self, contest: Contest) -> None:
        self._contest = contest
        self._router = Router.fresh(_policy())
        self._waiting: dict[CallId, CallStartedWaiting] = {}
        self._now: Instant = 0

    def play(self, calls: Iterable[BankCall]) -> None:
        """Let all calls happen, in their order."""
        moments = sorted(_moments(calls))
        self._now = moments[0][0]
        # The agents of the records have no names that stay; one who is at work and busy stands for all of them.
        for happened in (LogIn(AgentId("branch")), PhoneChanged(PhoneName("branch"), PhoneState.BUSY)):
            self._take(happened)
        self._take(BecomeReady(AgentId("branch")))
        self._take(SwitchSurveyed(self._now, ()))
        for at, comes, _, call in moments:
            while (due := self._router.next_deadline()) is not None and due <= at:
                self._now = due
                self._take(TimePassed())
            self._now = at
            if comes:
                self._come(call)
            elif call.kind is Kind.SERVED_AT_ONCE:
                self._contest.answered_at_once(LANE)
            else:
                self._leave(call)

    def _take(self, happened: Input) -> None:
        step = self._router.take(happened, self._now)
        for event in step.events:
            self._contest.hear(self._now, event)
        for order in step.orders:
            if isinstance(order, SayToCaller):
                self._contest.told(self._now, order)

    def _come(self, call: BankCall) -> None:
        tier = "priority" if call.priority is Priority.PRIORITY else ""
        name, now = _name(call), self._now
        self._waiting[name] = CallStartedWaiting(name, "", "", "", now, now, LANE, LANGUAGE, tier)
        self._take(self._waiting[name])

    def _leave(self, call: BankCall) -> None:
        name = _name(call)
        if call.kind is Kind.SERVED_AFTER_WAIT:
            seen = tuple(
                _seen(each, Stage.TALKING if each.call == name else Stage.WAITING) for each in self._waiting.values()
            )
            self._take(SwitchSurveyed(self._now, seen))
        del self._waiting[name]
        self._take(CallEnded(name))


def _moments(calls: Iterable[BankCall]) -> Iterator[tuple[Instant, bool, int, BankCall]]:
    """Who comes and who goes, and when; in one second those who go come first."""
    for call in calls:
        if call.type is CallType.REGULAR and call.kind in IN_THE_QUEUE and not call.bad:
            midnight = seconds(call.day.toordinal() * 86_400)
            if call.wait > 0:
                yield midnight + seconds(call.offered_at), True, call.line, call
            if call.wait > 0 or call.kind is Kind.SERVED_AT_ONCE:
                yield midnight + seconds(call.left_queue_at), False, call.line, call


def _name(call: BankCall) -> CallId:
    return CallId(f"bank-{call.line:07}")


def _seen(call: CallStartedWaiting, stage: Stage) -> CallSeen:
    return CallSeen(
        call.call, stage, "", "", "", call.arrived_at, call.entered_at, LANE, LANGUAGE, call.tier, None, None
    )  # fmt: skip


# Simulated days

DAY = (0.1, 0.2, 0.5, 0.9, 1.0, 0.8, 0.6, 0.6, 0.9, 0.8, 0.4, 0.2)
"""What part of the callers come in each of the twelve hours."""


def days(count: int) -> tuple[Scenario, Span]:
    """So many days of twelve hours: cards callers and, among the same agents, wealth callers with a head start."""
    cards, wealth = LaneName("cards"), LaneName("wealth")
    announce = Announce(TOLD_EVERY, estimated_wait=True)
    agents = {
        AgentId(f"a{number:02}"): Agent(AgentId(f"a{number:02}"), "", PhoneName(f"a{number:02}"), skills)
        for number in range(24)
        for skills in ({"cards": 3} if number % 3 else {"cards": 3, "wealth": 3},)
    }
    policy = Policy(
        version="simulated days",
        lanes={
            cards: Lane(cards, "cards", announce=announce),
            wealth: Lane(wealth, "wealth", announce=announce),
        },
        agents=agents,
        languages={LANGUAGE: ""},
        default_lane=cards,
        default_language=LANGUAGE,
        vip=(Vip(VipClass("gold"), seconds(90), customer_tiers=frozenset({"gold"})),),
    )
    patience = Exponential(446)
    rush = [(day * 12 * HOUR + 3 * HOUR, day * 12 * HOUR + 10 * HOUR) for day in range(count)]
    scenario = Scenario(
        policy,
        (
            CallerClass("cards", cards, LANGUAGE, 480, patience, day=DAY),
            CallerClass("gold", cards, LANGUAGE, 60, patience, tier="gold", day=DAY),
            CallerClass("wealth", wealth, LANGUAGE, 90, patience, day=DAY),
        ),
        {"cards": Lognormal(186, 238), "gold": Lognormal(186, 238), "wealth": Lognormal(270, 300)},
        begins_at=1_000 * HOUR,
        shifts={
            agent: tuple((1_000 * HOUR + begin, 1_000 * HOUR + end) for begin, end in rush)
            for number, agent in enumerate(sorted(agents))
            if number % 2
        },
    )
    return scenario, Span(0, 12 * HOUR, count)


# Figures


def _figures_of(contest: Contest, where: str, took: float) -> list[Figure]:
    if not contest.ours:
        return []
    ours = mean(contest.ours) / 1000
    note = (
        f"{len(contest.ours):,} of {contest.answered:,} waits foretold, {mean(contest.waits) / 1000:.0f} s on average; "
        f"the interval is {mean(contest.widths) / 1000:.0f} s wide on average; {took:.1f} s"
    )
    figures = [
        Figure(
            "estimates",
            f"mean error of a foretold wait, {where}",
            "s",
            ours,
            against,
            mean(errors) / 1000,
            ours * 1000 / mean(errors),
            "of that error",
            1.0,
            "ratio",
            "less",
            note if errors is contest.average else "",
        )
        for against, errors in (
            ("app_queue's average hold time", contest.average),
            ("place × mean of the last two waits", contest.last_two),
        )
    ]
    answered = 100 * sum(contest.kept) / (len(contest.kept) - contest.gave_up_late)
    note = f"{answered:.1f} % of those answered"
    if later := contest.told_later:
        note += f"; {100 * mean(later):.1f} % of the {len(later):,} intervals told once a minute while they waited"
    kept = 100 * mean(contest.kept)
    what = f"waits that came to lie within the interval, {where}"
    figures.append(Figure("estimates", what, "%", kept, "meant to", COVERAGE, goal=75.0, better="more", note=note))
    return figures


def measure(*, quick: bool = False) -> list[Figure]:
    """Errors and coverage on the bank's calls, if they are here, and on simulated days.

    Raises `BankRecordsRefused` if the records cannot be read. `quick` looks at a week of each.
    """
    figures: list[Figure] = []
    folder = records_folder()
    if folder is not None:
        calls = read_calls(folder)
        if quick:
            calls = [call for call in calls if call.day.month == 1 and call.day.day <= 10]
        contest, began = Contest(), time.perf_counter()
        Branch(contest).play(calls)
        figures += _figures_of(contest, "the real bank's calls", time.perf_counter() - began)
    contest, began = Contest(), time.perf_counter()
    scenario, span = days(3 if quick else 15)
    simulate(scenario, seed=4, span=span, hear=contest.hear)
    return figures + _figures_of(contest, "simulated days", time.perf_counter() - began)
