"""A caller who is not going to be served is sent to a declared end, by nothing but the dialplan and one Redirect."""

import re
import secrets
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from acd.asterisk.obtain import Asterisk
from acd.config.loading import load
from acd.config.model import TrunkConfig
from tests.real import ControlLink, RealHotline, eventually, start_hotline
from tests.telephone import Telephone

pytestmark = pytest.mark.real

OUTSIDE = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(250)}.{secrets.randbelow(250) + 2}"
"""The carrier that is called: an address of loopback that no other test has, for its port is always SIP's own."""
SIP_PORT = 5060
NUMBER = "+49301234"
ALL_BUSY = "hotline/en/all_busy"


@pytest.fixture(scope="module")
def hotline(
    private_asterisk: Asterisk, example_bank: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealHotline]:
    bank = load(example_bank)
    trunks = {"out": TrunkConfig(match=(OUTSIDE,)), **bank.trunks}
    folder = tmp_path_factory.mktemp("hotline")
    update = {"trunks": trunks, "overflow_numbers": (NUMBER,)}
    running = start_hotline(private_asterisk, folder, bank.model_copy(update=update))
    running.instance.command("logger add channel played.log verbose(3)")
    yield running
    running.instance.stop()


@pytest.fixture
def caller(hotline: RealHotline) -> Iterator[Telephone]:
    with Telephone(hotline.ports.sip) as telephone:
        yield telephone


def waiting(link: ControlLink, caller: Telephone) -> str:
    """Somebody calls and waits; which call it is."""
    caller.call("95555", caller="13812345678")
    return link.fact("waiting")["Call"]


def played(hotline: RealHotline) -> list[str]:
    """What all callers heard until now, of what has a name; music has none."""
    log = (hotline.instance.folder / "log" / "played.log").read_text()
    return re.findall(r"Playing '(hotline/[^']+)\.\w+'", log)


def let_go(link: ControlLink, caller: Telephone, *, message: bool = False) -> None:
    """The call comes to its end by itself, and says so as a diverted one does, with a message or without."""
    assert link.fact("ended")["Stage"] == "diverted"
    caller.until_seen("BYE")
    assert link.facts() == ["arrived", "waiting", "diverted", *(["message_left"] if message else []), "ended"]


def message_of(hotline: RealHotline, call: str) -> Path:
    return hotline.instance.folder / "spool" / "hotline-messages" / f"{call}.wav"


def samples(recording: Path) -> tuple[int, ...]:
    with wave.open(str(recording), "rb") as sound:
        assert sound.getframerate() == 8_000
        frames = sound.readframes(sound.getnframes())
    return struct.unpack(f"<{len(frames) // 2}h", frames)


@pytest.mark.parametrize(
    ("extension", "heard"),
    [
        ("say_en_closed", "hotline/en/closed"),
        ("say_zh_all_busy", "hotline/zh/all_busy"),
        ("callback_zh_", "hotline/zh/callback"),
        ("say_en_nobody-spoke-this", ALL_BUSY),
        ("say_en_../zh/closed", ALL_BUSY),
        ("say_en_", ALL_BUSY),
        ("nonsense_en_", ALL_BUSY),
        ("number_en_999", ALL_BUSY),
        ("number_en_", ALL_BUSY),
    ],
)
def test_a_diverted_caller_hears_what_he_was_sent_to_and_is_let_go(
    hotline: RealHotline, link: ControlLink, caller: Telephone, extension: str, heard: str
) -> None:
    before = len(played(hotline))
    call = waiting(link, caller)

    link.divert(call, extension)

    diverted = link.fact("diverted")
    assert diverted["Call"] == diverted["Uniqueid"] == call
    let_go(link, caller)
    eventually(lambda: played(hotline)[before:] == [heard])


def test_a_diverted_caller_is_seen_as_one(hotline: RealHotline, link: ControlLink, caller: Telephone) -> None:
    call = waiting(link, caller)
    with Telephone(hotline.ports.sip, 180).register("anna", hotline.credentials.sip["anna"]) as anna:
        link.offer(call, 7, 30, "anna")
        anna.until_seen("INVITE")
        link.divert(call, "message_zh_")
        link.fact("diverted")
        # An order may be sent out of an offer, too: the phone stops.
        anna.until_seen("CANCEL")
    assert [link.variable(call, f"HL_{name}") for name in ("STAGE", "OFFER", "PHONE")] == ["diverted", "", ""]


