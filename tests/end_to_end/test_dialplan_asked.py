"""An agent has the caller asked for his PIN in the middle of a talk: parted, asked, joined, whatever goes wrong."""

import itertools
import threading

import numpy as np
import pytest

from tests.end_to_end.in_a_talk import talking
from tests.end_to_end.scripted_agi import AgiTalk, ScriptedAgi
from tests.hearing import HearingTelephone
from tests.real import ControlLink, RealHotline, eventually
from tests.sounds import level

pytestmark = pytest.mark.real


def test_the_two_are_parted_asked_and_joined_again_as_often_as_the_agent_likes(
    hotline: RealHotline, link: ControlLink
) -> None:
    keyed: list[int] = []
    go_on = threading.Event()

    def pin(talk: AgiTalk) -> None:
        talk.more_time(20)
        keyed.append(talk.do("WAIT FOR DIGIT 10000"))
        assert go_on.wait(10)
        talk.set(VERDICT="verified", CUSTOMER="1001", VERIFIED="1", DONE="1")

    with ScriptedAgi(hotline.ports.agi, pin=pin) as agi, talking(hotline, link) as talk:
        talk.hear_each_other()
        for times in (1, 2):
            at = len(link.blocks)
            go_on.clear()
            talk.anna.events = 0
            assert talk.ask()["Response"] == "Success"
            eventually(lambda times=times: agi.asked.count("pin") == times)  # type: ignore[misc]
            assert (talk.stage(), talk.desk()) == ("verifying", "")
            talk.anna.heard()
            talk.caller.press("7")
            eventually(lambda times=times: keyed == [ord("7")] * times)  # type: ignore[misc]
            # The agent hears his tone, and of the key nothing.
            eventually(lambda: talk.anna.heard() > 0)
            assert talk.anna.events == 0
            go_on.set()
            verified = link.fact("verified", after=at)
            assert (verified["Verdict"], verified["Customer"]) == ("verified", "1001")
            assert verified["Call"] == verified["Uniqueid"] == talk.call
            eventually(lambda: talk.stage() == "talking")
            talk.hear_each_other()
            assert link.variable(talk.call, "TIMEOUT(absolute)") == "0"
        # Between the two, keys pass as ever.
        talk.caller.press("5")
        eventually(lambda: (talk.anna.heard(), talk.anna.events > 0)[1])
        talk.anna.hang_up()
        link.fact("talk_ended")
    assert link.fact("ended")["Stage"] == "after"
    assert link.facts() == [
        "arrived", "waiting", "offering", "answered", "verified", "verified", "talk_ended", "ended",
    ]  # fmt: skip


def test_a_caller_who_hangs_up_meanwhile_ends_the_agents_leg_at_once(hotline: RealHotline, link: ControlLink) -> None:
    with (
        ScriptedAgi(hotline.ports.agi, pin=lambda talk: talk.do("WAIT FOR DIGIT 10000")) as agi,
        talking(hotline, link) as talk,
    ):
        talk.ask()
        eventually(lambda: "pin" in agi.asked)
        talk.caller.hang_up()
        talk.anna.until_seen("BYE", within=2)
    assert link.fact("ended")["Stage"] == "verifying"
    assert "verified" not in link.facts()


def test_a_caller_whose_agent_hangs_up_meanwhile_waits_again_in_his_old_place(
    hotline: RealHotline, link: ControlLink
) -> None:
    gone = threading.Event()

    def pin(talk: AgiTalk) -> None:
        talk.more_time(20)
        assert gone.wait(10)
        talk.set(VERDICT="wrong", CUSTOMER="", DONE="1")

    with ScriptedAgi(hotline.ports.agi, pin=pin) as agi, talking(hotline, link) as talk:
        entered = link.fact("waiting")["Entered"]
        talk.ask()
        eventually(lambda: "pin" in agi.asked)
        at = len(link.blocks)
        talk.anna.hang_up()
        gone.set()
        assert link.fact("verified")["Verdict"] == "wrong"
        assert link.fact("waiting", after=at)["Entered"] == entered
        assert talk.stage() == "waiting"
        # The music goes on.
        talk.caller.heard()
        eventually(lambda: talk.caller.heard() > 0)


def test_the_agent_hears_a_tone_now_and_then_while_the_caller_is_asked(hotline: RealHotline, link: ControlLink) -> None:
    gone = threading.Event()

    def pin(talk: AgiTalk) -> None:
        talk.more_time(20)
        assert gone.wait(20)
        talk.set(VERDICT="wrong", DONE="1")

    with ScriptedAgi(hotline.ports.agi, pin=pin), talking(hotline, link, HearingTelephone) as talk:
        assert isinstance(talk.anna, HearingTelephone)
        talk.ask()
        since = talk.anna.now()
        talk.anna.until_heard(7)
        heard = talk.anna.heard_sound(since)
        gone.set()
    # Where the tone sounds, in fiftieths of a second, and that nothing else does.
    pieces = [heard[at : at + 160] for at in range(0, len(heard) - 160, 160)]
    loud = [at for at, piece in enumerate(pieces) if level(piece) > -35]
    begins = [at for at in loud if at - 1 not in loud]
    assert all(2.5 < (later - one) / 50 < 3.5 for one, later in itertools.pairwise(begins))
    assert 2 <= len(begins) <= 3
    assert len(loud) < 20 * len(begins)
    spectrum = np.abs(np.fft.rfft(heard))
    assert abs(np.argmax(spectrum) * 8000 / len(heard) - 440) < 5


@pytest.mark.parametrize("fate", ["dead", "killed", "frozen"])
def test_a_process_that_dies_meanwhile_keeps_nobody_apart(hotline: RealHotline, link: ControlLink, fate: str) -> None:
    never = threading.Event()

    def pin(talk: AgiTalk) -> None:
        talk.do("EXEC PlayTones !697+1209/60000")
        never.wait(20)

    with talking(hotline, link) as talk:
        if fate == "dead":
            talk.ask()
        else:
            with ScriptedAgi(hotline.ports.agi, pin=pin) as agi:
                talk.ask()
                eventually(lambda: "pin" in agi.asked)
                if fate == "frozen":
                    link.fact("verified", within=8)
        assert link.fact("verified")["Verdict"] == "unavailable"
        eventually(lambda: talk.stage() == "talking")
        talk.hear_each_other()
        never.set()
        talk.caller.hang_up()
        talk.anna.until_seen("BYE", within=2)
    assert link.fact("ended")["Stage"] == "talking"
