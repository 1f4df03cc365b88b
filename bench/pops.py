"""From the pop on the screen to the ring of the phone, call by call, on the whole way of real calls: menu, lane, agent.

The screen's time is when its agent's page says that it shows the caller; the ring's is when the phone has the INVITE,
by the phone's own word, or when Asterisk tells of the dial, if that is earlier. All of them are on one machine and go
by one clock. A system of the bank's hangs all the while, as every customer is looked up.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from acd.demo.sipp import Happening
from bench import bank, machine, parties
from bench.figures import Figure, middle, quantile
from bench.floor import floor
from bench.observer import Witness

Say = Callable[[str], None]

_AGENT = re.compile(r"sip:(a\d{4})@")
_GONE_WITHIN = 30.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    calls: int = 500
    pace: float = 15.0
    """Calls a second."""
    talk: float = 2.0
    """Seconds."""
    agents: int = 60


QUICK = Sizes(calls=30, pace=5.0, agents=20)
TINY = Sizes(calls=6, pace=3.0, talk=0.5, agents=6)
"""For the test that the code runs."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One call that was rung; times in seconds."""

    shown_at: float | None
    """When the screen showed it; None if it never did."""
    dialled_at: float
    """When Asterisk told of the dial."""
    invited_at: float | None
    """When the phone had the INVITE; None if that is not known."""

    @property
    def rang_at(self) -> float:
        """The earlier of the two."""
        return self.dialled_at if self.invited_at is None else min(self.dialled_at, self.invited_at)

    @property
    def before(self) -> float | None:
        """How long before its phone rang the screen showed it; less than nothing for a pop that came too late."""
        return None if self.shown_at is None else self.rang_at - self.shown_at


class Phones:
    """What the phones tell: when each had its INVITEs."""

    def __init__(self) -> None:
        self.invited: dict[str, list[float]] = defaultdict(list)

    def hear(self, happening: Happening) -> None:
        """Take note; the detail is the phone's own clock, which is finer than the happening's."""
        agent = _AGENT.search(happening.party)
        if agent is not None and happening.what == "invited":
            self.invited[agent[1]].append(float(happening.detail.rsplit("\t", 1)[-1]))


def paired(shown: dict[str, float], dials: list[tuple[str, str, float]], invited: dict[str, list[float]]) -> list[Rung]:
    """Each dial (call, phone, when) with its pop by the call, and with its INVITE by the phone's turn.

    A phone has one call at a time, so its n-th dial is its n-th INVITE; if their numbers differ, none of its are known.
    """
    turns: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for call, phone, at in sorted(dials, key=lambda dial: dial[2]):
        turns[phone].append((call, at))
    rung = []
    for phone, its in turns.items():
        rings: list[float] | list[None] = sorted(invited.get(phone, []))
        if len(rings) != len(its):
            rings = [None] * len(its)
        rung += [Rung(shown.get(call), at, ring) for (call, at), ring in zip(its, rings, strict=True)]
    return rung


async def measure(sizes: Sizes, say: Say) -> list[Figure]:
    """The figures of so many calls."""
    async with (
        _hanging() as port,
        floor(sizes.agents, [sizes.agents], lambda folder: _directory(folder, port)) as where,
    ):
        phones = Phones()
        async with where.core() as screens:
            await screens.only_ready(where.agents)
            say(f"pop: {sizes.calls} calls through the menu at {sizes.pace:g} calls/s")
            where.witness.forget()
            screens.shown.clear()
            before = machine.load()
            async with (
                parties.phones(where.server, where.phones_port, sizes.talk, phones.hear),
                parties.callers(where.server, bank.MENU_NUMBER, sizes.pace, sizes.calls),
            ):
                await _until_served(sizes, where.witness)
            busy = machine.load().since(before)
            await where.until_empty()
            return _figures(paired(screens.shown, where.witness.dials, phones.invited), sizes, busy)


async def _until_served(sizes: Sizes, witness: Witness) -> None:
    deadline = asyncio.get_running_loop().time() + sizes.calls / sizes.pace + sizes.talk + _GONE_WITHIN
    while asyncio.get_running_loop().time() < deadline:
        if witness.ended() >= sizes.calls:
            return
        await asyncio.sleep(0.1)


def _figures(rung: list[Rung], sizes: Sizes, busy: float) -> list[Figure]:
    before = [each.before for each in rung if each.before is not None]
    late = sum(each.before is None or each.before < 0 for each in rung)
    told = sum(each.invited_at is not None for each in rung)
    note = (
        f"{sizes.calls} calls placed, {len(rung)} phones rung, {told} INVITEs told by the phones; a system of the "
        f"bank's hung all the while; machine {busy:.0%} busy"
    )
    return [
        Figure("pop", "pop on the screen → phone's INVITE, median", "ms", middle(before) * 1000, note=note),
        Figure("pop", "pop on the screen → phone's INVITE, p99", "ms", quantile(before, 0.99) * 1000),
        Figure(
            "pop", "pop on the screen → phone's INVITE, the shortest", "ms", min(before, default=float("nan")) * 1000
        ),
        Figure("pop", "phones that rang before the pop, or without one", "calls", float(late), goal=0.0),
        Figure("pop", "calls that were rung", "calls", float(len(rung)), goal=float(sizes.calls), better="more"),
    ]


@asynccontextmanager
async def _hanging() -> AsyncIterator[int]:
    """The port of a service on loopback that takes connections and never answers."""

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65_536):
            pass
        writer.close()

    server = await asyncio.start_server(wait, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def _directory(folder: Path, port: int) -> str:
    (folder / "crm.secret").write_text("of-the-bench", "utf-8")
    return f"""
directory:
  fields: {{address: {{label: {{zh: 地址}}}}}}
  sources:
    crm: {{kind: http, url: "http://127.0.0.1:{port}/", secret_file: crm.secret, label: {{zh: 客户}}}}
"""
