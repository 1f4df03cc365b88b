"""Which settings are meant when none are named: those of the hotline that runs here, else those of the example bank."""

from collections.abc import Mapping
from pathlib import Path

from acd.app import core_file
from acd.app.run_file import NotRunning
from acd.app.settings import home_folder
from acd.asterisk.assets import assets

EXAMPLE = assets("examples") / "bank" / "hotline.yaml"
"""The settings that a command takes when none are named: those of the example bank, wherever it was started."""


def default_file(example: Path, environment: Mapping[str, str]) -> tuple[Path, str]:
    """The file that is meant, and a line that says so to whoever named none."""
    home = home_folder(environment)
    try:
        file = Path(core_file.read(home).settings)
    except NotRunning:
        return example, f"no file is named and no hotline runs in {home}: this is the example bank"
    return file, f"no file is named: this is that of the hotline which runs in {home}"
