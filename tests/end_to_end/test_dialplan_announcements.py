"""A waiting caller hears an announcement between two laps of music; it keeps him from nothing."""

import re
import threading
import wave
from collections.abc import Iterator

import pytest

from tests.end_to_end.scripted_agi import AgiTalk, ScriptedAgi
from tests.hearing import HearingTelephone
from tests.real import ControlLink, RealHotline, eventually
from tests.telephone import Telephone

pytestmark = pytest.mark.real

ENDLESS = "endless"
"""An announcement of a minute."""


@pytest.fixture(scope="module")
def hotline(hotline: RealHotline) -> RealHotline:
    """With an announcement that lasts for a minute, and a log of what is played."""
    announcements = hotline.instance.folder / "data" / "sounds" / "hotline"
    with wave.open(str(announcements / "zh" / f"{ENDLESS}.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x00\x10" * 8_000 * 60)
    hotline.instance.command("logger add channel played.log verbose(3)")
    return hotline


@pytest.fixture
def link(link: ControlLink) -> ControlLink:
    link.set_global("HL_LAP", "0.5")
    link.set_global("HL_SAY_MOST", "15")
    return link


@pytest.fixture
def caller(hotline: RealHotline) -> Iterator[Telephone]:
    with Telephone(hotline.ports.sip) as telephone:
        yield telephone


class Beating:
    """Signs of life, one each time somebody looks at something."""

    def __init__(self, link: ControlLink) -> None:
        self._link = link
        self._count = 0

    def __call__(self) -> None:
        self._count += 1
        self._link.set_global("HL_BEAT", f"b{self._count}")


@pytest.fixture
def beat(link: ControlLink) -> Beating:
    return Beating(link)


def played(hotline: RealHotline) -> list[str]:
    """What all callers heard until now, of what has a name; music has none."""
    log = (hotline.instance.folder / "log" / "played.log").read_text()
    return re.findall(r"Playing 'hotline/zh/([^']+)\.\w+'", log)


def until_played(hotline: RealHotline, beat: Beating, name: str, before: int) -> None:
    eventually(lambda: (beat(), name in played(hotline)[before:])[1])


def waiting(link: ControlLink, caller: Telephone) -> str:
    caller.call("95555")
    return link.fact("waiting")["Call"]


def test_an_announcement_is_heard_once_and_then_the_music_again(
    hotline: RealHotline, link: ControlLink, caller: Telephone, beat: Beating
) -> None:
    before = len(played(hotline))
    call = waiting(link, caller)

    link.say(call, "closed")

    until_played(hotline, beat, "closed", before)
    eventually(lambda: (beat(), link.variable(call, "EXTEN") == "s" and link.variable(call, "CONTEXT") == "hl-wait")[1])
    caller.heard()
    eventually(lambda: (beat(), caller.heard() > 0)[1])
    assert played(hotline)[before:] == ["closed"]
    assert link.variable(call, "HL_SAY") == ""
    assert link.variable(call, "TIMEOUT(absolute)") == "0"
    assert link.facts() == ["arrived", "waiting"]


@pytest.mark.parametrize("words", ["nobody-spoke-this", "nobody-spoke-this.callback", "../en/closed", "${HL_TOKEN}"])
def test_what_cannot_be_said_is_left_out_and_the_caller_waits_on(
    hotline: RealHotline, link: ControlLink, caller: Telephone, beat: Beating, words: str
) -> None:
    before = len(played(hotline))
    call = waiting(link, caller)

    link.say(call, words)

    eventually(lambda: (beat(), link.variable(call, "HL_SAY") == "")[1])
    caller.heard()
    eventually(lambda: (beat(), caller.heard() > 0)[1])
    assert played(hotline)[before:] == []
    assert link.facts() == ["arrived", "waiting"]


def test_an_endless_announcement_ends_in_time_and_the_caller_waits_on(
    hotline: RealHotline, link: ControlLink, caller: Telephone, beat: Beating
) -> None:
    link.set_global("HL_SAY_MOST", "2")
    before = len(played(hotline))
    call = waiting(link, caller)
    link.say(call, ENDLESS)
    until_played(hotline, beat, ENDLESS, before)

    eventually(lambda: (beat(), link.variable(call, "CONTEXT") == "hl-wait")[1], within=6)

    assert link.variable(call, "TIMEOUT(absolute)") == "0"
    link.say(call, "closed")
    until_played(hotline, beat, "closed", before)
    assert link.facts() == ["arrived", "waiting"]


def test_an_announcement_is_part_of_a_lap_and_does_not_put_off_the_static_queue(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    link.set_global("HL_LAP", "2")
    call = waiting(link, caller)
    for _ in range(2):
        # One at the beginning of each lap but the first, with nobody alive.
        link.say(call, "closed")
        eventually(lambda: link.variable(call, "HL_SAY") == "")
    assert link.fact("fell_back", within=10)["Call"] == call
    # Three laps of two seconds, announcements and all, by Asterisk's own clock.
    times = {block["Fact"]: float(block["Timestamp"]) for block in link.blocks if "Fact" in block}
    assert 5 < times["fell_back"] - times["waiting"] < 9


def test_a_sign_of_life_during_an_announcement_counts(
    hotline: RealHotline, link: ControlLink, caller: Telephone, beat: Beating
) -> None:
    link.set_global("HL_SAY_MOST", "3")
    before = len(played(hotline))
    call = waiting(link, caller)
    link.say(call, ENDLESS)
    eventually(lambda: ENDLESS in played(hotline)[before:])
    beat()
    eventually(lambda: link.variable(call, "CONTEXT") == "hl-wait")
    eventually(lambda: link.variable(call, "HL_STALE") == "0")
    assert "fell_back" not in link.facts()


def test_an_offer_breaks_an_announcement_off_and_the_talk_has_no_time_limit(
    hotline: RealHotline, link: ControlLink, caller: Telephone, beat: Beating
) -> None:
    link.set_global("HL_SAY_MOST", "3")
    before = len(played(hotline))
    call = waiting(link, caller)
    link.say(call, ENDLESS)
    until_played(hotline, beat, ENDLESS, before)
    with Telephone(hotline.ports.sip, 200).register("anna", hotline.credentials.sip["anna"]) as anna:
        link.offer(call, 7, 15, "anna")
        link.fact("answered", within=3)
        assert link.variable(call, "TIMEOUT(absolute)") == "0"
        # Longer than the announcement's limit would have let them.
        for _ in range(40):
            caller.hum()
        assert anna.heard() > 100
        assert link.variable(call, "HL_STAGE") == "talking"
        anna.hang_up()
    link.fact("talk_ended")


@pytest.mark.parametrize(
    ("context", "extension", "fact"), [("hl-wait", "s", "waiting"), ("hl-divert", "message_zh_", "diverted")]
)
def test_wherever_else_a_caller_is_sent_during_an_announcement_its_limit_ends(
    hotline: RealHotline,
    link: ControlLink,
    caller: Telephone,
    beat: Beating,
    context: str,
    extension: str,
    fact: str,
) -> None:
    before = len(played(hotline))
    call = waiting(link, caller)
    link.say(call, ENDLESS)
    until_played(hotline, beat, ENDLESS, before)
    at = len(link.blocks)
    link.ask(Action="Redirect", Channel=call, Context=context, Exten=extension, Priority="1")
    link.fact(fact, after=at)
    assert link.variable(call, "TIMEOUT(absolute)") == "0"


def test_several_prompts_are_said_in_a_row_and_one_that_is_missing_is_left_out(
    hotline: RealHotline, link: ControlLink, caller: Telephone, beat: Beating
) -> None:
    before = len(played(hotline))
    call = waiting(link, caller)
    link.say(call, "closed+nobody-spoke-this+offer_callback+all_busy")
    until_played(hotline, beat, "all_busy", before)
    assert played(hotline)[before:] == ["closed", "offer_callback", "all_busy"]


@pytest.mark.parametrize("keyed", ["", "13900000000"], ids=["his own", "another"])
def test_a_key_asks_at_which_number_to_be_called_back_and_the_caller_waits_on(
    hotline: RealHotline, link: ControlLink, caller: Telephone, beat: Beating, keyed: str
) -> None:
    before = len(played(hotline))
    call = waiting(link, caller)
    link.say(call, "closed+offer_callback.callback")
    until_played(hotline, beat, "offer_callback", before)
    with ScriptedAgi(hotline.ports.agi, callback=lambda talk: talk.set(CALLBACK_NUMBER=keyed, DONE="1")):
        caller.press("1")
        accepted = link.fact("callback_accepted")
    assert accepted["Call"] == accepted["Uniqueid"] == call
    assert accepted["Number"] == keyed
    eventually(lambda: (beat(), link.variable(call, "CONTEXT") == "hl-wait")[1])
    assert link.variable(call, "HL_STAGE") == "waiting"
    link.divert(call, "callback_zh_")
    assert link.fact("ended")["Stage"] == "diverted"
    assert link.facts() == ["arrived", "waiting", "callback_accepted", "diverted", "ended"]


@pytest.mark.parametrize("fate", ["not wanted", "killed", "frozen", "offered"])
def test_who_is_not_asked_to_the_end_at_which_number_waits_on(
    hotline: RealHotline, link: ControlLink, caller: Telephone, beat: Beating, fate: str
) -> None:
    before = len(played(hotline))
    call = waiting(link, caller)
    link.say(call, "offer_callback.callback")
    until_played(hotline, beat, "offer_callback", before)
    never = threading.Event()

    def callback(talk: AgiTalk) -> None:
        talk.set(CALLBACK_NUMBER="13900000000")
        if fate != "not wanted":
            never.wait(20)

    with ScriptedAgi(hotline.ports.agi, callback=callback) as agi:
        caller.press("1")
        eventually(lambda: agi.asked == ["callback"])
        if fate == "offered":
            # An agent is free: nobody has to finish the conversation first.
            link.offer(call, 7, 15, "nobody")
            link.fact("offer_failed", within=2)
        if fate == "killed":
            agi.die()
        eventually(lambda: (beat(), link.variable(call, "CONTEXT") == "hl-wait")[1])
    never.set()
    assert link.variable(call, "TIMEOUT(absolute)") == "0"
    assert "callback_accepted" not in link.facts()


@pytest.mark.parametrize("key", ["5", "A", "5 as a sound"])
def test_any_key_leaves_an_advert_and_the_music_goes_on(hotline: RealHotline, link: ControlLink, key: str) -> None:
    with HearingTelephone(hotline.ports.sip, in_band="sound" in key) as caller:
        leave_an_advert(hotline, link, caller, key)


def leave_an_advert(hotline: RealHotline, link: ControlLink, caller: HearingTelephone, key: str) -> None:
    link.set_global("HL_LAP", "8")

    def ivr(talk: AgiTalk) -> None:
        talk.set(LANE="cards", ADVERT="gold", ADVERT_ON="1", MUSIC="default", WISH="message", CUSTOMER="1001", DONE="1")

    with ScriptedAgi(hotline.ports.agi, ivr=ivr):
        call = waiting(link, caller)
    told = link.fact("waiting")
    assert [told[name] for name in ("Customer", "Advert", "AdvertOn", "Wish")] == ["1001", "gold", "1", "message"]
    eventually(lambda: link.variable(call, "CONTEXT") == "hl-wait")
    if "sound" in key:
        # A line without RFC 4733: the carrier's keys are sounds.
        caller.press_in_band(key[0])
    else:
        caller.press(key)
    assert link.fact("advert_left")["Call"] == call
    assert [link.variable(call, f"HL_{name}") for name in ("ADVERT_ON", "ADVERT", "MUSIC")] == ["", "gold", "default"]
    eventually(lambda: link.variable(call, "EXTEN") == "s")
    caller.heard()
    eventually(lambda: caller.heard() > 0)
    # Within the same lap: nobody is alive, and the static queue is not put off by a key.
    assert link.variable(call, "HL_STALE") == "0"
    at = len(link.blocks)
    link.ask(Action="Redirect", Channel=call, Context="hl-wait", Exten="s", Priority="1")
    assert link.fact("waiting", after=at)["AdvertOn"] == ""
    assert link.facts().count("advert_left") == 1


@pytest.mark.parametrize("key", ["2", "*", ""])
def test_another_key_or_none_asks_for_nothing(
    hotline: RealHotline, link: ControlLink, caller: Telephone, beat: Beating, key: str
) -> None:
    before = len(played(hotline))
    call = waiting(link, caller)
    link.say(call, "offer_callback.callback")
    until_played(hotline, beat, "offer_callback", before)
    if key:
        caller.press(key)
    eventually(lambda: (beat(), link.variable(call, "CONTEXT") == "hl-wait")[1])
    assert link.facts() == ["arrived", "waiting"]


def test_a_key_during_an_announcement_that_asks_nothing_means_nothing(
    hotline: RealHotline, link: ControlLink, caller: Telephone, beat: Beating
) -> None:
    before = len(played(hotline))
    call = waiting(link, caller)
    link.say(call, ENDLESS)
    until_played(hotline, beat, ENDLESS, before)
    caller.press("1")
    link.say(call, "offer_callback.callback")
    link.ask(Action="Redirect", Channel=call, Context="hl-wait", Exten="s", Priority="1")
    until_played(hotline, beat, "offer_callback", before)
    eventually(lambda: (beat(), link.variable(call, "CONTEXT") == "hl-wait")[1])
    assert "callback_accepted" not in link.facts()
