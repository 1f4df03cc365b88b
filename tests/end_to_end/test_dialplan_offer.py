"""A waiting caller is offered to agents' phones, by nothing but the dialplan and one Redirect each."""

import threading
import time
from collections.abc import Iterator

import pytest

from tests.end_to_end.scripted_agi import AgiTalk, ScriptedAgi
from tests.real import Block, ControlLink, RealHotline, eventually
from tests.telephone import Telephone

pytestmark = pytest.mark.real


@pytest.fixture
def link(hotline: RealHotline) -> Iterator[ControlLink]:
    # The calls of the test before are over when nothing of them is left; that itself is a promise.
    hotline.until_quiet()
    with ControlLink(hotline) as link:
        yield link


@pytest.fixture
def caller(hotline: RealHotline) -> Iterator[Telephone]:
    with Telephone(hotline.ports.sip) as telephone:
        yield telephone


def phone(hotline: RealHotline, name: str, does: int) -> Telephone:
    return Telephone(hotline.ports.sip, does).register(name, hotline.credentials.sip[name])


def hears_music(caller: Telephone) -> None:
    caller.heard()
    eventually(lambda: caller.heard() > 0)


def is_silent(caller: Telephone) -> bool:
    caller.heard()
    time.sleep(0.5)
    return caller.heard() == 0


def own_words(block: Block) -> Block:
    """What our dialplan said in an event, without what Asterisk adds to every one."""
    names = list(block)
    return {name: block[name] for name in names[names.index("UserEvent") :]} | {"CallerIDName": block["CallerIDName"]}


