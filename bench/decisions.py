"""How long the routing brain takes to decide: when a caller arrives, when an agent is ready, and on a busy day.

A large hotline: 1,000 agents, 50 skills with a lane for each, 5,000 callers waiting. Specialists have 5 of the skills,
generalists all 50, which is the worst that can be asked.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from acd.core.inputs import Input
from acd.core.instants import Instant
from acd.core.names import AgentId, CallId, LaneName, LanguageName, OfferId, PhoneName, Skill
from acd.core.orders import RingAgent
from acd.core.policy import Agent, Lane, Policy
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
GOAL_MICROSECONDS = 50.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the hotline is and how much is measured."""

    agents: int = 1_000
    skills: int = 50
    waiting: int = 5_000
    samples: int = 2_000
    day: int = 30_000
    """Calls of the busy day."""


TINY = Sizes(agents=20, skills=5, waiting=30, samples=10, day=50)


class Hall:
    """A router with its agents at their desks, and callers made to order."""

    def __init__(self, sizes: Sizes, skills_each: int) -> None:
        self.chance = Random(1)
        skills = [Skill(f"skill-{number}") for number in range(sizes.skills)]
        self.lanes = [LaneName(f"lane-{number}") for number in range(sizes.skills)]
        self.agents = [AgentId(f"a{number:04}") for number in range(sizes.agents)]
        policy = Policy(
            version="bench",
            lanes={name: Lane(name, skill) for name, skill in zip(self.lanes, skills, strict=True)},
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


def _arrivals_unserved(hall: Hall, sizes: Sizes) -> list[float]:
    """Callers arrive while all wait already and nobody is ready."""
    for _ in range(sizes.waiting):
        hall.take(hall.caller())
    times = []
    for _ in range(sizes.samples):
        caller = hall.caller()
        times.append(hall.timed(caller)[0])
        hall.take(CallEnded(caller.call))
    return times


def _ready(hall: Hall, sizes: Sizes) -> list[float]:
    """Agents become ready while many wait; each is given the longest-waiting call he may serve."""
    times = []
    for number in range(sizes.samples):
        agent = hall.agents[number % len(hall.agents)]
        took, step = hall.timed(BecomeReady(agent))
        times.append(took)
        for order in step.orders:
            if isinstance(order, RingAgent):
                # The caller is gone and another has come, the agent pauses: as many wait as before.
                hall.take(PauseAgent(agent, "break"))
                hall.take(CallEnded(order.call))
                hall.take(hall.caller())
    return times


def _arrivals_served(hall: Hall, sizes: Sizes) -> list[float]:
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


def busy_day(sizes: Sizes) -> float:
    """Inputs per second of a day on which four fifths of the agents always talk; each call is seven inputs."""
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
    return inputs / (time.perf_counter() - began)


def measure(sizes: Sizes | None = None) -> list[Figure]:
    """Decisions in microseconds, and the busy day."""
    sizes = sizes or Sizes()
    figures = []
    size = f"{sizes.agents:,} agents, {sizes.skills} skills, {sizes.waiting:,} waiting"
    cases: tuple[tuple[str, Callable[[Hall, Sizes], list[float]]], ...] = (
        ("arrival, nobody ready", _arrivals_unserved),
        ("agent ready, many waiting", _ready),
        ("arrival, every agent ready, nobody waiting", _arrivals_served),
    )
    for kind, skills_each in (("specialists", 5), ("generalists", sizes.skills)):
        hall = Hall(sizes, skills_each)
        for what, samples in cases:
            times = samples(hall, sizes)
            note = f"{size}; p99 {quantile(times, 0.99):.0f} µs"
            figures.append(
                Figure("decisions", f"{what} ({kind})", "µs", middle(times), goal=GOAL_MICROSECONDS, note=note)
            )
    figures.append(
        Figure(
            "decisions", "inputs of a busy day", "inputs/s", busy_day(sizes), better="more", note="one core, in memory"
        )
    )
    return figures
