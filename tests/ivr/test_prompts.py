"""Prompts are made by the real synthesizer, once, and a recording beats them."""

import math
import os
import shutil
import subprocess
import wave
from pathlib import Path

import pytest

from acd.config import HotlineConfig
from ivr.line import Prompt
from ivr.prompt_names import prompts_of
from ivr.prompts import Progress, PromptError, build, cached_at, content_hash, path_in
from ivr.spoken.words import TEXTS
from ivr.standard_texts import STANDARD_TEXTS
from ivr.synthesis import BETTER_VOICES, speak
from ivr.telephone_audio import RATE, length_of, read_wav, speech_loudness, write_wav
from tests.ivr.prompt_settings import FEW, written

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed"),
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def config(tmp_path: Path) -> HotlineConfig:
    return written(tmp_path, FEW)


def test_every_prompt_can_be_played_to_a_telephone(config: HotlineConfig, cache: Path, tmp_path: Path) -> None:
    lengths = build(config, tmp_path / "sounds", cache)

    assert len(lengths) == 8
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
    every_text = [text.by_family["zh"] for text in STANDARD_TEXTS.values()]
    told = subprocess.run(
        ["espeak-ng", "-v", BETTER_VOICES["cmn"], "-q", "-x", "--stdin"],
        input="\n".join(["中文服务请按一，欢迎致电示例银行。", *every_text, *TEXTS["zh"].values()]),
        capture_output=True,
        check=True,
        text=True,
    )
    assert len(told.stdout) > 2_000
    assert "(en)" not in told.stdout


def test_the_progress_is_told_prompt_by_prompt(config: HotlineConfig, cache: Path, tmp_path: Path) -> None:
    told: list[Progress] = []
    lengths = build(config, tmp_path / "sounds", cache, told.append)

    assert [(step.done, step.total) for step in told] == [(n, 8) for n in range(1, 9)]
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
    build(written(tmp_path, FEW.replace("Welcome.", "Good day.")), tmp_path / "sounds", cache, told.append)

    assert [step.prompt for step in told if step.source == "spoken"] == [Prompt("en", "main-1-greeting")]


def test_what_sounds_different_is_kept_apart() -> None:
    hashes = {content_hash("a", "en-us"), content_hash("b", "en-us"), content_hash("a", "cmn")}
    assert len(hashes | {content_hash("a", "en-us", joined=True)}) == 4


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
        studio.writeframes(b"\x00\x10\x00\x10\x00\xf0\x00\xf0" * 24_000)

    assert build(config, tmp_path / "sounds", cache)[Prompt("zh", "all_busy")] == 1_000


def test_a_recording_that_is_none_is_named(config: HotlineConfig, cache: Path, tmp_path: Path) -> None:
    recording = tmp_path / "prompts/en/main-1-greeting.wav"
    recording.parent.mkdir(parents=True)
    recording.write_bytes(b"ID3")

    with pytest.raises(PromptError, match=r"prompts/en/main-1-greeting\.wav: cannot be used as a prompt: not a WAV"):
        build(config, tmp_path / "sounds", cache)


@pytest.mark.parametrize(
    ("samples", "why"),
    [
        ([], "it holds no samples"),
        ([0.0] * RATE, "nothing can be heard in it"),
        ([0.001] * RATE, "nothing can be heard"),
    ],
    ids=["empty", "silent", "a hiss"],
)
@pytest.mark.parametrize("name", ["main-1-greeting", "advert-card-1"])
def test_a_recording_in_which_nothing_can_be_heard_is_refused_and_the_old_prompt_stays(
    name: str, samples: list[float], why: str, cache: Path, tmp_path: Path
) -> None:
    config = written(tmp_path, FEW + "adverts: {card: {spots: [{zh: 新卡。, en: A card.}]}}\n")
    recording = tmp_path / f"prompts/en/{name}.wav"
    recording.parent.mkdir(parents=True)
    write_wav(recording, samples)
    played = tmp_path / f"sounds/en/{name}.wav"
    played.parent.mkdir(parents=True)
    write_wav(played, [0.25] * RATE)

    with pytest.raises(PromptError, match=rf"prompts/en/{name}\.wav: cannot be used as a prompt: {why}"):
        build(config, tmp_path / "sounds", cache)
    assert length_of(played) == 1_000


