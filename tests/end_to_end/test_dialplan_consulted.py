"""An agent asks a colleague while his caller is on hold, and hands him over or not; whoever is gone at any moment."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.end_to_end.in_a_talk import Talk, talking
from tests.real import ControlLink, RealHotline, eventually
from tests.telephone import Telephone

pytestmark = pytest.mark.real


@contextmanager
def consulting(hotline: RealHotline, link: ControlLink, does: int = 200) -> Iterator[tuple[Talk, Telephone]]:
    """A caller is on hold, and Anna asks Ben, whose phone does this."""
    with (
        talking(hotline, link) as talk,
        Telephone(hotline.ports.sip, does).register("ben", hotline.credentials.sip["ben"]) as ben,
    ):
        talk.hear_each_other()
        talk.hold()
        link.fact("held")
        assert talk.consult("ben")["Response"] == "Success"
        if does == 200:
            consulted = link.fact("consulted")
            assert (consulted["Call"], consulted["Linkedid"], consulted["Offer"]) == (talk.call, talk.call, "8")
            ben.until_seen("ACK")
            hear_each_other(talk.anna, ben)
        yield talk, ben


def hear_each_other(one: Telephone, other: Telephone) -> None:
    for speaks, hears in ((one, other), (other, one)):
        eventually(lambda speaks=speaks, hears=hears: (hears.heard(), speaks.hum(), hears.heard() > 3)[2])  # type: ignore[misc]


def test_the_caller_hears_music_while_two_agents_speak_and_is_handed_over(
    hotline: RealHotline, link: ControlLink
) -> None:
    with consulting(hotline, link) as (talk, ben):
        assert talk.stage() == "held"
        talk.caller.heard()
        eventually(lambda: talk.caller.heard() > 0)
        assert talk.hand_over("ben")["Response"] == "Success"
        handed = link.fact("handed_over")
        assert (handed["Call"], handed["Uniqueid"], handed["Offer"]) == (talk.call, talk.call, "8")
        hear_each_other(talk.caller, ben)
        assert talk.stage() == "talking"
        assert talk.desk().startswith("PJSIP/ben-")
        talk.anna.until_seen("BYE", within=3)
        # A talk like any other from now on.
        at = len(link.blocks)
        talk.hold()
        link.fact("held", after=at)
        talk.resume()
        link.fact("resumed", after=at)
        hear_each_other(talk.caller, ben)
        ben.hang_up()
        assert link.fact("talk_ended")["Offer"] == "8"


def test_the_agent_takes_his_caller_back_and_the_colleague_is_let_go(hotline: RealHotline, link: ControlLink) -> None:
    with consulting(hotline, link) as (talk, ben):
        talk.resume()
        link.fact("resumed")
        ben.until_seen("BYE", within=3)
        talk.hear_each_other()


def test_a_colleague_who_hangs_up_leaves_the_agent_with_his_caller_on_hold(
    hotline: RealHotline, link: ControlLink
) -> None:
    with consulting(hotline, link) as (talk, ben):
        ben.hang_up()
        assert link.fact("consult_ended")["Status"] == "ANSWER"
        assert talk.stage() == "held"
        talk.resume()
        talk.hear_each_other()


@pytest.mark.parametrize(("does", "status"), [(486, "BUSY"), (603, "DECLINED")])
def test_a_colleague_who_does_not_answer_leaves_it_as_it_was(
    hotline: RealHotline, link: ControlLink, does: int, status: str
) -> None:
    with consulting(hotline, link, does) as (talk, _):
        ended = link.fact("consult_ended")
        assert (ended["Status"], ended["Linkedid"]) == (status, talk.call)
        assert talk.stage() == "held"
        talk.resume()
        talk.hear_each_other()


def test_a_caller_who_hangs_up_meanwhile_ends_it_for_both(hotline: RealHotline, link: ControlLink) -> None:
    with consulting(hotline, link) as (talk, ben):
        talk.caller.hang_up()
        ben.until_seen("BYE", within=3)
        talk.anna.until_seen("BYE", within=3)


def test_an_agent_who_hangs_up_meanwhile_leaves_the_caller_at_his_place(
    hotline: RealHotline, link: ControlLink
) -> None:
    with consulting(hotline, link) as (talk, ben):
        at = len(link.blocks)
        talk.anna.hang_up()
        ben.until_seen("BYE", within=3)
        link.fact("waiting", after=at, within=3)


def test_a_colleague_who_hangs_up_in_the_moment_of_the_handing_over_loses_nobody(
    hotline: RealHotline, link: ControlLink
) -> None:
    with consulting(hotline, link) as (talk, ben):
        at = len(link.blocks)
        talk.hand_over("ben")
        ben.hang_up()
        link.until(lambda block: block.get("Fact") in ("waiting", "talk_ended", "held"), after=at, within=5)


def all_hear_each_other(*phones: Telephone) -> None:
    for speaks in phones:
        for hears in phones:
            if hears is not speaks:
                eventually(lambda speaks=speaks, hears=hears: (hears.heard(), speaks.hum(), hears.heard() > 3)[2])  # type: ignore[misc]


@contextmanager
def together(hotline: RealHotline, link: ControlLink) -> Iterator[tuple[Talk, Telephone]]:
    with consulting(hotline, link) as (talk, ben):
        assert talk.all_together()["Response"] == "Success"
        fact = link.fact("together")
        assert (fact["Call"], fact["Uniqueid"], fact["Offer"]) == (talk.call, talk.call, "8")
        all_hear_each_other(talk.caller, talk.anna, ben)
        assert talk.stage() == "conference"
        yield talk, ben


@pytest.mark.parametrize("by_page", [False, True])
@pytest.mark.parametrize("agent_leaves", [True, False])
def test_all_three_talk_and_whichever_agent_leaves_the_caller_talks_on_with_the_other(
    hotline: RealHotline, link: ControlLink, *, agent_leaves: bool, by_page: bool
) -> None:
    with together(hotline, link) as (talk, ben):
        stays, goes = (ben, talk.anna) if agent_leaves else (talk.anna, ben)
        if by_page:
            talk.leaves("HL_DESK" if agent_leaves else "HL_COLLEAGUE")
            goes.until_seen("BYE", within=3)
        else:
            goes.hang_up()
        left = link.fact("left")
        assert (left["Call"], left["Linkedid"], left["Offer"]) == (talk.call, talk.call, "7" if agent_leaves else "8")
        hear_each_other(talk.caller, stays)
        name = "ben" if agent_leaves else "anna"
        assert (talk.stage(), link.variable(talk.call, "HL_PHONE")) == ("talking", name)
        assert talk.desk().startswith(f"PJSIP/{name}-")
        # A talk like any other from now on.
        at = len(link.blocks)
        talk.hold()
        link.fact("held", after=at)
        talk.resume()
        link.fact("resumed", after=at)
        hear_each_other(talk.caller, stays)
        stays.hang_up()
        assert link.fact("talk_ended")["Offer"] == ("8" if agent_leaves else "7")


@pytest.mark.parametrize("agent_leaves", [True, False])
def test_the_last_of_the_agents_who_hangs_up_ends_the_talk(
    hotline: RealHotline, link: ControlLink, *, agent_leaves: bool
) -> None:
    with together(hotline, link) as (talk, ben):
        for each in (talk.anna, ben) if agent_leaves else (ben, talk.anna):
            each.hang_up()
            link.fact("left")
        link.fact("talk_ended")


def test_both_agents_who_hang_up_at_once_end_the_talk(hotline: RealHotline, link: ControlLink) -> None:
    with together(hotline, link) as (talk, ben):
        talk.anna.hang_up()
        ben.hang_up()
        link.fact("talk_ended")


@pytest.mark.parametrize("alone_with", ["both", "anna", "ben"])
def test_a_caller_who_hangs_up_leaves_no_agent_behind(hotline: RealHotline, link: ControlLink, alone_with: str) -> None:
    with together(hotline, link) as (talk, ben):
        if alone_with != "both":
            (ben if alone_with == "anna" else talk.anna).hang_up()
            link.fact("left")
        talk.caller.hang_up()
        for each in (talk.anna, ben):
            if alone_with in ("both", "anna" if each is talk.anna else "ben"):
                each.until_seen("BYE", within=3)


def test_a_colleague_who_hangs_up_in_the_moment_in_which_all_come_together_loses_nobody(
    hotline: RealHotline, link: ControlLink
) -> None:
    with consulting(hotline, link) as (talk, ben):
        ben.hang_up()
        link.fact("consult_ended")
        at = len(link.blocks)
        talk.all_together()
        link.fact("held", after=at)
        talk.resume()
        talk.hear_each_other()
