"""Every example of docs/routing.md happens on the real router as the page says."""

import asyncio
import re

import pytest

from tests.docs.examples import ROOT, Example, examples_of, policies_of
from tests.docs.story import StoryWrong, play

PAGE = ROOT / "docs" / "routing.md"
BANK, EXAMPLES = examples_of(PAGE)


def name_of(example: Example) -> str:
    return f"line {example.line}: {example.section}"


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_an_example_of_the_page_happens_as_it_says(example: Example) -> None:
    scene = play(example.story, policies_of(BANK, example), first_line=example.line)
    if example.explained:
        command, *said = example.explained
        call = next(caller for caller, call in scene.calls() if command == f"hotline explain {call}")
        assert without_versions(asyncio.run(scene.explained(call))) == without_versions(said)


def test_the_page_has_an_example_for_every_part_of_the_rules() -> None:
    headings = [line.lstrip("# ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    with_examples = {example.section for example in EXAMPLES}
    told = [heading for heading in headings if heading not in with_examples]
    assert told == ["The language of rules", "Limits", "As other products say it"], "sections without a played example"


def test_an_expectation_that_is_not_met_fails_with_its_line() -> None:
    example = EXAMPLES[0]
    wrong = example.story.replace("-> ben rings for Li", "-> anna rings for Li")
    assert wrong != example.story
    with pytest.raises(StoryWrong, match=rf"line {example.line + 1}: expected anna rings for Li; .*ben rings for Li"):
        play(wrong, policies_of(BANK, example), first_line=example.line)


def without_versions(lines: list[str]) -> list[str]:
    """Settings are named by what they mean, so a new setting renames them all."""
    return [re.sub(r"settings [0-9a-f]{12}", "settings …", line).rstrip() for line in lines]
