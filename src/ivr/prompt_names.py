"""Which prompts a hotline needs, by name and text, worked out from its settings.

A name says where the text stands: `main-1-greeting` is the first step of the menu `main`, a greeting;
`all_busy`, or whatever else stands among the announcements, is called as it is there, without a hyphen. The same
names are the file names of recordings. Names pass an allow-list here, because they become paths of files and
arguments of Asterisk's commands.
"""

import re
from dataclasses import dataclass

from acd.config.menus import Texts
from acd.config.model import HotlineConfig
from ivr.line import Prompt

INVALID_KEY = "invalid-key"
"""Said to a caller who pressed a key that leads nowhere."""

_STANDARD_TEXTS = {
    INVALID_KEY: {
        "zh": "对不起，您的按键有误，请重新选择。",
        "en": "Sorry, that is not one of the choices. Please try again.",
    }
}
"""Texts that no settings file has to write, by the family of the voice that reads them."""

_FAMILIES = {"cmn": "zh", "zh": "zh", "en": "en"}
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,95}")
_LANGUAGE = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class PromptText:
    """A prompt to be made: what is said in it, by which voice, and where in the settings the text stands."""

    prompt: Prompt
    text: str
    voice: str
    place: str


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


def prompts_of(config: HotlineConfig) -> tuple[PromptText, ...]:
    """Every prompt of these settings, in their order. Raises ValueError for a name outside the allow-list."""
    found: list[PromptText] = []

    def add(name: str, texts: Texts, place: str) -> None:
        for language, settings in config.languages.items():
            if language in texts:
                prompt = checked(Prompt(language, name))
                found.append(PromptText(prompt, texts[language], settings.voice, f"{place}.{language}"))

    for menu, steps in config.menus.items():
        for number, step in enumerate(steps, 1):
            add(step_name(menu, number, step.step), step.say, f"menus.{menu}[{number}].say")
    for announcement, texts in config.announcements.items():
        add(announcement, texts, f"announcements.{announcement}")
    for name, by_family in _STANDARD_TEXTS.items():
        texts = {
            language: by_family[family]
            for language, settings in config.languages.items()
            if (family := _FAMILIES.get(settings.voice.partition("-")[0])) is not None
        }
        add(name, texts, f"the standard text {name}")
    return tuple(found)
