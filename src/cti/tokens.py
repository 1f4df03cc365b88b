"""The tokens in agents' cookies: proof of a log-in that a restart of our process does not undo.

A token names its agent and when it was given, signed with a key that is kept in a file. So nothing need be
remembered of it: an agent whose page reconnects after a restart goes on working, and callers go on finding him. What
must be remembered is who has left: every token that an agent was given before he left is worth nothing.
"""

import hmac
import json
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from acd.core.names import AgentId

TOKEN_LIFE = 16 * 3600.0
"""Seconds after which a token is worth nothing: longer than any shift."""

_TOKEN = re.compile(r"([a-z][a-z0-9-]{0,31})\.([0-9]{1,15})\.([0-9a-f]{16})\.([0-9a-f]{64})", re.ASCII)


class TokensUnreadable(Exception):
    """The file of the tokens' key is there and cannot be used; one line says why."""


class Tokens:
    """Gives tokens and reads them. Times are seconds since the epoch.

    `path` is where the key and the leavers are kept, mode 0600; without it they end with the process.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Read the file, or begin one. Raises TokensUnreadable, and OSError when it cannot be written."""
        self._path = path
        self._key = secrets.token_bytes(32)
        self._left: dict[str, int] = {}
        if path is not None and path.exists():
            self._read(path)
        else:
            self._keep()

    def give(self, agent: AgentId, password: str, now: float) -> str:
        """A new token for an agent who has just shown his password."""
        claim = f"{agent}.{int(now * 1000)}.{secrets.token_hex(8)}"
        return f"{claim}.{self._sign(claim, password)}"

    def agent_of(self, token: str, passwords: Mapping[AgentId, str], now: float) -> AgentId | None:
        """Whose token this is; None if it is nobody's, or no longer. A changed password makes it worthless."""
        match = _TOKEN.fullmatch(token)
        if match is None:
            return None
        agent, given = AgentId(match[1]), int(match[2])
        password = passwords.get(agent)
        claim = token.rpartition(".")[0]
        if password is None or not hmac.compare_digest(self._sign(claim, password), match[4]):
            return None
        fresh = now - TOKEN_LIFE < given / 1000 <= now + 1
        return agent if fresh and given > self._left.get(agent, -1) else None

    def leave(self, agent: AgentId, now: float) -> None:
        """Make every token that this agent has been given worthless."""
        # Tokens live no longer than a shift, so leavers of an earlier one need not be remembered.
        oldest = int((now - TOKEN_LIFE) * 1000)
        self._left = {name: at for name, at in self._left.items() if at > oldest}
        self._left[agent] = int(now * 1000)
        self._keep()

    def _sign(self, claim: str, password: str) -> str:
        key = hmac.digest(self._key, password.encode("utf-8", "surrogatepass"), "sha256")
        return hmac.digest(key, claim.encode(), "sha256").hex()

    def _read(self, path: Path) -> None:
        try:
            found = json.loads(path.read_text("utf-8"))
            self._key = bytes.fromhex(found["key"])
            self._left = {str(agent): int(at) for agent, at in found["left"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise TokensUnreadable(
                f"{path}: cannot be used ({type(error).__name__}); delete it, and every agent logs in again"
            ) from None

    def _keep(self) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = self._path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump({"key": self._key.hex(), "left": self._left}, file)
        beside.replace(self._path)
