"""The machine a figure was measured on, and what a process has used of it."""

import os
import platform
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """All CPU that a process and its threads have used, in seconds, counted by the kernel in hundredths."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@dataclass(frozen=True, slots=True)
class Load:
    """How busy the machine is with anybody's work."""

    busy: float
    total: float

    def since(self, earlier: "Load") -> float:
        """The share of all cores that was busy since `earlier`."""
        return (self.busy - earlier.busy) / max(self.total - earlier.total, 0.01)


def load() -> Load:
    """What the kernel has counted so far."""
    counts = [int(field) for field in Path("/proc/stat").read_text("utf-8").splitlines()[0].split()[1:9]]
    idle = counts[3] + counts[4]
    return Load((sum(counts) - idle) / _TICKS, sum(counts) / _TICKS)


def facts() -> dict[str, Any]:
    """What a reader must know of the machine to judge a figure."""
    model = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        if line.startswith("model name")
    ]
    return {
        "cores": os.cpu_count(),
        "processor": model[0] if model else platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load_at_start": os.getloadavg()[0],
    }
