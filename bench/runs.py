"""One run of calls on the floor: who dials what, how fast, and what it came to."""

import asyncio
from dataclasses import dataclass

from bench import machine, parties
from bench.figures import quantile
from bench.floor import Floor

SETTLE = 0.5
"""Seconds after the last call of a run in which what is under way comes to rest."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Callers at an even pace, and how long the agents talk with each."""

    dialled: str
    per_second: float
    seconds: float
    talk: float
    warm_up: float
    """Seconds at the beginning that are not measured."""
    drain: float = 0.0
    """Seconds after the last caller came in which those on the line are waited for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to; times in seconds."""

    offer_latencies: list[float]
    """From an agent's hangup to his next dial, of those who were free while somebody waited."""
    waits: list[float]
    placed: int
    answered: int
    failed_dials: int
    announcements: int
    """How often a caller's music was broken off, but for an offer."""
    connected_per_second: float
    """Conversations that ended in the measured time, by the second."""
    asterisk_cpu_per_call: float
    hotline_cpu_per_call: float
    machine_busy: float
    """The share of all cores that was busy with anything in the measured time."""

    @property
    def answered_share(self) -> float:
        """The share of the placed calls that an agent answered."""
        return self.answered / max(self.placed, 1)

    @property
    def median_latency(self) -> float:
        """Of the offer latencies."""
        return quantile(self.offer_latencies, 0.5)

    @property
    def p99_latency(self) -> float:
        """Of the offer latencies."""
        return quantile(self.offer_latencies, 0.99)


async def run(floor: Floor, plan: Plan) -> Outcome:
    """Carry out a plan on the floor as it is; nobody is left on the line afterwards."""
    witness = floor.witness
    count = round(plan.per_second * plan.seconds)
    witness.forget()
    async with (
        parties.phones(floor.server, floor.phones_port, plan.talk),
        parties.callers(floor.server, plan.dialled, plan.per_second, count),
    ):
        await asyncio.sleep(plan.warm_up)
        witness.offers.clear()
        before = _Counted.now(floor)
        await asyncio.sleep(plan.seconds - plan.warm_up)
        after = _Counted.now(floor)
        latencies = witness.offer_latencies()
        if plan.drain:
            await _until_over(floor, plan.drain)
        # Whose call has been ended need not be waited for.
        await floor.until_empty()
    await asyncio.sleep(SETTLE)
    ended = after.ended - before.ended
    return Outcome(
        offer_latencies=latencies,
        waits=witness.waits(),
        placed=count,
        answered=witness.answered(),
        failed_dials=witness.failed,
        announcements=witness.announcements(),
        connected_per_second=ended / (after.at - before.at),
        asterisk_cpu_per_call=(after.asterisk - before.asterisk) / max(ended, 1),
        hotline_cpu_per_call=(after.hotline - before.hotline) / max(ended, 1),
        machine_busy=after.load.since(before.load),
    )


async def _until_over(floor: Floor, patience: float) -> None:
    """Wait until every caller whom the witness saw has left, at most so long."""
    deadline = asyncio.get_running_loop().time() + patience
    while asyncio.get_running_loop().time() < deadline:
        if all(seen.ended_at for seen in floor.witness.callers.values()):
            return
        await asyncio.sleep(0.1)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is counted at the beginning and the end of the measured time."""

    at: float
    ended: int
    asterisk: float
    hotline: float
    load: machine.Load

    @classmethod
    def now(cls, floor: Floor) -> "_Counted":
        core = floor.core_pid
        return cls(
            at=asyncio.get_running_loop().time(),
            ended=floor.witness.legs_ended,
            asterisk=machine.cpu_seconds(floor.asterisk_pid),
            hotline=0.0 if core is None else machine.cpu_seconds(core),
            load=machine.load(),
        )
