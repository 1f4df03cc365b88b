"""Who may serve whom after which steps is told to operators just as the core will have it."""

from pathlib import Path

import pytest

from acd.config import HotlineConfig, load, loads
from acd.config.reach import Reaches
from acd.core.calls import Call, CallState
from acd.core.language.facts import CallFacts
from acd.core.names import CallId
from acd.core.rules import Rules
from tests.config.everything import EVERYTHING
from tests.config.staffed import STAFFED, with_cards

BANK = Path(__file__).parents[2] / "examples/bank/hotline.yaml"
TWISTED = with_cards(
    "steps:\n"
    "  - {after: 10s, drop: [cards]}\n"
    "  - {after: 20s, when: waiting(cards) > 3, needs: general >= 9, narrows: true}\n"
    "  - {after: 30s, add: english, lanes: [general]}\n"
    "  - {after: 40s, any_language: true}"
)


@pytest.mark.parametrize("config", [load(BANK), loads(EVERYTHING), loads(TWISTED)])
def test_the_same_agents_may_serve_as_by_the_core_after_every_row_of_steps(config: HotlineConfig) -> None:
    policy = config.policy()
    rules, reaches = Rules(policy), Reaches(policy)
    for name, lane in policy.lanes.items():
        for language in policy.languages:
            call = Call(CallId("1.1"), "", "", "", 0, CallState.WAITING, 0, lane=name, language=language)
            call.facts = CallFacts(language=language)
            reach = reaches.of(name, language)
            assert reach.first == rules.class_of(call).mask
            for number in range(len(lane.steps)):
                call.steps_taken |= 1 << number
                assert reach.taken[number].after == rules.class_of(call).mask
            assert reaches.at(name, language, 10**9) == rules.class_of(call).mask
            call.steps_taken = 0
            assert reach.ever & rules.ever(call) == rules.ever(call)


def test_who_is_needed_by_some_callers_only_counts_as_able() -> None:
    policy = loads(STAFFED.replace("needs: cards >= 3", "needs: cards >= 9 or (general and tier == platinum)")).policy()
    reaches = Reaches(policy)

    able = reaches.of(next(iter(policy.lanes)), next(iter(policy.languages)))
    assert [*reaches.team.members(able.first)] == ["anna", "cara"]
    assert able.depends
