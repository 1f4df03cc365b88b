"""Sound as a telephone line carries it: 8 kHz, one channel, 16 bits, at a level that suits the ear.

Plain arithmetic on samples, so that prompts can be made wherever Python runs. A minute of speech takes a second or two,
which is fine for prompts that are made once and kept.
"""

from __future__ import annotations

import math
import wave
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul
from pathlib import Path

from acd.core.instants import Duration

RATE = 8_000
"""Samples per second on a telephone line."""

SPEECH_LEVEL = 10 ** (-20 / 20)
"""Loudness of a prompt: -20 dB below full scale, as the root mean square of its parts that are not pauses."""

_PAUSE = 10 ** (-45 / 20)
_FRAME = RATE // 50
_HIGHEST_TONE = 3_500
_TAPS = 64
_BEND = 0.5
_CEILING = 0.68
"""Peaks above _BEND (-6 dB) are pressed together so that none passes _CEILING (-3.3 dB)."""

TOO_QUIET = -32.0
"""Decibels below full scale; a prompt of less is not understood on a street."""

_CLIP_RUN = 4
_CLIPS = 3
_CLIP_LEVEL = 0.5
"""A file is clipped whose highest samples come at least _CLIPS times in a row of _CLIP_RUN or more, all alike: a voice
that was cut off, also if it was made quieter afterwards. No voice does that by itself at _CLIP_LEVEL or above."""
_ALIKE = 1.5 / 32_768

_BLOCK = 16_384
_LONGEST_FILE = 50_000_000


class UnusableAudio(Exception):
    """A file that holds no sound we can use; the message says why, without the file's name."""


def read_wav(path: Path) -> tuple[array[float], int]:
    """The samples of a WAV file, between -1 and 1, its channels mixed to one, and its rate. Raises UnusableAudio."""
    if path.stat().st_size > _LONGEST_FILE:
        raise UnusableAudio(f"larger than {_LONGEST_FILE // 1_000_000} MB")
    try:
        with wave.open(str(path), "rb") as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise UnusableAudio(f"not a WAV file with plain samples ({str(error) or 'it ends too soon'})") from None
    if width != 2 or not 4_000 <= rate <= 192_000 or not 1 <= channels <= 8:
        raise UnusableAudio(f"{width * 8} bits at {rate} Hz; allowed are 16 bits at 4000 to 192000 Hz")
    whole = array("h")
    whole.frombytes(frames[: len(frames) - len(frames) % (2 * channels)])
    mixed = array("f", (value / 32_768 for value in whole[::channels]))
    if channels > 1:
        parts = [whole[channel::channels] for channel in range(channels)]
        mixed = array("f", (sum(values) / (32_768 * channels) for values in zip(*parts, strict=True)))
    if not mixed:
        raise UnusableAudio("it holds no samples")
    return mixed, rate


def write_wav(path: Path, samples: Sequence[float]) -> None:
    """Write samples of RATE as a WAV file that Asterisk plays."""
    try:
        whole = array("h", [round(sample * 32_768) for sample in samples])
    except OverflowError:
        whole = array("h", [max(-32_768, min(32_767, round(sample * 32_768))) for sample in samples])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(whole.tobytes())


