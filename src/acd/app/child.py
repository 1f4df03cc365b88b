"""One child process of `hotline up`, started again whenever it dies, and stopped for good when asked."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
"""Seconds between a death and the next start: short at first, for callers wait; longer while it keeps dying."""

STEADY_AFTER = 10.0
"""Seconds of life after which a death counts as the first again."""

STOP_LIMIT = 5.0
"""Seconds that a child has to end by itself before it is killed."""

LARGEST_LOG = 50_000_000
"""Bytes of a log; beyond it, what was written so far becomes the one older log, and the one before goes."""

LOG_WATCHED_EVERY = 60.0
"""Seconds between two looks at how large the log is."""


class Child:
    """A program that must run as long as the hotline does."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        say: Callable[[str], None],
    ) -> None:
        self.name = name
        self._command = command
        self._environment = dict(environment)
        self._log = log
        self._say = say
        self._process: asyncio.subprocess.Process | None = None
        self.started: Callable[[int], None] = lambda _: None
        """Called with the process id after each start."""

    @property
    def pid(self) -> int | None:
        """The running process, or None."""
        return None if self._process is None or self._process.returncode is not None else self._process.pid

    async def run(self) -> None:
        """Keep the program running until cancelled; then end it."""
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while True:
            begun = loop.time()
            try:
                returned = await self._once()
            finally:
                await self._stop()
            pause = FIRST_PAUSE if loop.time() - begun > STEADY_AFTER else min(pause * 2, LONGEST_PAUSE)
            self._say(f"{self.name} ended ({_ending(returned)}); it starts again. Its words are in {self._log}")
            await asyncio.sleep(pause)

    async def _once(self) -> int:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            # A group of its own, so that Ctrl-C reaches the supervisor alone, which then ends all in good order.
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
            )
        finally:
            os.close(descriptor)
        self.started(self._process.pid)
        while True:
            await asyncio.to_thread(_keep_short, self._log)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOG_WATCHED_EVERY):
                    return await self._process.wait()

    async def _stop(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_LIMIT):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _keep_short(log: Path) -> None:
    """Move what is in a log that has grown too large; a line written at this very moment may be lost."""
    if log.stat().st_size <= LARGEST_LOG:
        return
    beside = log.with_name(f".{log.name}.{os.getpid()}")
    beside.touch(mode=0o600)
    shutil.copyfile(log, beside)
    beside.replace(log.with_name(f"{log.name}.1"))
    # The child goes on writing at the end of the same file, wherever that is now.
    os.truncate(log, 0)


def _ending(returned: int) -> str:
    return f"signal {signal.Signals(-returned).name}" if returned < 0 else f"exit code {returned}"
