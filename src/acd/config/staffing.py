"""Who could serve whom: lanes that no agent can serve in some language.

Allowed, since a lane may be prepared before its people are hired, but seldom meant: so it is a warning.
"""

from collections.abc import Iterator

from acd.config.model import HotlineConfig
from acd.core.policy import Need


def unserved(config: HotlineConfig) -> Iterator[tuple[str, str]]:
    """The path of each lane that nobody can serve, and what it means for callers."""
    policy = config.policy()
    for name, lane in policy.lanes.items():
        if not _served(config, lane.needs):
            yield (
                f"lanes.{name}.needs",
                f"no agent satisfies `{_text(lane.needs)}`; callers of {name} would wait in vain",
            )
            continue
        for language, needs in policy.languages.items():
            wanted = lane.needs + needs
            if not _served(config, wanted):
                who = f"callers of {name} in {language}"
                yield f"lanes.{name}.needs", f"no agent satisfies `{_text(wanted)}`; {who} would wait in vain"


def _served(config: HotlineConfig, needs: tuple[Need, ...]) -> bool:
    return any(all(agent.skills.get(need.skill, 0) >= need.level for need in needs) for agent in config.agents.values())


def _text(needs: tuple[Need, ...]) -> str:
    return " and ".join(f"{need.skill} >= {need.level}" if need.level > 1 else need.skill for need in needs)
