"""Whom a real bank's own switch gave to a freed agent, and whom the routing brain would have given him.

The records are those of `acd.simulator.bank_records`. They do not come with this project: HOTLINE_ANONBANK names the
folder that holds them, or they lie beside the checkout.

A decision is a call of type PS (regular business) that was served after it had waited: at `offered_at + wait` an agent
was free and the bank's switch picked this call. The candidates are this call and every other PS call of the same day
that had asked for an agent by then and was still in the queue. A decision counts if there are at least two candidates.
Phantom calls and lines with impossible times are left out.

The records know whole seconds only, so two things are defined:

* A call that asked for an agent in the second of the decision is a candidate. Another call that left the queue in this
  second, served or not, is none: who went first cannot be known.
* The rule serves the smallest `offered_at - credit`. It agrees with the bank if no other candidate's is smaller; one
  that is equal (in 0.6 % of the decisions) is no disagreement. `ties` says how many there were.

The routing brain gets each day as one history, as a switch would tell it: callers enter and leave when they did, and at
each decision its one agent becomes ready. Its order to ring him is its pick. The offer then fails and the call that the
bank took leaves, so that each decision is made of what the bank's own switch had before it.

The bank served first come, first served until 10 January. From 13 January on priority customers had a credit of 90 s,
and from 4 February on it explains 87 % of the picks; in between it explains only 74 %, hardly more than first come,
first served, and what else had a part is not in the records.
"""

import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from acd.core.inputs import Input
from acd.core.instants import Duration, Instant, seconds
from acd.core.names import AgentId, CallId, LaneName, LanguageName, PhoneName, VipClass
from acd.core.orders import RingAgent
from acd.core.policy import Agent, Lane, Policy, Vip
from acd.core.requests import BecomeReady, LogIn, PauseAgent
from acd.core.router import Router
from acd.core.step import Step
from acd.core.switch_events import (
    CallEnded,
    CallStartedWaiting,
    OfferFailed,
    OfferFailure,
    OfferReached,
    SwitchSurveyed,
)
from acd.simulator.bank_records import FILE_NAME, BankCall, CallType, Kind, Priority, read_calls
from bench.figures import Figure

BESIDE_THE_CHECKOUT = Path(__file__).parents[1] / "../shared/data/anonbank"
THE_BANKS_CREDIT: Duration = seconds(90)
NO_CREDIT: Duration = 0
"""First come, first served."""
CREDIT_SETTLED = date(1999, 2, 4)
CREDIT_BEGAN = date(1999, 1, 11)

LANE = LaneName("regular")
LANGUAGE = LanguageName("he")
AGENT = AgentId("anybody")
PRIORITY_TIER = "priority"
BREAK = "between two decisions"
MIDNIGHT: Instant = 1_000_000_000_000
"""When the first day begins for the routing brain; each day has a router of its own."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A moment at which the bank's switch took one of several calls."""

    taken: BankCall
    candidates: tuple[BankCall, ...]
    """All that could have been taken, `taken` among them, in the order of the file."""

    def smallest(self, credit: Duration) -> tuple[BankCall, ...]:
        """The candidates that the rule would take: one, or several between which whole seconds cannot decide."""
        keys = [key_of(call, credit) for call in self.candidates]
        least = min(keys)
        return tuple(call for call, key in zip(self.candidates, keys, strict=True) if key == least)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often somebody picked as the bank did."""

    decisions: int
    agreed: int
    ties: int
    """Agreed decisions in which another candidate's key was the same."""

    @property
    def percent(self) -> float:
        """Of all decisions, ties included."""
        return 100 * self.agreed / self.decisions if self.decisions else float("nan")

    @property
    def percent_without_ties(self) -> float:
        """Of all decisions, if every tie were a disagreement."""
        return 100 * (self.agreed - self.ties) / self.decisions if self.decisions else float("nan")


def records_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where the records lie; None if they are not on this machine."""
    folder = Path(environment.get("HOTLINE_ANONBANK") or BESIDE_THE_CHECKOUT)
    return folder if (folder / FILE_NAME).is_file() else None


def queues(calls: Iterable[BankCall]) -> dict[date, list[BankCall]]:
    """Day by day the calls that wait for the same agents: type PS, queued, real, with possible times."""
    days: dict[date, list[BankCall]] = defaultdict(list)
    for call in calls:
        if call.type is CallType.REGULAR and call.wait > 0 and call.kind is not Kind.PHANTOM and not call.bad:
            days[call.day].append(call)
    return dict(days)


def key_of(call: BankCall, credit: Duration) -> Instant:
    """The instant from which the call counts as waiting, in milliseconds; the smallest is served first."""
    return seconds(call.offered_at) - (credit if call.priority is Priority.PRIORITY else 0)


def decisions(day: list[BankCall]) -> list[Decision]:
    """The decisions of one day by looking at every call of it each time, in the order of `day`."""
    found = []
    for taken in day:
        if taken.kind is Kind.SERVED_AFTER_WAIT:
            now = taken.left_queue_at
            candidates = tuple(call for call in day if call is taken or call.offered_at <= now < call.left_queue_at)
            if len(candidates) > 1:
                found.append(Decision(taken, candidates))
    return found


def agreement(made: Iterable[Decision], credit: Duration) -> Agreement:
    """How often the rule itself, plainly computed, picks as the bank did."""
    count = agreed = ties = 0
    for decision in made:
        smallest = decision.smallest(credit)
        count += 1
        if decision.taken in smallest:
            agreed += 1
            ties += len(smallest) > 1
    return Agreement(count, agreed, ties)


def policy(credit: Duration) -> Policy:
    """One lane and one agent; the bank's priority customers have the credit."""
    return Policy(
        version="real bank",
        lanes={LANE: Lane(LANE, "")},
        agents={AGENT: Agent(AGENT, "Anybody", PhoneName("phone"), {})},
        languages={LANGUAGE: ""},
        default_lane=LANE,
        default_language=LANGUAGE,
        vip=(Vip(VipClass("priority"), credit, customer_tiers=frozenset({PRIORITY_TIER})),),
        pause_reasons={BREAK: None},
    )


