"""Makes the prompts: from recordings where there are some, else from text by espeak-ng.

Prompts are files before the first caller comes; nothing is spoken on the fly. Each is made once: its sound is kept in
a cache under a hash of text, voice and recipe, so a change of one text costs one synthesis. A recording
`prompts/<language>/<name>.wav` beside the settings file replaces the spoken text, whatever that is; one in which there
is nothing to hear is refused, because callers would not know what they are asked.
"""

from __future__ import annotations

import hashlib
import math
import os
import shutil
import tempfile
from array import array
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from acd.config.model import HotlineConfig
from acd.core.instants import Duration
from ivr.line import Prompt
from ivr.prompt_names import PromptText, checked, prompts_of
from ivr.synthesis import BETTER_VOICES, PromptError, speak
from ivr.telephone_audio import (
    SPEECH_LEVEL,
    UnusableAudio,
    is_telephone_wav,
    length_of,
    levelled,
    read_wav,
    speech_loudness,
    to_telephone_rate,
    write_wav,
)

__all__ = ["Progress", "PromptError", "Source", "build", "cached_at", "content_hash", "path_in", "recorded_at"]

RECIPE = 1
"""Counts up when the same text comes to sound otherwise, so that cached prompts are made anew."""

RECORDINGS = "prompts"
"""The folder beside the settings file that holds recordings, one folder in it for each language."""

VOICES_AT_ONCE = 4
"""Texts that are spoken at the same time, at most; a hotline that says numbers has some hundred short ones."""

NOTHING_HEARD = "nothing can be heard in it"

_EVEN_ENOUGH = 1.5
"""Decibels by which a recording that is to be even with all others may differ."""


class Source(StrEnum):
    """Where the sound of a prompt came from."""

    RECORDED = "recorded"
    CACHED = "cached"
    SPOKEN = "spoken"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the build is: `done` of `total` prompts are there, the last of them `prompt`, come from `source`."""

    done: int
    total: int
    prompt: Prompt
    source: Source


def build(
    config: HotlineConfig,
    target_dir: Path,
    cache_dir: Path,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Mapping[Prompt, Duration]:
    """Put every prompt of these settings at `target_dir/<language>/<name>.wav`; return how long each lasts.

    `target_dir` is `sounds/hotline` in Asterisk's data folder. Files of prompts that are no longer needed stay.
    Raises PromptError, and OSError if a folder cannot be written.
    """
    cache_dir.mkdir(parents=True, exist_ok=True)
    wanted = prompts_of(config)
    lengths: dict[Prompt, Duration] = {}
    with ThreadPoolExecutor(min(VOICES_AT_ONCE, os.cpu_count() or 1)) as voices:
        try:
            spoken = _begin(wanted, config, cache_dir, voices)
            for done, text in enumerate(wanted, 1):
                target = path_in(target_dir, text.prompt)
                source = _put(text, config, target, cache_dir, spoken)
                lengths[text.prompt] = length_of(target)
                on_progress(Progress(done, len(wanted), text.prompt, source))
        except BaseException:
            voices.shutdown(cancel_futures=True)
            raise
    return lengths


def path_in(folder: Path, prompt: Prompt) -> Path:
    """Where the file of a prompt is in a folder of prompts. Raises ValueError for a name outside the allow-list."""
    return folder / checked(prompt).language / f"{prompt.name}.wav"


def recorded_at(config: HotlineConfig, prompt: Prompt) -> Path:
    """Where a recording of this prompt is looked for."""
    return path_in(config.path_of(RECORDINGS), prompt)


def cached_at(cache_dir: Path, text: PromptText) -> Path:
    """Where the spoken sound of a text is kept."""
    return cache_dir / f"{content_hash(text.spoken, text.voice, joined=text.joined)}.wav"


def content_hash(text: str, voice: str, *, joined: bool = False) -> str:
    """What a cached prompt is called: equal for what sounds equal."""
    parts = (str(RECIPE), BETTER_VOICES.get(voice, voice), text, *(("joined",) if joined else ()))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _begin(
    wanted: Sequence[PromptText], config: HotlineConfig, cache_dir: Path, voices: ThreadPoolExecutor
) -> dict[Path, Future[None]]:
    """Have all that is neither recorded nor in the cache spoken, each sound once, by where it will be."""
    begun: dict[Path, Future[None]] = {}
    for text in wanted:
        cached = cached_at(cache_dir, text)
        if cached not in begun and not recorded_at(config, text.prompt).is_file() and not cached.is_file():
            begun[cached] = voices.submit(speak, text, cached, RECORDINGS)
    return begun


def _put(
    text: PromptText, config: HotlineConfig, target: Path, cache_dir: Path, spoken: dict[Path, Future[None]]
) -> Source:
    target.parent.mkdir(parents=True, exist_ok=True)
    recording = recorded_at(config, text.prompt)
    if recording.is_file():
        _take_recording(recording, target, text)
        return Source.RECORDED
    cached = cached_at(cache_dir, text)
    source = Source.CACHED
    if (voice := spoken.pop(cached, None)) is not None:
        voice.result()
        source = Source.SPOKEN
    _install(cached, target)
    return source


def _take_recording(recording: Path, target: Path, text: PromptText) -> None:
    try:
        recorded, rate = read_wav(recording)
        loudness = _loudness(recorded, rate, text)
        if not text.even and is_telephone_wav(recording):
            _install(recording, target)
            return
        samples = to_telephone_rate(recorded, rate)
        # The level is left alone, since whoever recorded it meant it so; but no advert is louder than all else.
        if text.even and abs(20 * math.log10(loudness / SPEECH_LEVEL)) > _EVEN_ENOUGH:
            samples = levelled(samples)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            made = Path(folder) / "made.wav"
            write_wav(made, samples)
            made.replace(target)
    except UnusableAudio as error:
        raise PromptError(f"{recording}: {unusable(error)}") from None


def unusable(why: object) -> str:
    """Why a recording is refused, in words that go after its name."""
    return f"cannot be used as a prompt: {why}"


def _loudness(recorded: array[float], rate: int, text: PromptText) -> float:
    loudness = speech_loudness(recorded, rate)
    # The pause between the groups of a number is meant to be silent.
    if text.text and not loudness:
        raise UnusableAudio(NOTHING_HEARD)
    return loudness


def _install(source: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        # In two steps, so that Asterisk never plays half a file.
        copy = Path(folder) / "copy.wav"
        shutil.copyfile(source, copy)
        copy.replace(target)
