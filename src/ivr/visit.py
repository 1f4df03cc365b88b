"""One caller's way through a menu: what is known of him so far, and the few things every step does with him.

A visit has an end: when its time is up, the caller goes on to wait for a person with what he has chosen until then.
A caller can be kept by his own keys for that long and no longer.
"""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass

from acd.config.model import HotlineConfig
from acd.config.targets import BACK, PERSON, REPEAT, Target
from acd.core.instants import Duration, Instant
from acd.core.language.facts import CallFacts
from acd.core.names import LaneName, LanguageName
from acd.engine.ports import Clock, Customer, Directory, Situation
from ivr.line import ANY_KEY, Line, Prompt, PromptMissing
from ivr.pin.ports import PinDesk
from ivr.prompt_names import INVALID_KEY

GLOBAL_KEYS = {"0": PERSON, "*": BACK, "#": REPEAT}
"""Where these keys lead at every question, unless its own keys say otherwise."""

KEYS_AHEAD_AT_MOST = 20
"""Keys kept that were pressed before they were asked for; of more the oldest are forgotten."""

TYPED_AHEAD: Duration = 50
"""Milliseconds within which a key that waits on the line already is heard."""


class TimeIsUp(Exception):
    """The caller has been in the menu as long as anybody may."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a visit may ask besides the caller. `pins` is None in a hotline without PINs."""

    config: HotlineConfig
    directory: Directory
    situation: Situation
    clock: Clock
    pins: PinDesk | None = None


@dataclass(frozen=True, slots=True)
class WhoCalls:
    """What the dialplan knows of a call; the number is the one that it cleaned, and proves nothing."""

    call: str = ""
    number: str = ""
    dialled: str = ""


async def who_calls(line: Line) -> WhoCalls:
    """What the dialplan knows of the call on this line."""
    return WhoCalls(await line.variable("HL_CALL"), await line.variable("HL_NUMBER"), await line.variable("HL_DIALLED"))


@dataclass(frozen=True, slots=True)
class AdvertAnswer:
    """The advert that the caller was asked about, and whether he pressed the key for it."""

    advert: str
    accepted: bool


async def visit_again(line: Line, around: Surroundings, at_most: Duration) -> "Visit":
    """A visit of a caller who has been in the menu before: in the language that he has by now, for so many ms."""
    visit = Visit(line, around, await who_calls(line), around.clock.now() + at_most)
    language = await line.variable("HL_LANGUAGE")
    visit.language = next((each for each in around.config.languages if each == language), None)
    return visit


