"""What somebody who listens in on a line reads of a PIN that is keyed as sound, under our interference tone.

Both directions of the line together, as a tap or an extension phone hears them, are given to two detectors of keys:
multimon-ng and our own (`tests.sounds`). What they read holds decoys and, it may be, true keys. A PIN counts as found

* **in a row** if its digits stand next to each other in what was read,
* **among others** if they stand there in their order, whatever is between them: what is left to whoever knows that
  there are decoys, but not which.

Chance is exact: the share of all PINs of the same length that would be found in the same text by the same measure. The
true PIN may be found no more often than that: the goal is the number which a PIN drawn by lot would pass once in 100
runs. With so many decoys nearly every PIN stands among others, so the true one that does says nothing.

The mixing is done here, at the level that Asterisk's Playtones have on a real call and through the wire's codec;
tests/pin_proof/test_tones_on_a_call.py shows that a real call gives the same. How loud the true keys are depends on
where the tap is: so there are several.

Two figures without a goal tell what the tone does not do. Whoever notes *when* a key was read can tell true ones apart:
where a true key sounds, a detector reads that one or none. And an analyst who records the line and looks for pairs that
last longer than a decoy is kept out by no tone.
"""

import math
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import numpy

from bench.figures import Figure
from ivr.line import Tones
from ivr.pin.tones import AT_LEAST, SOUND_ON, decoys
from tests.sounds import (
    COLUMNS,
    RATE,
    ROWS,
    HeardKey,
    Sound,
    energies,
    heard_keys,
    multimon_keys,
    over_the_wire,
    pair_of,
    silence,
    text_of,
    tone,
)

PLAYED = -13.1
"""dBFS of a pair that Asterisk's Playtones play, as tests/test_hearing.py measures it on a real call."""

PACKET = 0.02
"""Seconds: Asterisk changes from one tone to the next only between packets."""

TAPS = (
    (-6.0, "6 dB below the decoys"),
    (0.0, "as loud as the decoys"),
    (3.0, "3 dB above the decoys"),
    (10.0, "10 dB above, as on the caller's own premises"),
)
"""How loud the true keys are at the tap, beside the decoys, in dB."""

