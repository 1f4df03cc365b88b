"""Lanes that nobody can serve in some language, and lanes that hang on one person.

Allowed, since a lane may be prepared before its people are hired, but seldom meant.
"""

from collections.abc import Iterator

from acd.config.advice.subject import Advice, Place, Subject, changes_needs
from acd.core.language.needs import both
from acd.core.language.reading import read_needs, text_of
from acd.core.names import AgentId, LaneName, LanguageName


def unserved(subject: Subject) -> Iterator[Advice]:
    """Lanes that no agent can serve, even after every step."""
    for name, lane in subject.policy.lanes.items():
        bare = [language for language in subject.policy.languages if not subject.reaches.of(name, language).ever]
        end = "would wait in vain" if lane.when_unstaffed is None else f"would all go to `{lane.when_unstaffed}`"
        asked = read_needs(lane.needs)
        if len(bare) == len(subject.policy.languages):
            what = f"no agent satisfies `{text_of(asked)}`; {subject.callers(name)} {end}"
            yield _needs_of(name), f"{what}; lower what is asked for, or add a step that asks for less"
            continue
        for language in bare:
            wanted = text_of(both(asked, read_needs(subject.policy.languages[language])))
            what = f"no agent satisfies `{wanted}`; {subject.callers(name, [language])} {end}"
            yield _needs_of(name), f"{what}; let a step ask for less, or have any_language"


def served_on_condition(subject: Subject) -> Iterator[Advice]:
    """Lanes that somebody can serve only after a step with a condition, so that callers depend on it."""
    for name, lane in subject.policy.lanes.items():
        waiting = []
        for language in subject.policy.languages:
            reach = subject.reaches.of(name, language)
            surely = reach.first
            for step, change in zip(lane.steps, reach.alone, strict=True):
                surely |= 0 if step.when else change.after
            if reach.ever and not surely:
                waiting.append(language)
        if waiting:
            conditions = " or ".join(f"`{step.when}`" for step in lane.steps if step.when and changes_needs(step))
            what = f"nobody can serve {subject.callers(name, waiting)} unless {conditions} holds"
            yield _needs_of(name), f"{what}; add a step without a condition, or train somebody"


def lone_people(subject: Subject) -> Iterator[Advice]:
    """Lanes that one person alone can serve, in some language, even after every step."""
    for name in subject.policy.lanes:
        alone: dict[AgentId, list[LanguageName]] = {}
        for language in subject.policy.languages:
            able = subject.reaches.of(name, language).ever
            if able.bit_count() == 1:
                alone.setdefault(next(subject.reaches.team.members(able)), []).append(language)
        for agent, languages in alone.items():
            who = subject.policy.agents[agent].name
            whom = subject.callers(name, languages)
            yield (
                _needs_of(name),
                f"{who} alone can serve {whom}; nobody does when {who} is away; add a step that lets others help",
            )


def _needs_of(lane: LaneName) -> Place:
    return ("lanes", lane, "needs")
