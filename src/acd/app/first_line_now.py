"""The gauge of the first-line resolution: computed seldom, by `hotline kpi first-line` in a process of its own.

A pass over weeks of calls is seconds of work in a large hotline; a thread would share the calls' own process.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import structlog

from acd.core.names import LaneName

FIRST_AFTER = 60.0
"""Seconds after the start: whoever starts has better things to do."""
EVERY = 3_600.0
"""Seconds between two computations: of four weeks' calls, an hour changes little."""
PATIENCE = 600.0
NICENESS = 10
"""Calls go first."""

COMMAND = (sys.executable, "-m", "acd.cli", "kpi", "first-line", "--json")

_log = structlog.get_logger(__name__)


class FirstLineNow:
    """Keeps the ratio of each lane at hand; `run` belongs in the app's task group."""

    def __init__(self, home: Path, command: Sequence[str] = COMMAND, *, first_after: float = FIRST_AFTER) -> None:
        self._home = home
        self._command = tuple(command)
        self._first_after = first_after
        self._ratios: Mapping[LaneName, float] = {}

    def ratios(self) -> Mapping[LaneName, float]:
        """The settled cases among the decided, 0 to 1; lanes without a decided case are not in it."""
        return self._ratios

    async def run(self) -> NoReturn:
        """Compute for ever; when it fails that is said, and the last ratios hold on."""
        await asyncio.sleep(self._first_after)
        while True:
            try:
                async with asyncio.timeout(PATIENCE):
                    self._ratios = await self._compute()
            except Exception as error:  # noqa: BLE001 - whatever is wrong with a gauge, the calls go on.
                _log.error("the first-line resolution could not be computed", why=str(error) or type(error).__name__)
            await asyncio.sleep(EVERY)

    async def _compute(self) -> dict[LaneName, float]:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            env=os.environ | {"HOTLINE_HOME": str(self._home)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
            said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            raise ValueError(f"`hotline kpi first-line` ended with {process.returncode}")
        found = json.loads(said)
        return {LaneName(lane): float(each["ratio"]) for lane, each in found.items() if each["ratio"] is not None}
