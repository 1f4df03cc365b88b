"""The waiting music is soft, clean and goes round without a click; an advert is spots with music between them."""

import array
import itertools
import math
import wave
from pathlib import Path

import pytest

from acd.asterisk.credentials import keep_credentials
from acd.asterisk.music import BARS_BETWEEN, music_classes, write_adverts, write_music
from acd.asterisk.obtain import Asterisk
from acd.asterisk.places import Ports
from acd.asterisk.render import render
from acd.config import HotlineConfig, loads
from tests.ivr.prompt_settings import FEW, MANY
from tests.real import start_hotline, write_beep


def samples_of(path: Path) -> "array.array[int]":
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8000)
        return array.array("h", sound.readframes(sound.getnframes()))


def level(samples: "array.array[int]") -> float:
    return 20 * math.log10(math.sqrt(sum(s * s for s in samples) / len(samples)) / 32_767)


def spots(folder: Path, *names: str) -> list[Path]:
    for name in names:
        write_beep(folder / f"{name}.wav")
    return [folder / f"{name}.wav" for name in names]


def test_the_music_is_quieter_than_speech_never_clipped_and_has_no_seam(tmp_path: Path) -> None:
    samples = samples_of(write_music(tmp_path))

    assert -21 < level(samples) < -19
    assert max(map(abs, samples)) < 28_000
    steps = [abs(b - a) for a, b in itertools.pairwise(samples)]
    assert abs(samples[0] - samples[-1]) <= max(steps)
    assert len(samples) == 32 * 8000


def test_music_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "default/soft-chords.wav"
    path.parent.mkdir()
    path.write_bytes(b"the operator's own")
    assert write_music(tmp_path).read_bytes() == b"the operator's own"


def test_who_waits_for_a_pin_to_be_keyed_hears_a_soft_tone_every_three_seconds(tmp_path: Path) -> None:
    write_music(tmp_path)
    samples = samples_of(tmp_path / "asked/soft-tone.wav")

    tone, rest = samples[:2000], samples[2000:]
    assert len(samples) == 3 * 8000
    assert -25 < level(tone) < -19
    assert set(rest) == {0}
    # Softly: no click at either end.
    assert max(abs(b - a) for a, b in itertools.pairwise([0, *tone[:20]])) < 200


def test_an_advert_is_spot_music_spot_music_in_the_order_of_the_files(tmp_path: Path) -> None:
    said = spots(tmp_path, "one", "two")
    write_adverts(tmp_path / "music", {"advert-card-en": said})

    files = sorted((tmp_path / "music/advert-card-en").iterdir())
    assert [file.name for file in files] == ["01-a-spot.wav", "01-b-music.wav", "02-a-spot.wav", "02-b-music.wav"]
    assert [files[0].read_bytes(), files[2].read_bytes()] == [path.read_bytes() for path in said]
    assert files[1].read_bytes() != files[3].read_bytes(), "the music goes on with other chords"
    for file in (files[1], files[3]):
        samples = samples_of(file)
        assert len(samples) == BARS_BETWEEN * 4 * 8000 == 20 * 8000
        assert -22 < level(samples) < -18
        assert level(samples[:80_000]) > -23
        assert level(samples[80_000:]) > -23
        assert max(map(abs, samples)) < 28_000
        assert abs(samples[0]) < 20
        assert abs(samples[-1]) < 20
    assert not list((tmp_path / "music").glob(".*")), "nothing half is left"


def test_a_spot_that_is_no_more_is_not_played_on_and_music_of_the_operators_own_stays(tmp_path: Path) -> None:
    music = tmp_path / "music"
    (music / "advert-card-en").mkdir(parents=True)
    for name, content in (("01-b-music", b"own music"), ("02-b-music", b"other"), ("jingle", b"an own jingle")):
        (music / f"advert-card-en/{name}.wav").write_bytes(content)
    write_adverts(music, {"advert-card-en": spots(tmp_path, "one", "two")})

    (tmp_path / "one.wav").write_bytes(b"said anew")
    write_adverts(music, {"advert-card-en": [tmp_path / "one.wav"]})

    found = {file.name: file.read_bytes() for file in (music / "advert-card-en").iterdir()}
    assert found == {
        "01-a-spot.wav": b"said anew",
        "01-b-music.wav": b"own music",
        "jingle.wav": b"an own jingle",
    }


def test_each_advert_has_a_class_in_each_language() -> None:
    assert music_classes(loads(FEW)) == ("default", "asked")
    assert music_classes(loads(MANY)) == (
        "default",
        "asked",
        "advert-card-zh",
        "advert-card-en",
        "advert-loan-zh",
        "advert-loan-en",
    )


def rendered(config: HotlineConfig, folder: Path) -> str:
    credentials = keep_credentials(folder, [a.phone for a in config.agents.values()], map(str, config.agents))
    return render(config, credentials, Ports())["musiconhold.conf"]


@pytest.mark.real
def test_asterisk_knows_the_adverts_and_plays_their_files_in_turn(private_asterisk: Asterisk, tmp_path: Path) -> None:
    said = spots(tmp_path, "one", "two")
    adverts = music_classes(loads(MANY))[2:]
    write_beep(tmp_path / "music/asked/soft-tone.wav")
    for name in adverts:
        # A beep for music too: what counts here is their order.
        for number in (1, 2):
            write_beep(tmp_path / f"music/{name}/{number:02}-b-music.wav")
    write_adverts(tmp_path / "music", dict.fromkeys(adverts, said))
    hotline = start_hotline(private_asterisk, tmp_path, loads(MANY))
    try:
        listing = hotline.instance.command("moh show files")
        complaints = [line for line in hotline.instance.complaints() if "music" in line.casefold()]
    finally:
        hotline.instance.stop()

    played: dict[str, list[str]] = {}
    name = ""
    for line in listing.splitlines():
        if line.startswith("Class: "):
            name = line.removeprefix("Class: ").strip()
        elif line.strip().startswith("File: "):
            played.setdefault(name, []).append(Path(line.strip().removeprefix("File: ")).name)
    assert complaints == []
    assert set(played) == set(music_classes(loads(MANY)))
    assert played["advert-card-en"] == ["01-a-spot", "01-b-music", "02-a-spot", "02-b-music"]
