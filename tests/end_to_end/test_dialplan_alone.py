"""The dialplan with no process of ours beside it: nobody is lost, nobody waits for ever, nobody forges anything."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from acd.asterisk.framing import Block
from acd.asterisk.obtain import Asterisk
from acd.asterisk.translate import translate
from acd.config.loading import load
from acd.config.model import Limits
from acd.core.names import CallId
from acd.core.switch_events import CallEnded, CallStartedWaiting
from tests.end_to_end.scripted_agi import ScriptedAgi
from tests.real import TOKEN, ControlLink, RealHotline, eventually, start_hotline
from tests.telephone import Telephone

pytestmark = pytest.mark.real
MOST_CALLS = 3


@pytest.fixture(scope="module")
def hotline(
    private_asterisk: Asterisk, example_bank: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealHotline]:
    config = load(example_bank).model_copy(update={"limits": Limits(calls=MOST_CALLS)})
    running = start_hotline(private_asterisk, tmp_path_factory.mktemp("hotline"), config)
    yield running
    running.instance.stop()


@pytest.fixture
def link(link: ControlLink) -> ControlLink:
    # A quarter of the usual lap, so that nobody has to wait half a minute.
    link.set_global("HL_LAP", "2")
    return link


@pytest.fixture
def caller(hotline: RealHotline) -> Iterator[Telephone]:
    with Telephone(hotline.ports.sip) as telephone:
        yield telephone


def test_with_nobody_there_a_caller_reaches_the_static_queue_and_a_person(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    with Telephone(hotline.ports.sip, 200) as frank:
        frank.register("frank", hotline.credentials.sip["frank"])
        caller.call("95555")
        waiting = link.fact("waiting")
        assert (waiting["Lane"], waiting["Language"]) == ("general", "zh")
        fell_back = link.fact("fell_back", within=20)
        assert (fell_back["Call"], fell_back["Lane"]) == (waiting["Call"], "general")
        frank.until_seen("INVITE")
        assert link.variable(waiting["Call"], "HL_STAGE") == "fallback"
        # Who hangs up before the queue has put them together counts as one who did not answer.
        eventually(lambda: link.variable(waiting["Call"], "BRIDGEPEER") != "")
        frank.hang_up()
    caller.until_seen("BYE")
    assert link.fact("ended")["Stage"] == "fallback"


def test_it_takes_three_laps_in_a_row_without_a_beat(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    link.set_global("HL_LAP", "0.5")
    caller.call("95555")
    call = link.fact("waiting")["Call"]
    for beat in range(1, 9):
        # The next look at the counter comes within a lap; two laps without a beat lie between two beats.
        link.set_global("HL_BEAT", str(beat))
        eventually(lambda beat=beat: link.variable(call, "HL_SEEN") == str(beat))  # type: ignore[misc]
        assert "fell_back" not in link.facts()
    link.fact("fell_back", within=10)


def test_a_caller_in_the_static_queue_is_not_taken_out_again(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    link.set_global("HL_LAP", "0.2")
    caller.call("95555")
    call = link.fact("fell_back")["Call"]
    for context, extension in (("hl-offer", "11_15_anna"), ("hl-wait", "s")):
        link.ask(Action="Redirect", Channel=call, Context=context, Exten=extension, Priority="1")
        eventually(lambda: link.variable(call, "CONTEXT") == "hl-fallback")
    assert link.variable(call, "HL_STAGE") == "fallback"
    assert "BYE" not in caller.seen
    assert link.facts().count("waiting") == 1


def test_a_full_hotline_says_so_and_answers_nobody_more(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    hotline.instance.command("logger add channel played.log verbose(3)")
    inside = [Telephone(hotline.ports.sip).call("95555") for _ in range(MOST_CALLS)]
    try:
        for telephone in inside:
            telephone.until_seen("200 INVITE")
        caller.call("95555")
        caller.until_seen("183 INVITE")
        caller.until_seen("486 INVITE")
        link.until(lambda _: link.facts().count("arrived") >= MOST_CALLS)
    finally:
        for telephone in inside:
            telephone.__exit__(None, None, None)
    hotline.instance.command("logger remove channel played.log")
    played = (hotline.instance.folder / "log" / "played.log").read_text()
    assert "Playing 'hotline/zh/all_busy" in played
    assert "Playing 'hotline/en/all_busy" in played
    link.until(lambda _: link.facts().count("ended") == MOST_CALLS)  # The one who was sent away is not among them.
    assert link.facts().count("arrived") == MOST_CALLS
    with Telephone(hotline.ports.sip) as next_caller:
        next_caller.call("95555").until_seen("200 INVITE")


NASTY = {
    "an event of its own": "138\r\n\r\nEvent: UserEvent\r\nPrivilege: user,all\r\nFact: ended",
    "a header of its own": "138\r\nUniqueid: hotline-1.1",
    "a variable": "138${HL_TOKEN}${CHANNEL(name)}",
    "arguments": "138,Fact: ended,Call: x)",
    "an expression": '138" = "1]?hl-fallback',
    "a plus in the middle": "13+8",
    "no digit at all": "anonymous",
    "very long": "138" + "9" * 500,
    "backslashes": "138\\\\n\\,\\)",
    "a face and a NUL": "138\U0001f600\0",
}


@pytest.mark.parametrize("number", NASTY.values(), ids=NASTY.keys())
def test_a_forged_caller_number_is_cut_to_digits_before_anybody_hears_of_it(
    hotline: RealHotline, link: ControlLink, caller: Telephone, number: str
) -> None:
    # The SIP stack undoes the percent signs and hands on what was under them.
    user = quote(number, safe="")
    more = f"Diversion: <sip:{user}@127.0.0.1>;reason=unconditional\r\nP-Asserted-Identity: <sip:{user}@127.0.0.1>\r\n"
    caller.call("95555", caller=user, more=more)
    waiting = link.fact("waiting")
    digits = "".join(c for c in waiting["Number"] if c in "0123456789")
    assert waiting["Number"] == digits == waiting["CallerIDNum"].replace("<unknown>", "")
    assert len(digits) <= 24
    assert number == "anonymous" or digits.startswith("13")
    assert waiting["Call"] == waiting["Uniqueid"]
    assert all(next(iter(block)) in {"Event", "Response"} for block in link.blocks)
    assert link.facts() == ["arrived", "waiting"]


def test_a_plus_in_front_stays(link: ControlLink, caller: Telephone) -> None:
    caller.call("95555", caller="+8613812345678")
    assert link.fact("waiting")["Number"] == "+8613812345678"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小明 \U0001f600", "王小明 \U0001f600"),
        ("Ann, Lee; (x) ${HL_TOKEN}", "Ann, Lee; (x) ${HL_TOKEN}"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\tb\x01c\x7fd", "abcd"),
        ("x" * 500, "x" * 79),
        ("张" * 100, "张" * 26),
    ],
    ids=[
        "Chinese and a face",
        "commas and a variable",
        "markup",
        "control characters",
        "very long",
        "cut between characters",
    ],
)
def test_a_name_keeps_what_people_can_read_and_nothing_else(
    link: ControlLink, caller: Telephone, name: str, shown: str
) -> None:
    caller.call("95555", name=name)
    assert link.fact("waiting")["CallerIDName"] == shown
    assert link.facts() == ["arrived", "waiting"]


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("callback", "callback"),
        ("number.+862155555555", "number.+862155555555"),
        ("number.", ""),
        ("number.a,Fact: x", ""),
        ("messagecallback", ""),
    ],
)
def test_what_a_caller_wishes_besides_waiting_is_said_in_its_narrow_form(
    hotline: RealHotline, link: ControlLink, caller: Telephone, wish: str, told: str
) -> None:
    odd = {"CUSTOMER": "10,01", "ADVERT": "Gold!", "ADVERT_ON": "1", "MUSIC": "../nowhere", "WISH": wish}
    with ScriptedAgi(hotline.ports.agi, ivr=lambda talk: talk.set(LANE="cards", DONE="1", **odd)):
        caller.call("95555")
        waiting = link.fact("waiting")
    # An advert goes with its own music and with no other.
    assert [waiting[name] for name in ("Customer", "Advert", "AdvertOn", "Wish")] == ["1001", "old", "1", told]
    assert link.variable(waiting["Call"], "HL_MUSIC") == "nowhere"
    # Where there is no such music, he hears the usual one.
    caller.heard()
    eventually(lambda: caller.heard() > 0)
    assert isinstance(translate(Block(dict(waiting)), TOKEN), CallStartedWaiting)


def test_a_caller_whom_the_menu_has_served_is_let_go_and_told_as_one(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    with ScriptedAgi(hotline.ports.agi, ivr=lambda talk: talk.set(SURVEYED="menu", ANSWERS="4", DONE="bye")):
        caller.call("95555")
        ended = link.fact("ended")
    assert ended["Stage"] == "served"
    assert translate(Block(dict(ended)), TOKEN) == CallEnded(CallId(ended["Call"]), served=True)
    assert (link.fact("surveyed")["Survey"], link.fact("surveyed")["Answers"]) == ("menu", "4")
    assert link.facts() == ["arrived", "surveyed", "ended"]
    caller.until_seen("BYE")


@pytest.mark.parametrize(
    ("verified", "manager", "menu", "told"),
    [
        ("1", "jin", "main=2/cards=#", ("1", "jin", "main=2/cards=#")),
        ("", "", "", ("", "", "")),
        ("1", "-7", "main=2/", ("1", "-7", "")),
        ("yes", "Jin,Fact:x", "main=2,Fact:x", ("", "inactx", "")),
        ("1)", "${HL_TOKEN}", "a=1" + "/a=1" * 50, ("1", "", "")),
    ],
    ids=["all known", "nothing known", "half a list", "odd", "odder and too long"],
)
def test_what_is_known_of_a_caller_is_said_in_its_narrow_form(
    hotline: RealHotline,
    link: ControlLink,
    caller: Telephone,
    verified: str,
    manager: str,
    menu: str,
    told: tuple[str, str, str],
) -> None:
    caller.call("95555")
    waiting = link.fact("waiting")
    at = len(link.blocks)
    # The IVR's part is played here: the control user could not do it.
    for name, value in (("VERIFIED", verified), ("MANAGER", manager), ("MENU", menu)):
        hotline.instance.command(f'dialplan set chanvar {waiting["Channel"]} HL_{name} "{value}"')
    link.ask(Action="Redirect", Channel=waiting["Call"], Context="hl-wait", Exten="s", Priority="1")
    again = link.fact("waiting", after=at)
    assert (again["Verified"], again["Manager"], again["Menu"]) == told
    # However odd it was, it is believed: a caller is never left out for it.
    block = Block(dict(again))
    event = translate(block, TOKEN)
    assert isinstance(event, CallStartedWaiting)
    assert event.verified == (told[0] == "1")
