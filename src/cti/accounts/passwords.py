"""Passwords as argon2id hashes, made and compared in a few threads beside the loop.

Each takes some hundredths of a second of one processor and 19 MiB on purpose. So few are worked on at once, and few
wait; who comes then is told to try again. Nothing here keeps or logs a password.
"""

import asyncio
import contextlib
import os
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

AT_ONCE = 2
WAITING_AT_MOST = 400
"""A whole shift that logs in at once waits a few seconds."""
SHORTEST = 12
LONGEST = 256
"""Characters of a password that a person chooses."""

T = TypeVar("T")


class Busy(Exception):
    """Too many passwords wait to be looked at."""


def hasher() -> PasswordHasher:
    """Argon2id as OWASP advises for a server: 19 MiB, two passes."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1_024, parallelism=1)


class Passwords:
    """Makes and compares hashes."""

    def __init__(self, argon2: PasswordHasher | None = None) -> None:
        self._argon2 = argon2 or hasher()
        self._nobodys = self._argon2.hash(secrets.token_bytes(32))
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords", initializer=_step_back)
        self._waiting = 0

    async def matches(self, kept: str, password: str) -> bool:
        """Whether `kept` was made of this password; as slow, and False, for an empty `kept`. Raises Busy."""
        return await self._work(lambda: self._matches(kept, password))

    async def hash(self, password: str) -> str:
        """What to keep of a password; as slow as `matches`. Raises Busy."""
        return await self._work(lambda: self.hash_now(password))

    def hash_now(self, password: str) -> str:
        """The same at once, for commands."""
        return self._argon2.hash(_bytes(password))

    def close(self) -> None:
        """Wait for what is being worked on."""
        self._threads.shutdown()

    def _matches(self, kept: str, password: str) -> bool:
        try:
            right = self._argon2.verify(kept or self._nobodys, _bytes(password))
        except (Argon2Error, InvalidHashError):
            return False
        return right and bool(kept)

    async def _work(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING_AT_MOST:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def fault_in(password: str, name: str) -> str | None:
    """What is wrong with a password that a person chooses; None for a good one."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"a password has {SHORTEST} to {LONGEST} characters"
    if len(set(password)) < SHORTEST // 2 or name.casefold() in password.casefold():
        return "a password is not the name in other words, nor the same few characters again and again"
    return None


def _step_back() -> None:
    # A shift that logs in at once must not take the processor from the calls.
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
