"""Sound comes out at 8 kHz, at a level that suits the ear, and is never clipped."""

import math
import wave
from array import array
from pathlib import Path

import pytest

from ivr.telephone_audio import (
    RATE,
    UnusableAudio,
    is_telephone_wav,
    length_of,
    levelled,
    read_wav,
    speech_loudness,
    to_telephone_rate,
    write_wav,
)


def tone(frequency: float, rate: int, size: float = 0.1, seconds: float = 0.5) -> "array[float]":
    count = round(rate * seconds)
    return array("f", (size * math.sin(2 * math.pi * frequency * n / rate) for n in range(count)))


def decibels(value: float) -> float:
    return 20 * math.log10(value)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_a_tone_of_the_voice_passes_as_it_was(rate: int) -> None:
    there = to_telephone_rate(tone(1_000, rate), rate)

    assert len(there) == pytest.approx(RATE / 2, abs=2)
    middle, expected = there[500:3_000], tone(1_000, RATE)[500:3_000]
    assert max(abs(a - b) for a, b in zip(middle, expected, strict=True)) < 0.002


@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
def test_a_tone_that_a_telephone_line_cannot_carry_does_not_come_back_as_another(rate: int) -> None:
    there = to_telephone_rate(tone(6_000, rate), rate)

    assert max(map(abs, there[200:-200])) < 0.001


@pytest.mark.parametrize("size", [0.003, 0.1, 1.0])
def test_quiet_and_loud_speech_come_to_the_same_level(size: float) -> None:
    spoken = levelled(tone(500, RATE, size))

    if size > 0.005:
        assert decibels(speech_loudness(spoken)) == pytest.approx(-20, abs=0.5)
    else:
        assert spoken == tone(500, RATE, size), "hiss is not turned into noise"


def test_pauses_do_not_make_speech_louder() -> None:
    pause = array("f", bytes(4 * RATE))

    assert speech_loudness(tone(500, RATE) + pause) == pytest.approx(speech_loudness(tone(500, RATE)), rel=0.05)


def test_peaks_are_bent_and_not_clipped() -> None:
    clicks = array("f", (0.9 if n % 400 == 0 else 0.01 for n in range(RATE)))
    made = levelled(clicks)

    assert decibels(max(made)) < -3
    assert levelled(array("f", [0.0] * 400)) == array("f", [0.0] * 400)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "tone.wav"
    write_wav(file, [0.0, 0.5, -0.5, 2.0, -2.0, *[0.0] * 795])

    assert is_telephone_wav(file)
    assert length_of(file) == 100
    samples, rate = read_wav(file)
    assert rate == RATE
    assert list(samples[:5]) == pytest.approx([0, 0.5, -0.5, 1, -1], abs=0.0001)


def test_both_sides_of_a_stereo_recording_are_heard(tmp_path: Path) -> None:
    file = tmp_path / "stereo.wav"
    with wave.open(str(file), "wb") as made:
        made.setnchannels(2)
        made.setsampwidth(2)
        made.setframerate(16_000)
        made.writeframes(array("h", [8_192, 16_384] * 100).tobytes())

    samples, rate = read_wav(file)
    assert (len(samples), rate) == (100, 16_000)
    assert samples[50] == pytest.approx(0.375, abs=0.001)
    assert not is_telephone_wav(file)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"ID3 this is an mp3" * 100])
def test_what_is_no_wav_file_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x.wav"
    file.write_bytes(content)

    with pytest.raises(UnusableAudio, match="not a WAV file"):
        read_wav(file)
    with pytest.raises(UnusableAudio, match="not a WAV file"):
        is_telephone_wav(file)


def test_a_file_of_no_samples_or_odd_ones_is_refused(tmp_path: Path) -> None:
    empty, eight_bits = tmp_path / "empty.wav", tmp_path / "eight.wav"
    write_wav(empty, [])
    with wave.open(str(eight_bits), "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(1)
        made.setframerate(8_000)
        made.writeframes(b"\x80" * 100)

    with pytest.raises(UnusableAudio, match="no samples"):
        read_wav(empty)
    with pytest.raises(UnusableAudio, match="8 bits"):
        read_wav(eight_bits)
