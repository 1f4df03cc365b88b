"""The grammar that both kinds of expression share, and the grammar of needs.

    logic     = all {"or" all}
    all       = one {"and" one}
    one       = "not" one | "(" logic ")" | leaf
    needs     = logic of:  skill [compare level] | call fact
    call fact = ("language" | "tier" | "dialled" | "menu." menu) ("==" | "!=") value | "verified"

One function reads one line of this, by looking at the next word alone. `acd.core.language.floor_grammar` goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass

from acd.core.language.syntax import (
    HIGHEST_LEVEL,
    LOWEST_LEVEL,
    AboutCall,
    CallIs,
    Leaf,
    Logic,
    Needs,
    NeedsLeaf,
    Pressed,
    SkillLevel,
    Verified,
    all_of,
    any_of,
    negation,
)
from acd.core.language.terms import ABOUT_A_CALL, ABOUT_THE_FLOOR, JOINING, WITH_ARGUMENT, CallFact, Compare
from acd.core.language.vocabulary import Names, Vocabulary, known, name_of, value_of
from acd.core.language.words import (
    ExpressionFault,
    Kind,
    Word,
    Words,
    listed,
    printable,
    quoted,
    suggestion,
    unexpected,
)
from acd.core.names import Skill

COMPARISONS = tuple(Compare)
_FACTS = {
    CallFact.LANGUAGE: (Names.LANGUAGE, "language == en"),
    CallFact.TIER: (Names.TIER, "tier == platinum"),
    CallFact.DIALLED: (Names.NUMBER, 'dialled == "95555"'),
}
_EQUALITIES = (Compare.EQUAL, Compare.UNEQUAL)
_AFTERWARDS = "`and`, `or` or the end"


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is being read, with the names that it may use; None for any that look like names."""

    words: Words
    vocabulary: Vocabulary | None
    no_call: str = ""
    """Why facts of a call may not be asked about here; empty where they may."""


def logic(words: Words, leaf: Callable[[], Logic[Leaf]]) -> Logic[Leaf]:
    """What the next words mean, as far as they belong together. Raises ExpressionFault."""
    parts = [_all(words, leaf)]
    while words.took("or"):
        parts.append(_all(words, leaf))
    return any_of(parts)


def _all(words: Words, leaf: Callable[[], Logic[Leaf]]) -> Logic[Leaf]:
    parts = [_one(words, leaf)]
    while words.took("and"):
        parts.append(_one(words, leaf))
    return all_of(parts)


def _one(words: Words, leaf: Callable[[], Logic[Leaf]]) -> Logic[Leaf]:
    if words.took("not"):
        words.deeper()
        opposite = negation(_one(words, leaf))
        words.shallower()
        return opposite
    if words.took("("):
        words.deeper()
        inner = logic(words, leaf)
        words.shallower()
        words.expect(")", "`and`, `or` or `)`")
        return inner
    return leaf()


def ended(words: Words) -> None:
    """Raises ExpressionFault when there are words left over."""
    if words.ahead.kind is not Kind.END:
        raise unexpected(words.ahead, _AFTERWARDS)


def needs(reading: Reading) -> Needs:
    """What the next words ask of an agent. Raises ExpressionFault."""
    return logic(reading.words, lambda: _needs_leaf(reading))


def _needs_leaf(reading: Reading) -> NeedsLeaf:
    word = reading.words.take()
    if is_about_call(word):
        return about_call(word, reading)
    if word.kind is not Kind.NAME or word.text.lower() in JOINING:
        raise unexpected(word, "a skill")
    if word.text in ABOUT_THE_FLOOR:
        what = f"{word.text}(...)" if word.text in WITH_ARGUMENT else word.text
        raise ExpressionFault(word.at, f'{what} is about the floor; it may stand in "when", not in "needs"')
    skill = Skill(name_of(word, Names.SKILL, reading.vocabulary))
    compare = taken_compare(reading.words)
    if compare is None:
        return SkillLevel(skill)
    return SkillLevel(skill, compare, _level(reading.words.take(), skill))


