"""What callers wait with: music made by ourselves, soft chords that go round without a seam, and adverts.

About -20 dBFS, so that the music is no louder than speech, and everything in it lies within a telephone's band. An
advert is a music class like any other, its spots with music between them; so it can be left, and broken off for an
agent, like music.
"""

import math
import os
import shutil
import struct
import wave
from array import array
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from acd.config.model import HotlineConfig

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
BARS_BETWEEN = 5
"""Chords of music after each spot of an advert: twenty seconds."""
FADE = RATE // 2
"""Half a second in which the music between two spots comes and goes."""

DEFAULT_CLASS = "default"
"""The music class of everybody who did not ask for an advert."""
ASKED_CLASS = "asked"
"""What an agent hears while his caller is asked for the PIN: a soft tone, so that he knows the caller is not there."""
ASKED_PITCH = 440.0
ASKED_EVERY, ASKED_FOR = 3 * RATE, RATE // 4
"""A quarter of a second of it every three seconds, in samples."""


def advert_class(advert: str, language: str) -> str:
    """The music class of who hears this advert in this language."""
    return f"advert-{advert}-{language}"


def music_classes(config: HotlineConfig) -> tuple[str, ...]:
    """Every music class of a hotline, the default one first; an advert has one in each language it has words in."""
    found = [DEFAULT_CLASS, ASKED_CLASS]
    for name, advert in config.adverts.items():
        spoken = (language for language in config.languages if all(language in spot for spot in advert.spots))
        found += [advert_class(name, language) for language in spoken]
    return tuple(found)


def write_music(folder: Path) -> Path:
    """Make the classes `default` and `asked` below `folder` unless they are there; takes about a second.

    Returns the sound file of the music.
    """
    tone = folder / ASKED_CLASS / "soft-tone.wav"
    if not tone.exists():
        _write(tone, _soft_tone())
    path = folder / DEFAULT_CLASS / "soft-chords.wav"
    if not path.exists():
        _write(path, _levelled(_played()))
    return path


def write_adverts(folder: Path, classes: Mapping[str, Sequence[Path]]) -> None:
    """Make a class below `folder` for each of `classes`, of the sound files of its spots: spot, music, spot, music.

    The files are as a telephone has them. Sounds of spots that are there no more go; classes that are there no more
    stay, for nobody is sent to them. Music that is there is left alone. Raises OSError.
    """
    music: list[int] = []
    for name, spots in classes.items():
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        wanted = set()
        for number, spot in enumerate(spots):
            said, played = target / f"{number + 1:02}-a-spot.wav", target / f"{number + 1:02}-b-music.wav"
            wanted |= {said, played}
            beside = folder / f".{name}.{os.getpid()}"
            shutil.copyfile(spot, beside)
            beside.replace(said)
            if not played.exists():
                music = music or _levelled(_played())
                _write(played, _between(music, number))
        _remove(path for path in target.glob("[0-9][0-9]-[ab]-*.wav") if path not in wanted)


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _between(music: list[int], number: int) -> list[int]:
    """The music after the spot of this number: each time other chords, which come and go softly."""
    first = number * BARS_BETWEEN % len(CHORDS) * BAR
    piece = (music + music)[first : first + BARS_BETWEEN * BAR]
    for n in range(FADE):
        piece[n] = piece[n] * n // FADE
        piece[-1 - n] = piece[-1 - n] * n // FADE
    return piece


def _write(path: Path, samples: Sequence[int]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}")
    with wave.open(str(beside), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    beside.replace(path)


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


def _soft_tone() -> list[int]:
    """One tone that comes and goes softly, at the level of the music while it lasts, and silence until the next."""
    peak = 32_767 * LEVEL * math.sqrt(2)
    swell = (math.sin(math.pi * n / ASKED_FOR) for n in range(ASKED_FOR))
    tone = [round(peak * loudness * math.sin(2 * math.pi * ASKED_PITCH * n / RATE)) for n, loudness in enumerate(swell)]
    return tone + [0] * (ASKED_EVERY - ASKED_FOR)


def _levelled(total: "array[float]") -> list[int]:
    mean = math.sqrt(sum(value * value for value in total) / len(total))
    scale = LEVEL / mean
    # A soft ceiling: a loud moment is rounded off rather than cut.
    return [round(32_767 * math.tanh(value * scale)) for value in total]
