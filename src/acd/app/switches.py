"""`emergency.json`: which lanes' emergency switches are on, so that a restart of anything leaves them as they are.

It lies in the home folder and is written as a whole. A lane that stands there and has no way out for emergencies in the
settings is served as ever.
"""

import json
import os
from collections.abc import Collection
from pathlib import Path

import structlog

from acd.config import HotlineConfig
from acd.core.names import LaneName

FILE = "emergency.json"
LONGEST_FILE = 64 * 1024
"""Bytes; a longer file is none of ours."""

_log = structlog.get_logger(__name__)


class SwitchesUnreadable(Exception):
    """The file is there and cannot be read; one line says why."""


def switched_on(home: Path) -> frozenset[LaneName]:
    """The lanes whose switch is on. Raises SwitchesUnreadable."""
    path = home / FILE
    try:
        with path.open(encoding="utf-8") as file:
            match json.loads(file.read(LONGEST_FILE)):
                case {"on": [*lanes]} if all(isinstance(lane, str) for lane in lanes):
                    return frozenset(map(LaneName, lanes))
        why = "it does not say which are on"
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, RecursionError) as error:
        why = type(error).__name__
    raise SwitchesUnreadable(f"{path}: cannot be used ({why}); delete it, and every emergency switch is off")


def keep(home: Path, lanes: Collection[LaneName]) -> None:
    """Let the switches of these lanes be on, and of all others off, from the core's next look on. Raises OSError."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = home / f".{FILE}.{os.getpid()}"
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"on": sorted(lanes)}, file, ensure_ascii=False)
        file.flush()
        # Whoever threw the switch may cut the power next.
        os.fsync(file.fileno())
    beside.replace(home / FILE)


def as_switched(config: HotlineConfig, home: Path) -> HotlineConfig:
    """The settings with the switches as they are; what is unreadable keeps no hotline from its start, and is logged."""
    try:
        on = switched_on(home)
    except SwitchesUnreadable as error:
        _log.error("no emergency switch is on", why=str(error))
        return config
    if on:
        _log.warning("emergency switches are on", lanes=sorted(on))
    return config.with_emergencies(on)


def state_of(config: HotlineConfig) -> dict[str, bool | None]:
    """Whether the switch of each lane is on; None for one that has no way out for emergencies."""
    lanes = config.policy().lanes
    return {
        str(name): None if lane.when_emergency is None else lanes[name].emergency is not None
        for name, lane in config.lanes.items()
    }
