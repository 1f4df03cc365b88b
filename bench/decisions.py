"""How long the routing brain takes to decide: when a caller arrives, when an agent is ready, and on a busy day.

A large hotline: 1,000 agents, 50 skills with a lane for each, 5,000 callers waiting. Specialists have 5 of the skills,
generalists all 50, which is the worst that can be asked. The same is asked of a tenth of it and of ten times as much of
each, to see how a decision grows. A busy day is a million inputs.
"""

import gc
import time
import tracemalloc
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from acd.core.inputs import Input, TimePassed
from acd.core.instants import Instant
from acd.core.names import AgentId, CallId, LaneName, LanguageName, OfferId, PhoneName, Skill
from acd.core.orders import RingAgent
from acd.core.policy import Agent, Lane, Policy, RouteStep
from acd.core.requests import BecomeReady, LogIn, PauseAgent
from acd.core.router import Router
from acd.core.step import Step
from acd.core.switch_events import (
    CallArrived,
    CallEnded,
    CallStartedWaiting,
    OfferAnswered,
    OfferReached,
    SwitchSurveyed,
    TalkEnded,
)
from bench.figures import Figure, middle, quantile

BEGIN: Instant = 1_795_000_000_000
LANGUAGES = (LanguageName("zh"), LanguageName("en"))
WAITED_FOR = (("lane-0", "skill-1"), ("lane-1", "skill-2"))
"""Lanes whose service level the callers' steps wait for, and what they would then ask for."""

