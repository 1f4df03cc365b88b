"""Prompts are made by the real synthesizer, once, and a recording beats them."""

import math
import os
import shutil
import subprocess
import wave
from pathlib import Path

import pytest

from acd.config import HotlineConfig, load
from ivr import prompts
from ivr.line import Prompt
from ivr.prompts import Progress, PromptError, build, content_hash
from ivr.telephone_audio import RATE, length_of, read_wav, speech_loudness, write_wav
from tests.ivr.fake_line import MENUS

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed"),
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def config(tmp_path: Path) -> HotlineConfig:
    return written(tmp_path, MENUS)


def written(folder: Path, text: str) -> HotlineConfig:
    file = folder / "hotline.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def test_every_prompt_can_be_played_to_a_telephone(config: HotlineConfig, cache: Path, tmp_path: Path) -> None:
    lengths = build(config, tmp_path / "sounds", cache)

    assert len(lengths) == 14
    for prompt, length in lengths.items():
        file = tmp_path / "sounds" / prompt.language / f"{prompt.name}.wav"
        samples, rate = read_wav(file)
        assert rate == RATE
        assert 300 < length < 15_000
        assert length == length_of(file)
        assert 20 * math.log10(speech_loudness(samples)) == pytest.approx(-20, abs=2)
        assert 20 * math.log10(max(map(abs, samples))) < -3


def test_chinese_and_english_do_not_sound_alike(config: HotlineConfig, cache: Path, tmp_path: Path) -> None:
    build(config, tmp_path / "sounds", cache)
    chinese, _ = read_wav(tmp_path / "sounds/zh/main-1-greeting.wav")
    english, _ = read_wav(tmp_path / "sounds/en/main-1-greeting.wav")

    assert speech_loudness(chinese) > 0.05
    assert chinese != english


def test_chinese_characters_are_read_as_chinese_and_not_spelled_in_english() -> None:
    voice = prompts._BETTER_VOICES["cmn"]
    told = subprocess.run(
        ["espeak-ng", "-v", voice, "-q", "-x", "中文服务请按一，欢迎致电示例银行。"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert "(en)" not in told.stdout


def test_the_progress_is_told_prompt_by_prompt(config: HotlineConfig, cache: Path, tmp_path: Path) -> None:
    told: list[Progress] = []
    lengths = build(config, tmp_path / "sounds", cache, told.append)

    assert [(step.done, step.total) for step in told] == [(n, 14) for n in range(1, 15)]
    assert [step.prompt for step in told] == list(lengths)


def test_what_is_in_the_cache_needs_no_synthesizer(
    config: HotlineConfig, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(config, tmp_path / "first", cache)
    monkeypatch.setenv("PATH", str(tmp_path))
    told: list[Progress] = []
    build(config, tmp_path / "second", cache, told.append)

    assert {step.source for step in told} == {"cached"}
    first = sorted(file.relative_to(tmp_path / "first") for file in (tmp_path / "first").rglob("*.wav"))
    assert first == sorted(file.relative_to(tmp_path / "second") for file in (tmp_path / "second").rglob("*.wav"))


def test_one_changed_text_is_one_synthesis(config: HotlineConfig, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    build(config, tmp_path / "sounds", cache)
    told: list[Progress] = []
    build(written(tmp_path, MENUS.replace("Welcome.", "Good day.")), tmp_path / "sounds", cache, told.append)

    assert [step.prompt for step in told if step.source == "spoken"] == [Prompt("en", "main-1-greeting")]


def test_what_sounds_different_is_kept_apart() -> None:
    assert len({content_hash("a", "en-us"), content_hash("b", "en-us"), content_hash("a", "cmn")}) == 3


def test_a_recording_wins_and_its_loss_brings_the_voice_back(
    config: HotlineConfig, cache: Path, tmp_path: Path
) -> None:
    recording = tmp_path / "prompts/en/main-1-greeting.wav"
    recording.parent.mkdir(parents=True)
    write_wav(recording, [0.25] * RATE)
    played = tmp_path / "sounds/en/main-1-greeting.wav"

    lengths = build(config, tmp_path / "sounds", cache)
    assert lengths[Prompt("en", "main-1-greeting")] == 1_000
    assert played.read_bytes() == recording.read_bytes()

    recording.unlink()
    lengths = build(config, tmp_path / "sounds", cache)
    assert lengths[Prompt("en", "main-1-greeting")] != 1_000


def test_a_studio_recording_is_brought_to_the_telephones_rate(
    config: HotlineConfig, cache: Path, tmp_path: Path
) -> None:
    recording = tmp_path / "prompts/zh/all_busy.wav"
    recording.parent.mkdir(parents=True)
    with wave.open(str(recording), "wb") as studio:
        studio.setnchannels(2)
        studio.setsampwidth(2)
        studio.setframerate(48_000)
        studio.writeframes(bytes(4 * 48_000))

    assert build(config, tmp_path / "sounds", cache)[Prompt("zh", "all_busy")] == 1_000


def test_a_recording_that_is_none_is_named(config: HotlineConfig, cache: Path, tmp_path: Path) -> None:
    recording = tmp_path / "prompts/en/main-1-greeting.wav"
    recording.parent.mkdir(parents=True)
    recording.write_bytes(b"ID3")

    with pytest.raises(PromptError, match=r"prompts/en/main-1-greeting\.wav: cannot be used as a prompt: not a WAV"):
        build(config, tmp_path / "sounds", cache)


def test_without_a_synthesizer_one_line_says_what_to_install(
    config: HotlineConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(PromptError) as caught:
        build(config, tmp_path / "sounds", tmp_path / "cache")
    assert "apt-get install espeak-ng" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_voice_that_does_not_exist_is_named_with_the_texts_place(tmp_path: Path) -> None:
    config = written(tmp_path, MENUS.replace("voice: en-us", "voice: xx-nowhere"))

    with pytest.raises(PromptError, match=r"^menus\.main\[1\]\.say\.en: espeak-ng failed with the voice xx-nowhere"):
        build(config, tmp_path / "sounds", tmp_path / "cache")


def test_a_synthesizer_that_makes_no_sound_is_named_with_the_texts_place(
    config: HotlineConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bin/espeak-ng"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\nprintf "" > "$4"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(PromptError, match=r"^menus\.main\[1\]\.say\.zh: espeak-ng made nothing to hear of it"):
        build(config, tmp_path / "sounds", tmp_path / "cache")
    assert not (tmp_path / "sounds/zh/main-1-greeting.wav").exists()
    assert list((tmp_path / "cache").iterdir()) == []
