"""What of changed settings a running hotline cannot take over by itself, section by section.

Three kinds. What the core binds at its start (ports, the broker, the journal's file) waits for its restart, and the
rest comes into force without it. What stands in Asterisk's files, too, is right only when Asterisk has read them anew;
meanwhile callers of a new number are not let in, and nobody suffers. An agent's phone that Asterisk does not know is
different: his callers would wait for a phone that never rings, so such settings are refused as a whole.
"""

from collections.abc import Callable, Collection

from acd.config import HotlineConfig
from acd.core.names import AgentId, PhoneName
from ivr.prompt_names import prompts_of

_OF_THE_CORE: dict[str, Callable[[HotlineConfig], object]] = {
    "asterisk": lambda config: config.asterisk,
    "callbacks": lambda config: config.callbacks is not None,
    "journal": lambda config: config.journal,
    "limits": lambda config: config.limits,
    "mqtt": lambda config: config.mqtt,
    "oidc": lambda config: config.oidc,
    "web": lambda config: config.web,
}

_OF_ASTERISK: dict[str, Callable[[HotlineConfig], object]] = {
    "adverts": lambda config: set(config.adverts),
    "agents": lambda config: {agent.phone for agent in config.agents.values()},
    "callbacks": lambda config: None if config.callbacks is None else config.callbacks.numbers,
    "default_language": lambda config: config.default_language,
    "default_lane": lambda config: config.default_lane,
    "fallback": lambda config: config.fallback,
    "languages": lambda config: list(config.languages),
    "numbers": lambda config: set(config.numbers),
    "overflow_numbers": lambda config: config.overflow_numbers,
    "transfer_numbers": lambda config: set(config.transfer_numbers.values()),
    "trunks": lambda config: config.trunks,
}

PROMPTS = "prompts"
"""What callers hear, wherever its text stands."""


def needing_restart(old: HotlineConfig, new: HotlineConfig) -> tuple[str, ...]:
    """Sections that the core reads at its start alone and that differ, in order."""
    return tuple(name for name, part in _OF_THE_CORE.items() if part(old) != part(new))


def needing_asterisk(old: HotlineConfig, new: HotlineConfig) -> tuple[str, ...]:
    """Sections that differ in what Asterisk's files say, in order; `prompts` for what Asterisk plays."""
    found = [name for name, part in _OF_ASTERISK.items() if part(old) != part(new)]
    return (*found, PROMPTS) if prompts_of(old) != prompts_of(new) else tuple(found)


def unknown_phones(old: HotlineConfig, new: HotlineConfig, known: Collection[str]) -> dict[AgentId, PhoneName]:
    """Agents with a phone that is new and not among those `known`, for which Asterisk's files were ever made."""
    before = {agent.phone for agent in old.agents.values()}
    return {
        name: agent.phone
        for name, agent in new.agents.items()
        if agent.phone not in before and agent.phone not in known
    }
