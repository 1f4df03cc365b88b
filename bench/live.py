"""The hotline against app_queue on one Asterisk: how soon a freed agent has the next caller, and what a call costs.

Both have the same agents, phones, callers and music, at the same pace. While the queues are measured the core process
does not run, so that its looks at the switch cost them nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bench import bank
from bench.figures import Figure, middle, quantile
from bench.floor import Floor, floor
from bench.runs import Outcome, Plan, run

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    paces: tuple[int, ...] = (5, 20, 40)
    seconds: float = 21.0
    """Of each run; its first part, one and a half talks, is not measured."""
    talk: float = 4.0
    """Seconds that agents talk where the pace is what matters: a pace of 40 needs 160 agents."""
    overload: float = 1.1
    """How many more callers come than the agents can take, so that somebody waits."""
    told_pace: int = 10
    told_seconds: float = 45.0
    """Callers come twice as fast as agents can take them, so that at the end they wait for three laps of music."""
    cost_pace: int = 40
    cost_seconds: float = 18.0
    ladder: tuple[int, ...] = (40, 60, 80, 100, 120, 140, 160)
    ladder_seconds: float = 7.0

    @property
    def agents(self) -> int:
        """How many agents there are in all."""
        return max(
            round(max(self.paces) * self.talk), round(self.cost_pace * self.talk * 1.5), round(self.ladder[-1] * 1.5)
        )


QUICK = Sizes(
    paces=(5,),
    seconds=12.0,
    told_pace=5,
    told_seconds=30.0,
    cost_pace=5,
    cost_seconds=9.0,
    ladder=(10, 20),
    ladder_seconds=4.0,
)
TINY = Sizes(
    paces=(3,),
    seconds=3.0,
    talk=0.8,
    overload=2.0,
    told_pace=2,
    told_seconds=3.0,
    cost_pace=4,
    cost_seconds=2.0,
    ladder=(3,),
    ladder_seconds=2.2,
)
"""For the test that the code runs."""


def _busy(pace: int, dialled: str, sizes: Sizes) -> Plan:
    """More callers than the agents can take, so that somebody always waits when an agent becomes free."""
    return Plan(dialled, pace * sizes.overload, sizes.seconds, sizes.talk, sizes.talk * 1.5)


def _patient(dialled: str, sizes: Sizes) -> Plan:
    """Twice as many callers as the agents can take; measured from when all who are served have waited for some laps."""
    return Plan(dialled, sizes.told_pace * 2, sizes.told_seconds, sizes.talk, sizes.told_seconds / 2.5)


def _easy(dialled: str, sizes: Sizes) -> Plan:
    """Agents in plenty: nobody waits, and both sides connect the same calls."""
    return Plan(dialled, sizes.cost_pace, sizes.cost_seconds, sizes.talk, sizes.talk * 1.4)


def _queues(sizes: Sizes) -> list[int]:
    return sorted({round(pace * sizes.talk) for pace in sizes.paces} | {sizes.agents})


async def measure(sizes: Sizes, say: Say, parts: frozenset[str]) -> list[Figure]:
    """All figures of the parts `offers`, `told`, `cost` and `capacity`, on one floor."""
    async with floor(sizes.agents, _queues(sizes)) as where:
        queues, queue_cost, dial_cost, queue_steps = {}, None, None, []
        if "offers" in parts:
            for pace in sizes.paces:
                say(f"offers: app_queue at {pace} calls/s")
                queues[pace] = await run(where, _busy(pace, bank.queue_number(round(pace * sizes.talk)), sizes))
        everybody = bank.queue_number(sizes.agents)
        if "cost" in parts:
            say(f"cost: app_queue at {sizes.cost_pace} calls/s")
            queue_cost = await run(where, _easy(everybody, sizes))
            say("cost: a bare Dial")
            dial_cost = await run(where, _easy(bank.DIAL_NUMBER, sizes))
        if "capacity" in parts:
            queue_steps = await _climb(where, everybody, sizes, say, "app_queue")
        figures = []
        async with where.core() as shown:
            if "offers" in parts:
                ours = {}
                for pace in sizes.paces:
                    say(f"offers: hotline at {pace} calls/s")
                    await shown.only_ready(where.agents[: round(pace * sizes.talk)])
                    ours[pace] = await run(where, _busy(pace, bank.DIRECT_NUMBER, sizes))
                figures += _offers(ours, queues)
            if "told" in parts:
                await shown.only_ready(where.agents[: round(sizes.told_pace * sizes.talk)])
                say(f"told: hotline at {sizes.told_pace} calls/s, callers hear music alone")
                music = await run(where, _patient(bank.DIRECT_NUMBER, sizes))
                say(f"told: hotline at {sizes.told_pace} calls/s, callers are told something in every lap")
                figures += _told(await run(where, _patient(bank.TOLD_NUMBER, sizes)), music, sizes)
            await shown.only_ready(where.agents)
            if queue_cost is not None and dial_cost is not None:
                say(f"cost: hotline at {sizes.cost_pace} calls/s")
                figures += _cost(await run(where, _easy(bank.DIRECT_NUMBER, sizes)), queue_cost, dial_cost)
            if "capacity" in parts:
                direct = await _climb(where, bank.DIRECT_NUMBER, sizes, say, "hotline without IVR")
                await shown.only_ready(where.agents)
                whole = await _climb(where, bank.MENU_NUMBER, sizes, say, "hotline with IVR")
                figures += _capacity(direct, whole, queue_steps)
        return figures


def _offers(ours: dict[int, Outcome], queues: dict[int, Outcome]) -> list[Figure]:
    figures = []
    for pace, outcome in ours.items():
        queue = queues[pace]
        mine, theirs = outcome.offer_latencies, queue.offer_latencies
        note = (
            f"{len(mine)} and {len(theirs)} offers; {outcome.connected_per_second:.1f} and "
            f"{queue.connected_per_second:.1f} calls/s connected; machine {outcome.machine_busy:.0%} and "
            f"{queue.machine_busy:.0%} busy"
        )
        figures.append(
            Figure(
                "offers",
                f"agent free → next Dial at {pace} calls/s, median",
                "ms",
                middle(mine) * 1000,
                "app_queue",
                middle(theirs) * 1000,
                _ratio(middle(theirs), middle(mine)),
                "times sooner",
                150.0,
                "ratio",
                "more",
                note,
            )
        )
        figures.append(
            Figure(
                "offers",
                f"agent free → next Dial at {pace} calls/s, p99",
                "ms",
                quantile(mine, 0.99) * 1000,
                "app_queue",
                quantile(theirs, 0.99) * 1000,
                goal=15.0 if pace == 40 else None,
            )
        )
    return figures


def _told(told: Outcome, music: Outcome, sizes: Sizes) -> list[Figure]:
    note = (
        f"{len(told.offer_latencies)} and {len(music.offer_latencies)} offers; callers waited "
        f"{middle(told.waits):.0f} and {middle(music.waits):.0f} s, half of them longer; they were told something "
        f"{told.announcements} and {music.announcements} times; machine {told.machine_busy:.0%} and "
        f"{music.machine_busy:.0%} busy"
    )
    figures = []
    for name, share in (("median", 0.5), ("p99", 0.99)):
        mine, theirs = quantile(told.offer_latencies, share) * 1000, quantile(music.offer_latencies, share) * 1000
        what = f"agent free → next Dial at {sizes.told_pace} calls/s, callers told in every lap, {name}"
        goal = 1.1 if name == "median" else None
        figures.append(
            Figure(
                "told", what, "ms", mine, "music alone", theirs, _ratio(mine, theirs), "of that with music alone",
                goal, "ratio", "less", note if goal else "",
            )
        )  # fmt: skip
    return figures


def _cost(ours: Outcome, queue: Outcome, dial: Outcome) -> list[Figure]:
    mine, theirs = ours.asterisk_cpu_per_call * 1000, queue.asterisk_cpu_per_call * 1000
    note = (
        f"{ours.connected_per_second:.1f} and {queue.connected_per_second:.1f} calls/s connected, nobody waits; "
        f"machine {ours.machine_busy:.0%} and {queue.machine_busy:.0%} busy"
    )
    bare = dial.asterisk_cpu_per_call * 1000
    return [
        Figure(
            "cost", "Asterisk's CPU per call", "ms", mine, "app_queue", theirs, _ratio(mine, theirs), "of app_queue's",
            0.8, "ratio", "less", note,
        ),
        Figure("cost", "Asterisk's CPU per call", "ms", mine, "Dial alone", bare, _ratio(mine, bare), "of Dial's"),
        Figure("cost", "the core process's CPU per call", "ms", ours.hotline_cpu_per_call * 1000),
        Figure(
            "cost", "Asterisk and the core process together", "ms", mine + ours.hotline_cpu_per_call * 1000,
            "app_queue", theirs, _ratio(mine + ours.hotline_cpu_per_call * 1000, theirs), "of app_queue's",
        ),
    ]  # fmt: skip


def _ratio(one: float, other: float) -> float | None:
    return one / other if other else None


LONGEST_P99 = 1.0
"""Seconds from the first music to the first dial of the slowest in a hundred, with agents in plenty."""


def _holds(outcome: Outcome) -> bool:
    return outcome.answered >= outcome.placed * 0.995 and quantile(outcome.waits, 0.99) <= LONGEST_P99


async def _climb(where: Floor, dialled: str, sizes: Sizes, say: Say, who: str) -> list[tuple[int, Outcome, bool]]:
    """Faster and faster until it breaks; agents talk for a second and are never all busy."""
    steps = []
    for pace in sizes.ladder:
        say(f"capacity: {who} at {pace} calls/s")
        outcome = await run(where, Plan(dialled, pace, sizes.ladder_seconds, 1.0, 2.0, drain=5.0))
        steps.append((pace, outcome, _holds(outcome)))
        if not steps[-1][2]:
            break
    return steps


def _capacity(
    direct: list[tuple[int, Outcome, bool]],
    whole: list[tuple[int, Outcome, bool]],
    queue: list[tuple[int, Outcome, bool]],
) -> list[Figure]:
    theirs = _most(queue)
    return [
        Figure(
            "capacity",
            f"calls/s held, {what}",
            "calls/s",
            _most(steps),
            "app_queue",
            theirs,
            _ratio(_most(steps), theirs),
            "of app_queue's",
            goal,
            "ratio",
            "more",
            f"{_story(steps)}; app_queue: {_story(queue)}",
        )
        for what, steps, goal in (("without IVR", direct, None), ("with IVR", whole, 1.0))
    ]


def _most(steps: list[tuple[int, Outcome, bool]]) -> float:
    return max((float(pace) for pace, _, held in steps if held), default=0.0)


def _story(steps: list[tuple[int, Outcome, bool]]) -> str:
    pace, outcome, held = steps[-1]
    return (
        f"{'top of the ladder' if held else 'broke'} at {pace}: {outcome.answered_share:.1%} answered, "
        f"p99 to the dial {quantile(outcome.waits, 0.99) * 1000:.0f} ms, machine {outcome.machine_busy:.0%} busy"
    )
