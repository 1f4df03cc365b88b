"""`core.json`: which settings a running core process has in force, for `hotline reload` and for people's scripts.

The core writes it at its start and after each time it has read the settings again, and removes it at its end. It holds
no secret; its owner alone may read it all the same, for faults quote the settings.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from acd.app.run_file import NotRunning, is_hotline

FILE = "core.json"


@dataclass(frozen=True, slots=True)
class CoreStatus:
    """How a core process stands with its settings."""

    pid: int
    settings: str
    """The file that it reads."""
    version: str
    """Of the settings in force."""
    loads: int = 0
    """How often it has been told to read the file or the emergency switches again, and has done so."""
    busy: bool = False
    """Whether it has been told so once more since."""
    refused: tuple[str, ...] = ()
    """What was wrong the last time, a line for each fault; empty if the settings came into force."""
    restart: tuple[str, ...] = ()
    """Sections that differ from those the core was started with and need a restart of it."""
    emergency: Mapping[str, bool | None] = field(default_factory=dict)
    """Whether each lane's emergency switch is on; None for a lane that has none."""
    asterisk: tuple[str, ...] = ()
    """Sections that changed the last time and stand in Asterisk's files, too."""


def write(home: Path, status: CoreStatus) -> None:
    """Write the file as a whole. Raises OSError."""
    beside = home / f".{FILE}.{os.getpid()}"
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(status), file, indent=1, ensure_ascii=False)
    beside.replace(home / FILE)


def parse(text: str) -> CoreStatus:
    """What the file says. Raises ValueError, TypeError or KeyError for what is no such file."""
    found = json.loads(text)
    return CoreStatus(
        pid=found["pid"],
        settings=str(found["settings"]),
        version=str(found["version"]),
        loads=int(found["loads"]),
        busy=bool(found["busy"]),
        refused=tuple(map(str, found["refused"])),
        restart=tuple(map(str, found["restart"])),
        emergency={str(lane): None if on is None else bool(on) for lane, on in found["emergency"].items()},
        asterisk=tuple(map(str, found["asterisk"])),
    )


def read(home: Path) -> CoreStatus:
    """What the core says that runs in `home`. Raises NotRunning."""
    try:
        status = parse((home / FILE).read_text("utf-8"))
    except FileNotFoundError:
        raise NotRunning(f"no core process runs in {home}; HOTLINE_HOME names another folder") from None
    except (ValueError, TypeError, KeyError):
        raise NotRunning(f"{home / FILE} is of another version; restart the core process") from None
    if not is_hotline(status.pid):
        raise NotRunning(f"the core process of {home} has ended; start it again, and it reads the settings anew")
    return status


def remove(home: Path) -> None:
    """Take the file away at the end of the core."""
    (home / FILE).unlink(missing_ok=True)
