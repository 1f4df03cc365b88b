"""`run.json`: where a running hotline is found, for people's scripts, the demo floor and the tests.

It holds secrets, so only its owner may read it, and it is gone when the hotline has ended.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

from acd.asterisk.credentials import Credentials
from acd.asterisk.obtain import Asterisk
from acd.asterisk.outside import outward_addresses
from acd.asterisk.places import Ports
from acd.asterisk.render import ami_user_of
from acd.config import HotlineConfig
from acd.config.targets import TargetKind

FILE = "run.json"
VERSION = 1

Run: TypeAlias = dict[str, Any]
"""The file's content, as JSON has it."""


class NotRunning(Exception):
    """No hotline runs in this home folder."""


def describe(config: HotlineConfig, credentials: Credentials, ports: Ports, http_port: int, asterisk: Asterisk) -> Run:
    """All that somebody needs who wants to place a call, log in as an agent or scrape the metrics.

    `carrier` is where numbers outside are called; None where none can be.
    """
    outward = outward_addresses({name: trunk.match for name, trunk in config.trunks.items()})
    carrier = next(iter(outward), None)
    keys_of_lanes: dict[str, str] = {}
    keys: dict[str, str] = {}
    keys_of_languages: dict[str, str] = {}
    # Those of the first number's menu, which is the one that examples and the demo floor dial.
    for step in config.menus[next(iter(config.numbers.values())).menu]:
        if step.step == "menu":
            ways = step.keys.items()
            keys = {key: target.to or str(target) for key, target in ways}
            keys_of_lanes = {target.to: key for key, target in ways if target.kind is TargetKind.LANE}
        elif step.step == "language":
            keys_of_languages = {str(language): key for key, language in step.keys.items()}
    tiers = {number: str(name) for name, vip in config.vip.items() for number in vip.recognised_by.dialled}
    return {
        "version": VERSION,
        "sip": {"host": ports.sip_host, "port": ports.sip},
        "carrier": None if carrier is None else {"host": outward[carrier], "port": config.trunks[carrier].port},
        "http": f"http://127.0.0.1:{http_port}",
        "ami": {"host": ports.ami_host, "port": ports.ami, "user": ami_user_of(config), "secret": credentials.ami},
        "agi": {"host": "127.0.0.1", "port": ports.agi},
        "numbers": {str(number): {"vip": tiers.get(number)} for number in config.numbers},
        "languages": keys_of_languages,
        "keys": keys,
        "lanes": {str(lane): {"key": keys_of_lanes.get(lane)} for lane in config.lanes},
        "accounts": [
            {
                "agent": str(name),
                "name": agent.name,
                "phone": str(agent.phone),
                "sip_secret": credentials.sip[str(agent.phone)],
                "web_password": credentials.web[str(name)],
                "skills": {str(skill): level for skill, level in agent.skills.items()},
            }
            for name, agent in config.agents.items()
        ],
        "staff": [
            {
                "name": str(name),
                "shown": person.name or str(name),
                "roles": list(person.roles),
                "web_password": credentials.web[str(name)],
            }
            for name, person in config.staff.items()
        ],
        "asterisk": {
            "version": asterisk.version,
            "origin": asterisk.origin,
            "command": list(asterisk.command),
            "modules": str(asterisk.modules),
            "data": str(asterisk.data),
        },
        "ports": asdict(ports),
        "guest": credentials.guest,
        "pids": {},
    }


def asterisk_of(run: Run) -> Asterisk:
    """The Asterisk that a hotline was started with."""
    found = run["asterisk"]
    return Asterisk(
        tuple(found["command"]), found["version"], Path(found["modules"]), Path(found["data"]), found["origin"]
    )


def write(home: Path, run: Run) -> None:
    """Write the file as a whole, readable by its owner alone."""
    beside = home / f".{FILE}.{os.getpid()}"
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(run, file, indent=1, ensure_ascii=False)
    beside.replace(home / FILE)


def change(home: Path, changed: Callable[[Run], Run]) -> None:
    """Write what `changed` makes of the file, and let nobody else change it meanwhile. Raises NotRunning."""
    with _alone(home):
        write(home, changed(read(home)))


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    lock = os.open(home / f".{FILE}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def is_hotline(pid: Any) -> bool:
    """Whether a process of this number runs and is one of ours, another than this one."""
    if not isinstance(pid, int) or pid == os.getpid():
        return False
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return any(word.endswith(b"/hotline") or word == b"acd.cli" for word in words)


def read(home: Path) -> Run:
    """The file of the hotline that runs in `home`. Raises NotRunning."""
    try:
        found = json.loads((home / FILE).read_text("utf-8"))
    except FileNotFoundError:
        raise NotRunning(f"no hotline runs in {home}; start one with `make up` or `hotline up`") from None
    except ValueError:
        raise NotRunning(f"{home / FILE} is not whole; end the hotline and start it again") from None
    if not isinstance(found, dict) or found.get("version") != VERSION or "pids" not in found:
        raise NotRunning(f"{home / FILE} is not of version {VERSION}; end the hotline and start it again")
    return found
