"""Who names no settings to check means those of the hotline that runs here; the example bank if none does."""

import json
import sys
from pathlib import Path

import pytest

from acd import cli
from acd.app import core_file
from acd.app.core_file import CoreStatus
from tests.app.core_alone import core_alone


def checked(*words: str) -> None:
    """What was typed after `hotline`; the example bank and the small settings are both without errors."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["hotline", "check", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    assert ended.value.code in (0, 1)


async def test_the_file_of_the_hotline_that_runs_here_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with core_alone(tmp_path) as place:
        monkeypatch.setenv("HOTLINE_HOME", str(place.home))
        checked()
        said = capsys.readouterr().out
        assert f"no file is named: this is that of the hotline which runs in {place.home}" in said
        assert f"{place.settings}: " in said

        checked("--json")
        assert json.loads(capsys.readouterr().out)["file"] == str(place.settings)

        checked("--config", str(cli.EXAMPLE))
        said = capsys.readouterr().out
        assert "no file is named" not in said
        assert f"{cli.EXAMPLE}: " in said


def test_where_no_hotline_runs_the_example_bank_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # What a core left behind that was killed names no hotline that runs.
    core_file.write(tmp_path, CoreStatus(2**22 + 1, str(tmp_path / "gone.yaml"), "a"))
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path))
    checked()
    said = capsys.readouterr().out
    assert f"no hotline runs in {tmp_path}: this is the example bank" in said
    assert f"{cli.EXAMPLE}: " in said
