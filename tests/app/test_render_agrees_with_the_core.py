"""What `hotline render` tells Asterisk, and what the core does, come from the same settings."""

import re
import shutil
from pathlib import Path

import pytest

from acd.app import render
from acd.app.settings import settings_for
from acd.asterisk.assets import assets
from acd.config import load

SWITCH = """
asterisk: {ami_user: switchboard, ami_port: 15038, agi_port: 14573, ami_secret_file: ami.secret}
"""


@pytest.mark.parametrize("switch", ["", SWITCH], ids=["by itself", "as the operator says"])
def test_asterisk_and_the_core_find_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, switch: str) -> None:
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path / "home"))
    for name in ("HOTLINE_AMI_PORT", "HOTLINE_AGI_PORT"):
        monkeypatch.delenv(name, raising=False)
    bank = shutil.copytree(assets("examples") / "bank", tmp_path / "bank")
    (bank / "ami.secret").write_text("correct-horse\n")
    with (bank / "hotline.yaml").open("a", encoding="utf-8") as settings:
        settings.write(switch)

    render.run(bank / "hotline.yaml", tmp_path / "etc", try_out=False)

    core = settings_for(load(bank / "hotline.yaml"))
    manager = (tmp_path / "etc" / "manager.conf").read_text()
    assert re.search(r"(?m)^port = (.*)$", manager)[1] == str(core.ami.port)  # type: ignore[index]
    assert re.search(rf"(?m)^\[{core.ami_user}\]\nsecret = (.*)$", manager)[1] == core.ami_secret  # type: ignore[index]
    extensions = (tmp_path / "etc" / "extensions.conf").read_text()
    assert re.search(r"(?m)^HL_AGI_PORT = (.*)$", extensions)[1] == str(core.agi.port)  # type: ignore[index]
