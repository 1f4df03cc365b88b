"""The interference tone on a real call: what the eavesdropper's measure reckons with is what callers' lines carry."""

import difflib
from pathlib import Path
from random import Random

import numpy
import pytest

from acd.config.loading import load
from bench.eavesdrop import PLAYED, played
from ivr.agi_commands import play_tones
from ivr.pin.tones import decoys, lasting
from tests.hearing import HearingTelephone
from tests.real import eventually, obtained
from tests.sound_lab import sound_lab
from tests.sounds import RATE, Sound, heard_keys, level, multimon_keys, over_the_wire, text_of

pytestmark = pytest.mark.real

BANK = Path(__file__).parents[2] / "examples" / "bank" / "hotline.yaml"


def begin_of(sound: Sound) -> int:
    """The sample at which something is heard first."""
    return int(numpy.argmax(numpy.abs(sound) > 0.02))


def test_a_tap_on_a_real_call_reads_what_the_measure_reckons_with(tmp_path: Path) -> None:
    random = Random(11)
    rows = [decoys(random.randrange)[:60] for _ in range(2)]
    first, second = (play_tones(row).arguments[0] for row in rows)
    # The second row takes the place of the first before that ends, as in an entry that lasts longer than a row.
    numbers = f"""
exten => 701,1,Answer()
 same => n,Playtones({first})
 same => n,Wait({lasting(rows[0]) / 1_000 - 0.3})
 same => n,Playtones({second})
 same => n,Wait(2)
 same => n,StopPlaytones()
 same => n,Hangup()
"""
    with (
        sound_lab(obtained(), tmp_path, load(BANK), numbers) as lab,
        HearingTelephone(lab.ports.sip, in_band=True) as caller,
    ):
        caller.call("701")
        caller.until_seen("200 INVITE")
        eventually(lambda: level(caller.heard_sound(since=max(0, caller.now() - 0.2))) > -20)
        caller.press_in_band("471905#", level=PLAYED)
        caller.until_seen("BYE")
        heard, said = caller.heard_sound(), caller.said_sound()

    begin = begin_of(heard)
    heard, said = heard[begin:], said[begin:]
    ends = len(heard) - begin_of(heard[::-1])
    heard, said = heard[:ends], said[:ends]
    reckoned = numpy.concatenate([played(rows[0])[: lasting(rows[0]) * 8 - 2_400], played(rows[1])])[:ends]
    reckoned = over_the_wire(reckoned)

    assert level(heard) == pytest.approx(level(reckoned), abs=0.3)
    pauses = [at / RATE for at in range(0, ends - 40, 40) if level(heard[at : at + 40]) < -30]
    assert pauses == [], "a key could sound alone"
    for detector in (multimon_keys, lambda sound: text_of(heard_keys(sound))):
        for really, here in ((heard, reckoned), (heard + said, reckoned + said)):
            alike = difflib.SequenceMatcher(None, detector(really), detector(here), autojunk=False).ratio()
            assert alike > 0.9, "a real call is read otherwise than the measure's mixture"
    # The keys were there to be found: without the tone each of them is read.
    assert multimon_keys(said) == text_of(heard_keys(said)) == "471905#"
