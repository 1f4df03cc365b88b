"""The interference tone: decoy keys that sound on the line while true ones are expected.

Each decoy is a pair of the very frequencies that a telephone's digits have, and the next one follows without a gap:
there is no moment in which a true key could sound alone. Nothing repeats, because a row that did could be subtracted.
The numbers below are what hides a key; how well they do is measured by bench/eavesdrop.py and told in docs/pin.md.
"""

import secrets
from collections.abc import Callable

from acd.core.instants import Duration
from ivr.line import Tone, Tones

PAIRS = (
    (697, 1209),
    (697, 1336),
    (697, 1477),
    (770, 1209),
    (770, 1336),
    (770, 1477),
    (852, 1209),
    (852, 1336),
    (852, 1477),
    (941, 1336),
)
"""The ten digits, in Hz. The other keys are left out: none of them can stand in a PIN, so none would be a decoy."""

LENGTH: Duration = 40
"""Milliseconds that a decoy lasts: two packets of Asterisk's, which changes its tone only between packets, and the
shortest that detectors take for a key. The shorter decoys are, the more of them there are for each true key: what a
detector reads then holds nearly every PIN, so that the true one among them says nothing."""

MOST_TONES = 100
"""Tones of one row: as many as one command to Asterisk holds. It sounds for 4 s."""

SOUND_ON: Duration = 800
"""Milliseconds that the tones sound on after the last key."""

AT_LEAST: Duration = 5_000
"""Milliseconds that they sound for one entry, however quickly it was keyed: else there would be too few decoys to hide
in where keys are much louder than these, as on the caller's own premises."""


def decoys(below: Callable[[int], int] = secrets.randbelow) -> Tones:
    """A row of MOST_TONES decoys; `below(n)` draws a whole number from 0 to n - 1 that nobody can foresee.

    The same pair never comes twice in a row, for the two would sound as one long key.
    """
    found: list[Tone] = []
    last = -1
    for _ in range(MOST_TONES):
        at = below(len(PAIRS) if last < 0 else len(PAIRS) - 1)
        if last >= 0 and at >= last:
            at += 1
        last = at
        found.append(Tone(*PAIRS[at], LENGTH))
    return tuple(found)


def lasting(tones: Tones) -> Duration:
    """How many milliseconds a row sounds."""
    return sum(tone.lasting for tone in tones)