class Visit:
    """A caller in a menu.

    While he has chosen no language he hears every one, in the order of the settings; `ends_at` is when his time is up.
    """

    def __init__(self, line: Line, around: Surroundings, who: WhoCalls, ends_at: Instant) -> None:
        self.line = line
        self.around = around
        self.who = who
        self.language: LanguageName | None = None
        self.lane: LaneName | None = None
        self.pressed_in: dict[str, str] = {}
        """The key that chose a way, for each menu; the last one where a menu asks twice."""
        self.advert: AdvertAnswer | None = None
        self.pressed_something = False
        """He has pressed any key at all, so there is somebody who can."""
        self.by_silence = False
        """He is where he is because he pressed nothing at the last question."""
        self.known: Customer | None = around.directory.find(who.number)
        """Whom the directory knows by the number that he calls from, or by what he has proved."""
        self._customer = "" if self.known is None else self.known.id
        self._verified = False
        self._ends_at = ends_at
        self._ahead: deque[str] = deque(maxlen=KEYS_AHEAD_AT_MOST)
        self._silent = False

    @property
    def config(self) -> HotlineConfig:
        """The settings, the same ones from the beginning to the end of the visit."""
        return self.around.config

    @property
    def clock(self) -> Clock:
        """Where the time comes from."""
        return self.around.clock

    @property
    def pins(self) -> PinDesk | None:
        """Who knows the PINs; None in a hotline without PINs."""
        return self.around.pins

    @property
    def call(self) -> str:
        """The call's name."""
        return self.who.call

    @property
    def number(self) -> str:
        """The number that he calls from; empty for one who hides it."""
        return self.who.number

    @property
    def customer(self) -> str:
        """By what the directory knows the customer whom he seems or says to be; empty for nobody."""
        return self._customer

    @property
    def verified(self) -> bool:
        """Whether he has proved to be `customer`."""
        return self._verified

    def identify(self, customer: str) -> None:
        """He says that he is this customer. What he has proved of another one is worth nothing now."""
        if customer != self._customer:
            self._customer = customer
            self._verified = False
            self.known = self.around.directory.find(self.number)

    def prove(self) -> None:
        """He has proved to be `customer`."""
        self._verified = True
        if self.known is None or self.known.id != self._customer:
            self.known = self.around.directory.known_as(self._customer)

    def facts(self) -> CallFacts:
        """What conditions may ask about him."""
        return CallFacts(
            language=self.language or self.config.default_language,
            tier="" if self.known is None else self.known.tier,
            dialled=self.who.dialled,
            verified=self._verified,
            menu=tuple(self.pressed_in.items()),
        )

    def time_left(self) -> Duration:
        """Milliseconds until his time is up. Raises TimeIsUp."""
        left = self._ends_at - self.clock.now()
        if left <= 0:
            raise TimeIsUp
        return left

    async def say(self, *names: str, barge_in: bool = True, in_all: bool = False) -> str | None:
        """Play prompts in the caller's language, in all while he has chosen none; any key ends it and is returned.

        `in_all` says them in all languages even so. A prompt that his language lacks is heard in another. Without
        `barge_in` no key ends it, and what was pressed before or meanwhile is forgotten. Raises PromptMissing when
        some prompt is there in no language, and TimeIsUp.
        """
        if not barge_in:
            self.forget_keys()
        if self.language is None or in_all:
            return await self._say_in_all(names, barge_in)
        for name in names:
            key = await self._say_somehow(name, barge_in)
            if key is not None:
                return key
        return None

    def keep(self, key: str | None) -> None:
        """Remember a key that the caller pressed before he was asked; the next question decides what it is worth."""
        if key is not None:
            self._ahead.append(key)
            self.by_silence = False

    def forget_keys(self) -> None:
        """Drop the keys that were pressed before they were asked for."""
        self._ahead.clear()

    async def hear_ahead(self) -> None:
        """Keep the keys that the caller has pressed already, so that what is asked now is not answered by them."""
        while len(self._ahead) < KEYS_AHEAD_AT_MOST:
            key = await self.line.wait_for_key(TYPED_AHEAD)
            if key is None:
                break
            self.keep(key)

    def taken_ahead(self, keys: Collection[str]) -> str | None:
        """The first key pressed before, if it is one of these; a key that is none of them only cut something short."""
        while self._ahead:
            key = self._ahead.popleft()
            if key in keys:
                return key
        return None

    async def wait_for_key(self, wait: Duration) -> str | None:
        """The next key within so many milliseconds, no longer than his time allows. Raises TimeIsUp."""
        return self._noted(await self.line.wait_for_key(min(wait, self.time_left())))

    async def ask(
        self,
        *names: str,
        keys: Collection[str],
        wait_for: Duration,
        attempts: int,
        barge_in: bool = True,
        in_all: bool = False,
    ) -> str | None:
        """Ask with these prompts; the key pressed, one of `keys` or of GLOBAL_KEYS, or None for no answer.

        Silence repeats the question, `attempts` times in all; a key that leads nowhere is said to be one, and then
        the question is repeated. A key that was pressed before answers at once if it is one of the question's keys
        or 0. If it is not, it only cut something short: many press # to get on, and nobody had told them the keys
        yet. Without `barge_in` the question is heard to its end first. Raises PromptMissing and TimeIsUp.
        """
        if not barge_in:
            self.forget_keys()
        key = self.taken_ahead({*keys, "0"})
        if key is not None:
            return self._answered(key)
        self._silent = True
        for attempt in range(1, attempts + 1):
            if key is None:
                key = await self.say(*names, barge_in=barge_in, in_all=in_all)
            if key is None:
                key = await self.wait_for_key(wait_for)
            if key is None:
                continue
            if key in keys or key in GLOBAL_KEYS:
                return self._answered(key)
            self._silent = False
            key = None
            if attempt < attempts:
                # Whoever knows the keys by now need not hear it out: a key pressed meanwhile is the next attempt.
                key = await self.refuse_key()
        return None

    async def refuse_key(self) -> str | None:
        """Say that a key leads nowhere; the key that cut it short is returned. Without that prompt nothing is said."""
        try:
            return await self.say(INVALID_KEY)
        except PromptMissing:
            # The question comes again, which says enough.
            return None

    def unanswered(self, otherwise: Target) -> Target:
        """The way on of a question without an answer; who was silent at it is remembered to have been."""
        self.by_silence = self._silent
        return otherwise

    def note_silence(self, *, silent: bool) -> None:
        """Note whether he pressed nothing at all at a question that is not asked by `ask`."""
        self._silent = silent

    def _answered(self, key: str) -> str:
        self._silent = self.by_silence = False
        return key

    async def _say_in_all(self, names: Collection[str], barge_in: bool) -> str | None:
        heard: set[str] = set()
        for language in self.config.languages:
            for name in names:
                try:
                    key = await self._play(Prompt(language, name), barge_in)
                except PromptMissing:
                    continue
                heard.add(name)
                if key is not None:
                    return key
        for name in names:
            if name not in heard:
                raise PromptMissing(name)
        return None

    async def _say_somehow(self, name: str, barge_in: bool) -> str | None:
        assert self.language is not None
        others = [language for language in self.config.languages if language != self.language]
        for language in (self.language, *others):
            try:
                return await self._play(Prompt(language, name), barge_in)
            except PromptMissing:
                continue
        raise PromptMissing(name)

    async def _play(self, prompt: Prompt, barge_in: bool) -> str | None:
        self.time_left()
        return self._noted(await self.line.play(prompt, ANY_KEY if barge_in else ""))

    def _noted(self, key: str | None) -> str | None:
        self.pressed_something = self.pressed_something or key is not None
        return key
