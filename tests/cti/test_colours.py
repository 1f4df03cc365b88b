"""What stands on what can be read: the contrasts of WCAG AA, by day and by night."""

import re
from pathlib import Path

import pytest

import cti.pages

CSS = (Path(cti.pages.__file__).parent / "web" / "colours.css").read_text("utf-8")
DAY, NIGHT = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in CSS.split("@media"))
TEXT = [
    ("text", "ground"), ("text", "card"), ("soft", "ground"), ("soft", "card"), ("soft", "quiet-ground"),
    ("on-accent", "accent"), ("card", "bad"), ("text", "busy-ground"), ("soft", "busy-ground"), ("text", "good-ground"),
    ("text", "quiet-ground"), ("good", "card"), ("warn", "card"), ("bad", "card"),
    *((name, f"{name}-ground") for name in ("good", "busy", "warn", "bad", "vip")),
]  # fmt: skip
EDGES = [("edge", "ground"), ("edge", "card"), ("accent", "card"), *((f"line-{at}", "card") for at in (1, 2, 3, 4))]


def light(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    less, more = sorted((light(one), light(other)))
    return (more + 0.05) / (less + 0.05)


@pytest.mark.parametrize("theme", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(theme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_fields_and_lines_of_pictures_can_be_seen(theme: dict[str, str], edge: str, ground: str) -> None:
    assert contrast(theme[edge], theme[ground]) >= 3


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert round(contrast("#000000", "#ffffff"), 6) == 21
