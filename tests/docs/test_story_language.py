"""The language of stories: what is wrong with a story is found, and said with its line."""

import pytest

from acd.core.policy import Policy
from tests.docs.examples import settings_of
from tests.docs.story import StoryWrong, play

BANK = """
lanes: {cards: {needs: cards >= 3}, general: {needs: general}}
default_lane: general
languages: {zh: {skill: mandarin}, en: {skill: english}}
agents:
  anna: {skills: {cards: 5, general: 2, mandarin: 5, english: 4}}
  ben: {skills: {cards: 3, mandarin: 4}}
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return settings_of(BANK).policy()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("5s Li calls cards", "ben rings for Li, of which the story says nothing"),
        ("5s Li calls cards -> anna rings for Li", "expected anna rings for Li; what happened: ben rings for Li"),
        ("5s Li calls cards -> nobody rings", "somebody rings: ben rings for Li"),
        (
            "5s Li calls cards -> ben rings for Li; ben is ready",
            "ben is ready: it is 'ringing for no reason until 25s'",
        ),
        ("5s Li calls cards -> ben rings for Li; Li is kept for ben", "Li is kept for ben: it is 'nobody'"),
        ("5s Li calls cards -> ben rings for Li; waiting(cards) > 0 holds", "holds: it is 'False'"),
        ("5s Li calls general -> ben may serve Li", "ben may serve Li: it is 'anna who may'"),
        ("5s Li calls general -> ben may not serve Li: he is away", "it is 'has no general'"),
        ("5s Li calls general -> Li asks for cards", "it is 'general and mandarin'"),
        ("5s Li calls general -> Li counts as having waited 1s", "it is '0s'"),
        ("5s Li calls general -> Li is sent to callback", "what happened: nothing"),
        ("5s Li dances", "nobody knows how to do this: Li dances"),
        ("5s Li calls general, in a hurry", "nothing is known of callers who are in a hurry"),
        ("5s carl becomes ready", "there is no agent carl"),
        ("5s Li hangs up", "Li has not called"),
        ("5s Li picks up", "Li has not called"),
        ("5s ben answers", "ben has no call"),
        ("soon Li calls general", "not a line of a story: soon Li calls general"),
        ("30s -> nobody rings\n20s -> nobody rings", "not in the order of time"),
    ],
)
def test_what_is_wrong_with_a_story_is_said(policy: Policy, line: str, fault: str) -> None:
    with pytest.raises(StoryWrong) as wrong:
        play(f"0s ben becomes ready\n{line}", [policy], first_line=10)
    assert fault in str(wrong.value)
    assert "line 11" in str(wrong.value) or "order of time" in fault


def test_what_happens_between_two_lines_must_be_said_too(policy: Policy) -> None:
    story = """
        0s   ben becomes ready
        1s   Li calls cards       -> ben rings for Li
        2s   ben declines         -> ben is cooling until 7s
        7s   -> ben rings for Li
        10s  ben answers and talks for 5s
        15s  -> ben is ready
        """
    assert not play(story, [policy]).router.memory.calls
    with pytest.raises(StoryWrong, match="line 6: at 7s ben rings for Li, of which the story says nothing"):
        play(story.replace("7s   -> ben rings for Li", ""), [policy])


def test_only_who_is_being_called_back_can_pick_up(policy: Policy) -> None:
    with pytest.raises(StoryWrong, match="line 2: Li is not being called back"):
        play("0s Li calls general\n5s Li picks up", [policy])
