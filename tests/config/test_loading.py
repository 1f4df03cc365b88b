"""The example bank loads, and what the core is told of it is what the operator wrote."""

import re
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from acd.config import ConfigRefused, load, loads, schema
from acd.config.menus import KeyMenu
from acd.config.targets import NEXT, TargetKind
from tests.config.small import SMALL, edited

BANK = Path(__file__).parents[2] / "examples/bank/hotline.yaml"


def test_the_example_bank_loads_without_a_warning() -> None:
    config = load(BANK)

    assert config.warnings == ()
    assert config.customers_file == BANK.parent / "customers.csv"
    assert [step.step for step in config.menus["main"]] == ["greeting", "language", "menu"]
    assert len(config.agents) == 10


def test_the_keys_that_everybody_knows_lead_straight_into_their_lanes() -> None:
    choice = load(BANK).menus["main"][-1]

    assert isinstance(choice, KeyMenu)
    assert {key: str(way) for key, way in choice.keys.items() if way.kind is TargetKind.LANE} == {
        "1": "lane cards",
        "2": "lane mortgages",
        "3": "lane wealth",
        "0": "lane general",
    }
    assert choice.otherwise == NEXT


def test_the_core_is_told_what_the_operator_wrote() -> None:
    policy = load(BANK).policy()

    assert policy.lanes["mortgages"].needs == "mortgages >= 3"
    assert policy.lanes["mortgages"].ring_for == 15_000
    assert policy.lanes["mortgages"].wrap_up == 30_000
    assert policy.agents["anna"].skills == {"cards": 5, "general": 3, "mandarin": 5, "english": 4}
    assert policy.languages["en"] == "english"
    assert policy.vip[0].credit == 90_000
    assert policy.vip[0].customer_tiers == {"platinum"}
    assert policy.vip[0].dialled == {"4008885555"}
    assert list(policy.pause_reasons) == ["break", "lunch", "training", "meeting"]


def test_an_agent_whose_phone_failed_or_who_did_not_answer_is_left_alone_for_a_while() -> None:
    policy = loads(SMALL + "cool_down: {busy: 7s}\nno_answer: {pause_after: 2, cool_down: 8s}\n").policy()

    assert policy.pause_after_misses == 2
    assert policy.cool_down == {
        "no_answer": 8_000,
        "busy": 7_000,
        "declined": 5_000,
        "unreachable": 10_000,
        "failed": 5_000,
    }


def test_a_comment_does_not_change_the_version_and_one_second_of_ringing_does() -> None:
    version = loads(SMALL).version

    assert re.fullmatch("[0-9a-f]{12}", version)
    assert loads("# By Anna.\n" + SMALL).version == version
    assert loads(edited("ring_for: 15s", "ring_for: 16s")).version != version
    assert loads(SMALL).policy().version == version


def test_settings_cannot_be_changed_after_they_were_checked() -> None:
    config = loads(SMALL)

    with pytest.raises(ValidationError):
        config.default_lane = "cards"  # type: ignore[misc,assignment]
    with pytest.raises(ValidationError):
        config.lanes["cards"].ring_for = 1  # type: ignore[index,misc]


def test_an_alias_may_stand_for_a_whole_value() -> None:
    text = edited("skills: {cards: 5, general", "skills: &all {cards: 5, general")
    config = loads(edited("skills: {cards: 2, general: 3, english: 5}", "skills: *all", text))

    assert config.agents["ben"].skills == config.agents["anna"].skills  # type: ignore[index]


def test_customers_that_are_not_there_are_missed_before_the_first_call(tmp_path: Path) -> None:
    file = tmp_path / "bank.yaml"
    file.write_text(SMALL + "customers: nobody.csv\n", encoding="utf-8")

    with pytest.raises(ConfigRefused) as refused:
        load(file)

    assert str(refused.value) == f'{file}:39:12: customers: there is no file "nobody.csv" beside the settings'


def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigRefused) as missing:
        load(tmp_path / "none.yaml")
    with pytest.raises(ConfigRefused) as folder:
        load(tmp_path)

    assert str(missing.value) == f"{tmp_path / 'none.yaml'}:1:1: cannot be read: No such file or directory"
    assert str(folder.value) == f"{tmp_path}:1:1: cannot be read: Is a directory"


def test_editors_get_a_schema_that_accepts_the_example_and_refuses_a_misspelt_key() -> None:
    bank = YAML(typ="safe", pure=True).load(BANK.read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema())
    validator.check_schema(schema())

    assert list(validator.iter_errors(bank)) == []
    bank["lanes"]["cards"]["ring_fro"] = bank["lanes"]["cards"].pop("ring_for")
    assert [error.validator for error in validator.iter_errors(bank)] == ["additionalProperties"]


def test_all_the_faults_of_a_very_broken_file_are_counted_and_the_first_fifty_shown() -> None:
    agents = "".join(f"  a{number}: {{}}\n" for number in range(100))

    with pytest.raises(ConfigRefused) as refused:
        loads(SMALL + agents)

    assert len(refused.value.faults) == 300
    assert len(str(refused.value).splitlines()) == 51
    assert str(refused.value).endswith("… and 250 more")
