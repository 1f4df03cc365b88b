"""`hotline account`: who may log in, as a person types it."""

import os
from pathlib import Path
from typing import Annotated

import typer

from acd.app import account
from acd.app.default_file import EXAMPLE, default_file
from acd.app.guarded import guarded
from acd.config import HotlineConfig, load

account_app = typer.Typer(help="Who may log in to the pages: list, passwords, locks.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="As the settings name him.", metavar="NAME", show_default=False)]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="The operator's settings.",
        show_default="those of the hotline that runs in this home folder, else the example bank's",
    ),
]


def _settings(config: Path | None) -> HotlineConfig:
    return load(config or default_file(EXAMPLE, os.environ)[0])


@account_app.command(name="list")
def list_command(
    config: Config = None, as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False
) -> None:
    """Say who may log in, as what, since when with this password, and who is locked or logged in."""
    guarded(lambda: account.show(_settings(config), as_json=as_json))


@account_app.command(name="password")
def password_command(
    name: Name,
    from_input: Annotated[bool, typer.Option("--stdin", help="Read one line instead of asking twice.")] = False,
    config: Config = None,
) -> None:
    """Give somebody a password; every session of his ends."""
    guarded(lambda: account.set_password(_settings(config), name, from_input=from_input))


@account_app.command(name="lock")
def lock_command(name: Name, config: Config = None) -> None:
    """Let nobody in under this name from now on; every session of his ends."""
    guarded(lambda: account.lock(_settings(config), name))


@account_app.command(name="unlock")
def unlock_command(name: Name, config: Config = None) -> None:
    """Let him in again."""
    guarded(lambda: account.unlock(_settings(config), name))
