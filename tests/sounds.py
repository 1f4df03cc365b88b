"""What a test knows of sound: samples to and from the wire, keys heard in them, and which known sound that was.

Sounds are numpy arrays of 8,000 samples a second between -1 and 1. Levels are dBFS as in the prompts' own measure: 0 is
a root mean square of 1.
"""

import math
import subprocess
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy
from numpy.typing import NDArray

Sound = NDArray[numpy.float64]

RATE = 8_000
ROWS = (697, 770, 852, 941)
COLUMNS = (1209, 1336, 1477, 1633)
KEYS = ("123A", "456B", "789C", "*0#D")
"""The keys of a telephone by row and column."""


def pair_of(key: str) -> tuple[int, int]:
    """The two frequencies of a key."""
    row = next(row for row, keys in enumerate(KEYS) if key in keys)
    return ROWS[row], COLUMNS[KEYS[row].index(key)]


def tone(low: float, high: float, seconds: float, level: float) -> Sound:
    """Two frequencies together, at `level` dBFS in all."""
    at = numpy.arange(round(seconds * RATE)) / RATE
    both = numpy.sin(2 * math.pi * low * at) + numpy.sin(2 * math.pi * high * at)
    return numpy.asarray(both * 10 ** (level / 20), dtype=numpy.float64)


def silence(seconds: float) -> Sound:
    return numpy.zeros(round(seconds * RATE))


def keys_in_band(keys: str, lasting: float = 0.12, gap: float = 0.15, level: float = -12.0) -> Sound:
    """Keys as a telephone without RFC 4733 sends them: as sound."""
    parts = [part for key in keys for part in (tone(*pair_of(key), lasting, level), silence(gap))]
    return numpy.concatenate(parts) if parts else silence(0)


def level(sound: Sound) -> float:
    """How loud, in dBFS; -inf for nothing."""
    power = float(numpy.mean(sound**2)) if len(sound) else 0.0
    return 10 * math.log10(power) if power > 0 else -math.inf


def read_sound(path: Path) -> Sound:
    """A prompt or a piece of music as it lies on the disk: 8 kHz, one channel, 16 bits."""
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE), path
        return numpy.frombuffer(file.readframes(file.getnframes()), numpy.int16) / 32_768


