"""`hotline prompts` lists what callers hear, by exit codes a script can trust, and makes it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from acd.app import prompts
from acd.app.prompt_build import advert_sounds, build_sounds
from acd.app.prompt_progress import Progress
from acd.config import load
from ivr.line import Prompt
from ivr.prompt_names import prompts_of
from ivr.prompts import Progress as Told
from ivr.prompts import Source, path_in
from ivr.telephone_audio import RATE, read_wav, speech_loudness, write_wav
from tests.ivr.prompt_settings import FEW, MANY, written


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file all whose prompts are recorded well."""
    monkeypatch.setenv("HOTLINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    return recorded(tmp_path, FEW)


def recorded(folder: Path, text: str, size: float = 0.2) -> Path:
    for each in prompts_of(written(folder, text)):
        record(folder, each.prompt, size)
    return folder / "hotline.yaml"


def record(folder: Path, prompt: Prompt, size: float) -> None:
    file = path_in(folder / "prompts", prompt)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_wav(file, [size * (n * 7919 % 101 - 50) / 50 for n in range(RATE // 10)])


def test_good_prompts_are_listed_with_exit_code_0(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prompts.show(settings, as_json=False) == 0

    said = capsys.readouterr().out
    assert "zh        main-1-greeting    recorded   0.1 s  -18." in said
    assert "欢迎。" in said
    assert said.splitlines()[-1] == "8 prompts: 8 recorded, 0 synthetic, 0 missing"
    assert "\x1b" not in said, "colours are for terminals"


def _lose(settings: Path) -> None:
    (settings.parent / "prompts/en/all_busy.wav").unlink()


def _whisper(settings: Path) -> None:
    record(settings.parent, Prompt("en", "all_busy"), 0.01)


def _shout(settings: Path) -> None:
    record(settings.parent, Prompt("en", "all_busy"), 30)


def _spoil(settings: Path) -> None:
    (settings.parent / "prompts/en/all_busy.wav").write_bytes(b"nothing")


@pytest.mark.parametrize(
    ("harm", "word"), [(_lose, "missing"), (_whisper, "too quiet"), (_shout, "clipped"), (_spoil, "unusable")]
)
def test_one_bad_prompt_is_named_and_makes_the_exit_code_1(
    harm: Callable[[Path], None], word: str, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    harm(settings)

    assert prompts.show(settings, as_json=False) == 1
    said = capsys.readouterr().out
    (line,) = (line for line in said.splitlines() if line.startswith("en        all_busy"))
    assert word in line
    assert f"1 {word}" in said


def test_machines_get_everything_as_json(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _lose(settings)
    record(settings.parent, Prompt("en", "all-busy"), 0.2)

    assert prompts.show(settings, as_json=True) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["unused"] == ["prompts/en/all-busy.wav"]
    one = next(each for each in said["prompts"] if (each["language"], each["name"]) == ("zh", "main-1-greeting"))
    assert one == {
        "language": "zh",
        "name": "main-1-greeting",
        "text": "欢迎。",
        "spoken": "欢迎。",
        "place": "menus.main[1].say.zh",
        "source": "recorded",
        "file": str(settings.parent / "prompts/zh/main-1-greeting.wav"),
        "seconds": 0.1,
        "level_dbfs": pytest.approx(-18.7, abs=0.2),
        "peak": 0.2,
        "too_quiet": False,
        "clipped": False,
        "faults": [],
    }
    (lost,) = (each for each in said["prompts"] if each["faults"])
    assert (lost["name"], lost["file"], lost["seconds"]) == ("all_busy", None, None)


def test_build_says_where_the_prompts_came_from(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prompts.build(settings, None)
    assert capsys.readouterr().out.splitlines() == ["8 prompts: 8 recorded, 0 spoken now, 0 spoken before"]

    out = settings.parent / "out"
    prompts.build(settings, out)
    assert (out / "sounds/en/main-1-greeting.wav").is_file()
    assert (out / "music/default/soft-chords.wav").is_file()


def test_an_advert_becomes_a_music_class_in_each_language_as_loud_as_all_else(settings: Path) -> None:
    loud = recorded(settings.parent, MANY, size=0.9)
    out = settings.parent / "out"
    build_sounds(load(loud), out, settings.parent / "cache")

    spot, _ = read_wav(out / "music/advert-card-en/02-a-spot.wav")
    greeting, _ = read_wav(out / "sounds/en/main-1-greeting.wav")
    assert speech_loudness(spot) == pytest.approx(0.1, rel=0.05)
    assert speech_loudness(greeting) > 0.4, "whoever recorded a prompt meant it so"
    assert sorted(path.name for path in (out / "music/advert-card-zh").iterdir()) == [
        "01-a-spot.wav",
        "01-b-music.wav",
        "02-a-spot.wav",
        "02-b-music.wav",
    ]


def test_an_advert_has_no_class_in_a_language_it_has_no_words_in(tmp_path: Path) -> None:
    config = written(tmp_path, MANY)
    spots = config.adverts["loan"].spots
    silent = config.adverts["loan"].model_copy(update={"spots": (*spots, {"zh": "再说一句。"})})
    config = config.model_copy(update={"adverts": {**config.adverts, "loan": silent}})

    classes = advert_sounds(config, tmp_path)

    assert list(classes) == ["advert-card-zh", "advert-card-en", "advert-loan-zh"]
    assert classes["advert-loan-zh"] == [tmp_path / "zh/advert-loan-1.wav", tmp_path / "zh/advert-loan-2.wav"]


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1_000_000

    def now(self) -> int:
        return self.at


def test_a_long_build_tells_how_far_it_is_every_two_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    clock = HandClock()
    progress = Progress(clock)
    for done in range(1, 6):
        clock.at += 900
        progress(Told(done, 5, Prompt("en", "x"), Source.SPOKEN if done > 1 else Source.CACHED))

    assert capsys.readouterr().out.splitlines() == ["• Speaking the prompts", "  3 of 5", "  4 spoken, 1 there already"]
    assert progress.counts == {Source.RECORDED: 0, Source.CACHED: 1, Source.SPOKEN: 4}


def test_a_build_that_finds_everything_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(HandClock())
    progress(Told(1, 1, Prompt("en", "x"), Source.CACHED))

    assert capsys.readouterr().out == ""
