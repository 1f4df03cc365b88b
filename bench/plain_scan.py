"""The routing brain beside a plain scan, which asks of every agent and every call that might be meant whether they fit.

Three such scans stand beside it, all written as directly as they can be, and all held to the same answer every time:

* an agent becomes ready: every waiting call is looked at;
* a caller arrives: every agent is looked at;
* as app_queue does: each waiting call of each queue looks over all agents of its queue, again and again while it
  waits; here it is one such round, after an agent became ready. A queue knows its own agents, as in app_queue.

The hotline is large: 1,000 agents, 50 skills with a lane for each, 5,000 callers waiting. Specialists have 5 of the
skills, generalists all 50. The rule is the same for all: the smallest place (entered less credit) first, the agent who
has been idle longest. Times are of the processor. app_queue itself is written in C, so the ratio tells of the ways to
decide and not of the two products.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import TypeVar

from acd.core.inputs import Input
from acd.core.instants import Instant
from acd.core.names import AgentId, CallId, LaneName, LanguageName, PhoneName, Skill
from acd.core.orders import RingAgent
from acd.core.policy import Agent, AgentChoice, Lane, Policy
from acd.core.requests import BecomeReady, LogIn, PauseAgent
from acd.core.router import Router
from acd.core.step import Step
from acd.core.switch_events import CallEnded, CallStartedWaiting, SwitchSurveyed
from bench.figures import Figure, middle

BEGIN: Instant = 1_795_000_000_000
LANGUAGE = LanguageName("en")
BREAK = "break"

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the hotline is, and how much is measured."""

    agents: int = 1_000
    skills: int = 50
    skills_each: int = 5
    waiting: int = 5_000
    samples: int = 500
    rounds_of_all: int = 10
    """Samples of the scan over everything, each of which takes very long."""


TINY = Sizes(agents=20, skills=5, skills_each=2, waiting=30, samples=10, rounds_of_all=2)
QUICK = Sizes(samples=100, rounds_of_all=3)


def team(agents: dict[AgentId, dict[Skill, int]], skills: list[Skill]) -> Policy:
    """A lane for each skill; whoever has been idle longest takes a call."""
    lanes = {LaneName(skill): Lane(LaneName(skill), skill) for skill in skills}
    return Policy(
        version="side by side",
        lanes=lanes,
        agents={name: Agent(name, name, PhoneName(name), able) for name, able in agents.items()},
        languages={LANGUAGE: ""},
        default_lane=next(iter(lanes)),
        default_language=LANGUAGE,
        choose_agent=AgentChoice.LONGEST_IDLE,
        pause_reasons={BREAK: None},
    )


@dataclass(slots=True, eq=False)
class PlainCall:
    """A waiting call as a scan sees it; the smallest `place` is served first."""

    place: tuple[Instant, CallId]
    skill: Skill


@dataclass(slots=True, eq=False)
class PlainAgent:
    """An agent as a scan sees him."""

    id: AgentId
    skills: dict[Skill, int]
    ready: bool = False
    idle_since: Instant = 0


def scan_calls(agent: PlainAgent, calls: list[PlainCall]) -> PlainCall | None:
    """The call that a freed agent takes."""
    best = None
    for call in calls:
        if agent.skills.get(call.skill, 0) >= 1 and (best is None or call.place < best.place):
            best = call
    return best


def scan_agents(call: PlainCall, agents: list[PlainAgent]) -> PlainAgent | None:
    """The agent who takes a call that has just come."""
    best = None
    for agent in agents:
        able = agent.ready and agent.skills.get(call.skill, 0) >= 1
        if able and (best is None or (agent.idle_since, agent.id) < (best.idle_since, best.id)):
            best = agent
    return best


@dataclass(slots=True)
class PlainQueue:
    """A queue as app_queue has it: its calls, and the agents who are its members."""

    members: list[PlainAgent]
    calls: list[PlainCall] = field(default_factory=list)


def scan_everything(queues: list[PlainQueue]) -> tuple[PlainCall, PlainAgent] | None:
    """Who gets whom: each call of each queue looks over the members; of all that found one the first in place."""
    best: tuple[PlainCall, PlainAgent] | None = None
    for queue in queues:
        for call in queue.calls:
            chosen = None
            for member in queue.members:
                if member.ready and (chosen is None or (member.idle_since, member.id) < (chosen.idle_since, chosen.id)):
                    chosen = member
            if chosen is not None and (best is None or call.place < best[0].place):
                best = (call, chosen)
    return best


