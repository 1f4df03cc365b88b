"""Skills that nothing asks for, and levels that nobody reaches."""

from collections import Counter
from collections.abc import Iterator

from acd.config.advice.subject import Advice, Place, Subject
from acd.core.language.facts import CallFacts
from acd.core.language.reading import read_condition, read_needs, skills_of
from acd.core.language.syntax import AllOf, AnyOf, Needs, Not, SkillLevel
from acd.core.language.texts import text_of
from acd.core.names import LaneName, Skill


def unused_skills(subject: Subject) -> Iterator[Advice]:
    """Skills of agents that no lane, language, step or reserve asks for."""
    asked = {skill for _, text in _needs_texts(subject) for skill in skills_of(read_needs(text))}
    asked |= {skill for text in _conditions(subject) for skill in skills_of(read_condition(text))}
    have = Counter(skill for agent in subject.config.agents.values() for skill in agent.skills)
    told: set[str] = set()
    for name, agent in subject.config.agents.items():
        for skill in agent.skills:
            if skill not in asked and skill not in told:
                told.add(skill)
                who = "one agent has it" if have[skill] == 1 else f"{have[skill]} agents have it"
                message = f"no lane, language, step or reserve asks for {skill}; {who}; use it or take it out"
                yield ("agents", name, "skills", skill), message


def unreached_levels(subject: Subject) -> Iterator[Advice]:
    """Levels that are asked for and that no agent has, apart from lanes that nobody at all can serve."""
    for place, text in _needs_texts(subject):
        if (
            place[0] == "lanes"
            and len(place) == 3
            and place[2] == "needs"
            and _unserved(subject, LaneName(str(place[1])))
        ):
            continue
        for leaf in _unreached(subject, read_needs(text)):
            yield place, f"nobody reaches `{text_of(leaf)}`; {_highest(subject, leaf.skill)}"


def highest_of(subject: Subject, needs: Needs) -> Iterator[str]:
    """For each level that `needs` asks for and no agent has: `the highest level of cards is 5`."""
    return (_highest(subject, leaf.skill) for leaf in _unreached(subject, needs))


def _unserved(subject: Subject, lane: LaneName) -> bool:
    return not any(subject.reaches.of(lane, language).ever for language in subject.policy.languages)


def _unreached(subject: Subject, needs: Needs) -> Iterator[SkillLevel]:
    return (leaf for leaf in _wanted(needs, wanted=True) if not subject.reaches.team.who(leaf, CallFacts()))


def _highest(subject: Subject, skill: Skill) -> str:
    return f"the highest level of {skill} is {subject.best_levels[skill]}"


def _needs_texts(subject: Subject) -> Iterator[tuple[Place, str]]:
    for name, lane in subject.policy.lanes.items():
        yield ("lanes", name, "needs"), lane.needs
        for number, step in enumerate(lane.steps):
            place = subject.step_place(name, number)
            yield (*place, "needs"), step.needs
            yield (*place, "add"), step.add
    for language, text in subject.policy.languages.items():
        yield ("languages", language, "skill"), text
    for reserve in subject.policy.reserves:
        yield ("reserves", reserve.name, "agents"), reserve.agents


def _conditions(subject: Subject) -> Iterator[str]:
    yield from (step.when for lane in subject.policy.lanes.values() for step in lane.steps)
    yield from (reserve.until for reserve in subject.policy.reserves)


def _wanted(needs: Needs, *, wanted: bool) -> Iterator[SkillLevel]:
    """The skills that are asked for, not those under `not`."""
    match needs:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _wanted(part, wanted=wanted)
        case Not(part):
            yield from _wanted(part, wanted=not wanted)
        case SkillLevel() if wanted:
            yield needs
