"""The IVR as a process of its own, for tests to kill and to freeze: `python -m tests.ivr.agi_child SETTINGS PORT`.

It writes a line `ready` when it listens, and a line `armed` whenever it is about to do something that takes time.
"""

import asyncio
import sys
from pathlib import Path

from acd.config import load
from acd.core.instants import Duration
from acd.engine.clock import SystemClock
from ivr.agi_call import AgiCall
from ivr.agi_line import AgiLine
from ivr.agi_server import AgiServer
from ivr.dialogue import Dialogue
from ivr.prompts import build
from tests.ivr.fake_line import FakeDirectory, FakeSituation


class TellingLine(AgiLine):
    """A line that says when its caller is in safe hands."""

    async def _arm(self, lasting: Duration) -> None:
        await super()._arm(lasting)
        print("armed", flush=True)  # noqa: T201 - the test waits for this line


async def serve(settings: Path, port: int) -> None:
    config = load(settings)
    lengths = build(config, settings.parent / "sounds", settings.parent / "cache")
    dialogue = Dialogue(lambda: config, FakeDirectory(), SystemClock(), FakeSituation())

    async def script(call: AgiCall) -> None:
        await dialogue.lead(TellingLine(call, lengths))

    async with AgiServer({"ivr": script}, port=port):
        print("ready", flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
