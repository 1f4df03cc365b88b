"""What becomes of a caller who is not served in his lane, as an operator writes it.

    lane general          he waits in another lane; `general` alone says the same
    say closed            he hears the announcement `closed`, and the call ends
    message               he may leave a message
    callback              he will be called back
    number +862155555555  he is connected to a number outside, one of `overflow_numbers`

A lane whose name is one of these words can be reached by `lane callback`, never by its name alone.
"""

import re
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, WithJsonSchema

from acd.config.faults import suggestion
from acd.config.fields import ANNOUNCEMENT_PATTERN, NAME_PATTERN, NUMBER_PATTERN
from acd.core.outcomes import Outcome, OutcomeKind

LONGEST_TEXT = 80
_HOW = "write lane NAME, say ANNOUNCEMENT, message, callback or number DIGITS"
_TO = {
    OutcomeKind.LANE: (NAME_PATTERN, "a lane", "lane general"),
    OutcomeKind.SAY: (ANNOUNCEMENT_PATTERN, "an announcement", "say all_busy"),
    OutcomeKind.NUMBER: (NUMBER_PATTERN, "a telephone number", "number +862155555555"),
}
_WRITTEN = (
    "message",
    "callback",
    f"(lane +)?{NAME_PATTERN[1:-1]}",
    f"say +{ANNOUNCEMENT_PATTERN[1:-1]}",
    f"number +{NUMBER_PATTERN[1:-1]}",
)
OUTCOME_PATTERN = f"^({'|'.join(_WRITTEN)})$"


def parse_outcome(value: object) -> Outcome:
    """The declared end that `value` names. Raises `ValueError` that says what is wrong and what is allowed."""
    words = value.split() if isinstance(value, str) and len(value) <= LONGEST_TEXT else []
    if not words:
        raise ValueError(f"does not say where callers go; {_HOW}")
    if words[0] not in tuple(OutcomeKind):
        if len(words) > 1 or not re.fullmatch(NAME_PATTERN[1:-1], words[0]):
            raise ValueError(f"`{words[0][:40]}` is no end for a call{suggestion(words[0], OutcomeKind)}; {_HOW}")
        return Outcome(OutcomeKind.LANE, words[0])
    kind = OutcomeKind(words[0])
    if kind not in _TO:
        if len(words) > 1:
            raise ValueError(f"nothing may follow {kind}; {_HOW}")
        return Outcome(kind)
    pattern, what, example = _TO[kind]
    if len(words) != 2 or not re.fullmatch(pattern[1:-1], words[1]):
        raise ValueError(f"{kind} is followed by {what}, for example {example}")
    return Outcome(kind, words[1])


OutcomeText: TypeAlias = Annotated[
    Outcome,
    BeforeValidator(parse_outcome),
    WithJsonSchema(
        {"type": "string", "pattern": OUTCOME_PATTERN, "examples": ["lane general", "say all_busy", "callback"]}
    ),
]
