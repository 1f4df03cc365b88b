"""What a script learns from a command's exit code."""

import sys
from pathlib import Path

import pytest

from acd import cli
from acd.app import call


@pytest.mark.parametrize(("answered", "code"), [(True, 0), (False, 1)])
def test_a_call_that_the_hotline_does_not_answer_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answered: bool, code: int
) -> None:
    async def placed(*_: object) -> bool:
        return answered

    monkeypatch.setattr(call, "place_call", placed)
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path))
    (tmp_path / "run.json").write_text('{"version": 1, "pids": {}, "sip": {"host": "127.0.0.1", "port": 9}}')
    monkeypatch.setattr(sys, "argv", ["hotline", "call", "95555"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code or 0) == code
