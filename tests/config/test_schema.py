"""An editor that is given the schema accepts what the hotline accepts, and marks what it refuses."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from acd.config import schema
from acd.config.differences.values import PERCENT, TIMES
from acd.config.durations import DURATION_PATTERN, WHOLE_PERCENT_PATTERN
from tests.config.everything import EVERYTHING
from tests.config.small import SMALL, edited

BANK = (Path(__file__).parents[2] / "examples/bank/hotline.yaml").read_text(encoding="utf-8")


def faults(text: str) -> list[str]:
    settings = YAML(typ="safe", pure=True).load(text)
    return [error.validator for error in jsonschema.Draft202012Validator(schema()).iter_errors(settings)]


@pytest.mark.parametrize("text", [SMALL, EVERYTHING, BANK])
def test_sound_settings_are_sound_for_an_editor(text: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())

    assert faults(text) == []


@pytest.mark.parametrize(
    "key",
    ["ring_for", "wrap_up_extension", "narrows", "share_at_most", "budget_from", "backup_for", "unhappy_at"],
)
def test_a_misspelt_key_is_marked_wherever_it_stands(key: str) -> None:
    misspelt = EVERYTHING.replace(f"{key}:", f"{key[:-1]}:", 1)

    assert misspelt != EVERYTHING
    assert faults(misspelt) == ["additionalProperties"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ring_for: 15s", "ring_for: 15"),
        ("ageing: 150%", "ageing: fast"),
        ("choose_agent: longest_idle", "choose_agent: nicest"),
        ("when_closed: message", "when_closed: message me"),
        ('"mon-fri 08:00-19:00"', '"weekdays 08:00-19:00"'),
        ("closed_on: [", 'closed_on: ["tomorrow", '),
        ("{lunch: 45m,", "{lunch: 45,"),
    ],
)
def test_a_value_of_the_wrong_kind_is_marked(old: str, new: str) -> None:
    assert len(faults(edited(old, new, EVERYTHING))) == 1


def test_every_length_of_time_and_every_share_is_told_in_its_unit_when_it_changes() -> None:
    assert _keys(schema(), DURATION_PATTERN) == set(TIMES)
    assert _keys(schema(), WHOLE_PERCENT_PATTERN) - {"target"} == set(PERCENT)


def _keys(node: Any, pattern: str) -> set[str]:
    """The keys in a schema under which a text of this pattern may stand."""
    if isinstance(node, list):
        return set().union(*(_keys(each, pattern) for each in node))
    if not isinstance(node, dict):
        return set()
    found = {
        key
        for key, value in node.get("properties", {}).items()
        if any(each.get("pattern") == pattern for each in (value, *value.get("anyOf", ())))
    }
    assert all(re.fullmatch("[a-z_]+", key) for key in found)
    return found.union(*(_keys(each, pattern) for each in node.values()))
