"""The choice of a language: asked in all languages, answered by a key.

A caller who presses nothing or nonsense keeps the language he has, at first none: then the default one is taken at
the end, and until then he goes on hearing every language.
"""

from acd.config.menus import LanguageChoice
from acd.config.targets import NEXT, Target
from ivr.visit import GLOBAL_KEYS, Visit


async def choose_language(visit: Visit, name: str, step: LanguageChoice) -> Target:
    """Ask with the prompt called `name`; what is chosen is the visit's language from here on."""
    key = await visit.ask(
        name, keys=step.keys, wait_for=step.wait_for, attempts=step.attempts, barge_in=step.barge_in, in_all=True
    )
    if key is None:
        return visit.unanswered(NEXT)
    if key not in step.keys:
        return GLOBAL_KEYS[key]
    visit.language = step.keys[key]
    return NEXT
