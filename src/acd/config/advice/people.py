"""Lanes that nobody can serve in some language, lanes that hang on one person, and people who serve nobody.

Allowed, since a lane may be prepared before its people are hired, but seldom meant.
"""

from collections.abc import Iterator

from acd.config.advice.skills import highest_of
from acd.config.advice.subject import Advice, Place, Subject, changes_needs
from acd.core.language.facts import CallFacts
from acd.core.language.needs import both
from acd.core.language.reading import read_needs, text_of
from acd.core.language.team import Group
from acd.core.language.texts import duration_text
from acd.core.names import AgentId, LaneName, LanguageName
from acd.core.policy import Lane

MOST_IDLE = 10
"""Agents who serve nobody that are told one by one."""


def unserved(subject: Subject) -> Iterator[Advice]:
    """Lanes that no agent can serve, even after every step."""
    for name, lane in subject.policy.lanes.items():
        bare = [language for language in subject.policy.languages if not subject.reaches.of(name, language).ever]
        end = _end(subject, lane)
        asked = read_needs(lane.needs)
        if len(bare) == len(subject.policy.languages):
            what = f"no agent satisfies `{text_of(asked)}`; {subject.callers(name)} {end}"
            best = "".join(f"; {highest}" for highest in highest_of(subject, asked))
            yield _needs_of(name), f"{what}{best}; lower what is asked for, or add a step that asks for less"
            continue
        for language in bare:
            wanted = text_of(both(asked, read_needs(subject.policy.languages[language])))
            what = f"no agent satisfies `{wanted}`; {subject.callers(name, [language])} {end}"
            yield _needs_of(name), f"{what}; let a step ask for less, or have any_language"


def _end(subject: Subject, lane: Lane) -> str:
    """What becomes of callers whom nobody can serve."""
    if lane.when_unstaffed is not None:
        return f"would all go to `{lane.when_unstaffed}`"
    if lane.name not in subject.leaving:
        return "would wait in vain"
    after, by = subject.leaving[lane.name]
    end = lane.steps[by].overflow if by < len(lane.steps) else lane.when_full
    return f"would all go to `{end}` after {duration_text(after)}"


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


def idle_people(subject: Subject) -> Iterator[Advice]:
    """Agents who can serve no caller, in any language, even after every step."""
    useful: Group = 0
    for name in subject.policy.lanes:
        for language in subject.policy.languages:
            useful |= subject.reaches.of(name, language).ever
    team = subject.reaches.team
    spoken: Group = 0
    for text in subject.policy.languages.values():
        spoken |= team.who(read_needs(text), CallFacts())
    skills = " or ".join(dict.fromkeys(subject.policy.languages.values()))
    told = 0
    for agent, each in subject.policy.agents.items():
        own = team.bit(agent)
        if useful & own:
            continue
        told += 1
        place = ("agents", agent, "skills")
        if told > MOST_IDLE:
            more = sum(not useful & team.bit(other) for other in subject.policy.agents) - MOST_IDLE
            yield place, f"{each.name} serves nobody{f', nor do {more - 1} more agents' if more > 1 else ''}"
            return
        if spoken & own:
            why = "no lane asks for what this agent has, at any step, in a language that this agent speaks"
            yield place, f"{each.name} serves nobody: {why}; add a skill, or let a step ask for less"
        else:
            yield place, f"{each.name} serves nobody: {skills} is missing, which callers' languages ask for; add it"


def _needs_of(lane: LaneName) -> Place:
    return ("lanes", lane, "needs")
