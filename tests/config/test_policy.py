"""What the core is told of settings that use everything there is, and when that counts as another policy."""

import jsonschema
import pytest
from ruamel.yaml import YAML

from acd.config import ConfigRefused, HotlineConfig, loads, schema
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import (
    AgentChoice,
    CallChoice,
    Limits,
    Preference,
    Reserve,
    RouteStep,
    Standing,
    Vip,
)
from tests.config.everything import EVERYTHING
from tests.config.small import SMALL, edited


@pytest.fixture(scope="module")
def config() -> HotlineConfig:
    return loads(EVERYTHING)


def test_a_lane_is_what_the_operator_wrote_of_it(config: HotlineConfig) -> None:
    lane = config.policy().lanes["cards"]

    assert lane.needs == "cards >= 3"
    assert (lane.ring_for, lane.wrap_up, lane.wrap_up_extension) == (15_000, 20_000, 30_000)
    assert lane.standing == Standing(priority=2, credit=10_000, ageing=150, bonus_at_most=600_000)
    assert lane.choose is AgentChoice.LONGEST_IDLE
    assert lane.last_agent == Preference(wait_for=15_000, within=12 * 3_600_000)
    assert lane.limits == Limits(length=50, wait=600_000)
    assert lane.when_full == Outcome(OutcomeKind.NUMBER, "+862155555555")
    assert lane.hours == "office"
    assert lane.when_closed == Outcome(OutcomeKind.MESSAGE)
    assert lane.when_unstaffed == Outcome(OutcomeKind.LANE, "general")


def test_steps_stand_in_the_order_of_the_file_and_an_overflow_is_the_last_of_them(config: HotlineConfig) -> None:
    assert config.policy().lanes["cards"].steps == (
        RouteStep(after=20_000, needs="cards"),
        RouteStep(
            after=45_000,
            when="idle(general) > 0 and open(office)",
            once=True,
            needs="cards or general",
            narrows=True,
        ),
        RouteStep(
            after=60_000,
            add="english",
            drop=("cards",),
            any_language=True,
            lanes=("general",),
            credit=30_000,
            announce="sorry",
            offer_callback=True,
        ),
        RouteStep(after=90_000, when="tier == platinum", overflow=Outcome(OutcomeKind.SAY, "closed")),
        RouteStep(after=300_000, when="waiting(cards) > 5", overflow=Outcome(OutcomeKind.CALLBACK)),
    )


def test_a_lane_of_which_nothing_more_is_said_is_an_ordinary_one(config: HotlineConfig) -> None:
    lane = config.policy().lanes["general"]

    assert (lane.steps, lane.standing, lane.limits) == ((), Standing(), Limits())
    assert (lane.choose, lane.last_agent, lane.hours) == (None, None, "")
    assert (lane.when_full, lane.when_closed, lane.when_unstaffed) == (None, None, None)


def test_a_vip_class_is_what_the_operator_wrote_of_it(config: HotlineConfig) -> None:
    assert config.policy().vip == (
        Vip(
            name="platinum",
            credit=90_000,
            customer_tiers=frozenset({"platinum"}),
            dialled=frozenset({"95555"}),
            verified=True,
            priority=1,
            ageing=200,
            bonus_at_most=300_000,
            share_at_most=40,
            relationship_manager=Preference(wait_for=20_000),
            last_agent=Preference(wait_for=15_000, within=24 * 3_600_000),
        ),
    )


def test_a_backup_helps_by_default_once_the_lanes_error_budget_is_burned(config: HotlineConfig) -> None:
    assert config.policy().reserves == (
        Reserve("backup", "general >= 3", "budget_burned(cards) >= 100%", backup_for="cards"),
        Reserve("desk", "cards >= 5", "budget_burned(general) >= 100%", only_for="cards"),
    )


def test_what_holds_for_the_whole_hotline_is_what_the_operator_wrote(config: HotlineConfig) -> None:
    policy = config.policy()

    assert (policy.choose_call, policy.choose_agent) == (CallChoice.BEST_SKILL, AgentChoice.OCCUPANCY)
    assert (policy.target, policy.answer_within, policy.short_abandon) == (80, 20_000, 3_000)
    assert (policy.window, policy.budget_from) == (900_000, 10)
    assert policy.utc_offsets[0][1] == 8 * 3_600_000
    assert list(policy.calendars) == ["office"]
    assert policy.languages == {"zh": "mandarin", "en": "english"}
    assert policy.pause_after_misses == 3
    assert policy.cool_down["no_answer"] == 8_000
    assert policy.pause_reasons == {"lunch": 2_700_000, "break": None}


