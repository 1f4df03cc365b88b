"""What a caller hears and presses before he waits: menus, each a row of steps, one class for each kind.

The kinds are told apart by `step`. A caller goes from step to step; a step that leads elsewhere says where
(targets.py), so that all menus together are a graph. What a step does when a caller is in it is the ivr package's;
here is only what an operator may write. Everywhere 0 leads to a person, * back and # repeats, unless a step's own
`keys` say otherwise. A caller who presses nothing or nonsense `attempts` times goes on by `otherwise`.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import Field, StrictBool, StrictInt

from acd.config.fields import Key, LanguageRef, Name, Section, Spoken, WaitTime
from acd.config.lanes import ConditionText
from acd.config.targets import NEXT, TargetText

MOST_STEPS = 32
MOST_ATTEMPTS = 9
MOST_CASES = 32
MOST_DIGITS = 20

Texts: TypeAlias = Mapping[LanguageRef, Spoken]
"""The same words in every language of the hotline."""
Attempts: TypeAlias = Annotated[StrictInt, Field(ge=1, le=MOST_ATTEMPTS)]


class Greeting(Section):
    """Says something and goes on; a key cuts it short, and answers the next question if it is one of its keys."""

    step: Literal["greeting"]
    say: Texts


class Say(Section):
    """Says something that callers have to hear, and goes on; without `barge_in` no key cuts it short."""

    step: Literal["say"]
    say: Texts
    barge_in: StrictBool = False


class LanguageChoice(Section):
    """Asks, in all languages one after the other, which one the caller speaks."""

    step: Literal["language"]
    say: Texts
    keys: Annotated[Mapping[Key, LanguageRef], Field(min_length=1)]
    wait_for: WaitTime = 5_000
    attempts: Attempts = 2
    barge_in: StrictBool = True


class KeyMenu(Section):
    """Asks what the caller calls about; each key leads to a lane, another menu, or one of the other ways on."""

    step: Literal["menu"]
    say: Texts
    keys: Annotated[Mapping[Key, TargetText], Field(min_length=1)]
    wait_for: WaitTime = 6_000
    attempts: Attempts = 3
    barge_in: StrictBool = True
    otherwise: TargetText = NEXT


class Hours(Section):
    """Goes one way while a calendar is open and another while it is closed."""

    step: Literal["hours"]
    calendar: Name
    open: TargetText = NEXT
    closed: TargetText = NEXT


class RouteCase(Section):
    """One way on, and when it is taken."""

    when: ConditionText
    to: TargetText


class Route(Section):
    """Goes the way of the first case that holds, without asking: by who calls, by the hour, by the load."""

    step: Literal["route"]
    cases: Annotated[tuple[RouteCase, ...], Field(min_length=1, max_length=MOST_CASES)]
    otherwise: TargetText = NEXT


class Collect(Section):
    """Takes a row of digits: with `what: customer` the number by which the directory knows a customer.

    `#` ends the digits early. With `confirm` they are read out to the caller, who says by a key whether they are right.
    """

    step: Literal["collect"]
    what: Literal["customer"] = "customer"
    say: Texts
    at_least: Annotated[StrictInt, Field(ge=1, le=MOST_DIGITS)] = 1
    at_most: Annotated[StrictInt, Field(ge=1, le=MOST_DIGITS)] = MOST_DIGITS
    wait_for: WaitTime = 6_000
    attempts: Attempts = 3
    confirm: StrictBool = False
    otherwise: TargetText = NEXT


class PinEntry(Section):
    """Asks the caller for his PIN, under the interference tone. See `pin` for who knows the PINs.

    `verified` and `otherwise` are the ways on; a caller who is known to be verified already is not asked.
    """

    step: Literal["pin"]
    say: Texts
    verified: TargetText = NEXT
    otherwise: TargetText = NEXT


class PinChange(Section):
    """Lets a verified caller set a new PIN, keyed twice; one who has none yet sets his first."""

    step: Literal["pin_change"]
    say: Texts
    changed: TargetText = NEXT
    otherwise: TargetText = NEXT


class AdvertOffer(Section):
    """Asks once whether the caller wants to hear an advert while he waits; silence is no."""

    step: Literal["advert_offer"]
    advert: Name
    say: Texts
    wait_for: WaitTime = 4_000


class SurveyStep(Section):
    """Asks the questions of one of the `surveys`, and goes on."""

    step: Literal["survey"]
    survey: Name


class Message(Section):
    """Lets the caller leave a message for the lane chosen so far; ends the menu."""

    step: Literal["message"]


class Transfer(Section):
    """Connects the caller to a number outside, one of `overflow_numbers`, or has him wait in a lane; ends the menu."""

    step: Literal["transfer"]
    to: TargetText


class HangUp(Section):
    """Says goodbye, if it has a text, and ends the call."""

    step: Literal["hang_up"]
    say: Texts = Field(default_factory=dict)


AnyStep: TypeAlias = (
    Greeting
    | Say
    | LanguageChoice
    | KeyMenu
    | Hours
    | Route
    | Collect
    | PinEntry
    | PinChange
    | AdvertOffer
    | SurveyStep
    | Message
    | Transfer
    | HangUp
)
Step: TypeAlias = Annotated[AnyStep, Field(discriminator="step")]
STEP_KINDS: tuple[str, ...] = tuple(get_args(kind.model_fields["step"].annotation)[0] for kind in get_args(AnyStep))
"""The words that tell the kinds apart."""
Menu: TypeAlias = Annotated[tuple[Step, ...], Field(min_length=1, max_length=MOST_STEPS)]
