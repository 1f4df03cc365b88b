"""The meter tells a good prompt from one that is too quiet, silent, or was cut off at its peaks."""

import math
import random
from array import array

import pytest

from ivr.telephone_audio import (
    RATE,
    TOO_QUIET,
    levelled,
    measured,
    silence,
    speech_loudness,
    without_silence_around,
)


def voice(size: float, rate: int = RATE, seconds: float = 1.0) -> "array[float]":
    """Something like a voice: a tone with overtones and a little chance in it, which comes and goes."""
    chance = random.Random(7)
    found = array("f")
    for n in range(round(rate * seconds)):
        angle = 2 * math.pi * 180 * n / rate
        swell = 0.6 + 0.4 * math.sin(2 * math.pi * 3 * n / rate)
        found.append(
            size * swell * (0.6 * math.sin(angle) + 0.3 * math.sin(2.01 * angle) + 0.1 * chance.uniform(-1, 1))
        )
    return found


def cut(samples: "array[float]", at: float) -> "array[float]":
    return array("f", (max(-at, min(at, sample)) for sample in samples))


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
def test_length_level_and_peak_are_told_at_any_rate(rate: int) -> None:
    tone = array("f", (0.1 * math.sin(2 * math.pi * 440 * n / rate) for n in range(rate * 2)))
    found = measured(tone, rate)

    assert found.lasting == 2_000
    assert found.level == pytest.approx(-23.01, abs=0.05)
    assert found.peak == pytest.approx(0.1, abs=0.001)
    assert not found.clipped
    assert not found.too_quiet


@pytest.mark.parametrize(("level", "quiet"), [(TOO_QUIET + 1, False), (TOO_QUIET - 1, True)])
def test_what_is_too_quiet_is_said_to_be(level: float, quiet: bool) -> None:
    tone = array("f", (math.sqrt(2) * 10 ** (level / 20) * math.sin(n) for n in range(RATE)))

    assert measured(tone, RATE).too_quiet is quiet


@pytest.mark.parametrize("samples", [silence(500), array("f")])
def test_silence_has_no_level_and_is_too_quiet(samples: "array[float]") -> None:
    found = measured(samples, RATE)

    assert found.level is None
    assert found.too_quiet
    assert not found.clipped


@pytest.mark.parametrize("rate", [8_000, 48_000])
@pytest.mark.parametrize("afterwards", [1.0, 0.6])
def test_a_voice_that_was_cut_off_is_found_also_if_it_was_made_quieter_afterwards(rate: int, afterwards: float) -> None:
    clipped = cut(voice(2.0, rate), 1.0)

    assert measured(array("f", (afterwards * sample for sample in clipped)), rate).clipped


@pytest.mark.parametrize("rate", [8_000, 48_000])
@pytest.mark.parametrize("size", [0.1, 0.9])
def test_a_voice_that_was_not_cut_off_is_left_in_peace(rate: int, size: float) -> None:
    assert not measured(voice(size, rate), rate).clipped


def test_a_loud_tone_and_a_bent_voice_are_not_taken_for_clipped() -> None:
    tone = array("f", (0.999 * math.sin(2 * math.pi * 300 * n / RATE) for n in range(RATE)))

    assert not measured(tone, RATE).clipped
    assert not measured(levelled(voice(0.9)), RATE).clipped


@pytest.mark.parametrize("rate", [RATE, 22_050])
def test_the_silence_around_a_word_goes_and_a_breath_stays(rate: int) -> None:
    word = voice(0.3, rate, 0.4)
    pause = array("f", bytes(4 * rate // 2 * 2))
    found = without_silence_around(pause + word + pause, rate)

    assert 0.4 <= len(found) / rate <= 0.54
    assert found[0] == found[-1] == 0
    assert speech_loudness(found, rate) == pytest.approx(speech_loudness(word, rate), rel=0.05)


def test_a_pause_inside_stays_and_pure_silence_too() -> None:
    word, pause = voice(0.3, seconds=0.3), silence(300)

    assert len(without_silence_around(word + pause + word)) >= len(word + pause + word) - RATE // 50
    assert without_silence_around(pause) == pause
    assert len(pause) == 300 * RATE // 1_000
