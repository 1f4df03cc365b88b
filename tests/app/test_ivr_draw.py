"""`hotline ivr draw` writes the picture of a hotline's menus, and says what is wrong in one line."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from acd.app import ivr_draw
from acd.asterisk.assets import assets
from acd.config import ConfigRefused

BANK = assets("examples") / "bank" / "hotline.yaml"
PICTURE = Path(__file__).parents[2] / "docs" / "ivr-menus.svg"


def test_the_picture_in_the_documents_is_the_one_of_the_example_bank(tmp_path: Path) -> None:
    drawn = tmp_path / "menus.svg"
    ivr_draw.run(BANK, drawn, "en")

    # hotline ivr draw --language en --out docs/ivr-menus.svg
    assert PICTURE.read_text("utf-8") == drawn.read_text("utf-8")


def test_it_is_printed_when_no_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    ivr_draw.run(BANK, None, None)

    printed = capsys.readouterr().out
    assert ElementTree.fromstring(printed).tag.endswith("svg")
    assert "按键选择" in printed


def test_a_language_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigRefused, match='languages: there is no language "fr" to draw in; known are zh, en'):
        ivr_draw.run(BANK, tmp_path / "menus.svg", "fr")