GOAL_MICROSECONDS = 50.0
GOAL_P99 = 500.0
GOAL_KILOBYTES = 10.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the hotline is and how much is measured."""

    agents: int = 1_000
    skills: int = 50
    waiting: int = 5_000
    samples: int = 2_000
    day: int = 167_000
    """Calls of the busy day; each is six inputs, so that they are a million."""
    factors: tuple[float, ...] = (0.1, 0.3, 1, 3, 10)
    """The same at so many times as many agents, skills and callers each."""

    def times(self, factor: float) -> "Sizes":
        """So many times as large, with as much measured."""
        return Sizes(
            round(self.agents * factor), round(self.skills * factor), round(self.waiting * factor), self.samples
        )

    def __str__(self) -> str:
        return f"{self.agents:,} agents, {self.skills} skills, {self.waiting:,} waiting"


TINY = Sizes(agents=20, skills=5, waiting=30, samples=10, day=50, factors=(1,))
QUICK = Sizes(samples=300, day=5_000, factors=(0.1, 1))


class Hall:
    """A router with its agents at their desks, and callers made to order."""

    def __init__(self, sizes: Sizes, skills_each: int, steps: tuple[RouteStep, ...] = ()) -> None:
        self.chance = Random(1)
        skills = [Skill(f"skill-{number}") for number in range(sizes.skills)]
        self.lanes = [LaneName(f"lane-{number}") for number in range(sizes.skills)]
        self.agents = [AgentId(f"a{number:04}") for number in range(sizes.agents)]
        policy = Policy(
            version="bench",
            lanes={name: Lane(name, skill, steps=steps) for name, skill in zip(self.lanes, skills, strict=True)},
            agents={
                name: Agent(name, name, PhoneName(name), dict.fromkeys(self._some(skills, skills_each), 5))
                for name in self.agents
            },
            languages=dict.fromkeys(LANGUAGES, ""),
            default_lane=self.lanes[0],
            default_language=LANGUAGES[0],
            pause_reasons={"break": None},
        )
        self.router = Router.fresh(policy)
        self.now = BEGIN
        self.calls = 0
        self.take(SwitchSurveyed(BEGIN, ()))
        for agent in self.agents:
            self.take(LogIn(agent))

    def take(self, happened: Input) -> Step:
        """Take one input, a millisecond after the last."""
        self.now += 1
        return self.router.take(happened, self.now)

    def caller(self) -> CallStartedWaiting:
        """A new caller for a lane by chance."""
        self.calls += 1
        lane, language = self.chance.choice(self.lanes), self.chance.choice(LANGUAGES)
        call = CallId(f"hotline-1795318465.{self.calls}")
        return CallStartedWaiting(call, "13800000000", "", "95555", self.now, self.now, lane, language, "")

    def timed(self, happened: Input) -> tuple[float, Step]:
        """Microseconds that an input took, and what came of it."""
        self.now += 1
        began = time.perf_counter_ns()
        step = self.router.take(happened, self.now)
        return (time.perf_counter_ns() - began) / 1000, step

    def _some(self, skills: list[Skill], count: int) -> list[Skill]:
        return self.chance.sample(skills, min(count, len(skills)))


def arrivals_unserved(hall: Hall, sizes: Sizes) -> list[float]:
    """Callers arrive while all wait already and nobody is ready."""
    for _ in range(sizes.waiting):
        hall.take(hall.caller())
    times = []
    for _ in range(sizes.samples):
        caller = hall.caller()
        times.append(hall.timed(caller)[0])
        hall.take(CallEnded(caller.call))
    return times


def ready_for_the_first_time(hall: Hall, sizes: Sizes) -> list[float]:
    """Each agent becomes ready once after the settings came into force, while many wait: his lines are worked out."""
    return [_ready(hall, agent) for agent in hall.agents][: sizes.samples]


def ready_agents(hall: Hall, sizes: Sizes) -> list[float]:
    """Agents become ready while many wait; each is given the longest-waiting call he may serve."""
    return [_ready(hall, hall.agents[number % len(hall.agents)]) for number in range(sizes.samples)]


def _ready(hall: Hall, agent: AgentId) -> float:
    took, step = hall.timed(BecomeReady(agent))
    for order in step.orders:
        if isinstance(order, RingAgent):
            # The caller is gone and another has come, the agent pauses: as many wait as before.
            hall.take(PauseAgent(agent, "break"))
            hall.take(CallEnded(order.call))
            hall.take(hall.caller())
    return took


def arrivals_served(hall: Hall, sizes: Sizes) -> list[float]:
    """Callers arrive while nobody waits and every agent is ready."""
    for call in list(hall.router.memory.calls):
        hall.take(CallEnded(call))
    for agent in hall.agents:
        hall.take(BecomeReady(agent))
    times = []
    for _ in range(sizes.samples):
        caller = hall.caller()
        took, _ = hall.timed(caller)
        times.append(took)
        hall.take(CallEnded(caller.call))
    return times


CASES: tuple[tuple[str, Callable[[Hall, Sizes], list[float]]], ...] = (
    ("arrival, nobody ready", arrivals_unserved),
    ("agent ready for the first time, many waiting", ready_for_the_first_time),
    ("agent ready, many waiting", ready_agents),
    ("arrival, every agent ready, nobody waiting", arrivals_served),
)


def busy_day(sizes: Sizes) -> tuple[int, float]:
    """Inputs of a day on which four fifths of the agents always talk, and the seconds they took."""
    hall = Hall(sizes, 5)
    for agent in hall.agents:
        hall.take(BecomeReady(agent))
    talking: deque[tuple[CallId, OfferId]] = deque()
    inputs = 0
    began = time.perf_counter()
    for _ in range(sizes.day):
        caller = hall.caller()
        hall.take(CallArrived(caller.call, caller.number, "", caller.dialled, caller.arrived_at))
        steps = [hall.take(caller)]
        inputs += 2
        if len(talking) > sizes.agents * 0.8:
            call, _ = talking.popleft()
            steps += [hall.take(TalkEnded(call)), hall.take(CallEnded(call))]
            inputs += 2
        for order in (order for step in steps for order in step.orders if isinstance(order, RingAgent)):
            hall.take(OfferReached(order.call, order.offer))
            hall.take(OfferAnswered(order.call, order.offer))
            talking.append((order.call, order.offer))
            inputs += 2
    return inputs, time.perf_counter() - began


def decisions(sizes: Sizes) -> list[Figure]:
    """Each decision at each size, for specialists and generalists; the goals are those of the size in the middle."""
    figures = []
    for factor in sizes.factors:
        size = sizes.times(factor)
        for kind, skills_each in (("specialists", max(1, sizes.skills // 10)), ("generalists", size.skills)):
            hall = Hall(size, skills_each)
            gc.collect()
            gc.freeze()
            for what, samples in CASES:
                times = samples(hall, size)
                name = f"{what} ({kind})"
                goal = GOAL_MICROSECONDS if factor == 1 else None
                figures.append(Figure("decisions", f"{name}, median", "µs", middle(times), goal=goal, note=str(size)))
                if factor == 1:
                    late = quantile(times, 0.99)
                    figures.append(Figure("decisions", f"{name}, p99", "µs", late, goal=GOAL_P99, note=str(size)))
            gc.unfreeze()
    return figures


def looks(sizes: Sizes) -> list[Figure]:
    """The look at the conditions of all waiting callers, once a second, of which nothing comes."""
    steps = tuple(RouteStep(when=f"service_level({lane}) < 1%", needs=skill) for lane, skill in WAITED_FOR)
    hall = Hall(sizes, sizes.skills, steps)
    for _ in range(sizes.waiting):
        hall.take(hall.caller())
    times = []
    for _ in range(20):
        hall.now += 1_000
        times.append(hall.timed(TimePassed())[0] / 1000)
    note = f"{sizes}, each waiting for {len(steps)} conditions"
    return [Figure("decisions", "the look once a second, nothing comes of it", "ms", middle(times), note=note)]


def memory(sizes: Sizes) -> list[Figure]:
    """Kilobytes that each agent and each waiting call takes, with its share of all indexes."""
    tracemalloc.start()
    hall = Hall(sizes, sizes.skills)
    for agent in hall.agents:
        hall.take(BecomeReady(agent))
        hall.take(PauseAgent(agent, "break"))
    with_agents = tracemalloc.get_traced_memory()[0]
    for _ in range(sizes.waiting):
        hall.take(hall.caller())
    with_calls = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    per_agent, per_call = with_agents / sizes.agents / 1000, (with_calls - with_agents) / sizes.waiting / 1000
    note = f"{sizes}, generalists"
    return [
        Figure("decisions", "memory of an agent", "kB", per_agent, goal=GOAL_KILOBYTES, note=note),
        Figure("decisions", "memory of a waiting call", "kB", per_call, goal=GOAL_KILOBYTES, note=note),
    ]


def measure(sizes: Sizes | None = None) -> list[Figure]:
    """Decisions in microseconds, memory, and the busy day."""
    sizes = sizes or Sizes()
    figures = decisions(sizes) + looks(sizes) + memory(sizes)
    inputs, took = busy_day(sizes)
    note = f"{inputs:,} inputs in {took:.1f} s; one core, in memory"
    return [
        *figures,
        Figure("decisions", "inputs of a busy day", "inputs/s", inputs / took, goal=1e6 / 60, better="more", note=note),
    ]
