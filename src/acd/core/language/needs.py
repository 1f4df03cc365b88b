"""What needs mean for one agent, why he does not satisfy them, and how they are widened and joined.

`satisfied` is the meaning of needs, in its plainest form. `acd.core.language.team` answers the same for all agents at
once, and the tests hold the two together.
"""

from collections.abc import Mapping, Sequence

from acd.core.language.facts import CallFacts, is_true_of, value_of
from acd.core.language.reading import skills_of
from acd.core.language.syntax import (
    LOWEST_LEVEL,
    NEVER,
    NOTHING,
    AllOf,
    AnyOf,
    CallIs,
    Needs,
    NeedsLeaf,
    Not,
    Pressed,
    SkillLevel,
    Verified,
    all_of,
    any_of,
    negation,
)
from acd.core.language.terms import CallFact, Compare
from acd.core.language.words import printable
from acd.core.names import Skill

__all__ = ["NOTHING", "both", "either", "for_call", "lacking", "level_in", "satisfied", "skills_in", "without"]

_AT_LEAST_SOME = (Compare.AT_LEAST, Compare.MORE_THAN, Compare.EQUAL)


def satisfied(needs: Needs, skills: Mapping[Skill, int], call: CallFacts) -> bool:
    """Whether an agent with `skills` has what `needs` asks for when `call` comes; a skill he lacks is level 0."""
    match needs:
        case AllOf(parts):
            return all(satisfied(part, skills, call) for part in parts)
        case AnyOf(parts):
            return any(satisfied(part, skills, call) for part in parts)
        case Not(part):
            return not satisfied(part, skills, call)
        case SkillLevel(skill, compare, level):
            return compare.test(skills.get(skill, 0), level)
        case fact:
            return is_true_of(fact, call)


def both(one: Needs, other: Needs) -> Needs:
    """Asks for both."""
    return all_of((one, other))


def either(one: Needs, other: Needs) -> Needs:
    """Asks for one of the two, whichever."""
    return any_of((one, other))


def without(needs: Needs, skills: Sequence[Skill]) -> Needs:
    """`needs`, but every mention of `skills` counts as satisfied. So nobody who satisfied `needs` is shut out."""
    kept = _without(needs, skills, wanted=True)
    return NOTHING if kept is None else kept


def _without(needs: Needs, skills: Sequence[Skill], *, wanted: bool) -> Needs | None:
    """What is left; None when it counts as satisfied or, where it stands under `not`, as not satisfied."""
    match needs:
        case AllOf(parts) | AnyOf(parts):
            left = [_without(part, skills, wanted=wanted) for part in parts]
            kept = [part for part in left if part is not None]
            # One settled part settles an `or` that is wanted, and an `and` that is not; the others drop it.
            one_is_enough = isinstance(needs, AnyOf) is wanted
            if len(kept) < len(left) and (one_is_enough or not kept):
                return None
            return all_of(kept) if isinstance(needs, AllOf) else any_of(kept)
        case Not(part):
            rest = _without(part, skills, wanted=not wanted)
            return None if rest is None else negation(rest)
        case SkillLevel(skill):
            return None if skill in skills else needs
        case _:
            return needs


def for_call(needs: Needs, call: CallFacts) -> Needs:
    """What `needs` asks of skills when `call` comes; `NEVER` when its facts rule everybody out."""
    match needs:
        case SkillLevel():
            return needs
        case AllOf(parts) | AnyOf(parts):
            settled = tuple(for_call(part, call) for part in parts)
            if settled == parts:
                return needs
            return all_of(settled) if isinstance(needs, AllOf) else any_of(settled)
        case Not(part):
            return negation(for_call(part, call))
        case fact:
            return NOTHING if is_true_of(fact, call) else NEVER


def level_in(needs: Needs, skills: Mapping[Skill, int], call: CallFacts) -> int:
    """How well an agent with `skills` does what is asked for when `call` comes.

    Where all is asked for, the levels add up, each skill's once; of several ways the best counts that he satisfies;
    what must not be, and what is asked about the call, counts nothing.
    """
    match needs:
        case SkillLevel(skill):
            return skills.get(skill, 0)
        case AllOf(parts):
            plain, others = _parted(parts)
            return sum(skills.get(skill, 0) for skill in plain) + sum(level_in(part, skills, call) for part in others)
        case AnyOf(parts):
            return max((level_in(part, skills, call) for part in parts if satisfied(part, skills, call)), default=0)
        case _:
            return 0


def skills_in(needs: Needs) -> int:
    """In how many skills `level_in` adds levels up at the most."""
    match needs:
        case SkillLevel():
            return 1
        case AllOf(parts):
            plain, others = _parted(parts)
            return len(plain) + sum(map(skills_in, others))
        case AnyOf(parts):
            return max(map(skills_in, parts))
        case _:
            return 0


