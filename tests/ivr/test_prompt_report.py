"""An operator sees of each prompt where it comes from and what is wrong with it, without any being made."""

from array import array
from pathlib import Path

import pytest

from acd.config import HotlineConfig, loads
from ivr.line import Prompt
from ivr.prompt_names import prompts_of
from ivr.prompt_report import MISSING, MOST_UNUSED, RECORDED, SYNTHETIC, PromptReport, report, unused_recordings
from ivr.prompts import cached_at
from ivr.telephone_audio import RATE, write_wav
from tests.ivr.prompt_settings import FEW, MANY, written


@pytest.fixture
def config(tmp_path: Path) -> HotlineConfig:
    return written(tmp_path, FEW)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    folder.mkdir()
    return folder


def record(folder: Path, name: str, samples: "list[float] | array[float]") -> Path:
    file = folder / "prompts/en" / f"{name}.wav"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_wav(file, samples)
    return file


def noise(size: float) -> list[float]:
    return [size * (n * 7919 % 101 - 50) / 50 for n in range(RATE)]


def found(config: HotlineConfig, cache: Path, name: str = "main-1-greeting", language: str = "en") -> PromptReport:
    (one,) = (each for each in report(config, cache) if each.text.prompt == Prompt(language, name))
    return one


def test_what_nobody_has_recorded_or_spoken_is_missing(config: HotlineConfig, cache: Path) -> None:
    everything = report(config, cache)

    assert [each.text for each in everything] == list(prompts_of(config))
    assert {each.source for each in everything} == {MISSING}
    assert {each.faults for each in everything} == {("missing",)}
    assert list(cache.iterdir()) == []


def test_what_was_spoken_is_synthetic_and_measured(config: HotlineConfig, cache: Path) -> None:
    text = next(text for text in prompts_of(config) if text.prompt.name == "main-1-greeting")
    write_wav(cached_at(cache, text), noise(0.2))
    one = found(config, cache, language="zh")

    assert one.source == SYNTHETIC
    assert one.faults == ()
    assert one.measure is not None
    assert one.measure.lasting == 1_000


@pytest.mark.parametrize(
    ("samples", "faults"),
    [
        (noise(0.2), ()),
        (noise(0.02), ("too quiet",)),
        ([0.0] * RATE, ("silent",)),
        ([], ("unusable: it holds no samples",)),
        ([max(-1.0, min(1.0, 20 * sample)) for sample in noise(0.9)], ("clipped",)),
    ],
)
def test_a_recording_is_measured(
    samples: list[float], faults: tuple[str, ...], config: HotlineConfig, cache: Path, tmp_path: Path
) -> None:
    record(tmp_path, "main-1-greeting", samples)
    one = found(config, cache)

    assert one.source == RECORDED
    assert one.faults == faults


def test_a_recording_that_cannot_be_played_is_named_with_its_reason(
    config: HotlineConfig, cache: Path, tmp_path: Path
) -> None:
    record(tmp_path, "main-1-greeting", []).write_bytes(b"ID3 an mp3")
    one = found(config, cache)

    assert one.source == RECORDED
    assert one.measure is None
    assert one.faults[0].startswith("unusable: not a WAV file")


def test_the_pause_in_a_number_may_be_silent(cache: Path, tmp_path: Path) -> None:
    config = written(tmp_path, MANY)
    record(tmp_path, "pause", [0.0] * 2_000)

    assert found(config, cache, "pause").faults == ()


def test_recordings_that_are_no_prompts_are_told_of(config: HotlineConfig, tmp_path: Path) -> None:
    record(tmp_path, "main-1-greeting", noise(0.2))
    record(tmp_path, "main-1-greting", noise(0.2))
    (tmp_path / "prompts/zh").mkdir()
    (tmp_path / "prompts/zh/all_busy.mp3").write_bytes(b"ID3")

    assert unused_recordings(config) == (Path("prompts/en/main-1-greting.wav"), Path("prompts/zh/all_busy.mp3"))


def test_a_folder_full_of_other_things_is_told_of_up_to_the_bound(config: HotlineConfig, tmp_path: Path) -> None:
    folder = tmp_path / "prompts/en"
    folder.mkdir(parents=True)
    for number in range(MOST_UNUSED + 5):
        (folder / f"{number}.txt").touch()

    assert len(unused_recordings(config)) == MOST_UNUSED
    assert unused_recordings(loads(FEW)) == ()
