"""The repository as the files of deploy/ see it."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import typer.main
from ruamel.yaml import YAML

from acd.cli import app

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def read_yaml(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


@cache
def environment_names() -> frozenset[str]:
    """Every variable of the environment that our code asks for."""
    return frozenset(
        name
        for path in (ROOT / "src").rglob("*.py")
        for name in re.findall(r"\bHOTLINE_[A-Z_]+\b", path.read_text("utf-8"))
    )


def commands_of(text: str) -> list[list[str]]:
    """Command lines of `hotline` in a text, as words, comments included: a person will type those."""
    found = re.findall(r"(?:^|[\s/\"])hotline ((?:serve|render|up|check)\b[^\n#]*)", text)
    return [line.split() for line in found]


def options_of(command: str) -> set[str]:
    """The options of one of our commands; fails if there is no such command."""
    known: Any = typer.main.get_command(app)
    return {option for parameter in known.commands[command].params for option in parameter.opts}
