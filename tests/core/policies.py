"""The policies that histories are played under, and reloaded to in the middle: every rule of the hotline is in some.

Their times are made of the few durations of `DELAYS`, so that steps, looks, limits, wrap-ups and facts fall due in
one millisecond; and some differ by one step alone, so that a reload leaves the others standing.
"""

from dataclasses import replace
from typing import Any

from acd.core.instants import seconds
from acd.core.names import LaneName, LanguageName, Skill, VipClass
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import (
    AgentChoice,
    Announce,
    Calendar,
    CallbackFirst,
    Callbacks,
    CallChoice,
    Lane,
    Limits,
    Policy,
    Preference,
    Reserve,
    RouteStep,
    Standing,
    Survey,
    Vip,
)
from tests.builders import EN, PLATINUM, PLATINUM_NUMBER, ZH, agent, lane, need, policy

DELAYS = [0, 0.001, 0.5, 1, 2, 5, 10, 15, 20, 60]
"""Seconds."""

MORE_LANES = [LaneName("cards"), LaneName("general"), LaneName("wealth")]
LANES = [*MORE_LANES, LaneName("unheard-of")]
LANGUAGES = [ZH, EN, LanguageName("xx")]
TIERS = ["", "gold", "platinum"]
NUMBERS = ["13800000000", "13911111111", ""]
MANAGERS = ["", "anna", "chen", "nobody"]

_FOUR = (
    agent("anna", cards=5, wealth=2, mandarin=5, english=3),
    agent("ben", cards=3, mandarin=4, gold=1),
    agent("chen", wealth=4, english=5, gold=2),
    agent("dora", cards=1, wealth=1, mandarin=1, english=1),
)
_SAY = Outcome(OutcomeKind.SAY, "call-later")
_TO_GENERAL = Outcome(OutcomeKind.LANE, "general")
_SHORT_LUNCH = {"lunch": seconds(10), "meeting": None}
_OFTEN = Announce(seconds(5), position=True, estimated_wait=True)


def _rules(version: str, lanes: tuple[Lane, ...], **more: Any) -> Policy:
    """Four agents, and fields of `Policy` as they are."""
    return replace(policy(version=version, agents=_FOUR, lanes=lanes), **more)


PLAIN = policy(
    lanes=(
        lane("cards", need("cards"), ring_for=15, wrap_up=5, wrap_up_extension=seconds(10)),
        lane("wealth", need("wealth"), ring_for=10),
        lane("general"),
    ),
)

STEPS = _rules(
    "steps",
    lanes=(
        lane(
            "cards",
            need("cards", 4),
            wrap_up=2,
            steps=(
                RouteStep(seconds(5), needs="gold"),
                RouteStep(seconds(5), when="waiting(cards) > 1", credit=seconds(10), announce="busy"),
                RouteStep(seconds(10), when="longest_wait(cards) >= 15s", any_language=True),
                RouteStep(seconds(10), when="verified", once=True, add="wealth"),
                RouteStep(seconds(15), lanes=(LaneName("wealth"),), offer_callback=True, announce="busy"),
                RouteStep(seconds(60), when="idle(wealth) == 0", overflow=_SAY),
            ),
        ),
        lane(
            "wealth",
            "wealth >= 4 or (wealth and tier == platinum)",
            steps=(
                RouteStep(seconds(1), needs="gold", narrows=True),
                RouteStep(seconds(2), when='menu.main == "2"', add="gold"),
                RouteStep(seconds(5), drop=(Skill("wealth"),)),
                RouteStep(seconds(15), when="staffed(cards) > 2", overflow=_TO_GENERAL),
            ),
            limits=Limits(wait=seconds(20)),
            when_full=Outcome(OutcomeKind.LANE, "cards"),
        ),
        lane(
            "general",
            choose=AgentChoice.ROUND_ROBIN,
            announce=_OFTEN,
            steps=(RouteStep(credit=seconds(2)),),
            limits=Limits(wait=seconds(60)),
            when_full=_SAY,
        ),
    ),
    choose_agent=AgentChoice.FEWEST_SKILLS,
    pause_after_misses=2,
)
_cards = STEPS.lanes[LaneName("cards")]
ONE_STEP_LESS = replace(
    STEPS,
    version="one step less",
    lanes={**STEPS.lanes, _cards.name: replace(_cards, steps=(_cards.steps[4], *_cards.steps[1:3]))},
)
"""The relaxation is gone, and the last step stands first."""

