"""Waiting for a condition, with a deadline."""

import asyncio
from collections.abc import Callable


async def eventually(condition: Callable[[], bool], within: float = 10.0) -> None:
    """Return as soon as `condition` holds; fail when it does not within so many seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while not condition():
        assert loop.time() < deadline, "what was waited for did not come about"
        await asyncio.sleep(0.005)
