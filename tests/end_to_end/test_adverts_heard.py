"""Who asked for an advert hears it, until he presses a key; nobody else ever hears one. Told by listening."""

import asyncio
from pathlib import Path

import numpy
import pytest

from acd.config import load
from ivr.prompt_names import prompts_of
from ivr.prompts import RECORDINGS, path_in
from tests.hearing import HearingTelephone
from tests.house import House, house
from tests.real import eventually, write_beep
from tests.sounds import Sound, level, read_sound, soundings, write_sound

pytestmark = pytest.mark.real

BANK = """\
numbers: {"95555": {menu: main}}
languages: {zh: {name: 中文, voice: cmn, skill: mandarin}}
lanes: {general: {name: {zh: 人工服务}, needs: general}}
default_lane: general
default_language: zh
fallback: {phones: [anna]}
adverts: {funds: {spots: [{zh: 理财产品。}]}}
menus:
  main:
    - {step: advert_offer, advert: funds, say: {zh: 收听理财资讯请按一。}, wait_for: 2s}
announcements: {all_busy: {zh: 线路繁忙。}, technical_problem: {zh: 请稍候。}}
trunks: {carrier: {match: ["127.0.0.1"]}}
agents: {anna: {name: Anna, phone: anna, skills: {general: 3, mandarin: 5}}}
"""

LISTENS = 6.0
"""Seconds for which a caller who asked for nothing listens: longer than the advert needs to be heard by who did."""


def murmur(seconds: float, seed: int) -> Sound:
    """Something as unlike other sounds as speech is, at the level of speech."""
    drawn = numpy.convolve(numpy.random.default_rng(seed).normal(size=round(seconds * 8_000)), [0.25] * 4, "same")
    return numpy.asarray(drawn / numpy.sqrt(numpy.mean(drawn**2)) * 0.1, dtype=numpy.float64)


QUESTION, SPOT = murmur(1.2, 1), murmur(6.0, 2)


def write_bank(folder: Path) -> Path:
    """The settings, with recordings that can be told apart by ear."""
    settings = folder / "hotline.yaml"
    settings.write_text(BANK, "utf-8")
    for text in prompts_of(load(settings)):
        path = path_in(folder / RECORDINGS, text.prompt)
        write_beep(path)
        if text.prompt.name.startswith("advert-"):
            write_sound(path, SPOT)
        elif text.prompt.name.startswith("main-"):
            write_sound(path, QUESTION)
    return settings


def until_asked(caller: HearingTelephone) -> None:
    """Wait until the question was heard to its end."""
    eventually(lambda: [each.name for each in soundings(caller.heard_sound(), {"question": QUESTION})] != [])
    caller.until_heard(0.8)


def said_yes_and_then_left(hotline: House) -> None:
    music = read_sound(hotline.home / "music" / "default" / "soft-chords.wav")
    with HearingTelephone(hotline.prepared.ports.sip) as caller:
        caller.call("95555", caller="13800000001")
        until_asked(caller)
        caller.press("1")
        eventually(lambda: soundings(caller.heard_sound(), {"spot": SPOT}) != [])
        pressed = caller.now()
        caller.press("5")
        caller.until_heard(3.0)
        heard = caller.heard_sound()

    (spot,) = soundings(heard, {"spot": SPOT})
    assert spot.ends < pressed + 1.0, "the advert goes on though a key was pressed"
    later = heard[round((pressed + 1.2) * 8_000) : -800]
    assert [each.name for each in soundings(later, {"music": music})] != [], "no music after the advert"
    assert min(level(later[at : at + 2_000]) for at in range(0, len(later) - 2_000, 2_000)) > -50, (
        "a waiting caller hears nothing"
    )


def did_not_say_yes(hotline: House, number: str, keys: str) -> None:
    with HearingTelephone(hotline.prepared.ports.sip) as caller:
        caller.call("95555", caller=number)
        until_asked(caller)
        caller.press(keys)
        caller.until_heard(LISTENS)
        heard = caller.heard_sound()
    assert [each.name for each in soundings(heard, {"spot": SPOT})] == [], "an advert that nobody asked for"
    assert level(heard[-16_000:-800]) > -40, "and no music either"


async def test_nobody_hears_an_advert_but_who_pressed_1_and_any_key_ends_it(tmp_path: Path) -> None:
    settings = await asyncio.to_thread(write_bank, tmp_path)
    async with house(tmp_path, settings) as hotline:
        await asyncio.gather(
            asyncio.to_thread(said_yes_and_then_left, hotline),
            asyncio.to_thread(did_not_say_yes, hotline, "13800000002", ""),
            asyncio.to_thread(did_not_say_yes, hotline, "13800000003", "2"),
        )
        await hotline.until_empty()
        metrics = await hotline.metrics()
    advert = {name: value for name, value in metrics.items() if "advert" in name and "created" not in name}
    counted = {name.split("{")[0]: value for name, value in advert.items()}
    assert counted["hotline_advert_offered_total"] == 3, advert
    assert counted["hotline_advert_accepted_total"] == 1, advert
    assert counted["hotline_advert_left_total"] == 1, advert
    assert counted["hotline_advert_heard_seconds_total"] > 0, advert
