"""Sound as a telephone line carries it: 8 kHz, one channel, 16 bits, at a level that suits the ear.

Plain arithmetic on samples, so that prompts can be made wherever Python runs. A minute of speech takes a second or two,
which is fine for prompts that are made once and kept.
"""

from __future__ import annotations

import math
import wave
from array import array
from collections.abc import Sequence
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
        raise UnusableAudio(f"not a WAV file with plain samples ({error})") from None
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
    whole = array("h", (max(-32_768, min(32_767, round(sample * 32_768))) for sample in samples))
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
        raise UnusableAudio(f"not a WAV file with plain samples ({error})") from None


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
    phases = [_filter(phase / up, rate) for phase in range(up)]
    half = _TAPS // 2
    padded = array("f", bytes(4 * half)) + samples + array("f", bytes(4 * half))
    found = array("f")
    for index in range(len(samples) * up // down):
        position, phase = divmod(index * down, up)
        found.append(sum(map(mul, padded[position : position + _TAPS], phases[phase])))
    return found


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


def speech_loudness(samples: array[float]) -> float:
    """Root mean square of the frames of 20 ms that are not pauses; 0 for silence."""
    energies = [
        sum(map(mul, frame, frame)) / len(frame)
        for start in range(0, len(samples), _FRAME)
        if (frame := samples[start : start + _FRAME])
    ]
    loud = [energy for energy in energies if energy > _PAUSE**2]
    return math.sqrt(sum(loud) / len(loud)) if loud else 0.0


def _bent(sample: float) -> float:
    size = abs(sample)
    if size <= _BEND:
        return sample
    room = _CEILING - _BEND
    return math.copysign(_BEND + room * math.tanh((size - _BEND) / room), sample)
