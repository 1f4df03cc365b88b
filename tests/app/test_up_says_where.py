"""The commands that `hotline up` prints work when they are typed as they stand."""

from pathlib import Path

import pytest

from acd.app.settings import DEFAULT_HOME
from acd.app.up import command_in


def test_the_home_folder_is_named_unless_it_is_the_usual_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [str(tmp_path / "bin" / "hotline"), "up"])
    assert command_in(tmp_path / DEFAULT_HOME) == "bin/hotline"
    assert command_in(Path("/var/lib/hotline")) == "HOTLINE_HOME=/var/lib/hotline bin/hotline"
    assert command_in(Path("/srv/our bank")) == "HOTLINE_HOME='/srv/our bank' bin/hotline"
