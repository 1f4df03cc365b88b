"""The small hotline with enough people that nothing about it is odd, and what is said of an edit of it."""

from acd.config import loads
from tests.config.small import SMALL

STAFFED = SMALL + "  cara: {name: Cara, phone: cara, skills: {cards: 4, general: 3, mandarin: 5, english: 5}}\n"


def advice(text: str) -> list[str]:
    """Every warning, with its place in the settings and without that in the file."""
    return [f"{warning.path}: {warning.message}" for warning in loads(text).warnings]


def with_cards(settings: str, text: str = STAFFED) -> str:
    """The lane of cards with more settings, each on its line or in one row of steps."""
    assert text.count("    ring_for: 15s\n") == 1
    return text.replace(
        "    ring_for: 15s\n", "    ring_for: 15s\n" + "".join(f"    {line}\n" for line in settings.split("\n"))
    )
