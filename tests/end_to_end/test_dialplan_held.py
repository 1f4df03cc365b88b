"""An agent puts a caller on hold: parted, music, joined again, whatever goes wrong and whoever is gone."""

import pytest

from tests.end_to_end.in_a_talk import talking
from tests.real import ControlLink, RealHotline, eventually

pytestmark = pytest.mark.real


def test_a_caller_on_hold_hears_music_and_is_joined_again_as_often_as_the_agent_likes(
    hotline: RealHotline, link: ControlLink
) -> None:
    with talking(hotline, link) as talk:
        talk.hear_each_other()
        for _ in range(2):
            at = len(link.blocks)
            talk.anna.events = 0
            assert talk.hold()["Response"] == "Success"
            held = link.fact("held", after=at)
            assert held["Call"] == held["Uniqueid"] == talk.call
            assert (talk.stage(), talk.desk()) == ("held", "")
            for each in (talk.caller, talk.anna):
                each.heard()
                eventually(lambda each=each: each.heard() > 0)  # type: ignore[misc]
            # Nothing that the caller does reaches the agent.
            talk.caller.press("7")
            eventually(lambda: (talk.anna.heard(), True)[1])
            assert talk.anna.events == 0
            talk.resume()
            link.fact("resumed", after=at)
            eventually(lambda: talk.stage() == "talking")
            talk.hear_each_other()
        talk.anna.hang_up()
        link.fact("talk_ended")
    assert link.fact("ended")["Stage"] == "after"
    assert link.facts() == [
        "arrived", "waiting", "offering", "answered", "held", "resumed", "held", "resumed", "talk_ended", "ended",
    ]  # fmt: skip


def test_a_caller_who_hangs_up_on_hold_ends_the_agents_leg_at_once(hotline: RealHotline, link: ControlLink) -> None:
    with talking(hotline, link) as talk:
        talk.hold()
        link.fact("held")
        talk.caller.hang_up()
        talk.anna.until_seen("BYE", within=2)
    assert link.fact("ended")["Stage"] == "held"


def test_a_caller_on_hold_whose_agent_hangs_up_waits_again_in_his_old_place(
    hotline: RealHotline, link: ControlLink
) -> None:
    with talking(hotline, link) as talk:
        entered = link.fact("waiting")["Entered"]
        talk.hold()
        at = len(link.blocks)
        link.fact("held")
        talk.anna.hang_up()
        assert link.fact("waiting", after=at, within=3)["Entered"] == entered
        assert talk.stage() == "waiting"
        talk.caller.heard()
        eventually(lambda: talk.caller.heard() > 0)


@pytest.mark.parametrize("why", ["forgotten", "the process gives no sign of life"])
def test_nobody_is_on_hold_for_ever(hotline: RealHotline, link: ControlLink, why: str) -> None:
    with talking(hotline, link) as talk:
        talk.hold()
        link.fact("held")
        if why == "forgotten":
            link.set_global("HL_HOLD_MOST", "2")
        else:
            # As if many seconds had gone by; the heart stands still in these tests.
            link.ask(Action="Setvar", Channel=talk.call, Variable="HL_STALE", Value="22")
        try:
            link.fact("resumed", within=6)
        finally:
            link.set_global("HL_HOLD_MOST", "600")
        eventually(lambda: talk.stage() == "talking")
        talk.hear_each_other()


def test_hold_follows_a_pin_and_a_pin_follows_hold(hotline: RealHotline, link: ControlLink) -> None:
    with talking(hotline, link) as talk:
        for _ in range(2):
            at = len(link.blocks)
            talk.ask()
            link.fact("verified", after=at)
            eventually(lambda: talk.stage() == "talking")
            # While the two are just being joined their channels have other names, and an order fails.
            talk.hear_each_other()
            talk.hold()
            link.fact("held", after=at)
            talk.resume()
            link.fact("resumed", after=at)
            eventually(lambda: talk.stage() == "talking")
            talk.hear_each_other()


def test_an_agent_hangs_up_by_his_page_and_the_caller_goes_on_to_what_follows_a_talk(
    hotline: RealHotline, link: ControlLink
) -> None:
    with talking(hotline, link) as talk:
        talk.hear_each_other()
        talk.end()
        assert link.fact("talk_ended")["Offer"] == "7"
        talk.anna.until_seen("BYE", within=2)
    assert link.fact("ended")["Stage"] == "after"


def test_the_same_after_a_hold(hotline: RealHotline, link: ControlLink) -> None:
    with talking(hotline, link) as talk:
        talk.hold()
        link.fact("held")
        talk.resume()
        eventually(lambda: talk.stage() == "talking")
        talk.hear_each_other()
        talk.end()
        link.fact("talk_ended")
        talk.anna.until_seen("BYE", within=2)
