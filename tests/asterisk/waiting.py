"""Waiting for a condition instead of for a time."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], within: float = 10.0) -> None:
    """Return when the condition holds; fail the test if it does not within so many seconds."""
    try:
        async with asyncio.timeout(within):
            # The condition may be about anything, so there is no event to wait for.
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError("what was waited for did not happen") from None
