"""The long random secrets of phones, screens and the control link, made once and kept.

They live in one file that only its owner may read. Nothing here is ever logged; `repr` shows nothing.
"""

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

FILE = "secrets.json"


class CredentialsUnreadable(Exception):
    """The file with the secrets is there and cannot be used; one line says why."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Everything secret that two sides share."""

    ami: str = field(repr=False)
    sip: Mapping[str, str] = field(repr=False)
    """A phone's secret by the phone's name."""
    web: Mapping[str, str] = field(repr=False)
    """An agent's password by the agent's id."""
    ami_callbacks: str = field(default="", repr=False)
    """Of the second user of the manager interface, who may place calls."""
    softphone: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The secret of the softphone beside a phone, by the name of the phone, which has another one. That of the phone no
    browser ever learns."""
    guest: str = field(default="", repr=False)
    """Of the caller in a browser, who may dial the hotline's numbers; empty for a hotline that lets none in."""


def keep_credentials(home: Path, phones: Iterable[str], agents: Iterable[str]) -> Credentials:
    """The secrets in `home`/secrets.json, with new ones made for phones and agents that have none yet.

    Those of people who left the settings are kept: they may come back. Raises CredentialsUnreadable for a damaged
    file rather than making everybody's softphone useless, and OSError when the folder cannot be written.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / FILE
    known = _read(path)
    ami = known["ami"].get("hotline") or secrets.token_hex(24)
    callbacks = known["ami"].get("callbacks") or secrets.token_hex(24)
    sip = known["sip"] | {name: secrets.token_hex(16) for name in sorted(phones) if name not in known["sip"]}
    softphone = known["softphone"] | {
        name: secrets.token_hex(16) for name in sorted(sip) if name not in known["softphone"]
    }
    web = known["web"] | {name: secrets.token_urlsafe(12) for name in sorted(agents) if name not in known["web"]}
    now = {"ami": {"hotline": ami, "callbacks": callbacks}, "sip": sip, "softphone": softphone, "web": web}
    if now != known:
        _write(path, {"version": 1, **now})
    return Credentials(ami=ami, sip=sip, web=web, ami_callbacks=callbacks, softphone=softphone)


def _read(path: Path) -> dict[str, dict[str, str]]:
    nothing: dict[str, dict[str, str]] = {"ami": {}, "sip": {}, "softphone": {}, "web": {}}
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return nothing
    except ValueError:
        raise CredentialsUnreadable(
            f"{path}: not valid JSON; mend it, or delete it to have all secrets made anew"
        ) from None
    if not isinstance(found, dict) or found.get("version") != 1:
        raise CredentialsUnreadable(f"{path}: not a file of secrets of version 1; delete it to have them made anew")
    for kind in nothing:
        section = found.get(kind, {})
        if not isinstance(section, dict) or not all(isinstance(value, str) for value in section.values()):
            raise CredentialsUnreadable(f"{path}: {kind}: not a table of names and secrets; delete the file or mend it")
        nothing[kind] = section
    return nothing


def _write(path: Path, content: object) -> None:
    # Written beside it and moved over it, so that a crash leaves the old file or the new one.
    beside = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
