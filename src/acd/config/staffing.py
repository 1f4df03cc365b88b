"""Who could serve whom: lanes that no agent can serve in some language, even after every step.

Allowed, since a lane may be prepared before its people are hired, but seldom meant: so it is a warning.
"""

from collections.abc import Iterator

from acd.config.model import HotlineConfig
from acd.core.language.facts import CallFacts
from acd.core.language.needs import NOTHING, both, without
from acd.core.language.reading import facts_of, read_needs, text_of
from acd.core.language.syntax import Needs
from acd.core.language.team import Team
from acd.core.names import LanguageName
from acd.core.policy import Lane, Policy


def unserved(config: HotlineConfig) -> Iterator[tuple[str, str]]:
    """The path of each lane that nobody can serve, and what it means for callers."""
    policy = config.policy()
    team = Team(policy.agents)
    for name, lane in policy.lanes.items():
        asked = read_needs(lane.needs)
        if not _served(team, policy, lane, None):
            yield f"lanes.{name}.needs", f"no agent satisfies `{text_of(asked)}`; callers of {name} would wait in vain"
            continue
        for language, spoken in policy.languages.items():
            if not _served(team, policy, lane, language):
                wanted = text_of(both(asked, read_needs(spoken)))
                who = f"callers of {name} in {language}"
                yield f"lanes.{name}.needs", f"no agent satisfies `{wanted}`; {who} would wait in vain"


def _served(team: Team, policy: Policy, lane: Lane, language: LanguageName | None) -> bool:
    """Whether somebody satisfies what the lane asks for at first or after some step."""
    if language is None or any(step.any_language for step in lane.steps):
        spoken: Needs = NOTHING
    else:
        spoken = read_needs(policy.languages[language])
    asked = [*_asked(policy, lane)]
    if any(set(facts_of(needs)) - {"language"} for needs in asked):
        # Who is needed depends on who calls; nothing is known of that here.
        return True
    facts = CallFacts(language=language or policy.default_language)
    return any(team.who(both(needs, spoken), facts) for needs in asked)


def _asked(policy: Policy, lane: Lane) -> Iterator[Needs]:
    first = read_needs(lane.needs)
    dropped = tuple(skill for step in lane.steps for skill in step.drop)
    yield first
    if dropped:
        yield without(first, dropped)
    for step in lane.steps:
        if step.needs:
            yield read_needs(step.needs)
        for other in step.lanes:
            yield read_needs(policy.lanes[other].needs)