_BY_LOAD = (RouteStep(seconds(2), when="waiting(cards) > 2", credit=seconds(10)), RouteStep(seconds(5), credit=1))

SHARES = _rules(
    "shares",
    lanes=(
        lane(
            "cards",
            need("cards"),
            choose=AgentChoice.BEST_LEVEL,
            standing=Standing(credit=seconds(5)),
            steps=_BY_LOAD,
            announce=_OFTEN,
        ),
        lane("wealth", need("wealth"), standing=Standing(ageing=150, bonus_at_most=seconds(10))),
        lane("general", choose=AgentChoice.OCCUPANCY),
    ),
    choose_agent=AgentChoice.MOST_SKILLS,
    vip=(
        Vip(PLATINUM, seconds(20), frozenset({"platinum"}), frozenset({PLATINUM_NUMBER}), share_at_most=20),
        Vip(VipClass("gold"), 0, frozenset({"gold"}), priority=1, share_at_most=50),
        Vip(VipClass("known"), 0, verified=True, ageing=200, bonus_at_most=seconds(15)),
    ),
)

_wealth = replace(SHARES.lanes[LaneName("wealth")], standing=Standing(priority=1))
STINGY = replace(
    SHARES,
    version="stingy",
    lanes={**SHARES.lanes, _wealth.name: _wealth},
    vip=(
        replace(SHARES.vip[0], share_at_most=0, ageing=300, bonus_at_most=seconds(60)),
        replace(SHARES.vip[1], share_at_most=0),
        Vip(VipClass("known"), 0, verified=True, bonus_at_most=seconds(1), share_at_most=50),
    ),
    choose_agent=AgentChoice.FEWEST_CALLS,
)
"""VIPs overtake five times, and never again."""

RESERVES = _rules(
    "reserves",
    lanes=(
        lane("cards", need("cards"), choose=AgentChoice.BEST_LEVEL),
        lane("wealth", need("wealth"), choose=AgentChoice.ROUND_ROBIN),
        lane("general"),
    ),
    reserves=(
        Reserve("backup", "wealth", "waiting(cards) > 1 or longest_wait(cards) >= 10s", backup_for=LaneName("cards")),
        Reserve("gold", "gold", "budget_burned(cards) > 50% or time >= 11:08", only_for=LaneName("wealth")),
    ),
    budget_from=2,
)
EAGER = replace(
    RESERVES,
    version="eager",
    reserves=(
        replace(RESERVES.reserves[0], until="service_level(cards) < 85% or estimated_wait(cards) > 5s"),
        Reserve("seniors", "cards >= 4", "idle(mandarin) == 0", backup_for=LaneName("general")),
    ),
    choose_call=CallChoice.BEST_SKILL,
    choose_agent=AgentChoice.BEST_LEVEL,
)

DOORS = _rules(
    "doors",
    lanes=(
        lane(
            "cards",
            need("cards", 3),
            limits=Limits(length=2, wait=seconds(20)),
            announce=Announce(seconds(2), estimated_wait=True),
            when_full=Outcome(OutcomeKind.CALLBACK),
            when_unstaffed=_TO_GENERAL,
            steps=(
                RouteStep(seconds(5), when="waiting(cards) > 1", add="gold"),
                RouteStep(seconds(5), needs="cards"),
                RouteStep(seconds(10), drop=(Skill("cards"),)),
            ),
        ),
        lane(
            "wealth",
            need("wealth", 4),
            hours="office",
            when_closed=_SAY,
            when_unstaffed=Outcome(OutcomeKind.NUMBER, "4001"),
            steps=(
                RouteStep(seconds(5), when="verified", once=True, needs="cards"),
                RouteStep(seconds(10), when="not open(office)", overflow=Outcome(OutcomeKind.MESSAGE)),
            ),
        ),
        lane("general", need("cards"), limits=Limits(length=3), when_full=Outcome(OutcomeKind.MESSAGE)),
    ),
    calendars={
        # The tests' day begins at 11:06:40 of a Wednesday.
        "office": Calendar("office", (((36_000_000, 40_020_000), (40_060_000, 40_100_000)),) * 7)
    },
    choose_call=CallChoice.LONGEST_LANE,
    choose_agent=AgentChoice.FEWEST_CALLS,
    pause_reasons=_SHORT_LUNCH,
)

