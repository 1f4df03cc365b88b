"""What an operator says of the caller's side besides the menus: PINs, adverts, surveys, callbacks."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StrictBool, StrictInt

from acd.config.fields import (
    AgentRef,
    FilePath,
    HttpsUrl,
    LaneRef,
    LanguageRef,
    Name,
    NumberBeginning,
    Percent,
    Section,
    Time,
    WaitTime,
    at_least,
)
from acd.config.lanes import choice_of
from acd.config.menus import Texts
from acd.core.instants import Duration
from acd.core.names import LaneName
from acd.core.policy import SHORTEST_NUMBER, CallbackFirst, Callbacks, Survey

DAY: Duration = 86_400_000
Days: TypeAlias = Annotated[StrictInt, Field(ge=0, le=366)]
LockTime: TypeAlias = Annotated[Time, at_least(60_000, "1m")]


class PinHttps(Section):
    """The online bank, which knows the PINs: asked by HTTPS, with a secret of its own."""

    url: HttpsUrl
    secret_file: FilePath
    ca_file: FilePath | None = None
    """Who must have signed its certificate; else one of the authorities that this machine trusts."""
    within: Annotated[WaitTime, at_least(200, "200ms")] = 3_000


class PinConfig(Section):
    """Who knows the PINs, and how often a caller may try."""

    verifier: Literal["local", "https"] = "local"
    https: PinHttps | None = None
    at_least: Annotated[StrictInt, Field(ge=4, le=12)] = 4
    at_most: Annotated[StrictInt, Field(ge=4, le=12)] = 6
    wait_for: WaitTime = 8_000
    """For the next key."""
    attempts_per_call: Annotated[StrictInt, Field(ge=1, le=9)] = 3
    attempts_per_customer: Annotated[StrictInt, Field(ge=1, le=20)] = 5
    """Wrong ones in a row; then he is locked. Each makes the next one wait longer."""
    locked_for: LockTime = DAY


class AdvertConfig(Section):
    """An advert for callers who want to hear one while they wait, instead of the music."""

    spots: Annotated[tuple[Texts, ...], Field(min_length=1, max_length=20)]
    """Said one after the other, with music between them."""
    lanes: Annotated[tuple[LaneRef, ...], Field(max_length=200)] = ()
    """For whom it is, by lane, language and tier; nothing written is for all."""
    languages: Annotated[tuple[LanguageRef, ...], Field(max_length=9)] = ()
    tiers: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    hours: Name | None = None
    """The calendar within which callers are asked."""
    not_again_within: Days = 1
    """Days for which nobody of the same number is asked again, whatever he answered."""


class Question(Section):
    """One question of a survey, answered by one key from 1 to `keys`."""

    say: Texts
    keys: Annotated[StrictInt, Field(ge=2, le=9)] = 5
    unhappy_at: Annotated[StrictInt, Field(ge=0, le=9)] | None = None
    """As that of the survey, for this question alone; 0 for none."""


class SurveyConfig(Section):
    """Asked when the agent has hung up, of a share of the callers; or as a step of a menu."""

    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=3)]
    share: Percent = 100
    lanes: Annotated[tuple[LaneRef, ...], Field(max_length=200)] = ()
    agents: Annotated[tuple[AgentRef, ...], Field(max_length=5_000)] = ()
    tiers: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    not_again_within: Days = 30
    """Days for which nobody of the same number is asked again."""
    unhappy_at: Annotated[StrictInt, Field(ge=0, le=9)] = 0
    """An answer of this key or a lower one asks for somebody to follow up; 0 for none."""
    comment: Texts = Field(default_factory=dict)
    """Asks for a spoken comment after the last question; nothing written asks for none."""
    thanks: Texts = Field(default_factory=dict)
    menu_only: StrictBool = False
    """Asked only where a menu says so."""

    def survey(self, name: str) -> Survey:
        """What the core is told of it."""
        return Survey(
            name,
            len(self.questions),
            self.share,
            frozenset(LaneName(lane) for lane in self.lanes),
            frozenset(self.agents),
            frozenset(self.tiers),
            not self.menu_only,
            self.not_again_within * DAY,
            self.unhappy_at,
            tuple(self.unhappy_at if each.unhappy_at is None else each.unhappy_at for each in self.questions),
        )


CallbackFirstName: TypeAlias = Annotated[CallbackFirst, choice_of(CallbackFirst, "whom a callback begins with")]


class CallbacksConfig(Section):
    """How callers are called back who wished it."""

    first: CallbackFirstName = CallbackFirst.AGENT
    ring_for: WaitTime = 30_000
    attempts: Annotated[StrictInt, Field(ge=1, le=10)] = 3
    retry_after: Annotated[Time, at_least(60_000, "1m")] = 600_000
    keep_for: Annotated[Time, at_least(600_000, "10m")] = DAY
    hours: Name | None = None
    numbers: Annotated[tuple[NumberBeginning, ...], Field(min_length=1, max_length=50)]
    """The numbers that may be called, by how they begin: "+86", "1"."""

    def callbacks(self, own: Iterable[str] = ()) -> Callbacks:
        """What the core is told of it; `own` are the numbers that callers of this hotline dial."""
        return Callbacks(
            self.first,
            self.ring_for,
            self.attempts,
            self.retry_after,
            self.keep_for,
            self.hours or "",
            self.numbers,
            tuple(sorted(digits for each in own if len(digits := each.lstrip("+")) >= SHORTEST_NUMBER)),
        )


Surveys: TypeAlias = Annotated[Mapping[Name, SurveyConfig], Field(max_length=50)]
Adverts: TypeAlias = Annotated[Mapping[Name, AdvertConfig], Field(max_length=50)]
