"""All that callers hear, made from the settings: prompts, waiting music and adverts.

While callers are on the line, the prompts of changed settings are made all or none.
"""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from acd.asterisk.music import advert_class, music_classes, write_adverts, write_music
from acd.config import HotlineConfig
from acd.core.instants import Duration
from ivr import prompts
from ivr.line import Prompt
from ivr.prompt_names import advert_spot_name

OnProgress = Callable[[prompts.Progress], None]


def build_sounds(
    config: HotlineConfig, folder: Path, cache: Path, on_progress: OnProgress = lambda _: None
) -> Mapping[Prompt, Duration]:
    """Put the prompts below `folder/sounds` and the music below `folder/music`; return how long each prompt lasts.

    Raises PromptError and OSError.
    """
    lengths = prompts.build(config, folder / "sounds", cache, on_progress)
    write_music(folder / "music")
    write_adverts(folder / "music", advert_sounds(config, folder / "sounds"))
    return lengths


def advert_sounds(config: HotlineConfig, sounds: Path) -> dict[str, list[Path]]:
    """The sound files of the spots of each advert's music class, in a folder of prompts."""
    classes = music_classes(config)
    return {
        name: [
            prompts.path_in(sounds, Prompt(language, advert_spot_name(advert, number)))
            for number, _ in enumerate(settings.spots, 1)
        ]
        for advert, settings in config.adverts.items()
        for language in config.languages
        if (name := advert_class(advert, language)) in classes
    }


def speak_all(config: HotlineConfig, home: Path, cache: Path, on_progress: OnProgress = lambda _: None) -> None:
    """Have the sound of every prompt in `cache`; no caller hears of it yet. Raises PromptError and OSError."""
    with tempfile.TemporaryDirectory(dir=home, prefix=".prompts-") as beside:
        prompts.build(config, Path(beside), cache, on_progress)


def build_whole(config: HotlineConfig, home: Path, cache: Path) -> Mapping[Prompt, Duration]:
    """Put every prompt and all music where Asterisk finds it, below `home`, and return how long each prompt lasts.

    A text that cannot be spoken is found before the first prompt is replaced. Raises PromptError and OSError.
    """
    speak_all(config, home, cache)
    return build_sounds(config, home, cache)
