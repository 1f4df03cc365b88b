"""The simulator beside Ciw and SimPy: how many calls a second each simulates of the same model, in the same run.

The model is M/M/c+M: Poisson arrivals, exponential talks, exponential patience. Hotline's simulator gives every caller
to the routing brain itself, which knows nothing of the model; Ciw has servers and reneging built in; SimPy gets the
shortest programme that says the same. Each counts who waited and who left, so that one sees that the three simulate the
same. All begin with nobody there. Times are of the processor, the three take turns, and the best of several rounds
counts.
"""

import time
from dataclasses import dataclass, field
from random import Random

import ciw
import simpy

from acd.core.instants import Duration, seconds
from acd.core.names import AgentId, LaneName, Skill
from acd.simulator import CallerClass, Exponential, Scenario, Span, simulate
from bench.figures import Figure
from bench.plain_scan import LANGUAGE, team


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is simulated."""

    calls: int = 40_000
    """Of each simulation."""
    repeats: int = 3


TINY = Sizes(calls=300, repeats=1)
QUICK = Sizes(calls=5_000, repeats=1)


@dataclass(frozen=True, slots=True)
class Model:
    """M/M/c+M; times in seconds."""

    agents: int = 100
    calls_per_hour: float = 1800
    talk: float = 185
    patience: float = 446
    waited: float = 0.26937948
    """The exact share of callers who wait."""
    abandoned: float = 0.00860001
    """The exact share of callers who leave."""


@dataclass(slots=True)
class Run:
    """What simulations came to."""

    calls: int = 0
    waited: float = 0
    abandoned: float = 0
    rates: list[float] = field(default_factory=list)
    """Calls per second of the processor, by round."""

    def add(self, calls: int, waited: float, abandoned: float, took: float) -> None:
        self.calls += calls
        self.waited += waited
        self.abandoned += abandoned
        self.rates.append(calls / took)

    def __str__(self) -> str:
        return f"{self.waited / self.calls:.1%} and {self.abandoned / self.calls:.2%}"


def with_hotline(model: Model, calls: int, seed: int, run: Run) -> None:
    """The routing brain in virtual time."""
    skill = Skill("everything")
    policy = team({AgentId(f"a{number:03}"): {skill: 5} for number in range(model.agents)}, [skill])
    everybody = CallerClass("everybody", LaneName(skill), LANGUAGE, model.calls_per_hour, Exponential(model.patience))
    scenario = Scenario(policy, (everybody,), handling={"everybody": Exponential(model.talk)})
    batch: Duration = seconds(calls / 10 * 3600 / model.calls_per_hour)
    began = time.process_time()
    tally = simulate(scenario, seed, Span(warm_up=0, batch=batch, batches=10))
    took = time.process_time() - began
    counts = tally.counts()
    run.add(tally.calls(), sum(each.waited for each in counts), sum(each.abandoned for each in counts), took)


def with_ciw(model: Model, calls: int, seed: int, run: Run) -> None:
    """Ciw's servers and reneging."""
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(model.calls_per_hour / 3600)],
        service_distributions=[ciw.dists.Exponential(1 / model.talk)],
        reneging_time_distributions=[ciw.dists.Exponential(1 / model.patience)],
        number_of_servers=[model.agents],
    )
    simulation = ciw.Simulation(network)
    began = time.process_time()
    simulation.simulate_until_max_customers(calls, method="Finish")
    took = time.process_time() - began
    records = simulation.get_all_records()
    left = sum(record.record_type == "renege" for record in records)
    run.add(len(records), sum(record.waiting_time > 0 for record in records), left, took)


def with_simpy(model: Model, calls: int, seed: int, run: Run) -> None:
    """SimPy's resource, with a process for each caller."""
    chance = Random(seed)
    environment = simpy.Environment()
    agents = simpy.Resource(environment, model.agents)
    waited = left = 0

    def caller():
        nonlocal waited, left
        with agents.request() as turn:
            if not turn.triggered:
                waited += 1
                yield turn | environment.timeout(chance.expovariate(1 / model.patience))
                if not turn.triggered:
                    left += 1
                    return
            yield environment.timeout(chance.expovariate(1 / model.talk))

    def everybody():
        for _ in range(calls):
            yield environment.timeout(chance.expovariate(model.calls_per_hour / 3600))
            environment.process(caller())

    environment.process(everybody())
    began = time.process_time()
    environment.run()
    run.add(calls, waited, left, time.process_time() - began)


def measure(sizes: Sizes | None = None) -> list[Figure]:
    """Calls per second simulated, the three by turns."""
    sizes, model = sizes or Sizes(), Model()
    hotline, by_ciw, by_simpy = Run(), Run(), Run()
    for seed in range(1, sizes.repeats + 1):
        with_hotline(model, sizes.calls, seed, hotline)
        with_ciw(model, sizes.calls, seed, by_ciw)
        with_simpy(model, sizes.calls, seed, by_simpy)
    figures = []
    for against, run in ((f"Ciw {ciw.__version__}", by_ciw), (f"SimPy {simpy.__version__}", by_simpy)):
        rate, other = max(hotline.rates), max(run.rates)
        note = (
            f"{model.agents} agents, {model.calls_per_hour:,.0f} calls/h, {model.talk:.0f} s of talk, "
            f"{model.patience:.0f} s of patience; {hotline} of {hotline.calls:,} calls waited and left, {run} there, "
            f"{model.waited:.1%} and {model.abandoned:.2%} is exact"
        )
        figures.append(
            Figure(
                "side_by_side",
                "simulated calls",
                "calls/s",
                rate,
                against,
                other,
                rate / other,
                f"of {against.split()[0]}'s",
                better="more",
                note=note,
            )
        )
    return figures