def test_a_second_order_for_a_diverted_caller_begins_his_way_anew(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    call = waiting(link, caller)
    link.divert(call, "message_zh_")
    link.fact("diverted")

    link.divert(call, "callback_en_")

    assert link.fact("ended")["Stage"] == "diverted"
    assert link.facts() == ["arrived", "waiting", "diverted", "diverted", "ended"]


def test_a_caller_in_the_static_queue_is_not_diverted(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    link.set_global("HL_LAP", "0.2")
    call = waiting(link, caller)
    link.fact("fell_back")

    link.divert(call, "say_en_closed")

    eventually(lambda: link.variable(call, "CONTEXT") == "hl-fallback")
    assert link.variable(call, "HL_STAGE") == "fallback"
    link.set_global("HL_LAP", "8")
    assert "diverted" not in link.facts()
    assert "BYE" not in caller.seen


def test_a_message_is_kept_and_is_no_longer_than_allowed(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    link.set_global("HL_MESSAGE_MOST", "2")
    call = waiting(link, caller)
    link.divert(call, "message_en_")
    for _ in range(60):
        if "BYE" not in caller.seen:
            caller.hum()
    link.set_global("HL_MESSAGE_MOST", "120")
    let_go(link, caller, message=True)
    heard = samples(message_of(hotline, call))
    assert 8_000 < len(heard) <= 2.2 * 8_000
    # A loud tone: most of it is far from silence.
    assert sum(abs(sample) > 10_000 for sample in heard) > len(heard) / 2


@pytest.mark.parametrize("spoken", [20, 0], ids=["two seconds of speech", "none"])
def test_silence_ends_a_message_and_alone_is_none(
    hotline: RealHotline, link: ControlLink, caller: Telephone, spoken: int
) -> None:
    link.set_global("HL_MESSAGE_SILENCE", "1")
    call = waiting(link, caller)
    link.divert(call, "message_en_")
    for number in range(100):
        if "BYE" not in caller.seen:
            caller.hum(loud=number < spoken)
    link.set_global("HL_MESSAGE_SILENCE", "5")
    let_go(link, caller, message=spoken > 0)
    assert len(samples(message_of(hotline, call))) < 5 * 8_000


def test_what_was_said_until_the_caller_hung_up_is_kept(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    call = waiting(link, caller)
    link.divert(call, "message_en_")
    eventually(lambda: caller.hum() or message_of(hotline, call).exists())  # type: ignore[func-returns-value]
    for _ in range(15):
        caller.hum()
    caller.hang_up()
    assert link.fact("ended")["Stage"] == "diverted"
    assert link.facts()[-2:] == ["message_left", "ended"]
    hotline.until_quiet()
    assert any(abs(sample) > 10_000 for sample in samples(message_of(hotline, call)))


def test_a_caller_is_connected_to_a_number_outside_and_to_no_other(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    caller.call("95555", caller="13812345678", name="Wang Fang")
    call = link.fact("waiting")["Call"]
    with Telephone(hotline.ports.sip, 200, (OUTSIDE, SIP_PORT)) as outside:
        link.divert(call, f"number_en_{NUMBER}")
        outside.until_seen("ACK")
        invite = outside.invites[0]
        assert invite.startswith(f"INVITE sip:{NUMBER}@{OUTSIDE}")
        # Outside the call comes from our own number; whose call it is stays here.
        assert "95555" in next(line for line in invite.splitlines() if line.startswith("From:"))
        assert "13812345678" not in invite
        assert "Wang" not in invite
        outside.heard()
        eventually(lambda: (caller.hum(), outside.heard() > 3)[1])
        assert link.variable(call, "HL_STAGE") == "diverted"
        outside.hang_up()
    let_go(link, caller)


@pytest.mark.parametrize("does", [486, 603, 302])
def test_a_number_outside_that_does_not_answer_ends_with_a_word(
    hotline: RealHotline, link: ControlLink, caller: Telephone, does: int
) -> None:
    before = len(played(hotline))
    call = waiting(link, caller)
    with Telephone(hotline.ports.sip, does, (OUTSIDE, SIP_PORT)) as outside:
        link.divert(call, f"number_en_{NUMBER}")
        outside.until_seen("INVITE")
        let_go(link, caller)
        assert len(outside.invites) == 1
    eventually(lambda: played(hotline)[before:] == [ALL_BUSY])


def test_a_caller_hears_music_until_the_number_outside_answers(
    hotline: RealHotline, link: ControlLink, caller: Telephone
) -> None:
    call = waiting(link, caller)
    with Telephone(hotline.ports.sip, 180, (OUTSIDE, SIP_PORT)) as outside:
        link.divert(call, f"number_en_{NUMBER}")
        outside.until_seen("INVITE")
        caller.heard()
        eventually(lambda: caller.heard() > 0)
        caller.hang_up()
        outside.until_seen("CANCEL")
    assert link.fact("ended")["Stage"] == "diverted"