def test_every_step_of_an_answered_call_is_said_as_agreed(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    caller.call("95555", caller="13812345678", name="王小明")
    arrived = link.fact("arrived")
    call = arrived["Uniqueid"]
    said = {"UserEvent": "Hotline", "Token": "0123456789abcdef0123456789abcdef", "Call": call}
    who = {"CallerIDName": "王小明"}
    assert own_words(arrived) == said | who | {
        "Fact": "arrived", "Number": "13812345678", "Dialled": "95555", "Arrived": arrived["Arrived"],
    }  # fmt: skip
    waiting = link.fact("waiting")
    assert own_words(waiting) == said | who | {
        "Fact": "waiting", "Number": "13812345678", "Dialled": "95555", "Arrived": arrived["Arrived"],
        "Entered": waiting["Entered"], "Lane": "general", "Tier": "", "Verified": "", "Manager": "", "Menu": "",
        "Customer": "", "Advert": "", "AdvertOn": "", "Wish": "",
    }  # fmt: skip
    assert waiting["Language"] == "zh"
    assert 0 <= int(waiting["Entered"]) - int(arrived["Arrived"]) < 5_000
    with phone(hotline, "anna", 200) as anna:
        link.offer(call, 1795318465000001, 15, "anna")
        assert own_words(link.fact("offering")) == said | who | {"Fact": "offering", "Offer": "1795318465000001"}
        answered = own_words(link.fact("answered"))
        assert answered | who == said | who | {"Fact": "answered", "Offer": "1795318465000001"}
        assert link.variable(call, "HL_STAGE") == "talking"
        assert "13812345678" in anna.invites[0]
        anna.hang_up()
        assert own_words(link.fact("talk_ended")) == said | who | {"Fact": "talk_ended", "Offer": "1795318465000001"}
    assert own_words(link.fact("ended")) == said | who | {"Fact": "ended", "Stage": "after"}
    caller.until_seen("BYE")
    assert link.facts() == ["arrived", "waiting", "offering", "answered", "talk_ended", "ended"]
    # Of all else that Asterisk has to say of a call, the link hears what the agent's phone did and nothing more.
    events = [block for block in link.blocks if block.get("Event") not in {None, "UserEvent", "FullyBooted"}]
    assert {(block["Event"], block.get("Device")) for block in events} == {("DeviceStateChange", "PJSIP/anna")}
    assert {block["State"] for block in events} == {"NOT_INUSE", "BUSY"}


@pytest.mark.parametrize("fate", ["answers all", "hangs up", "process dies", "is not asked"])
def test_after_the_talk_a_planned_survey_is_asked_and_what_was_answered_counts(
    hotline: RealHotline, link: ControlLink, caller: Telephone, fate: str
) -> None:
    keyed = threading.Event()

    def survey(talk: AgiTalk) -> None:
        talk.set(SURVEYED="cards")
        talk.set(ANSWERS="5")
        keyed.set()
        if fate == "answers all":
            talk.set(ANSWERS="5.0.3", COMMENT="1", DONE="1")
        else:
            talk.more_time(10)
            talk.do("WAIT FOR DIGIT 9000")

    caller.call("95555")
    call = link.fact("waiting")["Call"]
    with phone(hotline, "anna", 200) as anna, ScriptedAgi(hotline.ports.agi, survey=survey) as agi:
        link.offer(call, 7, 15, "anna")
        link.fact("answered")
        if fate != "is not asked":
            link.ask(Action="Setvar", Channel=call, Variable="HL_SURVEY", Value="cards")
        anna.hang_up()
        link.fact("talk_ended")
        if fate == "is not asked":
            assert link.fact("ended")["Stage"] == "after"
            assert agi.asked == []
            assert "surveyed" not in link.facts()
            return
        assert keyed.wait(10)
        if fate == "hangs up":
            caller.hang_up()
        elif fate == "process dies":
            agi.die()
        surveyed = link.fact("surveyed")
    assert own_words(surveyed)["Survey"] == "cards"
    told = ("5.0.3", "1") if fate == "answers all" else ("5", "")
    assert (surveyed["Answers"], surveyed["Comment"]) == told
    assert link.fact("ended")["Stage"] == "after"
    assert link.facts()[-3:] == ["talk_ended", "surveyed", "ended"]


@pytest.mark.parametrize(
    ("does", "status"),
    [(486, "BUSY"), (603, "DECLINED"), (302, "BUSY"), (480, "NOANSWER"), (180, "NOANSWER"), (None, "CHANUNAVAIL")],
    ids=["busy", "declined", "forwarded", "unavailable", "not answered", "not registered"],
)
def test_a_caller_whose_offer_fails_keeps_the_place_and_the_music_and_can_be_offered_again(
    hotline: RealHotline, link: ControlLink, caller: Telephone, does: int | None, status: str
) -> None:
    caller.call("95555")
    first = link.fact("waiting")
    call = first["Call"]
    if does is None:
        link.offer(call, 7, 2, "hao")
    else:
        with phone(hotline, "chen", does):
            link.offer(call, 7, 2, "chen")
            link.fact("offer_failed")
    failed = link.fact("offer_failed")
    assert (failed["Offer"], failed["Status"]) == ("7", status)
    again = link.fact("waiting", after=link.blocks.index(failed))
    assert own_words(again) == own_words(first)
    assert "BYE" not in caller.seen
    with phone(hotline, "ben", 200):
        link.offer(call, 8, 15, "ben")
        link.fact("answered", Offer="8")
        assert link.variable(call, "HL_STAGE") == "talking"
        caller.hang_up()
        assert link.fact("ended")["Stage"] == "talking"


def test_the_music_plays_until_the_agent_answers_and_no_longer(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    caller.call("95555")
    call = link.fact("waiting")["Call"]
    hears_music(caller)
    with phone(hotline, "ivy", 180) as ivy:
        link.offer(call, 12, 30, "ivy")
        ivy.until_seen("INVITE")
        hears_music(caller)
        link.ask(Action="Redirect", Channel=call, Context="hl-wait", Exten="s", Priority="1")
        ivy.until_seen("CANCEL")
        hears_music(caller)
    with phone(hotline, "jin", 200):
        link.offer(call, 13, 15, "jin")
        link.fact("answered")
        # The agent says nothing, so from now on the line is silent: an empty second after what was under way.
        eventually(lambda: is_silent(caller))
        assert link.variable(call, "HL_STAGE") == "talking"


def test_a_caller_who_hangs_up_stops_the_phone_at_once(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    caller.call("95555")
    call = link.fact("waiting")["Call"]
    with phone(hotline, "dora", 180) as dora:
        link.offer(call, 9, 30, "dora")
        dora.until_seen("INVITE")
        caller.hang_up()
        dora.until_seen("CANCEL", within=2)
    assert link.fact("ended")["Stage"] == "offered"
    assert link.facts().count("ended") == 1


def test_an_offer_that_is_taken_back_stops_the_phone_and_the_caller_waits_on(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    caller.call("95555")
    waiting = link.fact("waiting")
    with phone(hotline, "emma", 180) as emma:
        link.offer(waiting["Call"], 10, 30, "emma")
        emma.until_seen("INVITE")
        at = len(link.blocks)
        link.ask(Action="Redirect", Channel=waiting["Call"], Context="hl-wait", Exten="s", Priority="1")
        assert own_words(link.fact("waiting", after=at)) == own_words(waiting)
        emma.until_seen("CANCEL", within=2)
    assert link.variable(waiting["Call"], "HL_OFFER") == ""
    assert "offer_failed" not in link.facts()


@pytest.mark.parametrize(("asked", "rings_for"), [(0, "15"), (9999, "15"), (1, "1"), (120, "120")])
def test_no_phone_rings_for_ever(
    hotline: RealHotline, link: ControlLink, caller: Telephone, asked: int, rings_for: str
) -> None:
    caller.call("95555")
    call = link.fact("waiting")["Call"]
    link.offer(call, 14, asked, "hao")
    link.fact("offer_failed")
    assert link.variable(call, "HL_RING") == rings_for


def test_a_phone_may_dial_nothing(hotline: RealHotline, caller: Telephone) -> None:
    # By its name a phone is asked for its secret first; a stranger from elsewhere has no context at all.
    caller.call("95555", caller="anna")
    caller.until_seen("401 INVITE")


def test_nothing_but_our_numbers_can_be_dialled(hotline: RealHotline, caller: Telephone) -> None:
    for wrong in ("1_15_anna", "s", "911", "955555"):
        caller.seen.clear()
        caller.call(wrong)
        caller.until_seen("404 INVITE")