def test_a_list_of_pause_reasons_limits_none_of_them() -> None:
    listed = loads(SMALL + "pause_reasons: [break, lunch]\n")

    assert listed.policy().pause_reasons == {"break": None, "lunch": None}
    assert list(listed.policy().pause_reasons) == ["break", "lunch"]
    assert listed.version == loads(SMALL + "pause_reasons: {break: unlimited, lunch: unlimited}\n").version


def test_a_caller_known_by_his_identity_alone_can_be_a_vip() -> None:
    signs = 'recognised_by: {customer_tier: platinum, dialled: ["95555"]}'

    assert loads(edited(signs, "recognised_by: {verified: true}")).policy().vip[0].verified


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("general", Outcome(OutcomeKind.LANE, "general")),
        ("lane  general", Outcome(OutcomeKind.LANE, "general")),
        ("say all_busy", Outcome(OutcomeKind.SAY, "all_busy")),
        ("message", Outcome(OutcomeKind.MESSAGE)),
        ("callback", Outcome(OutcomeKind.CALLBACK)),
        ("number +862155555555", Outcome(OutcomeKind.NUMBER, "+862155555555")),
    ],
)
def test_an_end_is_a_short_text(written: str, outcome: Outcome) -> None:
    config = loads(edited("when_unstaffed: general", f"when_unstaffed: {written}", EVERYTHING))

    assert config.policy().lanes["cards"].when_unstaffed == outcome


def test_what_an_operator_wrote_of_an_end_is_what_is_shown_of_it() -> None:
    assert str(Outcome(OutcomeKind.SAY, "closed")) == "say closed"
    assert str(Outcome(OutcomeKind.CALLBACK)) == "callback"