def _level(word: Word, skill: str) -> int:
    if word.kind is not Kind.VALUE or not is_whole(word.text):
        raise unexpected(word, f"a level from {LOWEST_LEVEL} to {HIGHEST_LEVEL}")
    if not LOWEST_LEVEL <= int(word.text) <= HIGHEST_LEVEL:
        allowed = f"levels are {LOWEST_LEVEL} to {HIGHEST_LEVEL}"
        without = f"; {skill} alone asks for any, not {skill} for none" if int(word.text) == 0 else ""
        raise ExpressionFault(
            word.at, f"level {printable(word.text, 20)} of {skill} does not exist; {allowed}{without}"
        )
    return int(word.text)


def is_about_call(word: Word) -> bool:
    """Whether a fact of the call begins with `word`."""
    return word.is_one_of(*ABOUT_A_CALL) or (word.kind is Kind.NAME and word.text.startswith("menu."))


def about_call(word: Word, reading: Reading) -> AboutCall:
    """The fact of the call that begins with `word`, which was taken. Raises ExpressionFault."""
    words, vocabulary = reading.words, reading.vocabulary
    if reading.no_call:
        raise ExpressionFault(word.at, f"{printable(word.text)} is about a call; {reading.no_call}")
    if word.text == "verified":
        if words.ahead.is_one_of(*COMPARISONS):
            how = "write `verified` or `not verified`"
            raise ExpressionFault(words.ahead.at, f"verified is compared with nothing; {how}")
        return Verified()
    if word.text.partition(".")[0] == "menu":
        return _pressed(word, reading)
    fact = CallFact(word.text)
    equal = equality_taken(words)
    kind, example = _FACTS[fact]
    value = words.take()
    found = value_of(value, kind, example)
    return CallIs(fact, known(value, kind, vocabulary.of(kind)) if vocabulary else found, equal)


def _pressed(word: Word, reading: Reading) -> Pressed:
    """`menu.main == "2"`; `word` is `menu.main`."""
    words, vocabulary = reading.words, reading.vocabulary
    _, _, name = word.text.partition(".")
    if not name:
        raise ExpressionFault(word.at, 'menu stands without the menu\'s name; write it as in menu.main == "2"')
    menu = name_of(Word(Kind.NAME, name, word.at + len("menu.")), Names.MENU, vocabulary)
    equal = equality_taken(words)
    key = words.take()
    pressed = value_of(key, "key", f'menu.{menu} == "2"')
    if vocabulary and pressed not in vocabulary.menus[menu]:
        raise ExpressionFault(key.at, f"menu {menu} has no key {quoted(pressed)}; {listed(vocabulary.menus[menu])}")
    return Pressed(menu, pressed, equal)


def equality_taken(words: Words, wanted: str = "`==` or `!=`") -> bool:
    """Whether `==` comes next, and not `!=`. Raises ExpressionFault, which speaks of `wanted`, for anything else."""
    if not words.ahead.is_one_of(*_EQUALITIES):
        raise unexpected(words.ahead, wanted)
    return words.take().text == Compare.EQUAL


def taken_compare(words: Words) -> Compare | None:
    """The sign of comparison that comes next, if one does."""
    return Compare(words.take().text) if words.ahead.is_one_of(*COMPARISONS) else None


def is_whole(text: str) -> bool:
    """Whether `text` is a whole number in the ten digits."""
    return text.isascii() and text.isdigit()


def unknown_fact(word: Word) -> ExpressionFault:
    """The fault that nothing known about the floor or the call is called `word`."""
    names = tuple(str(name) for name in (*ABOUT_THE_FLOOR, *ABOUT_A_CALL))
    what = f"there is no fact {quoted(word.text)}{suggestion(word.text, names)}"
    return ExpressionFault(word.at, f"{what}; {listed(names, most=len(names))}")
