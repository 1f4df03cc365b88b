"""Dockerfiles and systemd units agree with the repository and with the code."""

import configparser
import fnmatch
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.repository import DEPLOY, ROOT, commands_of, environment_names, options_of, read_yaml

DOCKERFILES = sorted(DEPLOY.rglob("Dockerfile"))
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def lines_of(dockerfile: Path) -> list[str]:
    text = re.sub(r"\\\n", " ", dockerfile.read_text("utf-8"))
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def sources() -> list[str]:
    """What the hotline's image copies from the repository."""
    copies = [line.split()[1:-1] for line in lines_of(DEPLOY / "hotline" / "Dockerfile") if line.startswith("COPY")]
    return [source for words in copies if not words[0].startswith("--from") for source in words]


def test_whatever_the_image_copies_exists_and_is_not_kept_out_of_it() -> None:
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert sources()
    for source in sources():
        assert (ROOT / source).exists(), source
        assert any(fnmatch.fnmatch(source, pattern) for pattern in kept), f"{source} is kept out by .dockerignore"


def test_whatever_the_package_is_built_from_is_copied_into_the_image() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text()
    wanted = set(re.findall(r'^"(\w+)" = "acd/assets', pyproject, re.MULTILINE)) | {
        "src",
        "README.md",
        "pyproject.toml",
    }
    assert wanted <= set(sources())


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_an_image_runs_as_nobody_special_and_as_the_same_user_as_the_other(path: Path) -> None:
    lines = lines_of(path)
    assert [line for line in lines if line.startswith("USER")][-1] == "USER hotline"
    assert any("useradd --uid 10000 " in line for line in lines)


@pytest.mark.parametrize("path", [*DOCKERFILES, *UNITS], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_variable_and_command_named_is_known_to_the_code(path: Path) -> None:
    text = path.read_text("utf-8")
    assert set(re.findall(r"\bHOTLINE_[A-Z_]+\b", text)) <= environment_names()
    for command in commands_of(text):
        assert {word for word in command if word.startswith("--")} <= options_of(command[0]), command


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_again_whenever_it_dies(path: Path) -> None:
    # A unit may set one name several times, which this parser would refuse.
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(path)
    assert unit["Service"]["Restart"] == "always"
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert unit["Install"]["WantedBy"]
    assert unit["Service"]["User"] == "hotline"


def test_the_core_writes_only_where_its_unit_lets_it() -> None:
    text = (DEPLOY / "systemd" / "hotline.service").read_text()
    (state,) = re.findall(r"(?m)^StateDirectory=(\w+)$", text)
    assert "ProtectSystem=strict" in text
    for variable in ("HOTLINE_HOME", "HOTLINE_CACHE"):
        (folder,) = re.findall(rf"(?m)^Environment={variable}=(.+)$", text)
        assert Path(folder).is_relative_to(f"/var/lib/{state}")


def test_the_cores_unit_does_not_take_asterisk_down_with_it() -> None:
    text = (DEPLOY / "systemd" / "hotline.service").read_text() + (
        DEPLOY / "systemd" / "hotline-asterisk.service"
    ).read_text()
    assert not re.search(r"^(Requires|BindsTo|PartOf)=", text, re.MULTILINE)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_what_callers_key_is_in_no_dump_and_in_no_swap_of_a_unit(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert "LimitCORE=0" in lines
    assert "MemorySwapMax=0" in lines


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_understands_the_unit(path: Path) -> None:
    told = subprocess.run(["systemd-analyze", "verify", str(path)], capture_output=True, text=True, check=False)
    ours = [line for line in told.stderr.splitlines() if path.name in line and "not executable" not in line]
    assert not [line for line in ours if "Unknown" in line or "Failed to parse" in line], ours


def test_the_broker_listens_where_compose_publishes_it() -> None:
    settings = (DEPLOY / "mosquitto" / "mosquitto.conf").read_text()
    listener = re.search(r"^listener (\d+)$", settings, re.MULTILINE)
    assert listener is not None
    ports = read_yaml(ROOT / "docker-compose.yml")["services"]["mosquitto"]["ports"]
    assert [port.rpartition(":")[2] for port in ports] == [listener.group(1)]
