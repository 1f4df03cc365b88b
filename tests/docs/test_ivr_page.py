"""The settings on the page about the caller's visit are settings, and its links lead somewhere."""

import re
from pathlib import Path

import pytest

from acd.config.menus import STEP_KINDS
from tests.docs.examples import settings_of

PAGE = Path(__file__).parents[2] / "docs" / "ivr.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
BANK = """
lanes:
  cards: {needs: cards}
  wealth: {needs: wealth}
  general: {needs: general}
default_lane: general
languages:
  zh: {skill: mandarin}
  en: {skill: english}
agents:
  anna: {skills: {cards: 5, wealth: 5, general: 2, mandarin: 5, english: 4}}
"""


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_an_example_of_the_page_is_accepted(number: int) -> None:
    assert settings_of(BANK, BLOCKS[number])


def test_every_kind_of_step_is_told_of_and_shown() -> None:
    table = set(re.findall(r"`([a-z_]+)`", "".join(re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE))))
    shown = set(re.findall(r"step: ([a-z_]+)", "".join(BLOCKS)))
    assert set(STEP_KINDS) <= table
    assert set(STEP_KINDS) == shown


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", TEXT):
        assert (PAGE.parent / target).exists(), target
