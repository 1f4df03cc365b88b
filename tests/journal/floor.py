"""A small contact centre to keep a journal of: two lanes, two agents, and what may happen there in a day."""

from collections.abc import Iterable

from hypothesis import strategies as st

from acd.core.inputs import CoreStarted, Input, PolicyLoaded, TimePassed
from acd.core.instants import Instant
from acd.core.names import AgentId, CallId, LaneName, LanguageName, OfferId, PhoneName, Skill
from acd.core.policy import Agent, Lane, Policy
from acd.core.requests import BecomeReady, LogIn, LogOut, PauseAgent
from acd.core.router import Router
from acd.core.switch_events import (
    CallArrived,
    CallEnded,
    CallStartedWaiting,
    OfferAnswered,
    OfferFailed,
    OfferFailure,
    OfferReached,
    SwitchLost,
    SwitchSurveyed,
    TalkEnded,
)
from acd.engine.driver import digest_of
from acd.engine.ports import Entry

CARDS, WEALTH = LaneName("cards"), LaneName("wealth")
ENGLISH = LanguageName("en")
ANNA, BEN = AgentId("anna"), AgentId("ben")
NOON: Instant = 1_795_000_000_000


def small_policy(version: str = "a") -> Policy:
    """Anna takes both lanes, Ben takes cards only."""
    skills = {ANNA: {"cards": 5, "wealth": 4, "english": 5}, BEN: {"cards": 3, "english": 5}}
    return Policy(
        version=version,
        lanes={name: Lane(name, f"{name} >= 3", 15_000, 20_000) for name in (CARDS, WEALTH)},
        agents={
            name: Agent(name, name.title(), PhoneName(name), {Skill(skill): level for skill, level in has.items()})
            for name, has in skills.items()
        },
        languages={ENGLISH: "english"},
        default_lane=CARDS,
        default_language=ENGLISH,
        cool_down={"busy": 5_000},
        pause_reasons={"lunch": None},
    )


def arrives(call: str, at: Instant) -> CallArrived:
    return CallArrived(CallId(call), "+8613800000001", "王芳", "95555", at)


def waits(call: str, at: Instant, lane: LaneName = CARDS) -> CallStartedWaiting:
    return CallStartedWaiting(CallId(call), "+8613800000001", "王芳", "95555", at, at, lane, ENGLISH, "gold")


def day(calls: int = 10) -> list[tuple[Input, Instant]]:
    """Both agents work; every call comes, waits, and is answered or given up."""
    happened: list[tuple[Input, Instant]] = [
        (CoreStarted(1), NOON),
        (PolicyLoaded(small_policy()), NOON),
        (SwitchSurveyed(NOON, ()), NOON),
        *((LogIn(agent), NOON) for agent in (ANNA, BEN)),
        *((BecomeReady(agent), NOON) for agent in (ANNA, BEN)),
    ]
    for number in range(calls):
        at, call = NOON + 1_000 + number * 40_000, CallId(f"call-{number}")
        offer = OfferId(1_000_001 + number)
        happened += [
            (arrives(call, at), at),
            (waits(call, at + 500), at + 500),
            (OfferReached(call, offer), at + 520),
            (OfferAnswered(call, offer), at + 4_000),
            (CallEnded(call), at + 30_000 + number),
            (TimePassed(), at + 39_000),
        ]
    return happened


def journaled(router: Router, happened: Iterable[tuple[Input, Instant]]) -> list[Entry]:
    """What a driver would append while `router` takes it all."""
    return [Entry(at, each, digest_of(router.take(each, at))) for each, at in happened]


_CALLS = st.sampled_from([CallId(name) for name in ("c1", "c2", "c3")])
_AGENTS = st.sampled_from([ANNA, BEN])
_OFFERS = st.integers(1_000_001, 1_000_006).map(OfferId)
_TIMES = st.integers(NOON, NOON + 60_000)

ANYTHING: st.SearchStrategy[Input] = st.one_of(
    st.builds(arrives, _CALLS, _TIMES),
    st.builds(waits, _CALLS, _TIMES, st.sampled_from([CARDS, WEALTH])),
    st.builds(OfferReached, _CALLS, _OFFERS),
    st.builds(OfferAnswered, _CALLS, _OFFERS),
    st.builds(OfferFailed, _CALLS, _OFFERS, st.sampled_from(OfferFailure)),
    st.builds(TalkEnded, _CALLS),
    st.builds(CallEnded, _CALLS),
    st.builds(LogIn, _AGENTS),
    st.builds(LogOut, _AGENTS),
    st.builds(BecomeReady, _AGENTS),
    st.builds(PauseAgent, _AGENTS, st.just("lunch")),
    st.just(SwitchLost()),
    st.builds(SwitchSurveyed, _TIMES, st.just(())),
    st.just(TimePassed()),
)
"""Inputs in no sensible order: most are late, repeated or odd, as a bad day brings them."""

BAD_DAY: st.SearchStrategy[list[tuple[Input, Instant]]] = st.lists(st.tuples(ANYTHING, _TIMES), max_size=40).map(
    lambda happened: [*day(0), *sorted(happened, key=lambda each: each[1])]
)
