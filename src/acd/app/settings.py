"""How a core process finds its neighbours: from the operator's file, and from the environment where it says more.

The environment wins, because it is how `hotline up` tells its child which ports it chose, and how a container is told.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from acd.asterisk.credentials import Credentials, keep_credentials
from acd.asterisk.render import ami_user_of
from acd.config import HotlineConfig
from acd.config.model import AsteriskConfig

_WSS = re.compile(r"wss://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._~/-]*)?")

DEFAULT_HOME = ".hotline"
SIGNS_OF_USE = ("secrets.json", "core.json", "journal/journal.sqlite3")
"""Files in a home folder of which one at least is there once a hotline was made ready or has run in it."""

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class SettingsRefused(Exception):
    """A setting is missing or wrong; one line says which and what is allowed."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a TCP port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a core process listens, and whom it talks to."""

    home: Path
    ami: Address
    ami_user: str
    ami_secret: str = field(repr=False)
    agi: Address
    http: Address
    journal: Path
    web_passwords: Mapping[str, str] = field(repr=False)
    callbacks_secret: str = field(default="", repr=False)
    """Of the user of the manager interface who rings customers; empty until Asterisk's files are made."""
    ws_port: int = 8088
    """Where Asterisk takes the WebSockets of softphones."""
    softphone_url: str = ""
    """Where browsers reach that, if not on this machine itself."""
    softphones: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The secret of the softphone beside each phone."""
    guest_secret: str = field(default="", repr=False)
    """Of the caller in a browser; empty unless this is a demo."""
    phones: frozenset[str] = frozenset()
    """Phones that have a secret, which is made when Asterisk's files are."""


def home_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder that holds all that a hotline writes: HOTLINE_HOME, or `.hotline` where it was started."""
    return Path(environment.get("HOTLINE_HOME", DEFAULT_HOME)).absolute()


def used_home(environment: Mapping[str, str] = os.environ) -> Path:
    """The home folder, for commands to which an empty one would look like a hotline where nothing is the matter.

    Raises SettingsRefused if no hotline has run in it. Makes nothing.
    """
    home = home_folder(environment)
    if not any((home / each).exists() for each in SIGNS_OF_USE):
        raise SettingsRefused(
            f"no hotline has run in {home}; go to the folder in which `make up` or `hotline up` was typed, "
            "or set HOTLINE_HOME"
        )
    return home


def journal_here(environment: Mapping[str, str] = os.environ) -> Path:
    """The journal of the home folder, for commands that are given no other. Raises SettingsRefused as `used_home`."""
    return used_home(environment) / "journal" / "journal.sqlite3"


def port_in(environment: Mapping[str, str], name: str, default: int) -> int:
    """The port that an environment variable names; raises SettingsRefused for what is none."""
    text = environment.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65_536:
        raise SettingsRefused(f"{name}={text!r}: a port is a whole number from 1 to 65535")
    return int(text)


def log_level_in(environment: Mapping[str, str]) -> str:
    """From which level on the core's log is written; raises SettingsRefused for what is none."""
    level = environment.get("HOTLINE_LOG_LEVEL", "INFO").upper()
    if level not in LOG_LEVELS:
        raise SettingsRefused(f"HOTLINE_LOG_LEVEL={level!r}: a level is one of {', '.join(LOG_LEVELS)}")
    return level


def settings_for(config: HotlineConfig, environment: Mapping[str, str] = os.environ) -> Settings:
    """All settings of a core process. Raises SettingsRefused."""
    home = home_folder(environment)
    switch = config.asterisk
    host = "127.0.0.1"
    secrets = _secrets_in(home / "secrets.json")
    return Settings(
        home=home,
        ami=Address(
            host,
            port_in(environment, "HOTLINE_AMI_PORT", switch.ami_port if switch else 5038),
        ),
        ami_user=ami_user_of(config),
        ami_secret=_ami_secret(config, secrets),
        agi=Address(
            host,
            port_in(environment, "HOTLINE_AGI_PORT", switch.agi_port if switch else 4573),
        ),
        http=Address(environment.get("HOTLINE_HTTP_HOST", host), port_in(environment, "HOTLINE_HTTP_PORT", 8080)),
        journal=config.path_of(config.journal.file) if config.journal.file else home / "journal" / "journal.sqlite3",
        web_passwords=secrets.get("web", {}),
        callbacks_secret=secrets.get("ami", {}).get("callbacks", ""),
        ws_port=port_in(environment, "HOTLINE_WS_PORT", 8088),
        softphone_url=_softphone_url(environment),
        softphones=secrets.get("softphone", {}),
        guest_secret=environment.get("HOTLINE_GUEST_SECRET", ""),
        phones=frozenset(secrets.get("sip", {})),
    )


def first_passwords(home: Path) -> Mapping[str, str]:
    """The first passwords that were made in a home folder, by name. Raises SettingsRefused for a damaged file."""
    return _secrets_in(home / "secrets.json").get("web", {})


def _softphone_url(environment: Mapping[str, str]) -> str:
    url = environment.get("HOTLINE_SOFTPHONE_URL", "")
    if url and not _WSS.fullmatch(url):
        raise SettingsRefused(f"HOTLINE_SOFTPHONE_URL={url!r}: such as wss://hotline.bank.example/sip is allowed")
    return url


def credentials_for(config: HotlineConfig, home: Path) -> Credentials:
    """All that Asterisk's files and the core must both know; what `home` lacks is made.

    Raises SettingsRefused and CredentialsUnreadable.
    """
    phones = (str(agent.phone) for agent in config.agents.values())
    kept = keep_credentials(home, phones, sorted({*config.agents, *config.staff}))
    return kept if config.asterisk is None else replace(kept, ami=_operators_ami_secret(config, config.asterisk))


def _ami_secret(config: HotlineConfig, secrets: Mapping[str, Mapping[str, str]]) -> str:
    if config.asterisk is not None:
        return _operators_ami_secret(config, config.asterisk)
    if "hotline" not in secrets.get("ami", {}):
        raise SettingsRefused("no secrets.json in the home folder; `hotline up` or `hotline render` makes it")
    return secrets["ami"]["hotline"]


def _operators_ami_secret(config: HotlineConfig, switch: AsteriskConfig) -> str:
    path = config.path_of(switch.ami_secret_file)
    try:
        return path.read_text("utf-8").strip()
    except UnicodeDecodeError:
        raise SettingsRefused(f"asterisk.ami_secret_file: {path}: not UTF-8") from None
    except OSError as error:
        raise SettingsRefused(f"asterisk.ami_secret_file: {path}: {error.strerror}") from None


def _secrets_in(path: Path) -> dict[str, dict[str, str]]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsRefused(f"{path}: cannot be read: {error}") from None
    return {kind: section for kind, section in found.items() if isinstance(section, dict)}