def write_sound(path: Path, sound: Sound) -> None:
    """For a person who wants to listen."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((numpy.clip(sound, -1, 32_767 / 32_768) * 32_768).astype(numpy.int16).tobytes())


# The wire. PCMA and PCMU as G.711 has them; what a test says goes out as PCMA.


def _alaw(code: int) -> int:
    code ^= 0x55
    mantissa, exponent = code & 0x0F, (code >> 4) & 0x07
    value = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return value if code & 0x80 else -value


def _ulaw(code: int) -> int:
    code = ~code & 0xFF
    value = ((((code & 0x0F) << 3) + 0x84) << ((code >> 4) & 0x07)) - 0x84
    return -value if code & 0x80 else value


_FROM_PCMA = numpy.array([_alaw(code) for code in range(256)]) / 32_768
_FROM_PCMU = numpy.array([_ulaw(code) for code in range(256)]) / 32_768
_BY_VALUE = numpy.argsort(_FROM_PCMA)
_BOUNDS = (_FROM_PCMA[_BY_VALUE][1:] + _FROM_PCMA[_BY_VALUE][:-1]) / 2


def from_wire(kind: int, payload: bytes) -> Sound:
    """The samples of a packet of PCMU (0) or PCMA (8)."""
    table = _FROM_PCMU if kind == 0 else _FROM_PCMA
    return numpy.asarray(table[numpy.frombuffer(payload, numpy.uint8)], dtype=numpy.float64)


def to_wire(sound: Sound) -> bytes:
    """Samples as PCMA."""
    return _BY_VALUE[numpy.searchsorted(_BOUNDS, sound, "right")].astype(numpy.uint8).tobytes()


def over_the_wire(sound: Sound) -> Sound:
    """What is left of a sound that went through PCMA."""
    return from_wire(8, to_wire(sound))


# Keys, by two detectors that know nothing of each other.


@dataclass(frozen=True, slots=True)
class HeardKey:
    """One key, from when until when, in seconds."""

    key: str
    begins: float
    ends: float


_WINDOW, _HOP = 205, 80
"""Samples: the window in which the eight frequencies fall best between each other, and how far it moves on."""


def energies(sound: Sound) -> Sound:
    """For each hop the power at the eight frequencies and, last, all power; Goertzel's sum, for all windows at once."""
    count = max(0, (len(sound) - _WINDOW) // _HOP + 1)
    if count == 0:
        return numpy.zeros((0, 9))
    windows = numpy.lib.stride_tricks.sliding_window_view(sound, _WINDOW)[::_HOP][:count]
    at = numpy.arange(_WINDOW) / RATE
    turns = numpy.exp(-2j * math.pi * numpy.outer(at, ROWS + COLUMNS))
    powers = numpy.abs(windows @ turns) ** 2 * 2 / _WINDOW**2
    return numpy.hstack([powers, numpy.mean(windows**2, axis=1, keepdims=True)])


def heard_keys(sound: Sound, least: float = 0.02, threshold: float = -45.0) -> list[HeardKey]:
    """Keys heard by an own detector: one row and one column hold most of the power, for `least` seconds."""
    found: list[HeardKey] = []
    last, since, until = "", 0, 0
    powers = energies(sound)
    for index in range(len(powers) + 1):
        key = _key_of(powers[index], threshold) if index < len(powers) else ""
        if key == last:
            until = index
            continue
        if last and (until - since) * _HOP / RATE + _WINDOW / RATE / 2 >= least:
            found.append(HeardKey(last, since * _HOP / RATE, (until * _HOP + _WINDOW) / RATE))
        last, since, until = key, index, index
    return found


def _key_of(powers: Sound, threshold: float) -> str:
    rows, columns, whole = powers[:4], powers[4:8], powers[8]
    if whole <= 10 ** (threshold / 10):
        return ""
    row, column = int(numpy.argmax(rows)), int(numpy.argmax(columns))
    low, high = float(rows[row]), float(columns[column])
    # Most of what is heard, no more than 8 dB apart, and 6 dB above the next of its kind.
    if low + high < 0.55 * whole or not 0.16 < low / max(high, 1e-12) < 6.3:
        return ""
    if low < 4 * float(numpy.partition(rows, -2)[-2]) or high < 4 * float(numpy.partition(columns, -2)[-2]):
        return ""
    return KEYS[row][column]


def text_of(keys: Sequence[HeardKey]) -> str:
    return "".join(heard.key for heard in keys)


def multimon_keys(sound: Sound) -> str:
    """Keys heard by multimon-ng, which is somebody else's detector."""
    samples = (numpy.clip(_at_22050(sound), -1, 32_767 / 32_768) * 32_768).astype(numpy.int16)
    done = subprocess.run(
        ["multimon-ng", "-q", "-t", "raw", "-a", "DTMF", "-"],
        input=samples.tobytes(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    lines = done.stdout.decode("ascii", "replace").splitlines()
    return "".join(line.split()[1] for line in lines if line.startswith("DTMF:"))


def _at_22050(sound: Sound) -> Sound:
    """The rate that multimon-ng wants, by way of the spectrum."""
    padded = numpy.concatenate([sound, numpy.zeros(-len(sound) % 160 + 1_600)])
    wanted = len(padded) * 441 // 160
    spectrum = numpy.fft.rfft(padded)
    wider = numpy.zeros(wanted // 2 + 1, dtype=complex)
    wider[: len(spectrum)] = spectrum
    return numpy.asarray(numpy.fft.irfft(wider, wanted) * (wanted / len(padded)), dtype=numpy.float64)


# Which known sound was that?


@dataclass(frozen=True, slots=True)
class Sounding:
    """A known sound, from when until when it was heard, in seconds."""

    name: str
    begins: float
    ends: float


_PIECE = 3_200
"""Samples: sounds are looked for in pieces of 0.4 s, so that one that was broken off is found too."""


def soundings(heard: Sound, known: Mapping[str, Sound], likeness: float = 0.75) -> list[Sounding]:
    """Which known sounds were heard when, in order; of one heard in part, the part.

    Found by correlation with each piece of 0.4 s, so level and codec do not matter. What is shorter than a piece is
    looked for whole. Two sounds that are alike for a piece are both found; a tone that repeats is found where it is
    likest.
    """
    found = [each for name, sound in known.items() for each in _soundings_of(name, heard, sound, likeness)]
    return sorted(found, key=lambda each: (each.begins, each.name))


def _soundings_of(name: str, heard: Sound, sound: Sound, likeness: float) -> list[Sounding]:
    spans: list[Sounding] = []
    for start in range(0, max(1, len(sound) - _PIECE // 2), _PIECE):
        piece = sound[start : start + _PIECE]
        if len(piece) > len(heard) or level(piece) < -50:
            continue
        for at in _places_of(piece, heard, likeness):
            begins, ends = at / RATE, (at + len(piece)) / RATE
            before = next((span for span in spans if abs(span.ends - begins) < 0.45), None)
            if before is not None:
                spans.remove(before)
                begins = before.begins
            spans.append(Sounding(name, begins, ends))
    return spans


def _places_of(piece: Sound, heard: Sound, likeness: float) -> list[int]:
    size = 1 << (len(heard) + len(piece)).bit_length()
    products = numpy.fft.irfft(numpy.fft.rfft(heard, size) * numpy.conj(numpy.fft.rfft(piece, size)), size)
    products = products[: len(heard) - len(piece) + 1]
    sums = numpy.concatenate([[0.0], numpy.cumsum(heard**2)])
    norms = numpy.sqrt(numpy.maximum(sums[len(piece) :] - sums[: -len(piece)], 1e-9) * float(numpy.sum(piece**2)))
    likenesses = products / norms
    places: list[int] = []
    while len(places) < 50:
        at = int(numpy.argmax(likenesses))
        if likenesses[at] < likeness:
            break
        places.append(at)
        likenesses[max(0, at - _PIECE // 2) : at + _PIECE // 2] = -1
    return sorted(places)
