"""What the eavesdropper's measure says is counted right."""

import itertools
from random import Random

import numpy
import pytest

from bench import eavesdrop
from bench.eavesdrop import (
    among_others,
    analyst,
    chance_among_others,
    chance_in_a_row,
    entry_of,
    in_a_row,
    line_of,
    passed_once_in_100,
)
from tests.sounds import heard_keys, keys_in_band, multimon_keys, silence, text_of


@pytest.mark.parametrize("text", ["", "4", "4719", "47719", "1212121", "9*4#71A9", "00112233445566778899"])
@pytest.mark.parametrize("length", [1, 2, 3])
def test_chance_is_the_share_of_all_pins_that_would_be_found(text: str, length: int) -> None:
    pins = ["".join(digits) for digits in itertools.product("0123456789", repeat=length)]
    digits = "".join(filter(str.isdigit, text))
    assert chance_in_a_row(length, text) == sum(in_a_row(pin, text) for pin in pins) / len(pins)
    assert chance_among_others(length, text) == sum(among_others(pin, digits) for pin in pins) / len(pins)


def test_the_goal_is_what_a_pin_drawn_by_lot_passes_once_in_a_hundred_runs() -> None:
    assert passed_once_in_100([0.0] * 50) == 0
    assert passed_once_in_100([1.0] * 50) == 50
    random = Random(1)
    chances = [0.3] * 100
    runs = [sum(random.random() < chance for chance in chances) for _ in range(2_000)]
    most = passed_once_in_100(chances)
    more = sum(run > most for run in runs) / len(runs)
    assert 0.001 < more < 0.02


def test_without_decoys_every_detector_finds_every_pin() -> None:
    line = numpy.concatenate([silence(0.5), keys_in_band("471905", level=-13.1), silence(0.5)])
    assert text_of(heard_keys(line)) == multimon_keys(line) == analyst(line) == "471905"


def test_a_key_that_lasts_shows_itself_to_an_analyst_even_under_decoys() -> None:
    random = Random(7)
    entries = [entry_of(random) for _ in range(10)]
    found = sum(entry.pin in analyst(line_of(entry, 10.0, random)) for entry in entries)
    assert found >= 5, "the measure of the analyst measures nothing"


def test_the_measure_runs_and_names_every_tap_and_detector() -> None:
    figures = eavesdrop.measure(entries=2)
    assert {figure.benchmark for figure in figures} == {"eavesdrop"}
    assert len(figures) == len(eavesdrop.TAPS) * 6
    assert all(figure.other for figure in figures if figure.against), "chance is never nothing"
