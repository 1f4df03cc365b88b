"""The prompts of changed settings, made while callers are on the line: all of them, or none."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from acd.config import HotlineConfig
from acd.core.instants import Duration
from ivr import prompts
from ivr.line import Prompt


def speak_all(
    config: HotlineConfig, home: Path, cache: Path, on_progress: Callable[[prompts.Progress], None] = lambda _: None
) -> None:
    """Have the sound of every prompt in `cache`; no caller hears of it yet. Raises PromptError and OSError."""
    with tempfile.TemporaryDirectory(dir=home, prefix=".prompts-") as beside:
        prompts.build(config, Path(beside), cache, on_progress)


def build_whole(config: HotlineConfig, home: Path, cache: Path) -> Mapping[Prompt, Duration]:
    """Put every prompt where Asterisk finds it, below `home`, and return how long each lasts.

    A text that cannot be spoken is found before the first prompt is replaced. Raises PromptError and OSError.
    """
    speak_all(config, home, cache)
    return prompts.build(config, home / "sounds", cache)