SAME = {
    "spaces_in_an_expression": ("needs:  cards>=3", "needs: (cards >= 3)"),
    "a_level_that_goes_without_saying": ("needs: cards >= 1}", "needs: cards}"),
    "sixty_seconds_for_a_minute": ("overflow: {after: 5m,", "overflow: {after: 300s,"),
    "a_lane_as_an_end_by_its_bare_name": ("when_unstaffed: general", "when_unstaffed: lane general"),
    "an_overflow_as_a_last_step": (
        "overflow: {to: say closed}}\n    overflow: {after: 5m, to: callback, when: waiting(cards) > 5}",
        "overflow: {to: say closed}}\n      - {after: 5m, when: waiting(cards) > 5, overflow: {to: callback}}",
    ),
    "the_default_of_a_backup": ("backup_for: cards}", 'backup_for: cards, until: "budget_burned(cards) >= 100%"}'),
    "the_order_of_reserves": (
        '  desk: {agents: cards >= 5, only_for: cards, until: "budget_burned(general) >= 100%"}\n'
        "  backup: {agents: general >= 3, backup_for: cards}\n",
        "  backup: {agents: general >= 3, backup_for: cards}\n"
        '  desk: {agents: cards >= 5, only_for: cards, until: "budget_burned(general) >= 100%"}\n',
    ),
    "the_order_of_hours": (
        '["mon-fri 09:00-18:00", "sat 10:00-14:00"]',
        '["sat 10:00-14:00", "fri 09:00-18:00", "mon-fri 09:00-12:00", "mon-thu 11:00-18:00"]',
    ),
    "dates_one_by_one": ('"2026-10-01..2026-10-03"', '"2026-10-01", "2026-10-03", "2026-10-02"'),
    "another_name_of_the_same_time": ("time_zone: Asia/Shanghai", "time_zone: PRC"),
    "who_works_when": ('["mon-fri 08:00-19:00"]', '["mon-fri 08:00-20:00"]'),
}
OTHER = {
    "another_step": ("- {after: 20s, needs: cards >= 1}", "- {after: 20s, needs: cards >= 2}"),
    "steps_in_another_order": (
        "      - {after: 20s, needs: cards >= 1}\n"
        '      - {after: 45s, when: "idle(general) > 0 and open(office)", once: true, needs: cards or general, '
        "narrows: true}\n",
        '      - {after: 45s, when: "idle(general) > 0 and open(office)", once: true, needs: cards or general, '
        "narrows: true}\n"
        "      - {after: 20s, needs: cards >= 1}\n",
    ),
    "another_end": ("when_closed: message", "when_closed: callback"),
    "another_holiday": ("2026-10-03", "2026-10-04"),
    "another_time_zone": ("Asia/Shanghai", "Asia/Tokyo"),
    "another_share": ("share_at_most: 40%", "share_at_most: 41%"),
    "another_pause": ("lunch: 45m", "lunch: 46m"),
    "pause_reasons_in_another_order": ("{lunch: 45m, break: unlimited}", "{break: unlimited, lunch: 45m}"),
    "another_text": ("We are closed.", "We are not there."),
    "another_title_of_a_lane": ("en: Cards", "en: Bank cards"),
    "one_more_number_outside": ('["+862155555555"]', '["+862155555555", "+862155555556"]'),
    "another_reserve": ("agents: general >= 3", "agents: general >= 2"),
    "another_choice": ("choose_agent: occupancy", "choose_agent: round_robin"),
    "languages_in_another_order": (
        "  zh: {name: 中文, voice: cmn, skill: mandarin}\n  en: {name: English, voice: en-us, skill: english}\n",
        "  en: {name: English, voice: en-us, skill: english}\n  zh: {name: 中文, voice: cmn, skill: mandarin}\n",
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_another_way_to_write_the_same_is_the_same_version(name: str) -> None:
    assert loads(edited(*SAME[name], EVERYTHING)).version == loads(EVERYTHING).version


@pytest.mark.parametrize("name", OTHER)
def test_what_means_something_else_is_another_version(name: str) -> None:
    assert loads(edited(*OTHER[name], EVERYTHING)).version != loads(EVERYTHING).version


def test_the_order_of_lanes_is_nobodys_business_and_that_of_vip_classes_decides_between_equals() -> None:
    gold = "  gold:\n    recognised_by: {customer_tier: gold}\n    credit: 90s\n"
    start, end = SMALL.index("  cards:\n    name"), SMALL.index("  general:\n    name")
    cards = SMALL[start:end]
    other = SMALL.replace(cards, "").replace("default_lane: general", cards + "default_lane: general")
    before, after = edited("vip:\n", "vip:\n" + gold), edited("menus:\n", gold + "menus:\n")

    assert loads(other).version == loads(SMALL).version
    assert loads(before).version != loads(after).version


def test_editors_get_a_schema_that_knows_every_setting() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    parse = YAML(typ="safe", pure=True).load

    assert list(validator.iter_errors(parse(EVERYTHING))) == []
    for wrong in (
        ("when_closed: message", "when_closed: hang up"),
        ("choose_call: best_skill", "choose_call: fifo"),
        ('"sat 10:00-14:00"', '"saturday 10-14"'),
        ("ageing: 150%", "ageing: 1.5"),
        ("lunch: 45m", "lunch: long"),
        ("once: true", "onse: true"),
        ("  technical_problem:", "  technical_problems:"),
    ):
        assert len(list(validator.iter_errors(parse(edited(*wrong, EVERYTHING))))) == 1, wrong


MANY = {
    "calendars": "".join(f"  c{number}: {{open: []}}\n" for number in range(51)),
    "reserves": "".join(f"  r{number}: {{agents: cards, backup_for: cards}}\n" for number in range(51)),
    "overflow_numbers": "".join(f'  - "{10_000 + number}"\n' for number in range(51)),
    "pause_reasons": "".join(f"  p{number}: 5m\n" for number in range(51)),
}


@pytest.mark.parametrize("section", MANY)
def test_the_number_of_settings_is_bounded(section: str) -> None:
    with pytest.raises(ConfigRefused) as refused:
        loads(SMALL + f"{section}:\n" + MANY[section], "bank.yaml")

    assert str(refused.value) == f"bank.yaml:40:3: {section}: has too many entries; at most 50"
