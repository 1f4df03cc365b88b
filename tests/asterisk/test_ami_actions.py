"""What may be said to the switch, and what is refused before the wire."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.asterisk.ami_actions import ALLOWED_HEADERS, ActionRefusedError, Headers, check_action
from acd.asterisk.ami_connection import PendingAction

REDIRECT = (
    ("Action", "Redirect"),
    ("Channel", "hotline-1795318465.12"),
    ("Context", "hl-offer"),
    ("Exten", "1000001_15_anna"),
    ("Priority", "1"),
)


ASKED = (
    ("Action", "Redirect"),
    ("Channel", "hotline-1795318465.12"),
    ("Context", "hl-pin"),
    ("Exten", "s"),
    ("Priority", "1"),
    ("ExtraChannel", "PJSIP/anna-0000000a"),
    ("ExtraContext", "hl-desk-waits"),
    ("ExtraExten", "s"),
    ("ExtraPriority", "1"),
)
ORIGINATE = (
    ("Action", "Originate"),
    ("Channel", "Local/+8613812345678@hl-callback-out/n"),
    ("Context", "hl-callback"),
    ("Exten", "1000001_15_anna"),
    ("Priority", "1"),
    ("Timeout", "35000"),
    ("Async", "true"),
    ("Codecs", "alaw,ulaw"),
    ("ChannelId", "cb-hotline-1795318465.12"),
    ("OtherChannelId", "cb-hotline-1795318465.12-out"),
    ("Variable", "HL_LANE=cards,HL_TIER=,HL_MENU=main=2/cards=#"),
)


def changed(action: Headers, **headers: str) -> Headers:
    """The same action with other values."""
    return tuple((key, headers.get(key, value)) for key, value in action)


def setvar(variable: str, value: str) -> Headers:
    return (("Action", "Setvar"), ("Variable", variable), ("Value", value))


def test_the_actions_of_the_hotline_are_allowed() -> None:
    check_action(REDIRECT)
    check_action(ASKED)
    check_action(ORIGINATE)
    check_action(changed(ORIGINATE, Exten="wait", Channel="Local/13812345678@hl-callback-out/n"))
    check_action((("Action", "Getvar"), ("Channel", "hotline-1795318465.12"), ("Variable", "HL_DESK")))
    check_action((("Action", "Setvar"), ("Channel", "x"), ("Variable", "HL_SURVEY"), ("Value", "cards")))
    check_action(setvar("HL_TOKEN", "0f" * 16))
    check_action((("Action", "Status"), ("Variables", "HL_CALL,HL_STAGE")))
    check_action((("Action", "Ping"),))


@pytest.mark.parametrize(
    "action",
    [
        (),
        (("Channel", "x"), ("Action", "Redirect")),
        (("Action", "Originate"), ("Channel", "PJSIP/trunk/900")),
        (("Action", "Command"), ("Command", "core stop now")),
        (("Action", "Hangup"), ("Channel", "/.*/")),
        (*REDIRECT, ("ExtraChannel", "x")),
        (*REDIRECT, *ASKED[5:]),
        ASKED[:-1],
        changed(ASKED, ExtraChannel="PJSIP/trunk-carrier-0000000A"),
        changed(ASKED, ExtraChannel="hotline-1795318465.13"),
        changed(ASKED, ExtraContext="hl-outside"),
        changed(ASKED, ExtraExten="900"),
        ORIGINATE[:-1],
        (*ORIGINATE, ("Application", "System"), ("Data", "id")),
        changed(ORIGINATE, Channel="PJSIP/900@trunk-carrier"),
        changed(ORIGINATE, Channel="Local/900123@hl-divert/n"),
        changed(ORIGINATE, Channel="Local/900,1@hl-callback-out/n"),
        changed(ORIGINATE, Channel="Local/1@hl-callback-out/n"),
        changed(ORIGINATE, Context="hl-divert"),
        changed(ORIGINATE, Exten="number_en_900"),
        changed(ORIGINATE, Timeout="9999999"),
        changed(ORIGINATE, Async="false"),
        changed(ORIGINATE, ChannelId="a,b"),
        changed(ORIGINATE, Variable="HL_LANE=cards,SHELL(id)=x"),
        changed(ORIGINATE, Variable="HL_LANE=${SHELL(id)}"),
        changed(ORIGINATE, Variable="HL_LANE=a\\,b"),
        (("Action", "Getvar"), ("Channel", "x"), ("Variable", "SHELL(id)")),
        (("Action", "Getvar"), ("Variable", "HL_TOKEN")),
        (*REDIRECT, ("Priority", "2")),
        (("Action", "Redirect"), ("Channel", "/.*/")),
        (("Action", "Redirect"), ("Channel", "PJSIP/anna-00000001")),
        (("Action", "Redirect"), ("Channel", "")),
        (("Action", "Setvar"), ("Channel", "x"), ("Variable", "HL_A"), ("Value", "1")),
        (("Action", "Setvar"), ("Channel", "x"), ("Variable", "HL_STAGE"), ("Value", "waiting")),
        (("Action", "Setvar"), ("Channel", "/.*/"), ("Variable", "HL_SAY"), ("Value", "all_busy")),
        (("Action", "Setvar"), ("Channel", "x"), ("Value", "1")),
        (("Action", "DeviceStateList"), ("Device", "PJSIP/anna")),
        setvar("DB(x/y)", "1"),
        setvar("HL_", "1"),
        setvar("HL_A)", "1"),
        setvar("HL_" + "A" * 31, "1"),
        setvar("hl_token", "1"),
        setvar("HL_A", "x" * 1024),
        setvar("HL_A", "é" * 510),
        setvar("HL_A", "\ud800"),
        (("Action", "Status"), ("Variables", "HL_CALL,SHELL(id)")),
        (("Action", "Ping"), *((f"X{n}", "") for n in range(200))),
    ],
)
def test_anything_else_is_refused(action: Headers) -> None:
    with pytest.raises(ActionRefusedError):
        check_action(action)


def test_a_refusal_names_the_header_and_keeps_the_value_to_itself() -> None:
    with pytest.raises(ActionRefusedError) as refusal:
        check_action((("Action", "Login"), ("Username", "core"), ("Secret", "hush\r\n")))

    assert "Secret" in str(refusal.value)
    assert "hush" not in str(refusal.value)


@given(st.sampled_from(sorted(ALLOWED_HEADERS)), st.data())
def test_whatever_is_sent_is_one_action_with_the_headers_it_was_given(name: str, data: st.DataObject) -> None:
    keys = sorted(ALLOWED_HEADERS[name])
    text = st.text() | st.sampled_from(["a\r\n\r\nAction: Hangup", "x\ny", "x\ry", "x\0", "HL_A", "1.2"])
    action = [("Action", name), *((key, data.draw(text)) for key in keys)]
    try:
        check_action(action)
    except ActionRefusedError:
        return

    async def written() -> str:
        return str(PendingAction(action, "id-1", lambda _reply: None))

    raw = asyncio.run(written()).encode()

    assert raw.endswith(b"\r\n\r\n")
    lines = raw.removesuffix(b"\r\n\r\n").split(b"\r\n")
    assert sorted(lines) == sorted(f"{key}: {value}".encode() for key, value in [*action, ("ActionID", "id-1")])
    assert max(map(len, lines)) <= 1022
    assert not any(byte < 0x20 for line in lines for byte in line)
