"""Speaks texts by espeak-ng, into files as a telephone line carries them."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from ivr.prompt_names import PromptText
from ivr.telephone_audio import (
    UnusableAudio,
    levelled,
    read_wav,
    silence,
    to_telephone_rate,
    without_silence_around,
    write_wav,
)

SYNTHESIZER = "espeak-ng"
SYNTHESIS_TIMEOUT = 60
"""Seconds after which a synthesis has failed."""
PAUSE_LASTS = 250
"""Milliseconds of the silence between the groups of a long number."""

BETTER_VOICES = {"cmn": "cmn-latn-pinyin", "zh": "cmn-latn-pinyin"}
"""espeak-ng 1.51 reads most Chinese characters with the voice cmn as English spelling ("wen two"). Its sister voice
reads the same characters as Chinese; the two differ only in how they read Latin letters."""


class PromptError(Exception):
    """A prompt cannot be made; one line for the operator: which, where its text stands, why, and what to do."""


def can_speak() -> bool:
    """Whether there is a synthesizer on this machine."""
    return shutil.which(SYNTHESIZER) is not None


def speak(text: PromptText, target: Path, recordings: str) -> None:
    """Have the sound of a text at `target`, as a whole or not at all.

    `recordings` is the name of the folder with which an operator could do without the voice. Raises PromptError.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        spoken, made = Path(folder) / "spoken.wav", Path(folder) / "made.wav"
        if not text.text:
            write_wav(made, silence(PAUSE_LASTS))
            made.replace(target)
            return
        _synthesize(text, spoken, recordings)
        try:
            samples, rate = read_wav(spoken)
        except UnusableAudio as error:
            raise PromptError(f"{text.place}: {SYNTHESIZER} made nothing to hear of it: {error}") from None
        if text.joined:
            samples = without_silence_around(samples, rate)
        write_wav(made, levelled(to_telephone_rate(samples, rate)))
        made.replace(target)


def _synthesize(text: PromptText, target: Path, recordings: str) -> None:
    program = shutil.which(SYNTHESIZER)
    if program is None:
        raise PromptError(
            f"{SYNTHESIZER} is not installed, so {text.place} cannot be spoken; "
            f"install it (apt-get install {SYNTHESIZER}) or put a recording of it into {recordings}/"
        )
    try:
        result = subprocess.run(  # noqa: S603 - a fixed program; the text goes in as its input, not as an argument
            [program, "-v", BETTER_VOICES.get(text.voice, text.voice), "-w", str(target), "--stdin"],
            input=text.spoken.encode(),
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
