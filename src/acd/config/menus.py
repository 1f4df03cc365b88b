"""What a caller hears and presses before he waits: a menu is a row of steps, one class for each kind.

The kinds are told apart by `step`. What a step does when a caller is in it is the ivr package's; here is only
what an operator may write. A caller who presses nothing or nonsense `attempts` times goes on with the
default.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StrictInt

from acd.config.fields import Key, LaneRef, LanguageRef, Section, Spoken, WaitTime

MOST_STEPS = 32
MOST_ATTEMPTS = 9

Texts: TypeAlias = Mapping[LanguageRef, Spoken]
"""The same words in every language of the hotline."""


class Greeting(Section):
    """Says something and goes on."""

    step: Literal["greeting"]
    say: Texts


class LanguageChoice(Section):
    """Asks, in all languages one after the other, which one the caller speaks."""

    step: Literal["language"]
    say: Texts
    keys: Annotated[Mapping[Key, LanguageRef], Field(min_length=1)]
    wait_for: WaitTime = 5_000
    attempts: Annotated[StrictInt, Field(ge=1, le=MOST_ATTEMPTS)] = 2


class LaneMenu(Section):
    """Asks what the caller calls about; each key leads to a lane."""

    step: Literal["menu"]
    say: Texts
    keys: Annotated[Mapping[Key, LaneRef], Field(min_length=1)]
    wait_for: WaitTime = 6_000
    attempts: Annotated[StrictInt, Field(ge=1, le=MOST_ATTEMPTS)] = 3


Step: TypeAlias = Annotated[Greeting | LanguageChoice | LaneMenu, Field(discriminator="step")]
Menu: TypeAlias = Annotated[tuple[Step, ...], Field(min_length=1, max_length=MOST_STEPS)]
