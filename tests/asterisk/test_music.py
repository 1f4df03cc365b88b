"""The waiting music is soft, clean and goes round without a click."""

import array
import itertools
import math
import wave
from pathlib import Path

from acd.asterisk.music import write_music


def test_the_music_is_quieter_than_speech_never_clipped_and_has_no_seam(tmp_path: Path) -> None:
    path = write_music(tmp_path)
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8000)
        samples = array.array("h", sound.readframes(sound.getnframes()))
    mean = math.sqrt(sum(s * s for s in samples) / len(samples))
    assert -21 < 20 * math.log10(mean / 32_767) < -19
    assert max(map(abs, samples)) < 28_000
    steps = [abs(b - a) for a, b in itertools.pairwise(samples)]
    assert abs(samples[0] - samples[-1]) <= max(steps)
    assert len(samples) == 32 * 8000


def test_music_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = write_music(tmp_path)
    path.write_bytes(b"the operator's own")
    assert write_music(tmp_path).read_bytes() == b"the operator's own"
