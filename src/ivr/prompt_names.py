"""Which prompts a hotline needs, by name and text, worked out from its settings.

A name says where the text stands: `main-1-greeting` is the first step of the menu `main`, a greeting;
`survey-service-1` the first question of the survey `service`, `advert-card-1` the first spot of the advert `card`;
`all_busy`, or whatever else stands among the announcements, is called as it is there, without a hyphen. Standard texts
and the words of numbers have names of their own (`standard_texts.py`, `spoken/words.py`). The same names are the file
names of recordings. Names pass an allow-list here, because they become paths of files and arguments of Asterisk's
commands.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from acd.config.menus import Texts
from acd.config.model import HotlineConfig
from acd.core.names import LanguageName
from ivr.line import Prompt
from ivr.spoken.grammar import DIGIT_WORDS, family_of, position_words, wait_words
from ivr.spoken.reading import read_out
from ivr.spoken.words import PAUSE, TEXTS
from ivr.standard_texts import STANDARD_TEXTS, reads_digits

INVALID_KEY = "invalid-key"
"""Said to a caller who pressed a key that leads nowhere."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,95}")
_LANGUAGE = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class PromptText:
    """A prompt to be made: what is said in it, by which voice, and where in the settings the text stands."""

    prompt: Prompt
    text: str
    """Empty for a short silence."""
    voice: str
    place: str
    joined: bool = False
    """It is a word among others, so it is made without the silence that a voice leaves around a sentence."""
    even: bool = False
    """A recording of it is brought to the level of all speech, too."""

    @property
    def spoken(self) -> str:
        """The text as it is given to the voice: with its figures in words."""
        return read_out(self.text, family_of(self.voice) or "")


def checked(prompt: Prompt) -> Prompt:
    """`prompt`, if its name and language may be part of a path. Raises ValueError."""
    if not _NAME.fullmatch(prompt.name) or not _LANGUAGE.fullmatch(prompt.language):
        raise ValueError(
            f"a prompt cannot be called {prompt.name!a} in {prompt.language!a}; "
            "allowed are a-z, 0-9, - and _, first a letter or digit"
        )
    return prompt


def step_name(menu: str, number: int, kind: str) -> str:
    """The prompt of a step; steps of a menu are counted from 1."""
    return f"{menu}-{number}-{kind}"


def survey_question_name(survey: str, number: int) -> str:
    """The prompt of a survey's question; questions are counted from 1."""
    return f"survey-{survey}-{number}"


def survey_comment_name(survey: str) -> str:
    """The prompt that asks for a spoken comment."""
    return f"survey-{survey}-comment"


def survey_thanks_name(survey: str) -> str:
    """The prompt that thanks for the answers, where a survey has words of its own for that."""
    return f"survey-{survey}-thanks"


def advert_spot_name(advert: str, number: int) -> str:
    """The prompt of an advert's spot; spots are counted from 1."""
    return f"advert-{advert}-{number}"


def prompts_of(config: HotlineConfig) -> tuple[PromptText, ...]:
    """Every prompt of these settings, in their order. Raises ValueError for a name outside the allow-list."""
    found = (
        *_of_menus(config),
        *_of_announcements(config),
        *_of_surveys(config),
        *_of_adverts(config),
        *_standard(config),
        *_words(config),
    )
    for text in found:
        checked(text.prompt)
    return found


def _each(config: HotlineConfig, name: str, texts: Texts, place: str, *, even: bool = False) -> Iterator[PromptText]:
    for language, settings in config.languages.items():
        if language in texts:
            yield PromptText(Prompt(language, name), texts[language], settings.voice, f"{place}.{language}", even=even)


def _of_menus(config: HotlineConfig) -> Iterator[PromptText]:
    for menu, steps in config.menus.items():
        for number, step in enumerate(steps, 1):
            texts: Texts = getattr(step, "say", {})
            yield from _each(config, step_name(menu, number, step.step), texts, f"menus.{menu}[{number}].say")


def _of_announcements(config: HotlineConfig) -> Iterator[PromptText]:
    for name, texts in config.announcements.items():
        yield from _each(config, name, texts, f"announcements.{name}")


def _of_surveys(config: HotlineConfig) -> Iterator[PromptText]:
    for name, survey in config.surveys.items():
        place = f"surveys.{name}"
        for number, question in enumerate(survey.questions, 1):
            questions = f"{place}.questions[{number}].say"
            yield from _each(config, survey_question_name(name, number), question.say, questions)
        yield from _each(config, survey_comment_name(name), survey.comment, f"{place}.comment")
        yield from _each(config, survey_thanks_name(name), survey.thanks, f"{place}.thanks")


def _of_adverts(config: HotlineConfig) -> Iterator[PromptText]:
    for name, advert in config.adverts.items():
        for number, spot in enumerate(advert.spots, 1):
            place = f"adverts.{name}.spots[{number}]"
            yield from _each(config, advert_spot_name(name, number), spot, place, even=True)


def _standard(config: HotlineConfig) -> Iterator[PromptText]:
    for name, standard in STANDARD_TEXTS.items():
        announcement = name.replace("-", "_")
        own = config.announcements.get(announcement, {})
        needed = standard.needed(config)
        for language, settings in config.languages.items():
            prompt = Prompt(language, name)
            if language in own:
                place = f"announcements.{announcement}.{language}"
                yield PromptText(prompt, own[language], settings.voice, place)
            elif needed and (family := family_of(settings.voice)) is not None:
                place = f"the standard text {name}.{language}"
                yield PromptText(prompt, standard.by_family[family], settings.voice, place)


def _words(config: HotlineConfig) -> Iterator[PromptText]:
    for language, settings in config.languages.items():
        family = family_of(settings.voice)
        if family is None:
            continue
        needed = _needed_words(config, family)
        texts: Mapping[str, str] = {PAUSE: "", **TEXTS[family]}
        for word, text in texts.items():
            if word in needed:
                place = f"the word {word}.{language}"
                yield PromptText(Prompt(LanguageName(language), word), text, settings.voice, place, joined=True)


def _needed_words(config: HotlineConfig, family: str) -> frozenset[str]:
    told = [lane.announce for lane in config.lanes.values() if lane.announce is not None]
    needed: frozenset[str] = DIGIT_WORDS if reads_digits(config) else frozenset()
    if any(announce.position for announce in told):
        needed |= position_words(family)
    if any(announce.estimated_wait for announce in told):
        needed |= wait_words(family)
    return needed
