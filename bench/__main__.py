"""`python -m bench [name ...] [--quick]`: run these benchmarks, or all; print a table, write bench/out/*.json."""

import argparse
import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import uvloop
from rich.console import Console

from acd.asterisk.obtain import obtain
from acd.asterisk.places import cache_folder
from bench import (
    ami_ingest,
    decisions,
    desks,
    eavesdrop,
    estimates,
    journal,
    live,
    machine,
    plain_scan,
    pops,
    real_bank,
    report,
    side_by_side,
)
from bench.figures import Figure

LIVE = ("offers", "told", "cost", "capacity")
PLAIN: dict[str, tuple[str, Callable[[bool], list[Figure]]]] = {
    "decisions": ("the routing brain alone", lambda quick: decisions.measure(decisions.QUICK if quick else None)),
    "plain_scan": (
        "the routing brain beside a scan of all callers and agents",
        lambda quick: plain_scan.measure(plain_scan.QUICK if quick else None),
    ),
    "side_by_side": (
        "the simulator beside Ciw and SimPy",
        lambda quick: side_by_side.measure(side_by_side.QUICK if quick else None),
    ),
    "real_bank": (
        "three months of a real bank, if its records are there",
        lambda quick: real_bank.measure(quick=quick),
    ),
    "estimates": ("how long callers will wait, foretold by three", lambda quick: estimates.measure(quick=quick)),
    "eavesdrop": (
        "what a tap on the line reads of a PIN under the interference tone",
        lambda quick: eavesdrop.measure(20 if quick else 200),
    ),
}
"""Those that are plain functions of whether it should be quick: name, what it measures, and it."""
ALONE = ("pop", "ami", *PLAIN, "desks", "journal")


async def measure(names: frozenset[str], *, quick: bool, console: Console) -> list[Figure]:
    """The figures of the named benchmarks; those that need quiet come before those that start a whole hotline."""

    def say(line: str) -> None:
        console.print(f"• {line}", style="dim", highlight=False)

    figures: list[Figure] = []
    parts = names & set(LIVE)
    if parts:
        figures += await live.measure(live.QUICK if quick else live.Sizes(), say, parts)
    if "pop" in names:
        figures += await pops.measure(pops.QUICK if quick else pops.Sizes(), say)
    if "ami" in names:
        say("ami: blocks of the manager interface taken in")
        figures += await ami_ingest.measure(rounds=2 if quick else 5)
    for name, (what, run) in PLAIN.items():
        if name in names:
            say(f"{name}: {what}")
            figures += run(quick)
    if "desks" in names:
        say("desks: messages to many agents' screens")
        figures += await desks.measure(desks.QUICK if quick else None)
    if "journal" in names:
        say("journal: until it is on the disk")
        figures += await journal.measure(report.out_folder(), 300 if quick else 2_000)
    return figures


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"of {', '.join(LIVE + ALONE)}; all when none is named"
    )
    parser.add_argument(
        "--quick", action="store_true", help="a minute in all, to see that it works; no figures to keep"
    )
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.names) - set(LIVE + ALONE))
    if unknown:
        parser.error(f"{', '.join(unknown)}: no such benchmark; there are {', '.join(LIVE + ALONE)}")
    logging.getLogger("websockets").setLevel(logging.ERROR)
    console = Console(width=None if sys.stdout.isatty() else 160)
    names = frozenset(chosen.names or LIVE + ALONE)
    facts: dict[str, Any] = machine.facts() | {"quick": chosen.quick}
    if names & {*LIVE, "pop"}:
        facts["asterisk"] = obtain(cache_folder(dict(os.environ)), print).version
    stamp = time.strftime("%Y-%m-%d-%H%M%S")
    began, before = time.perf_counter(), machine.load()
    # The screens are in this process, and the time that they take is in the figures: they are as quick as they can be.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(measure(names, quick=chosen.quick, console=console))
    facts["seconds"] = round(time.perf_counter() - began)
    facts["machine_busy"] = f"{machine.load().since(before):.0%}"
    report.table(figures, facts, console)
    console.print(f"written to {report.write(figures, facts, stamp)}", highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
