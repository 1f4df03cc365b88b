"""What a meter and a pair of eyes say of the prompts of some settings: where each comes from, and what is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from acd.config.model import HotlineConfig
from ivr.prompt_names import PromptText, prompts_of
from ivr.prompts import NOTHING_HEARD, RECORDINGS, cached_at, recorded_at
from ivr.telephone_audio import Measure, UnusableAudio, measured, read_wav

RECORDED, SYNTHETIC, MISSING = "recorded", "synthetic", "missing"
"""Where the sound of a prompt comes from; it is missing until it has been spoken."""

SILENT = "silent"

MOST_UNUSED = 200
"""Files among the recordings that are told of although no prompt is called so; a folder can hold anything."""


@dataclass(frozen=True, slots=True)
class PromptReport:
    """One prompt: its text, where its sound comes from, and what a meter says of it."""

    text: PromptText
    source: str
    file: Path
    """The recording, or where the spoken sound is or will be."""
    measure: Measure | None = None
    """None for a sound that is not there or cannot be read."""
    unusable: str = ""
    """Why the recording cannot be played; empty for one that can."""

    @property
    def refused(self) -> str:
        """Why no caller will hear it and the settings are refused with it; empty for one that is taken."""
        if self.source == RECORDED and self.measure is None:
            return self.unusable
        return NOTHING_HEARD if SILENT in self.faults else ""

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with it, in a few words each; empty for a good prompt."""
        if self.source == MISSING:
            return ("missing",)
        if self.measure is None:
            return (f"unusable: {self.unusable}",)
        return tuple(self._heard(self.measure))

    def _heard(self, measure: Measure) -> Iterator[str]:
        # The pause between the groups of a number is meant to be silent.
        if self.text.text and measure.too_quiet:
            yield SILENT if measure.level is None else "too quiet"
        if measure.clipped:
            yield "clipped"


def report(config: HotlineConfig, cache_dir: Path) -> tuple[PromptReport, ...]:
    """Every prompt of these settings, in their order, as it would be played now. Makes nothing. Raises OSError."""
    return tuple(_look(text, config, cache_dir) for text in prompts_of(config))


def recordings(config: HotlineConfig) -> tuple[PromptReport, ...]:
    """Every prompt that has a recording, in their order; nothing is said of the others. Raises OSError."""
    return tuple(
        _measured(text, RECORDED, file)
        for text in prompts_of(config)
        if (file := recorded_at(config, text.prompt)).is_file()
    )


def unused_recordings(config: HotlineConfig) -> tuple[Path, ...]:
    """Files in the folders of recordings that are no prompt's, in order, relative to the settings; MOST_UNUSED at most.

    Such a file is mostly one whose name is misspelt.
    """
    wanted = {recorded_at(config, text.prompt) for text in prompts_of(config)}
    folder = config.path_of(RECORDINGS)
    found = sorted(path for path in folder.glob("*/*") if path.is_file() and path not in wanted)
    return tuple(path.relative_to(folder.parent) for path in found[:MOST_UNUSED])


def _look(text: PromptText, config: HotlineConfig, cache_dir: Path) -> PromptReport:
    file, source = recorded_at(config, text.prompt), RECORDED
    if not file.is_file():
        file = cached_at(cache_dir, text)
        source = SYNTHETIC if file.is_file() else MISSING
    return PromptReport(text, source, file) if source == MISSING else _measured(text, source, file)


def _measured(text: PromptText, source: str, file: Path) -> PromptReport:
    try:
        return PromptReport(text, source, file, measured(*read_wav(file)))
    except UnusableAudio as error:
        return PromptReport(text, source, file, unusable=str(error))
