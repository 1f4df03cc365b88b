"""`hotline ivr draw`: all menus of a hotline as one picture."""

import sys
from pathlib import Path

from acd.app import console
from acd.config import ConfigRefused, load
from acd.config.faults import one_of, quoted
from acd.config.loading import placed
from acd.core.names import LanguageName
from ivr.drawing import draw


def run(config: Path, out: Path | None, language: str | None) -> None:
    """Write the picture to `out`, or print it.

    Raises ConfigRefused, also for a language that the settings do not have, and OSError.
    """
    settings = load(config)
    if language is not None and language not in settings.languages:
        message = f"there is no language {quoted(language)} to draw in; known are {one_of(settings.languages)}"
        raise ConfigRefused(placed(config, [(("languages",), message)]))
    picture = draw(settings, None if language is None else LanguageName(language))
    if out is None:
        sys.stdout.write(picture)
        return
    out.write_text(picture, encoding="utf-8")
    console.say(f"{out}: {len(settings.menus)} menus, version {settings.version}")