class Branch:
    """A router that hears one day of the bank's calls."""

    def __init__(self, rules: Policy) -> None:
        self.router = Router.fresh(rules)
        self.inputs = 0
        self._names: dict[CallId, BankCall] = {}
        self._waiting: dict[int, CallId] = {}
        self.take(SwitchSurveyed(MIDNIGHT, ()), 0)
        self.take(LogIn(AGENT), 0)
        self.take(PauseAgent(AGENT, BREAK), 0)

    def take(self, happened: Input, second: int) -> Step:
        self.inputs += 1
        return self.router.take(happened, MIDNIGHT + seconds(second))

    def enter(self, call: BankCall, second: int, again: str = "") -> None:
        """The caller joins the queue at `second`; his wait counts from when he asked for an agent."""
        name = CallId(f"bank-{call.line:07}.{again or 1}")
        self._names[name], self._waiting[call.line] = call, name
        entered = MIDNIGHT + seconds(call.offered_at)
        tier = PRIORITY_TIER if call.priority is Priority.PRIORITY else ""
        self.take(CallStartedWaiting(name, "", "", "", entered, entered, LANE, LANGUAGE, tier), second)

    def leave(self, call: BankCall, second: int) -> None:
        name = self._waiting.pop(call.line)
        del self._names[name]
        self.take(CallEnded(name), second)

    @property
    def crowded(self) -> bool:
        return len(self._waiting) > 1

    def pick(self, second: int) -> BankCall:
        """Whom the agent is given when he becomes ready; the offer fails, so that all wait on as before."""
        ring = next(order for order in self.take(BecomeReady(AGENT), second).orders if isinstance(order, RingAgent))
        self.take(PauseAgent(AGENT, BREAK), second)
        self.take(OfferReached(ring.call, ring.offer), second)
        self.take(OfferFailed(ring.call, ring.offer, OfferFailure.DECLINED), second)
        return self._names[ring.call]


def brains_picks(day: list[BankCall], rules: Policy) -> dict[int, BankCall]:
    """Whom the routing brain picks at each decision of a day, by the line of the call that the bank took."""
    picks = {}
    branch = Branch(rules)
    comers, leavers = defaultdict(list), defaultdict(list)
    for call in day:
        comers[call.offered_at].append(call)
        leavers[call.left_queue_at].append(call)
    for second in sorted(comers.keys() | leavers.keys()):
        for call in leavers[second]:
            branch.leave(call, second)
        for call in comers[second]:
            branch.enter(call, second)
        for call in leavers[second]:
            if call.kind is Kind.SERVED_AFTER_WAIT:
                # He left with all who left in this second; now he comes back alone, with the wait that he had.
                branch.enter(call, second, again="2")
                if branch.crowded:
                    picks[call.line] = branch.pick(second)
                branch.leave(call, second)
    return picks


def brains_agreement(made: Iterable[Decision], picks: Mapping[int, BankCall], credit: Duration) -> Agreement:
    """How often the routing brain picked the bank's call, or one whose key is equal to that call's."""
    count = agreed = ties = 0
    for decision in made:
        count += 1
        picked = picks[decision.taken.line]
        if key_of(picked, credit) == key_of(decision.taken, credit):
            agreed += 1
            ties += len(decision.smallest(credit)) > 1
    return Agreement(count, agreed, ties)


def _figures_of(days: list[list[BankCall]], when: str) -> Iterator[Figure]:
    made = [decision for day in days for decision in decisions(day)]
    for credit, rule in (
        (THE_BANKS_CREDIT, "90 s credit for priority customers"),
        (NO_CREDIT, "first come, first served"),
    ):
        picks: dict[int, BankCall] = {}
        began = time.perf_counter()
        for day in days:
            picks |= brains_picks(day, policy(credit))
        took = time.perf_counter() - began
        brain, plain = brains_agreement(made, picks, credit), agreement(made, credit)
        yield Figure(
            "real_bank",
            f"picks as the bank's own switch did, {when}, {rule}",
            "%",
            brain.percent,
            "the rule plainly computed",
            plain.percent,
            brain.percent / plain.percent,
            "of the plain rule's",
            1.0,
            "ratio",
            "more",
            f"{brain.decisions:,} decisions; {brain.percent_without_ties:.1f} % if ties count against it; {took:.1f} s",
        )


def measure(*, quick: bool = False) -> list[Figure]:
    """The share of the bank's picks that the routing brain makes, by period; nothing if the records are not here.

    Raises `BankRecordsRefused` if the records cannot be read. `quick` looks at every tenth day.
    """
    folder = records_folder()
    if folder is None:
        return []
    days = queues(read_calls(folder))
    chosen = sorted(days)[:: 10 if quick else 1]
    figures: list[Figure] = []
    for when, first, end in (
        ("January to March", date.min, date.max),
        ("before the credit", date.min, CREDIT_BEGAN),
        ("from 4 February", CREDIT_SETTLED, date.max),
    ):
        figures += _figures_of([days[day] for day in chosen if first <= day < end], when)
    return figures
