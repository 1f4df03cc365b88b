"""The same core in virtual time: what a policy does to callers and agents, before anybody meets it.

    scenario = Scenario(policy, (CallerClass("everybody", LaneName("general"), zh, 180, Exponential(446)),),
                        {"everybody": Exponential(185)})
    tally = simulate(scenario, seed=1, span=Span(warm_up=hour, batch=20 * hour, batches=20), thresholds=(20,))
    tally.mean_wait(), tally.served_within(20)        # each an Estimate: a mean and its standard error

The world plays callers, phones and switch; every decision is the real router's. `demand` draws the times, `world` lets
events happen in their order, `tally` counts. `bank_records` reads the calls of a real bank, for whoever has them; it is
the only part that opens a file. Rules: the rest imports the core and nothing that waits, reads a clock or does I/O; all
chance comes from one seed, by a stream of its own for each purpose, so that a change of policy meets the same callers
with the same patience.
"""

from acd.simulator.demand import NEVER, CallerClass, Constant, Distribution, Erlang, Exponential, Lognormal, Never
from acd.simulator.estimate import Estimate
from acd.simulator.tally import Span, Tally
from acd.simulator.world import Scenario, simulate

__all__ = [
    "NEVER",
    "CallerClass",
    "Constant",
    "Distribution",
    "Erlang",
    "Estimate",
    "Exponential",
    "Lognormal",
    "Never",
    "Scenario",
    "Span",
    "Tally",
    "simulate",
]