def test_the_pause_in_a_number_may_be_recorded_silent(cache: Path, tmp_path: Path) -> None:
    config = written(tmp_path, FEW + 'callbacks: {numbers: ["1"]}\ntrunks: {carrier: {match: ["127.0.0.1"]}}\n')
    for text in prompts_of(config):
        recording = path_in(tmp_path / "prompts", text.prompt)
        recording.parent.mkdir(parents=True, exist_ok=True)
        write_wav(recording, [0.0 if text.prompt.name == "pause" else 0.1] * 800)

    assert build(config, tmp_path / "sounds", cache)[Prompt("en", "pause")] == 100


def test_without_a_synthesizer_one_line_says_what_to_install(
    config: HotlineConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(PromptError) as caught:
        build(config, tmp_path / "sounds", tmp_path / "cache")
    assert "apt-get install espeak-ng" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_voice_that_does_not_exist_is_named_with_the_texts_place(tmp_path: Path) -> None:
    config = written(tmp_path, FEW.replace("voice: en-us", "voice: xx-nowhere"))

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


def test_a_word_of_a_number_has_no_silence_around_it_and_a_pause_is_silent(tmp_path: Path) -> None:
    config = written(tmp_path, FEW + 'callbacks: {numbers: ["1"]}\ntrunks: {carrier: {match: ["127.0.0.1"]}}\n')
    (tmp_path / "cache").mkdir()
    for text in prompts_of(config):
        if text.prompt.name in {"digit-5", "pause"}:
            speak(text, cached_at(tmp_path / "cache", text), "prompts")
        else:
            write_wav(cached_at(tmp_path / "cache", text), [0.1] * 80)

    lengths = build(config, tmp_path / "sounds", tmp_path / "cache")

    for language in ("zh", "en"):
        assert 150 < lengths[Prompt(language, "digit-5")] < 600
        assert lengths[Prompt(language, "pause")] == 250
        samples, _ = read_wav(tmp_path / f"sounds/{language}/digit-5.wav")
        assert max(map(abs, samples[: RATE // 10])) > 0.02
        assert max(map(abs, samples[-RATE // 10 :])) > 0.02
    assert speech_loudness(read_wav(tmp_path / "sounds/zh/pause.wav")[0]) == 0


def test_two_prompts_of_one_text_are_spoken_once(tmp_path: Path) -> None:
    config = written(tmp_path, FEW.replace("en: One moment.", "en: Welcome."))
    told: list[Progress] = []
    build(config, tmp_path / "sounds", tmp_path / "cache", told.append)

    english = [(step.prompt.name, step.source) for step in told if step.prompt.language == "en"]
    assert ("main-1-greeting", "spoken") in english
    assert ("technical_problem", "cached") in english
    assert len(list((tmp_path / "cache").iterdir())) == 7


def test_a_recorded_advert_is_as_loud_as_all_else_and_other_recordings_are_left_alone(tmp_path: Path) -> None:
    config = written(tmp_path, FEW + "adverts: {card: {spots: [{zh: 新卡。, en: A card.}]}}\n")
    loud = [0.8 * math.sin(n / 3) for n in range(RATE)]
    for text in prompts_of(config):
        recording = path_in(tmp_path / "prompts", text.prompt)
        recording.parent.mkdir(parents=True, exist_ok=True)
        write_wav(recording, loud)
    build(config, tmp_path / "sounds", tmp_path / "cache")

    advert, _ = read_wav(tmp_path / "sounds/en/advert-card-1.wav")
    assert 20 * math.log10(speech_loudness(advert)) == pytest.approx(-20, abs=0.5)
    assert (tmp_path / "sounds/en/all_busy.wav").read_bytes() == (tmp_path / "prompts/en/all_busy.wav").read_bytes()


def test_a_recorded_advert_at_the_right_level_is_not_touched(tmp_path: Path) -> None:
    config = written(tmp_path, FEW + "adverts: {card: {spots: [{zh: 新卡。, en: A card.}]}}\n")
    quiet = [0.135 * math.sin(n / 3) for n in range(RATE)]
    for text in prompts_of(config):
        recording = path_in(tmp_path / "prompts", text.prompt)
        recording.parent.mkdir(parents=True, exist_ok=True)
        write_wav(recording, quiet)
    build(config, tmp_path / "sounds", tmp_path / "cache")

    assert read_wav(tmp_path / "sounds/en/advert-card-1.wav") == read_wav(tmp_path / "prompts/en/advert-card-1.wav")
