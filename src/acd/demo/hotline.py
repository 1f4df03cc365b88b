"""A running hotline as its `run.json` describes it: where to call, what to press, who works there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from acd.demo.sipp import Server


@dataclass(frozen=True, slots=True)
class Account:
    """An agent, and what he needs to log in and to register his phone."""

    agent: str
    phone: str
    sip_secret: str = field(repr=False)
    web_password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hotline:
    """Where a running hotline is found."""

    server: Server
    http: str
    numbers: tuple[str, ...]
    vip_numbers: tuple[str, ...]
    """Those of `numbers` that make whoever dials them a VIP."""
    languages: tuple[tuple[str, str], ...]
    """Each language with its key, sorted by key."""
    lanes: tuple[tuple[str, str], ...]
    """Each lane that has a key, with it, sorted by key."""
    accounts: tuple[Account, ...]

    def account(self, agent: str) -> Account:
        """This agent's account. Raises KeyError with a line that says who there is."""
        for account in self.accounts:
            if account.agent == agent:
                return account
        raise KeyError(f"no agent {agent!r}; there are {', '.join(a.agent for a in self.accounts)}")


def read_run(run: Mapping[str, Any]) -> Hotline:
    """The hotline that a `run.json` describes. Raises KeyError or TypeError for a file that is none."""
    numbers: Mapping[str, Any] = run["numbers"]
    host = run["sip"]["host"]
    return Hotline(
        # Asterisk may listen on every address; then it is reached on this one.
        server=Server("127.0.0.1" if host == "0.0.0.0" else host, int(run["sip"]["port"])),  # noqa: S104
        http=str(run["http"]).rstrip("/"),
        numbers=tuple(numbers),
        vip_numbers=tuple(number for number, what in numbers.items() if what.get("vip") or what.get("tier")),
        languages=_by_key(run["languages"]),
        lanes=_by_key({name: lane["key"] for name, lane in run["lanes"].items() if lane["key"]}),
        accounts=tuple(Account(a["agent"], a["phone"], a["sip_secret"], a["web_password"]) for a in run["accounts"]),
    )


def _by_key(keys: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(keys.items(), key=lambda pair: pair[1]))