class Hall:
    """The same agents and callers twice: in a router and as plain lists."""

    def __init__(self, sizes: Sizes) -> None:
        self.chance = Random(1)
        self.skills = [Skill(f"skill-{number}") for number in range(sizes.skills)]
        able = {
            AgentId(f"a{number:04}"): dict.fromkeys(self.chance.sample(self.skills, sizes.skills_each), 5)
            for number in range(sizes.agents)
        }
        self.agents = {name: PlainAgent(name, skills) for name, skills in able.items()}
        self.everybody = list(self.agents.values())
        self.queues = {
            skill: PlainQueue([each for each in self.everybody if skill in each.skills]) for skill in self.skills
        }
        self.calls: dict[CallId, PlainCall] = {}
        self.waiting: list[PlainCall] = []
        self.router = Router.fresh(team(able, self.skills))
        self.now = BEGIN
        self.came = 0
        self.take(SwitchSurveyed(BEGIN, ()))
        for agent in self.agents:
            self.take(LogIn(agent))

    def take(self, happened: Input) -> Step:
        """Take one input, a millisecond after the last."""
        self.now += 1
        return self.router.take(happened, self.now)

    def caller(self) -> tuple[CallStartedWaiting, PlainCall]:
        """Somebody who is about to wait, for the router and for the lists."""
        self.came += 1
        call, skill, entered = (
            CallId(f"hotline-1795318465.{self.came:07}"),
            self.chance.choice(self.skills),
            self.now + 1,
        )
        told = CallStartedWaiting(call, "", "", "95555", entered, entered, LaneName(skill), LANGUAGE, "")
        return told, PlainCall((entered, call), skill)

    def wait(self) -> None:
        """Somebody comes whom nobody is free for."""
        told, call = self.caller()
        self.take(told)
        self.calls[told.call] = call
        self.waiting.append(call)
        self.queues[call.skill].calls.append(call)

    def leave(self, call: PlainCall) -> None:
        _, name = call.place
        del self.calls[name]
        self.waiting.remove(call)
        self.queues[call.skill].calls.remove(call)
        self.take(CallEnded(name))


def timed(work: Callable[..., Answer], *arguments: object) -> tuple[float, Answer]:
    """Microseconds of the processor that the work took, and what came of it."""
    began = time.thread_time_ns()
    answer = work(*arguments)
    return (time.thread_time_ns() - began) / 1000, answer


def rung(step: Step) -> RingAgent:
    """The order that a decision led to."""
    return next(order for order in step.orders if isinstance(order, RingAgent))


def _freed(sizes: Sizes) -> tuple[list[float], list[float], list[float]]:
    """Microseconds of the brain, of a scan of the calls, and of a scan of everything, when an agent becomes ready."""
    hall = Hall(sizes)
    for _ in range(sizes.waiting):
        hall.wait()
    brain, calls, everything = [], [], []
    for number in range(sizes.samples):
        agent = hall.everybody[number % len(hall.everybody)]
        took, step = timed(hall.take, BecomeReady(agent.id))
        brain.append(took)
        chosen = hall.calls[rung(step).call]
        agent.ready, agent.idle_since = True, hall.now
        took, call = timed(scan_calls, agent, hall.waiting)
        calls.append(took)
        assert call is chosen, "the scan must come to the same"
        if number < sizes.rounds_of_all:
            took, pair = timed(scan_everything, list(hall.queues.values()))
            everything.append(took)
            assert pair == (chosen, agent), "the scan must come to the same"
        # The caller is gone and another has come, the agent pauses: as many wait as before.
        agent.ready = False
        hall.take(PauseAgent(agent.id, BREAK))
        hall.leave(chosen)
        hall.wait()
    return brain, calls, everything


def _arrived(sizes: Sizes) -> tuple[list[float], list[float]]:
    """Microseconds of the brain and of a scan of the agents when a caller comes and everybody is ready."""
    hall = Hall(sizes)
    for agent in hall.everybody:
        hall.take(BecomeReady(agent.id))
        agent.ready, agent.idle_since = True, hall.now
    brain, agents = [], []
    for _ in range(sizes.samples):
        told, call = hall.caller()
        took, step = timed(hall.take, told)
        brain.append(took)
        took, chosen = timed(scan_agents, call, hall.everybody)
        agents.append(took)
        assert chosen is hall.agents[rung(step).agent], "the scan must come to the same"
        # He hangs up, so that the agent is ready as before, and the next decision finds all of them.
        hall.take(CallEnded(told.call))
    return brain, agents


def measure(sizes: Sizes | None = None) -> list[Figure]:
    """The brain beside the scans, for specialists and for generalists, who have every skill."""
    sizes = sizes or Sizes()
    figures = []
    for kind, skills_each in (("specialists", sizes.skills_each), ("generalists", sizes.skills)):
        of_this_kind = replace(sizes, skills_each=skills_each)
        freed, calls, everything = _freed(of_this_kind)
        arrived, agents = _arrived(of_this_kind)
        size = f"{sizes.agents:,} agents, {sizes.skills} skills, {sizes.waiting:,} waiting"
        for what, brain, against, scan in (
            (f"agent ready, many waiting ({kind})", freed, "a scan of all calls", calls),
            (f"agent ready, many waiting ({kind})", freed, "a scan of all calls' agents, as app_queue", everything),
            (f"arrival, every agent ready ({kind})", arrived, "a scan of all agents", agents),
        ):
            ratio = middle(scan) / middle(brain)
            note = f"{size}; {len(scan):,} decisions, the same on both sides"
            figures.append(
                Figure("plain_scan", what, "µs", middle(brain), against, middle(scan), ratio, "times sooner", note=note)
            )
    return figures
