"""Who may open an agent's screen: passwords, the tokens given for them, and a limit on guessing.

Passwords and tokens are kept as keyed hashes only and compared in constant time. An agent that does not exist is
refused with the same words after the same work as a wrong password. A token lives in memory: a restart of the
process sends every agent back to the log-in page, which is the safe side.
"""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from enum import StrEnum

from acd.core.names import AgentId

TOKENS_AT_MOST = 4_096
"""Tokens alive at a time; the oldest is forgotten first, and its agent logs in again."""
TOKENS_PER_AGENT = 8
"""Screens that one agent may have left open somewhere; a further log-in forgets the oldest of them."""
TOKEN_LIFE = 16 * 3600.0
"""Seconds after which a token is worth nothing: longer than any shift."""
NAMES_WATCHED = 1_024
"""Names whose wrong guesses are counted; the one not tried for longest is forgotten first."""


class Refusal(StrEnum):
    """Why a log-in failed; all that is ever told."""

    WRONG = "agent or password is wrong"
    TOO_MANY = "too many wrong passwords; wait a little and try again"


class Guesses:
    """A bucket of wrong guesses that empties itself at an even pace."""

    def __init__(self, at_most: int, per_second: float) -> None:
        self._at_most = at_most
        self._per_second = per_second
        self._count = 0.0
        self._counted_at = 0.0

    def full(self, now: float) -> bool:
        """Whether no further guess is allowed yet."""
        self._count = max(0.0, self._count - (now - self._counted_at) * self._per_second)
        self._counted_at = now
        return self._count > self._at_most - 1

    def add(self) -> None:
        """Count a wrong guess."""
        self._count += 1


class Logins:
    """The door to the agents' screens. `clock` counts seconds, from any start, and never runs backwards."""

    def __init__(
        self,
        passwords: Mapping[AgentId, str],
        clock: Callable[[], float],
        *,
        guesses_per_agent: int = 5,
        guesses_of_all: int = 50,
    ) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._nobody = self._hash(secrets.token_urlsafe(32))
        self._tokens: OrderedDict[bytes, tuple[AgentId, float]] = OrderedDict()
        self._guesses_per_agent = guesses_per_agent
        self._guesses: OrderedDict[str, Guesses] = OrderedDict()
        # One wrong guess a second in all is far below what finds a password, and far above what a shift mistypes.
        self._all_guesses = Guesses(guesses_of_all, 1.0)
        self.change_passwords(passwords)

    def change_passwords(self, passwords: Mapping[AgentId, str]) -> None:
        """Take these passwords from now on; tokens of agents who are not among them are worth nothing any more."""
        self._passwords = {agent: self._hash(password) for agent, password in passwords.items() if password}
        for token, (agent, _) in list(self._tokens.items()):
            if agent not in self._passwords:
                del self._tokens[token]

    def log_in(self, agent: str, password: str) -> str | Refusal:
        """A new token for the cookie, or why there is none."""
        now = self._clock()
        guesses = self._guesses_of(agent)
        refused = self._all_guesses.full(now) | guesses.full(now)
        known = self._passwords.get(AgentId(agent), self._nobody)
        right = hmac.compare_digest(known, self._hash(password))
        if refused:
            return Refusal.TOO_MANY
        if not right:
            self._all_guesses.add()
            guesses.add()
            return Refusal.WRONG
        return self._new_token(AgentId(agent), now)

    def agent_of(self, token: str | None) -> AgentId | None:
        """Whose token this is; None if it is nobody's, or no longer."""
        if not token or len(token) > 128:
            return None
        key = self._hash(token)
        agent, until = self._tokens.get(key, (None, 0.0))
        if agent is not None and until <= self._clock():
            del self._tokens[key]
            return None
        return agent

    def forget(self, token: str | None) -> None:
        """Make a token worthless."""
        if token and len(token) <= 128:
            self._tokens.pop(self._hash(token), None)

    def _new_token(self, agent: AgentId, now: float) -> str:
        own = [key for key, (owner, _) in self._tokens.items() if owner == agent]
        for key in own[: max(0, len(own) - TOKENS_PER_AGENT + 1)]:
            del self._tokens[key]
        token = secrets.token_urlsafe(32)
        self._tokens[self._hash(token)] = (agent, now + TOKEN_LIFE)
        if len(self._tokens) > TOKENS_AT_MOST:
            self._tokens.popitem(last=False)
        return token

    def _guesses_of(self, name: str) -> Guesses:
        guesses = self._guesses.pop(name, None) or Guesses(self._guesses_per_agent, 0.1)
        self._guesses[name] = guesses
        if len(self._guesses) > NAMES_WATCHED:
            self._guesses.popitem(last=False)
        return guesses

    def _hash(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256")
