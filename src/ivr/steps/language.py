"""The choice of a language: asked in all languages, answered by a key.

A caller who presses nothing or nonsense keeps the language he has, at first none: then the default one is taken at
the end, and until then he goes on hearing every language.
"""

from acd.config.menus import LanguageChoice
from ivr.visit import Visit


async def choose_language(visit: Visit, name: str, step: LanguageChoice) -> None:
    """Ask with the prompt called `name`; what is chosen is the visit's language from here on."""
    chosen = await visit.ask(name, step.say, step.keys, step.wait_for, step.attempts)
    if chosen is not None:
        visit.language = chosen
