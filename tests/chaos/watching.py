"""What the chaos tests look at: where Asterisk has each caller, what the journal holds, whether the books balance."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from acd.core.names import CallId
from acd.core.switch_events import CallStartedWaiting, SwitchSurveyed
from acd.demo.phone import Phones
from acd.journal.records import GAP, decode
from acd.journal.sqlite import SqliteStored
from tests.house import House

FIGURES: dict[str, list[float]] = {}
"""What was measured in this run, in seconds, by its name; printed when all tests are over."""


def note(name: str, seconds: float) -> None:
    """Remember a figure for the end of the run."""
    FIGURES.setdefault(name, []).append(seconds)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands in the dialplan."""

    context: str
    application: str


async def callers_on_asterisk(hotline: House) -> dict[str, Standing]:
    """Where each caller stands, by his number; agents' legs are left out."""
    text = await asyncio.to_thread(hotline.instance.command, "core show channels concise")
    lines = [line.split("!") for line in text.splitlines()]
    return {line[7]: Standing(line[1], line[5]) for line in lines if line[0].startswith("PJSIP/trunk-carrier-")}


async def until_asterisk(
    hotline: House, holds: Callable[[dict[str, Standing]], bool], within: float, what: str
) -> float:
    """Look at Asterisk again and again until something is so; returns how many seconds it took."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    while not holds(seen := await callers_on_asterisk(hotline)):
        assert loop.time() - begun < within, f"not within {within:g} s: {what}; there are {Counter(seen.values())}"
        await asyncio.sleep(0.2)
    return loop.time() - begun


def entered(hotline: House) -> dict[str, int]:
    """When each caller entered a lane, by his number; the dialplan must have said the same of him all along."""
    found: dict[str, set[int]] = {}
    stored = SqliteStored(hotline.home / "journal" / "journal.sqlite3")
    try:
        for line in stored.inputs(0):
            if line.record.kind == GAP:
                continue
            match decode(line.record):
                case CallStartedWaiting() as waiting:
                    found.setdefault(waiting.number, set()).add(waiting.entered_at)
                case SwitchSurveyed() as survey:
                    for call in survey.calls:
                        if call.entered_at is not None:
                            found.setdefault(call.number, set()).add(call.entered_at)
    finally:
        stored.close()
    assert [number for number, said in found.items() if len(said) > 1] == []
    return {number: said.pop() for number, said in found.items()}


def total(samples: dict[str, float], name: str) -> float:
    """A metric summed up over all its lanes."""
    return sum(
        value for sample, value in samples.items() if sample.startswith((name + "{", name + " ")) or sample == name
    )


def most_calls_at_one_phone(phones: Phones) -> int:
    """The most calls that any one phone ever had at the same time, ringing or answered."""
    at_phone: Counter[str] = Counter()
    most = 0
    for happening in phones.diary.happenings:
        if happening.what == "invited":
            at_phone[happening.party] += 1
        elif happening.what == "over":
            at_phone[happening.party] -= 1
        most = max(most, at_phone[happening.party])
    return most


async def assert_books_balance(hotline: House, *, offered: int) -> dict[str, float]:
    """Everybody has left: each caller was counted once and came out once, and no agent is held by a ghost."""
    await hotline.until_empty()

    deadline = asyncio.get_running_loop().time() + 15
    while total(samples := await hotline.metrics(), "hotline_calls_waiting") or busy(samples):
        if asyncio.get_running_loop().time() > deadline:
            break
        await asyncio.sleep(0.1)
    assert busy(samples) == {}, "agents are held though no call is left"
    out = ("answered", "abandoned", "short_abandoned", "fell_back")
    came_out = sum(total(samples, f"hotline_calls_{name}_total") for name in out)
    assert total(samples, "hotline_calls_waiting") == 0
    assert [value for name, value in samples.items() if name.startswith("hotline_books_discrepancy") and value] == []
    assert (total(samples, "hotline_calls_offered_total"), came_out) == (offered, offered)
    return samples


def busy(samples: dict[str, float]) -> dict[str, float]:
    """How many agents hold an offer or a call, by state; states without any are left out."""
    states = ("reserved", "ringing", "talking")
    held = {state: samples.get(f'hotline_agents{{state="{state}"}}', 0.0) for state in states}
    return {state: count for state, count in held.items() if count}


def closed_calls(hotline: House) -> Counter[CallId]:
    """How many terminal records the core said of each call."""
    found: Counter[CallId] = Counter()
    for line in hotline.core_log().splitlines():
        if "CallClosed" in line:
            found[json.loads(line)["call"]] += 1
    return found


async def assert_replay_says_the_same(hotline: House) -> None:
    """`hotline replay --verify`, with the core gone."""
    await hotline.stop_core()
    journal = hotline.home / "journal" / "journal.sqlite3"
    command = (sys.executable, "-m", "acd.cli", "replay", "--verify", "--journal", str(journal))
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
