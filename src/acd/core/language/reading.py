"""Expressions from text to tree, and what a tree mentions.

    cards >= 3 and (mandarin or tier == platinum)                    needs
    waiting(cards) > 5 and time in 09:00-17:30 or not open(office)   a condition

Nothing is ever evaluated as Python. A text is bounded in length, words and nesting (`acd.core.language.words`), so
the worst text of a hostile file costs as little as a good one.
"""

from collections.abc import Iterator

from acd.core.language.floor_grammar import condition
from acd.core.language.grammar import Reading, ended, needs
from acd.core.language.syntax import (
    NOTHING,
    AgentsCounted,
    AllOf,
    AnyOf,
    CallIs,
    Condition,
    ConditionLeaf,
    Needs,
    NeedsLeaf,
    Not,
    Pressed,
    SkillLevel,
    Verified,
)
from acd.core.language.terms import RESERVED
from acd.core.language.texts import subject_of, text_of
from acd.core.language.vocabulary import Vocabulary
from acd.core.language.words import ExpressionFault, Words
from acd.core.names import Skill

__all__ = [
    "RESERVED",
    "ExpressionFault",
    "Vocabulary",
    "facts_of",
    "leaves_of",
    "read_condition",
    "read_needs",
    "skills_of",
    "text_of",
]


def read_needs(text: str, vocabulary: Vocabulary | None = None) -> Needs:
    """What `text` asks of an agent; nothing when it is empty. Raises ExpressionFault.

    Without a vocabulary no name is looked up: the text was checked before.
    """
    reading = _reading(text, vocabulary, "this asks for skills alone, as there is no call")
    if not text.strip():
        return NOTHING
    found = needs(reading)
    ended(reading.words)
    return found


def read_condition(text: str, vocabulary: Vocabulary | None = None) -> Condition:
    """When `text` holds; always when it is empty. Raises ExpressionFault, as `read_needs` does."""
    reading = _reading(text, vocabulary, "this asks about the floor alone, as there is no call")
    if not text.strip():
        return NOTHING
    found = condition(reading)
    ended(reading.words)
    return found


def _reading(text: str, vocabulary: Vocabulary | None, no_call: str) -> Reading:
    asks_calls = vocabulary is None or vocabulary.about_a_call
    return Reading(Words(text), vocabulary, "" if asks_calls else no_call)


def leaves_of(node: Needs | Condition) -> Iterator[NeedsLeaf | ConditionLeaf]:
    """The leaves in the order of the text. What is asked of counted agents belongs to the count."""
    match node:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves_of(part)
        case Not(part):
            yield from leaves_of(part)
        case leaf:
            yield leaf


def skills_of(node: Needs | Condition) -> tuple[Skill, ...]:
    """The skills that are mentioned anywhere, in order, each once."""
    found: dict[Skill, None] = {}
    for leaf in leaves_of(node):
        match leaf:
            case SkillLevel(skill):
                found[skill] = None
            case AgentsCounted(_, counted):
                found.update(dict.fromkeys(skills_of(counted)))
    return tuple(found)


def facts_of(node: Needs | Condition) -> tuple[str, ...]:
    """The facts of the call that are asked about, such as `tier` and `menu.main`, in order, each once."""
    about_call = [leaf for leaf in leaves_of(node) if isinstance(leaf, CallIs | Pressed | Verified)]
    return tuple(dict.fromkeys(subject_of(leaf) for leaf in about_call))