Detector = Callable[[Sound], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One PIN as it was keyed: when each key sounds, in seconds since the tones began, and until when those last."""

    pin: str
    keys: tuple[tuple[str, float, float], ...]
    """Key, instant, how long."""
    ends: float


def entry_of(random: Random) -> Entry:
    """A PIN of 4 or 6 digits and # after it, keyed as people do: 80 to 200 ms a key, 150 to 500 ms between two."""
    pin = "".join(random.choice("0123456789") for _ in range(random.choice((4, 6))))
    keys = []
    at = random.uniform(0.8, 2.0)
    for key in pin + "#":
        lasting = random.uniform(0.08, 0.2)
        keys.append((key, at, lasting))
        at += lasting + random.uniform(0.15, 0.5)
    last = keys[-1][1] + keys[-1][2]
    return Entry(pin, tuple(keys), max(last + SOUND_ON / 1_000, AT_LEAST / 1_000))


def played(tones: Tones) -> Sound:
    """A row as Asterisk plays it: each tone rounded up to whole packets."""
    return numpy.concatenate(
        [tone(each.low, each.high, math.ceil(each.lasting / 1_000 / PACKET - 1e-9) * PACKET, PLAYED) for each in tones]
    )


def line_of(entry: Entry, above: float, random: Random) -> Sound:
    """Both directions together at a tap where true keys are `above` dB louder than decoys."""
    rows = [played(decoys(random.randrange))]
    while sum(map(len, rows)) < entry.ends * RATE:
        rows.append(played(decoys(random.randrange)))
    line = numpy.concatenate([*rows])[: round(entry.ends * RATE)]
    keyed = silence(len(line) / RATE)
    for key, at, lasting in entry.keys:
        sound = tone(*pair_of(key), lasting, PLAYED + above)
        begin = round(at * RATE)
        keyed[begin : begin + len(sound)] = sound[: len(keyed) - begin]
    # Each direction has its own wire; a key beyond what a wire can carry is cut off as there.
    return over_the_wire(line) + over_the_wire(numpy.clip(keyed, -1, 1))


def in_a_row(pin: str, text: str) -> bool:
    """Whether the digits stand next to each other."""
    return pin in text


def chance_in_a_row(length: int, text: str) -> float:
    """The share of all PINs of this length that stand so in the text."""
    pieces = {text[at : at + length] for at in range(len(text) - length + 1)}
    return sum(piece.isdigit() for piece in pieces) / 10**length


def among_others(pin: str, text: str) -> bool:
    """Whether the digits stand there in their order."""
    rest = iter(text)
    return all(digit in rest for digit in pin)


def chance_among_others(length: int, text: str) -> float:
    """The share of all PINs of this length that stand so in the text: its different subsequences, counted."""
    counts = [1] + [0] * length
    before: dict[str, list[int]] = {}
    for digit in filter(str.isdigit, text):
        last, before[digit] = before.get(digit), counts.copy()
        for size in range(length, 0, -1):
            counts[size] += before[digit][size - 1] - (last[size - 1] if last else 0)
    return counts[length] / 10**length


def passed_once_in_100(chances: Sequence[float]) -> int:
    """How many of these independent chances come true at most, but for one run in 100."""
    spread = [1.0]
    for chance in chances:
        spread = [
            (spread[at] if at < len(spread) else 0.0) * (1 - chance) + (spread[at - 1] if at else 0.0) * chance
            for at in range(len(spread) + 1)
        ]
    total = 0.0
    for count, share in enumerate(spread):
        total += share
        if total >= 0.99:
            return count
    return len(chances)


def analyst(line: Sound) -> str:
    """Keys read by whoever knows our tone: pairs whose both frequencies last longer than any decoy."""
    powers = energies(line)
    tones = powers[:, :8]
    loud = (tones > 10 ** ((PLAYED - 12) / 10)) & (tones > tones.max(axis=1, keepdims=True) / 20)
    found: list[HeardKey] = []
    for key in "0123456789":
        row, column = ((*ROWS, *COLUMNS).index(frequency) for frequency in pair_of(key))
        both = [*(loud[:, row] & loud[:, column]), False]
        since = 0
        for at, sounds in enumerate(both):
            if not sounds:
                if at - since >= 8:
                    found.append(HeardKey(key, since / 100, at / 100))
                since = at + 1
    kept: list[HeardKey] = []
    for each in sorted(found, key=lambda one: one.begins - one.ends):
        if all(each.begins >= other.ends or each.ends <= other.begins for other in kept):
            kept.append(each)
    return text_of(sorted(kept, key=lambda one: one.begins))


def keys_read(entry: Entry, read: Sequence[HeardKey]) -> list[tuple[bool, float]]:
    """For each digit of the PIN whether it was read while it sounded, and the share of digits that were."""
    found = []
    for key, at, lasting in entry.keys[:-1]:
        then = {each.key for each in read if min(each.ends, at + lasting) - max(each.begins, at) > 0.02}
        found.append((key in then, sum(digit in then for digit in "0123456789") / 10))
    return found


def _in_its_moment(pairs: Sequence[tuple[bool, float]], above: float, where: str) -> Figure:
    chances = [chance for _, chance in pairs]
    return Figure(
        "eavesdrop",
        f"our detector, keys {above:+.0f} dB: a key read in its very moment",
        f"of {len(pairs)}",
        sum(hit for hit, _ in pairs),
        "chance",
        sum(chances),
        note=f"keys {where}",
    )


def measure(entries: int = 200, seed: int = 4) -> list[Figure]:
    """The figures: for each tap and each detector, how many of the PINs were found."""
    detectors: dict[str, Detector] = {"our detector": lambda line: text_of(heard_keys(line))}
    if shutil.which("multimon-ng"):
        detectors = {"multimon-ng": multimon_keys, **detectors}
    figures: list[Figure] = []
    for above, where in TAPS:
        random = Random(seed)
        lines = [(entry, line_of(entry, above, random)) for entry in (entry_of(random) for _ in range(entries))]
        for name, detector in detectors.items():
            read = [(entry.pin, detector(line)) for entry, line in lines]
            digits = sum(len(text) for _, text in read) / entries
            note = f"keys {where}; {digits:.0f} keys read of an entry"
            for how, found, chance in (
                ("among others", among_others, chance_among_others),
                ("in a row", in_a_row, chance_in_a_row),
            ):
                chances = [chance(len(pin), text) for pin, text in read]
                hits = sum(found(pin, text) for pin, text in read)
                figures.append(
                    Figure(
                        "eavesdrop",
                        f"{name}, keys {above:+.0f} dB: PIN found {how}",
                        f"of {entries}",
                        hits,
                        "chance",
                        sum(chances),
                        goal=passed_once_in_100(chances),
                        note=note,
                    )
                )
        figures.append(
            _in_its_moment([pair for entry, line in lines for pair in keys_read(entry, heard_keys(line))], above, where)
        )
        hits = sum(entry.pin in analyst(line) for entry, line in lines)
        what = f"an analyst of the recorded sound, keys {above:+.0f} dB: PIN found"
        figures.append(Figure("eavesdrop", what, f"of {entries}", hits, note=f"keys {where}; no tone keeps him out"))
    return figures
