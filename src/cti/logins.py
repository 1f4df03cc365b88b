"""Who may open an agent's screen: passwords, the tokens given for them, and a limit on guessing.

Passwords are compared in constant time, as keyed hashes. An agent that does not exist is refused with the same words
after the same work as a wrong password. What a log-in gives is a token of cti.tokens, which outlives this process.
"""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from enum import StrEnum

from acd.core.names import AgentId
from cti.tokens import Tokens

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
    """The door to the agents' screens. `clock` counts seconds since the epoch and never runs backwards."""

    def __init__(
        self,
        passwords: Mapping[AgentId, str],
        clock: Callable[[], float],
        *,
        tokens: Tokens | None = None,
        guesses_per_agent: int = 5,
        guesses_of_all: int = 50,
    ) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._nobodys = secrets.token_urlsafe(32)
        self._tokens = tokens or Tokens()
        self._guesses_per_agent = guesses_per_agent
        self._guesses: OrderedDict[str, Guesses] = OrderedDict()
        # One wrong guess a second in all is far below what finds a password, and far above what a shift mistypes.
        self._all_guesses = Guesses(guesses_of_all, 1.0)
        self.change_passwords(passwords)

    def change_passwords(self, passwords: Mapping[AgentId, str]) -> None:
        """Take these passwords from now on; tokens of agents who are not among them are worth nothing any more."""
        self._passwords = {agent: password for agent, password in passwords.items() if password}

    def log_in(self, agent: str, password: str) -> str | Refusal:
        """A new token for the cookie, or why there is none."""
        now = self._clock()
        guesses = self._guesses_of(agent)
        crowded, tried = self._all_guesses.full(now), guesses.full(now)
        known = self._passwords.get(AgentId(agent))
        wanted = self._hash(self._nobodys if known is None else known)
        right = hmac.compare_digest(wanted, self._hash(password)) and known is not None
        # The right password gets in however many wrong ones others try; else a guesser could lock all agents out.
        if tried or (crowded and not right):
            return Refusal.TOO_MANY
        if not right:
            self._all_guesses.add()
            guesses.add()
            return Refusal.WRONG
        return self._tokens.give(AgentId(agent), password, now)

    def agent_of(self, token: str | None) -> AgentId | None:
        """Whose token this is; None if it is nobody's, or no longer."""
        return self._tokens.agent_of(token, self._passwords, self._clock()) if token else None

    def log_out(self, agent: AgentId) -> None:
        """Make every token that this agent has been given worthless."""
        self._tokens.leave(agent, self._clock())

    def _guesses_of(self, name: str) -> Guesses:
        guesses = self._guesses.pop(name, None) or Guesses(self._guesses_per_agent, 0.1)
        self._guesses[name] = guesses
        if len(self._guesses) > NAMES_WATCHED:
            self._guesses.popitem(last=False)
        return guesses

    def _hash(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256")