def is_telephone_wav(path: Path) -> bool:
    """Whether a WAV file can be played as it is. Raises UnusableAudio if it is no WAV file."""
    try:
        with wave.open(str(path), "rb") as file:
            return (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
    except (wave.Error, EOFError) as error:
        raise UnusableAudio(f"not a WAV file with plain samples ({str(error) or 'it ends too soon'})") from None


def length_of(path: Path) -> Duration:
    """How long a telephone WAV file plays, in milliseconds."""
    with wave.open(str(path), "rb") as file:
        return file.getnframes() * 1_000 // file.getframerate()


def to_telephone_rate(samples: array[float], rate: int) -> array[float]:
    """The same sound at RATE, without the tones that a telephone line would fold back into the voice."""
    if rate == RATE:
        return samples
    common = math.gcd(rate, RATE)
    up, down = RATE // common, rate // common
    phases = _filters(rate)
    half = _TAPS // 2
    padded = array("f", bytes(4 * half)) + samples + array("f", bytes(4 * half))
    found = array("f")
    count = len(samples) * up // down
    for first in range(0, count, _BLOCK):
        last = min(first + _BLOCK, count)
        start = first * down // up
        # A list of this block alone: its numbers are objects already, so the sums below need not make them.
        block = padded[start : (last - 1) * down // up + _TAPS].tolist()
        for index in range(first, last):
            position, phase = divmod(index * down, up)
            position -= start
            found.append(sum(map(mul, block[position : position + _TAPS], phases[phase])))
    return found


@lru_cache(maxsize=4)
def _filters(rate: int) -> tuple[tuple[float, ...], ...]:
    """The filter for each place that a sample of RATE can have between two of the file's."""
    up = RATE // math.gcd(rate, RATE)
    return tuple(tuple(_filter(phase / up, rate)) for phase in range(up))


def _filter(offset: float, rate: int) -> list[float]:
    """A low-pass filter around the moment `offset` samples after the middle of its taps."""
    cutoff = min(_HIGHEST_TONE, rate / 2) / rate
    taps = []
    for tap in range(_TAPS):
        distance = tap - _TAPS / 2 - offset
        angle = 2 * math.pi * cutoff * distance
        sinc = 1.0 if distance == 0 else math.sin(angle) / angle
        taps.append(sinc * (0.5 + 0.5 * math.cos(2 * math.pi * distance / (_TAPS + 2))))
    whole = sum(taps)
    return [tap / whole for tap in taps]


def levelled(samples: array[float]) -> array[float]:
    """The same speech at SPEECH_LEVEL, its peaks bent down below -3 dB so that nothing is clipped."""
    loudness = speech_loudness(samples)
    if loudness == 0:
        return samples
    gain = SPEECH_LEVEL / loudness
    return array("f", (_bent(sample * gain) for sample in samples))


def speech_loudness(samples: array[float], rate: int = RATE) -> float:
    """Root mean square of the frames of 20 ms that are not pauses; 0 for silence."""
    length = rate // 50
    energies = [
        sum(map(mul, frame, frame)) / len(frame)
        for start in range(0, len(samples), length)
        if (frame := samples[start : start + length])
    ]
    loud = [energy for energy in energies if energy > _PAUSE**2]
    return math.sqrt(sum(loud) / len(loud)) if loud else 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """What a meter says of a prompt."""

    lasting: Duration
    level: float | None
    """Loudness without the pauses, in decibels below full scale, so never above 0; None for silence."""
    peak: float
    """The highest sample, between 0 and 1."""
    clipped: bool
    """Its loudest moments were cut off."""

    @property
    def too_quiet(self) -> bool:
        """Whether callers would not understand it."""
        return self.level is None or self.level < TOO_QUIET


def measured(samples: array[float], rate: int) -> Measure:
    """Length, loudness and damage of a sound, at whatever rate it is."""
    peak = max(map(abs, samples), default=0.0)
    loudness = speech_loudness(samples, rate)
    level = 20 * math.log10(loudness) if loudness else None
    return Measure(len(samples) * 1_000 // rate, level, peak, _is_clipped(samples, peak))


def _is_clipped(samples: array[float], peak: float) -> bool:
    if peak < _CLIP_LEVEL:
        return False
    runs = length = 0
    for sample in samples:
        if sample >= peak - _ALIKE or -sample >= peak - _ALIKE:
            length += 1
            runs += length == _CLIP_RUN
        else:
            length = 0
    return runs >= _CLIPS


def without_silence_around(samples: array[float], rate: int = RATE) -> array[float]:
    """Speech without what is silent before and after it, but for a breath at each end."""
    length, edge = rate // 50, rate // 25
    loud = [
        start for start in range(0, len(samples), length) if max(map(abs, samples[start : start + length])) > _PAUSE
    ]
    if not loud:
        return samples
    return samples[max(0, loud[0] - edge) : loud[-1] + length + edge]


def silence(lasting: Duration) -> array[float]:
    """So many milliseconds of nothing."""
    return array("f", bytes(4 * (RATE * lasting // 1_000)))


def _bent(sample: float) -> float:
    size = abs(sample)
    if size <= _BEND:
        return sample
    room = _CEILING - _BEND
    return math.copysign(_BEND + room * math.tanh((size - _BEND) / room), sample)
