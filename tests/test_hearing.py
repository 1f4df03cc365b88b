"""The tests' own ears hear right: else what they say of callers would mean nothing."""

from collections.abc import Iterator
from pathlib import Path

import numpy
import pytest

from acd.asterisk.obtain import Asterisk
from acd.config.loading import load
from tests.hearing import HearingTelephone
from tests.real import RealHotline, obtained
from tests.sound_lab import sound_lab
from tests.sounds import (
    KEYS,
    Sound,
    from_wire,
    heard_keys,
    keys_in_band,
    level,
    multimon_keys,
    over_the_wire,
    silence,
    soundings,
    text_of,
    to_wire,
    tone,
)

BANK = Path(__file__).parents[1] / "examples" / "bank" / "hotline.yaml"
ALL_KEYS = "".join(KEYS)
NUMBERS = """
exten => 701,1,Answer()
 same => n,Playback(hotline/zh/one)
 same => n,Playtones(697+1209/100,0/100,941+1477/100,0/100,852+1336/200,0/9000)
 same => n,Wait(1)
 same => n,StopPlaytones()
 same => n,Hangup()
exten => 702,1,Answer()
 same => n,Read(TRIED,hotline/zh/one,2,,1,5)
 same => n,Playback(hotline/zh/${IF($["${TRIED}" = "47"]?two:one)})
 same => n,Hangup()
"""


def murmur(seconds: float, seed: int) -> Sound:
    """Something as unlike other sounds as speech is, at the level of speech."""
    drawn = numpy.random.default_rng(seed).normal(size=round(seconds * 8_000))
    smooth = numpy.convolve(drawn, numpy.ones(4) / 4, "same")
    return numpy.asarray(smooth / numpy.sqrt(numpy.mean(smooth**2)) * 0.1, dtype=numpy.float64)


KNOWN = {"one": murmur(1.2, 1), "two": murmur(0.8, 2)}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHotline]:
    asterisk: Asterisk = obtained()
    with sound_lab(asterisk, tmp_path_factory.mktemp("lab"), load(BANK), NUMBERS, KNOWN) as running:
        yield running


def test_what_goes_over_the_wire_is_nearly_what_was_said() -> None:
    said = tone(440, 620, 0.5, -12)
    assert level(over_the_wire(said) - said) < -45
    assert to_wire(silence(0.02)) == b"\xd5" * 160
    # The ends and the middle of both laws, as G.711 has them.
    assert [round(v * 32_768) for v in from_wire(8, b"\x2a\xaa\xd5\x55")] == [-32_256, 32_256, 8, -8]
    assert [round(v * 32_768) for v in from_wire(0, b"\x00\x80\xff\x7f")] == [-32_124, 32_124, 0, 0]


@pytest.mark.parametrize("loudness", [-6.0, -12.0, -30.0])
def test_both_detectors_hear_every_key_and_no_other(loudness: float) -> None:
    line = over_the_wire(keys_in_band(ALL_KEYS, level=loudness))
    assert text_of(heard_keys(line)) == ALL_KEYS
    assert multimon_keys(line) == ALL_KEYS


def test_neither_hears_keys_in_speech_or_in_a_dial_tone() -> None:
    for sound in (murmur(5, 3), tone(450, 450, 1, -15), silence(1)):
        assert heard_keys(sound) == []
        assert multimon_keys(sound) == ""


def test_a_known_sound_is_named_with_its_time_even_if_it_was_broken_off_or_quiet() -> None:
    line = numpy.concatenate([silence(0.5), KNOWN["one"], silence(0.25), KNOWN["two"][:3_200] * 0.2, murmur(1, 4)])
    first, second = soundings(over_the_wire(line), KNOWN)
    assert (first.name, round(first.begins, 2), round(first.ends, 2)) == ("one", 0.5, 1.7)
    assert (second.name, round(second.begins, 2), round(second.ends, 2)) == ("two", 1.95, 2.35)


@pytest.mark.real
def test_a_telephone_keeps_what_asterisk_plays_to_it(lab: RealHotline) -> None:
    with HearingTelephone(lab.ports.sip) as caller:
        caller.call("701")
        caller.until_seen("BYE")
        heard = caller.heard_sound()
    assert [each.name for each in soundings(heard, KNOWN)] == ["one"]
    keys = heard_keys(heard)
    assert text_of(keys) == multimon_keys(heard) == "1#8"
    assert round(keys[1].begins - keys[0].begins, 1) == 0.2
    middle = heard[round(keys[2].begins * 8_000) + 400 : round(keys[2].ends * 8_000) - 400]
    # The level of Asterisk's Playtones, by which docs/pin.md and bench/eavesdrop.py go.
    assert level(middle) == pytest.approx(-13.1, abs=0.3)


@pytest.mark.real
def test_keys_on_the_wire_are_no_sound(lab: RealHotline) -> None:
    with HearingTelephone(lab.ports.sip) as caller:
        caller.call("702")
        caller.until_seen("200 INVITE")
        caller.press("47")
        caller.until_seen("BYE")
        assert soundings(caller.heard_sound(), KNOWN)[-1].name == "two"
        assert text_of(heard_keys(caller.line_sound())) == ""