MANAGERS_FIRST = _rules(
    "managers",
    lanes=(
        lane("cards", need("cards"), wrap_up=5, wrap_up_extension=seconds(5), last_agent=Preference(seconds(5))),
        lane("wealth", need("wealth"), standing=Standing(priority=1), announce=Announce(seconds(10), position=True)),
        lane("general", last_agent=Preference(seconds(2), within=seconds(60)), announce=_OFTEN),
    ),
    vip=(
        Vip(
            PLATINUM,
            seconds(5),
            frozenset({"platinum", "gold"}),
            relationship_manager=Preference(seconds(60)),
            last_agent=Preference(seconds(15)),
        ),
        Vip(VipClass("known"), seconds(10), verified=True, relationship_manager=Preference(seconds(60))),
    ),
    choose_agent=AgentChoice.OCCUPANCY,
    choose_call=CallChoice.LONGEST_LANE,
    pause_reasons=_SHORT_LUNCH,
    pause_after_misses=2,
)

_TRY = RouteStep(seconds(5), offer_callback=True)

AGENT_FIRST = _rules(
    "agent first",
    lanes=(
        lane(
            "cards",
            need("cards"),
            steps=(
                _TRY,
                RouteStep(seconds(10), needs="gold"),
                RouteStep(seconds(15), when="waiting(cards) > 1", credit=1),
            ),
            limits=Limits(length=2, wait=seconds(60)),
            when_full=Outcome(OutcomeKind.CALLBACK),
        ),
        lane("wealth", need("wealth"), wrap_up=2, steps=(_TRY,), when_unstaffed=Outcome(OutcomeKind.CALLBACK)),
        lane("general", need("cards"), steps=(_TRY,), limits=Limits(length=2), when_full=Outcome(OutcomeKind.MESSAGE)),
    ),
    callbacks=Callbacks(ring_for=seconds(5), attempts=2, retry_after=seconds(15), keep_for=seconds(120)),
    surveys=(Survey("calls", 2, not_again_within=seconds(60), unhappy_at=2),),
)
CUSTOMER_FIRST = replace(
    AGENT_FIRST,
    version="customer first",
    callbacks=Callbacks(
        CallbackFirst.CUSTOMER,
        ring_for=seconds(10),
        attempts=3,
        retry_after=seconds(5),
        keep_for=seconds(300),
        hours="calls",
    ),
    # Half of the minutes of the tests' day.
    calendars={
        "calls": Calendar("calls", (tuple((40_020_000 + n * 120_000, 40_080_000 + n * 120_000) for n in range(9)),) * 7)
    },
    vip=SHARES.vip,
)
ON_FIRE = replace(
    AGENT_FIRST,
    version="on fire",
    lanes={
        **AGENT_FIRST.lanes,
        LaneName("cards"): replace(AGENT_FIRST.lanes[LaneName("cards")], emergency=_TO_GENERAL),
        LaneName("wealth"): replace(AGENT_FIRST.lanes[LaneName("wealth")], emergency=_SAY),
    },
    callbacks=None,
)

_POLICIES = [
    AGENT_FIRST,
    CUSTOMER_FIRST,
    ON_FIRE,
    PLAIN,
    STEPS,
    SHARES,
    RESERVES,
    DOORS,
    MANAGERS_FIRST,
    EAGER,
    STINGY,
    ONE_STEP_LESS,
    replace(PLAIN, languages={EN: "english"}, default_language=EN, vip=()),
    replace(PLAIN, ring_grace=0, arrival_limit=seconds(1), cool_down={}),
    policy(lanes=(lane("cards", need("cards", 4), wrap_up=10), lane("general")), agents=_FOUR[1:]),
]

POLICIES: list[Policy] = [replace(each, transfer_numbers={"cards-office": "+862155550000"}) for each in _POLICIES]
