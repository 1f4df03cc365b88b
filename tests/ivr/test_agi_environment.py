"""A header counts only if Asterisk alone can have written it."""

import pytest

from ivr.agi_environment import REQUIRED_KEYS
from ivr.agi_errors import ProtocolBroken, Refusal
from ivr.agi_protocol import AgiConnection, CallPresented, Ended
from tests.ivr.agi_bytes import HEADERS, header


def presented(data: bytes) -> CallPresented:
    [event] = AgiConnection().receive(data)
    assert isinstance(event, CallPresented), event
    return event


def refused(data: bytes) -> Refusal:
    """Why the connection ended; whatever came before it did, is no event that anybody acts on alone."""
    last = AgiConnection().receive(data)[-1]
    assert isinstance(last, Ended)
    assert isinstance(last.error, ProtocolBroken)
    return last.error.reason


def test_a_sound_header_presents_the_call_and_the_script_it_asks_for() -> None:
    environment = presented(header(agi_network_script="ivr/pin?menu=main&try=2")).environment

    assert environment.call == "hotline-1795318465.12"
    assert environment.path == "ivr/pin"
    assert environment.query == {"menu": "main", "try": "2"}
    assert environment.headers["agi_callerid"] == "13800138000"


def test_the_example_header_holds_every_key_that_is_required() -> None:
    assert HEADERS.keys() == REQUIRED_KEYS


def test_a_name_in_another_encoding_is_shown_with_marks_and_refuses_nobody() -> None:
    data = header().replace(b"agi_calleridname: unknown", b"agi_calleridname: \xd6zg\xfcr \xff")

    assert presented(data).environment.headers["agi_calleridname"] == "\ufffdzg\ufffdr \ufffd"


def test_control_characters_in_a_name_are_marks_too() -> None:
    data = header(agi_calleridname="a\x00b\x1bc\rd\u2028e")

    assert presented(data).environment.headers["agi_calleridname"] == "a\ufffdb\ufffdc\ufffdd\ufffde"


def test_a_forged_number_that_ends_the_header_early_is_refused() -> None:
    assert refused(header(agi_callerid="138\n\n200 result=1")) is Refusal.MISSING_KEY
    assert refused(header(agi_callerid="138\r\n\r\nEvent: x")) is Refusal.MALFORMED


def test_a_forged_number_that_adds_lines_is_refused() -> None:
    assert refused(header(agi_callerid="138\nagi_context: hl-vip")) is Refusal.DUPLICATE_KEY
    assert refused(header(agi_callerid="138\nagi_arg_1: gold")) is Refusal.UNKNOWN_KEY
    assert refused(header(agi_callerid="138\nx")) is Refusal.MALFORMED


def test_a_forged_number_that_holds_a_whole_header_is_refused_by_what_comes_after_it() -> None:
    keys = list(HEADERS)
    forged = "".join(f"\n{key}: 1" for key in keys[keys.index("agi_callerid") + 1 :])

    assert refused(header(agi_callerid=f"138{forged}\n")) is Refusal.UNASKED
    assert refused(header(agi_callerid=f"138{forged}\n\n200 result=1")) is Refusal.UNASKED


@pytest.mark.parametrize("key", sorted(REQUIRED_KEYS))
def test_a_header_without_one_of_its_keys_is_refused(key: str) -> None:
    assert refused(header(**{key: None})) is Refusal.MISSING_KEY


@pytest.mark.parametrize(
    "script",
    [
        *("", "/ivr", "../ivr", "ivr//pin", "IVR", "ivr;ls", "a/" * 9),
        *("ivr?", "ivr?a", "ivr?a=1&a=2", "ivr?a=%41", "ivr?a=1&", "ivr?a=b c"),
        "ivr?" + "&".join(f"k{n}=1" for n in range(9)),
    ],
)
def test_a_script_outside_the_allow_list_is_refused(script: str) -> None:
    assert refused(header(agi_network_script=script)) is Refusal.BAD_SCRIPT


@pytest.mark.parametrize("call", ["", "a b", "x" * 129, "1795318465.12\t"])
def test_an_id_that_is_no_calls_id_is_refused(call: str) -> None:
    assert refused(header(agi_uniqueid=call)) is Refusal.MALFORMED


def test_a_header_that_is_too_long_is_refused_before_it_is_whole() -> None:
    assert refused(b"agi_callerid: " + b"1" * 5_000) is Refusal.TOO_LONG
    assert refused((b"agi_callerid: " + b"1" * 4_000 + b"\n") * 5) is Refusal.TOO_LONG
    assert refused(b"agi_callerid: 1\n" * 65) is Refusal.TOO_LONG


def test_a_number_of_512_characters_is_no_reason_to_refuse() -> None:
    assert presented(header(agi_callerid="9" * 512)).environment.headers["agi_callerid"] == "9" * 512


def test_no_error_repeats_what_the_caller_sent() -> None:
    for spoiled in ("138\nsecret: 4711", "138\nsecret 4711", "138\n\nsecret=4711"):
        last = AgiConnection().receive(header(agi_callerid=spoiled))[-1]
        assert isinstance(last, Ended)
        assert "secret" not in str(last.error)
        assert "4711" not in str(last.error)
