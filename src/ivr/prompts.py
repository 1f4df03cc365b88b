"""Makes the prompts: from recordings where there are some, else from text by espeak-ng.

Prompts are files before the first caller comes; nothing is spoken on the fly. Each is made once: its sound is kept in
a cache under a hash of text, voice and recipe, so a change of one text costs one synthesis. A recording
`prompts/<language>/<name>.wav` beside the settings file replaces the spoken text, whatever that is.
"""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from acd.config.model import HotlineConfig
from acd.core.instants import Duration
from ivr.line import Prompt
from ivr.prompt_names import PromptText, checked, prompts_of
from ivr.telephone_audio import (
    UnusableAudio,
    is_telephone_wav,
    length_of,
    levelled,
    read_wav,
    to_telephone_rate,
    write_wav,
)

RECIPE = 1
"""Counts up when the same text comes to sound otherwise, so that cached prompts are made anew."""

RECORDINGS = "prompts"
"""The folder beside the settings file that holds recordings, one folder in it for each language."""

SYNTHESIZER = "espeak-ng"
SYNTHESIS_TIMEOUT = 60
"""Seconds after which a synthesis has failed."""

_BETTER_VOICES = {"cmn": "cmn-latn-pinyin", "zh": "cmn-latn-pinyin"}
"""espeak-ng 1.51 reads most Chinese characters with the voice cmn as English spelling ("wen two"). Its sister voice
reads the same characters as Chinese; the two differ only in how they read Latin letters."""


class PromptError(Exception):
    """A prompt cannot be made; one line for the operator: which, where its text stands, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the build is: `done` of `total` prompts are there, the last of them `prompt`, come from `source`.

    `source` is `recorded`, `cached` or `spoken`.
    """

    done: int
    total: int
    prompt: Prompt
    source: str


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
    for done, text in enumerate(wanted, 1):
        target = path_in(target_dir, text.prompt)
        target.parent.mkdir(parents=True, exist_ok=True)
        recording = path_in(config.path_of(RECORDINGS), text.prompt)
        if recording.is_file():
            source = "recorded"
            _take_recording(recording, target)
        else:
            cached = cache_dir / f"{content_hash(text.text, text.voice)}.wav"
            source = "cached" if cached.is_file() else "spoken"
            if source == "spoken":
                _speak(text, cached)
            _install(cached, target)
        lengths[text.prompt] = length_of(target)
        on_progress(Progress(done, len(wanted), text.prompt, source))
    return lengths


def path_in(folder: Path, prompt: Prompt) -> Path:
    """Where the file of a prompt is in a folder of prompts. Raises ValueError for a name outside the allow-list."""
    return folder / checked(prompt).language / f"{prompt.name}.wav"


def content_hash(text: str, voice: str) -> str:
    """What a cached prompt is called: equal for what sounds equal."""
    parts = "\0".join((str(RECIPE), _BETTER_VOICES.get(voice, voice), text))
    return hashlib.sha256(parts.encode()).hexdigest()


def _take_recording(recording: Path, target: Path) -> None:
    try:
        if is_telephone_wav(recording):
            _install(recording, target)
            return
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            made = Path(folder) / "made.wav"
            # The level is left alone: whoever recorded it meant it so.
            write_wav(made, to_telephone_rate(*read_wav(recording)))
            made.replace(target)
    except UnusableAudio as error:
        raise PromptError(f"{recording}: cannot be used as a prompt: {error}") from None


def _install(source: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        # In two steps, so that Asterisk never plays half a file.
        copy = Path(folder) / "copy.wav"
        shutil.copyfile(source, copy)
        copy.replace(target)


def _speak(text: PromptText, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        spoken, made = Path(folder) / "spoken.wav", Path(folder) / "made.wav"
        _synthesize(text, spoken)
        try:
            write_wav(made, levelled(to_telephone_rate(*read_wav(spoken))))
        except UnusableAudio as error:
            raise PromptError(f"{text.place}: {SYNTHESIZER} made nothing to hear of it: {error}") from None
        made.replace(target)


def _synthesize(text: PromptText, target: Path) -> None:
    program = shutil.which(SYNTHESIZER)
    if program is None:
        raise PromptError(
            f"{SYNTHESIZER} is not installed, so {text.place} cannot be spoken; "
            f"install it (apt-get install {SYNTHESIZER}) or put a recording of it into {RECORDINGS}/"
        )
    try:
        result = subprocess.run(  # noqa: S603 - a fixed program; the text goes in as its input, not as an argument
            [program, "-v", _BETTER_VOICES.get(text.voice, text.voice), "-w", str(target), "--stdin"],
            input=text.text.encode(),
            capture_output=True,
            timeout=SYNTHESIS_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PromptError(f"{text.place}: {SYNTHESIZER} took more than {SYNTHESIS_TIMEOUT} s") from None
    if result.returncode != 0 or not target.is_file():
        said = " ".join(result.stderr.decode(errors="replace").split())[:200]
        raise PromptError(
            f"{text.place}: {SYNTHESIZER} failed with the voice {text.voice}: {said or 'no reason given'}"
        )
