"""The waiting music, made by ourselves: soft chords that go round without a seam.

About -20 dBFS, so that it is quieter than speech, and everything in it lies within a telephone's band.
"""

import math
import os
import struct
import wave
from array import array
from pathlib import Path

RATE = 8_000
"""Samples per second, as telephones have them."""
BAR = 4 * RATE
"""Four seconds for each chord."""
CHORDS = (
    (261.63, 329.63, 392.00, 493.88),
    (220.00, 329.63, 392.00, 523.25),
    (349.23, 440.00, 523.25, 659.26),
    (293.66, 349.23, 440.00, 587.33),
    (329.63, 392.00, 493.88, 587.33),
    (349.23, 440.00, 523.25, 659.26),
    (293.66, 440.00, 523.25, 698.46),
    (392.00, 493.88, 587.33, 783.99),
)
"""C major seventh, A minor, F, D minor, E minor, F, D minor, G: thirty-two seconds."""
LEVEL = 10 ** (-20 / 20)
"""The mean level, as a share of the largest there is."""


def write_music(folder: Path) -> Path:
    """Make the class `default` below `folder` unless it is there, and return its sound file; takes about a second."""
    path = folder / "default" / "soft-chords.wav"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}")
    with wave.open(str(beside), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        samples = _levelled(_played())
        sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    beside.replace(path)
    return path


def _played() -> "array[float]":
    total = array("d", bytes(8 * BAR * len(CHORDS)))
    for bar, chord in enumerate(CHORDS):
        for voice, pitch in enumerate(chord):
            # The notes of a chord are struck one after the other, a fifth of a second apart, each over its own tail.
            _strike(total, bar * BAR + voice * RATE // 5, pitch)
    return total


def _strike(total: "array[float]", start: int, pitch: float) -> None:
    """Add one note; what rings beyond the end is added at the beginning, so that the loop has no seam."""
    length = int(1.4 * BAR)
    step = 2 * math.pi * pitch / RATE
    rise = RATE // 12
    fade = length - RATE // 2
    size = len(total)
    sine, exp = math.sin, math.exp
    for n in range(length):
        loudness = exp(-n / (1.1 * RATE))
        if n < rise:
            loudness *= 0.5 - 0.5 * math.cos(math.pi * n / rise)
        elif n > fade:
            loudness *= (length - n) / (length - fade)
        angle = step * n
        total[(start + n) % size] += loudness * (sine(angle) + 0.25 * sine(2 * angle))


def _levelled(total: "array[float]") -> list[int]:
    mean = math.sqrt(sum(value * value for value in total) / len(total))
    scale = LEVEL / mean
    # A soft ceiling: a loud moment is rounded off rather than cut.
    return [round(32_767 * math.tanh(value * scale)) for value in total]
