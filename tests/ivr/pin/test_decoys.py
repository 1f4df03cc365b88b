"""The interference tone sounds like keys, without a pause, and nobody can foresee it."""

import itertools
from collections import Counter

from ivr.agi_commands import play_tones
from ivr.pin.tones import LENGTH, MOST_TONES, PAIRS, decoys, lasting


def test_every_tone_is_a_digits_pair_as_long_as_detectors_want_and_none_is_silence() -> None:
    for tone in decoys():
        assert (tone.low, tone.high) in PAIRS
        # Asterisk plays whole packets of 20 ms, and no detector must be able to pass a decoy over.
        assert tone.lasting == LENGTH >= 40
        assert tone.lasting % 20 == 0


def test_a_row_fits_into_one_command_and_lasts_longer_than_a_caller_needs_for_a_key() -> None:
    row = decoys(lambda many: many - 1)

    assert len(row) == MOST_TONES
    assert len(play_tones(row).encode()) < 1_900
    assert lasting(decoys(lambda _: 0)) >= 4_000


def test_no_pair_comes_twice_in_a_row() -> None:
    pairs = [(tone.low, tone.high) for _ in range(20) for tone in (*decoys(), None) if tone is not None]
    rows = [pairs[at : at + MOST_TONES] for at in range(0, len(pairs), MOST_TONES)]

    assert all(before != after for row in rows for before, after in itertools.pairwise(row))


def test_every_key_is_drawn_as_often_as_any_other() -> None:
    drawn = Counter((tone.low, tone.high) for _ in range(100) for tone in decoys())

    assert len(drawn) == 10
    assert min(drawn.values()) > 800, "1,000 are expected of each; fewer than 800 come once in ever"
    assert max(drawn.values()) < 1_200


def test_two_rows_are_never_the_same() -> None:
    assert len({decoys() for _ in range(50)}) == 50
