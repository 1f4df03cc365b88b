"""The worked equivalents of other products' rules: each is a sound file, and does what its original is known for."""

from pathlib import Path

import pytest

from acd.app import check
from acd.config import load
from tests.docs.examples import ROOT
from tests.docs.story import StoryWrong, play

POLICIES = ROOT / "examples" / "policies"
FILES = sorted(POLICIES.glob("*.yaml"))

STORIES = {
    "bullseye, the second ring opens after its time and the third after its": """
        0s    ben, chen and dora become ready
        0s    Li calls disputes in en      -> ben rings for Li     # The innermost ring, as Anna is away.
        2s    ben answers
        5s    Wang calls disputes in en    -> nobody rings; anna and ben may serve Wang
        35s   -> chen rings for Wang
        37s   chen answers
        40s   Zhao calls disputes in en    -> dora may not serve Zhao: has no fraud
        70s   -> Zhao asks for cards and disputes and english; nobody rings
        100s  -> dora rings for Zhao
        """,
    "bullseye, whoever fitted an inner ring goes on fitting and is preferred for his levels": """
        0s    Li calls disputes in en
        65s   -> anna, ben, chen and dora may serve Li
        66s   Li hangs up
        70s   ben becomes ready
        71s   dora becomes ready
        75s   anna becomes ready
        80s   Wang calls disputes in en    -> anna rings for Wang
        """,
    "precision-queue, the middle step is considered while few wait": """
        0s    chen and dora become ready
        0s    Li calls mortgages in en     -> anna and ben may serve Li; nobody rings
        20s   -> chen rings for Li
        """,
    "precision-queue, a step is skipped when its condition does not hold": """
        0s    Li calls mortgages in en
        1s    Wang and Zhao call mortgages in en
        10s   dora becomes ready           -> nobody rings
        20s   -> dora rings for Li         # Three wait: for anybody trained at once, not for level 3 first.
        """,
    "precision-queue, a condition that holds later helps nobody who was past it": """
        0s    Li calls mortgages in en
        1s    Wang and Zhao call mortgages in en
        20s   -> Li asks for (mortgages >= 5 or trained) and english
        20.5s Zhao hangs up
        21s   -> Wang asks for (mortgages >= 5 or mortgages >= 3) and english
        """,
    "routing-criteria, the preferred agent expires and the steps go on": """
        0s    anna and ivy become ready
        1s    Sun calls wealth in en                            -> anna rings for Sun
        2s    anna answers
        5s    Li calls wealth in en, tier platinum, manager anna -> Li is kept for anna; nobody rings  # Ivy is ready.
        25s   -> Li is kept for nobody; ivy rings for Li
        26s   ivy answers
        30s   chen and jin become ready
        31s   Wang calls wealth in en                           -> nobody rings
        81s   -> chen rings for Wang
        82s   chen answers
        85s   Zhao calls wealth in en
        165s  -> jin rings for Zhao
        """,
    "routing-criteria, nobody is waited for who is not there": """
        0s    ivy becomes ready
        5s    Li calls wealth in en, tier platinum, manager anna   -> ivy rings for Li
        """,
    "recipe, a skill is taken away after its ticks": """
        0s    chen becomes ready
        0s    Li calls support in en       -> Li asks for support and netbank and english; nobody rings
        30s   -> Li asks for support and english; chen rings for Li
        """,
    "recipe, priority rises once and the mailbox is the end": """
        0s    Li calls support in en
        50s   Wang calls general in en
        59s   -> Li counts as having waited 59s
        60s   -> Li counts as having waited 180s
        300s  -> Li is sent to message
        """,
    "recipe, an announcement when many wait and nobody is idle, a skill added when enough have it": """
        0s    anna, ben and chen become ready
        0s    A1 to A3 call general in en  -> chen rings for A1; anna rings for A2; ben rings for A3
        1s    chen answers
        1s    anna answers
        1s    ben answers
        10s   Li calls support in en
        11s   Wang calls support in en
        20s   -> Li waits
        22s   Zhao calls support in en     -> nobody rings
        23s   -> Li hears sorry; Wang hears sorry
        32s   -> Zhao hears sorry
        100s  -> Li asks for support and senior and english
        """,
    "skill-rules, only good ones for 60 s and then anybody": """
        0s    ben and chen become ready
        0s    Li calls services in en      -> ben rings for Li
        1s    ben answers
        5s    Wang calls services in en    -> nobody rings
        65s   -> chen rings for Wang
        """,
    "skill-rules, the next rule at once when nobody who fits is logged in": """
        0s    chen becomes ready
        0s    Li calls services in en      -> chen rings for Li
        """,
    "credit-90s, a platinum caller who comes 89 s later overtakes": """
        0s    Li calls general in en
        89s   Wang calls general in en, tier platinum   -> Wang comes before Li
        90s   anna becomes ready                        -> anna rings for Wang
        """,
    "credit-90s, a platinum caller who comes 91 s later does not": """
        0s    Li calls general in en
        91s   Wang calls general in en, tier platinum   -> Li comes before Wang
        92s   anna becomes ready                        -> anna rings for Li
        """,
    "credit-90s, the line of its own counts as the tier": """
        0s    Li calls general in en
        89s   Wang calls general in en, dialled 4008885555   -> Wang is in the class platinum; Wang comes before Li
        """,
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_is_sound_and_warns_of_nothing(path: Path) -> None:
    assert check.run(path) == check.CLEAN


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_says_what_differs_and_where_that_is_known_from(path: Path) -> None:
    head = path.read_text(encoding="utf-8").split("\n\n", 1)[0]
    assert all(f"\n# {part}" in head for part in ("There: ", "Here: ", "What differs:", "Source: "))


@pytest.mark.parametrize("title", STORIES)
def test_an_example_does_what_its_original_is_known_for(title: str) -> None:
    name, _, _ = title.partition(",")
    play(STORIES[title], [load(POLICIES / f"{name}.yaml").policy()])


def test_every_example_has_a_story() -> None:
    assert {title.partition(",")[0] for title in STORIES} == {path.stem for path in FILES}


def test_a_story_tells_one_example_from_another() -> None:
    """Else the stories might hold for whatever they are played on."""
    title = "skill-rules, the next rule at once when nobody who fits is logged in"
    text = STORIES[title].replace("calls services", "calls mortgages")
    with pytest.raises(StoryWrong):
        play(text, [load(POLICIES / "precision-queue.yaml").policy()])