def _parted(parts: tuple[Needs, ...]) -> tuple[tuple[Skill, ...], list[Needs]]:
    """The skills that stand among `parts` by themselves, each once; and all other parts."""
    plain = dict.fromkeys(part.skill for part in parts if isinstance(part, SkillLevel))
    return tuple(plain), [part for part in parts if not isinstance(part, SkillLevel)]


# Why an agent does not satisfy them.


def lacking(needs: Needs, skills: Mapping[Skill, int], call: CallFacts) -> str:
    """The shortest honest reason why an agent with `skills` does not satisfy `needs`; empty when he does.

    It speaks of the call only where no agent at all could satisfy `needs` because of it.
    """
    left = for_call(needs, call)
    if left == NEVER:
        left = without(needs, skills_of(needs))
    return _lack(_straight(left), skills, call)


def _straight(needs: Needs, *, holds: bool = True) -> Needs:
    """What means the same as `needs`, or the opposite, without a `not` where that can be: `cards < 3`."""
    match needs:
        case Not(part):
            return _straight(part, holds=not holds)
        case AllOf(parts):
            return (all_of if holds else any_of)(_straight(part, holds=holds) for part in parts)
        case AnyOf(parts):
            return (any_of if holds else all_of)(_straight(part, holds=holds) for part in parts)
        case leaf:
            return leaf if holds else _opposite(leaf)


def _opposite(leaf: NeedsLeaf) -> Needs:
    match leaf:
        case SkillLevel(skill, compare, level):
            return SkillLevel(skill, compare.opposite, level)
        case CallIs(fact, value, equal):
            return CallIs(fact, value, not equal)
        case Pressed(menu, key, equal):
            return Pressed(menu, key, not equal)
        case Verified():
            return Not(leaf)


def _lack(needs: Needs, skills: Mapping[Skill, int], call: CallFacts) -> str:
    match needs:
        case AllOf(parts):
            return min(filter(None, (_lack(part, skills, call) for part in parts)), key=len, default="")
        case AnyOf(parts):
            return _lack_of_any(parts, skills, call)
        case SkillLevel():
            return _lack_of_skill(needs, skills.get(needs.skill, 0))
        case Not():
            return "the caller is verified" if call.verified else ""
        case fact:
            return "" if is_true_of(fact, call) else _lack_of_fact(fact, call)


def _lack_of_any(parts: Sequence[Needs], skills: Mapping[Skill, int], call: CallFacts) -> str:
    """None of the parts fits. Skills that he has not at all are told together, and so are those that shut him out."""
    reasons = [_lack(part, skills, call) for part in parts]
    if "" in reasons:
        return ""
    absent: dict[Skill, None] = {}
    unwanted: dict[Skill, None] = {}
    others: dict[str, None] = {}
    for part, reason in zip(parts, reasons, strict=True):
        if isinstance(part, SkillLevel) and reason == _has_no(part.skill):
            absent[part.skill] = None
        elif isinstance(part, SkillLevel) and reason == _must_not_have(part.skill):
            unwanted[part.skill] = None
        else:
            others[reason] = None
    return "; ".join(filter(None, [_has_no(*absent), *others, _must_not_have(*unwanted)]))


def _has_no(*skills: Skill) -> str:
    return f"has none of {', '.join(skills)}" if len(skills) > 1 else "".join(f"has no {skill}" for skill in skills)


def _must_not_have(*skills: Skill) -> str:
    if len(skills) > 1:
        return f"must not have {' and '.join(skills)} together"
    return "".join(f"must not have {skill}" for skill in skills)


def _lack_of_skill(asked: SkillLevel, level: int) -> str:
    if asked.compare.test(level, asked.level):
        return ""
    if asked.compare in _AT_LEAST_SOME and level == 0:
        return _has_no(asked.skill)
    if (asked.compare, asked.level) == (Compare.LESS_THAN, LOWEST_LEVEL):
        return _must_not_have(asked.skill)
    return f"has {asked.skill} {level}, asked for {asked.skill} {asked.compare} {asked.level}"


def _lack_of_fact(asked: CallIs | Pressed | Verified, call: CallFacts) -> str:
    if isinstance(asked, Verified):
        return "the caller is not verified"
    known = printable(value_of(asked, call))
    match asked:
        case CallIs(CallFact.DIALLED, number, equal):
            what = f"the caller dialled {known or 'no known number'}"
        case CallIs(fact, number, equal):
            what = f"the caller's {fact} is {known or 'not known'}"
        case Pressed(menu, number, equal):
            what = f"the caller pressed {known or 'nothing'} in menu {menu}"
    return f"{what}, asked for {number if equal else 'any other'}"
