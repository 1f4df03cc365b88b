"""An agent sends a caller on, by one Redirect of the caller alone: to a lane, to an agent, to a number outside."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from acd.asterisk.obtain import Asterisk
from acd.config.loading import load
from acd.config.model import TrunkConfig
from tests.end_to_end.in_a_talk import Talk, talking
from tests.real import ControlLink, RealHotline, eventually, start_hotline
from tests.telephone import Telephone

pytestmark = pytest.mark.real

OUTSIDE = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(250)}.{secrets.randbelow(250) + 2}"
"""The carrier that is called: an address of loopback that no other test has, for its port is always SIP's own."""
SIP_PORT = 5060
NUMBER, ANOTHER = "+49301234", "+49309999"


@pytest.fixture(scope="module")
def hotline(
    private_asterisk: Asterisk, example_bank: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealHotline]:
    bank = load(example_bank)
    trunks = {"out": TrunkConfig(match=(OUTSIDE,)), **bank.trunks}
    # What callers may be sent to by a lane, agents may not send them to.
    update = {"trunks": trunks, "transfer_numbers": {"lost-cards": NUMBER}, "overflow_numbers": (ANOTHER,)}
    running = start_hotline(private_asterisk, tmp_path_factory.mktemp("hotline"), bank.model_copy(update=update))
    yield running
    running.instance.stop()


def sent(talk: Talk, extension: str) -> dict[str, str]:
    """He is sent on; what the dialplan says of it. The agent's leg ends by that."""
    assert talk.send(extension)["Response"] == "Success"
    fact = talk.link.fact("transferred")
    assert fact["Call"] == fact["Uniqueid"] == talk.call
    assert fact["Offer"] == "7"
    talk.anna.until_seen("BYE", within=3)
    return fact


@pytest.mark.parametrize("on_hold", [False, True])
def test_a_caller_sent_to_a_lane_waits_there_as_somebody_who_came_when_he_came(
    hotline: RealHotline, link: ControlLink, on_hold: bool
) -> None:
    with talking(hotline, link) as talk:
        first = link.fact("waiting")
        if on_hold:
            talk.hold()
            link.fact("held")
        at = len(link.blocks)
        fact = sent(talk, "lane_wealth")
        assert (fact["Kind"], fact["To"]) == ("lane", "wealth")
        again = link.fact("waiting", after=at)
        assert (again["Lane"], again["Entered"]) == ("wealth", first["Entered"])
        assert (talk.stage(), talk.desk()) == ("waiting", "")
        talk.caller.heard()
        eventually(lambda: talk.caller.heard() > 0)


def test_a_caller_is_sent_on_a_third_time_from_agent_to_agent(hotline: RealHotline, link: ControlLink) -> None:
    with (
        talking(hotline, link) as talk,
        Telephone(hotline.ports.sip, 200).register("ben", hotline.credentials.sip["ben"]) as ben,
    ):
        first = link.fact("waiting")
        for offer, (phone, gone) in enumerate([(ben, talk.anna), (talk.anna, ben), (ben, talk.anna)], start=8):
            at, name = len(link.blocks), "ben" if phone is ben else "anna"
            phone.seen.clear()
            talk.send(f"agent_{name}")
            fact = link.fact("transferred", after=at)
            assert (fact["Kind"], fact["To"], fact["Offer"]) == ("agent", name, str(offer - 1))
            gone.until_seen("BYE", within=3)
            gone.seen.clear()
            # Our process offers him at once, before he has even begun to wait.
            link.offer(talk.call, offer, 15, name)
            link.fact("answered", after=at)
            phone.until_seen("ACK")
            eventually(lambda: talk.stage() == "talking")
        assert link.variable(talk.call, "HL_LANE") == first["Lane"]


def test_a_caller_sent_to_a_number_outside_talks_there_and_his_call_ends_with_it(
    hotline: RealHotline, link: ControlLink
) -> None:
    with talking(hotline, link) as talk, Telephone(hotline.ports.sip, 200, (OUTSIDE, SIP_PORT)) as outside:
        fact = sent(talk, f"number_{NUMBER}")
        assert (fact["Kind"], fact["To"]) == ("number", NUMBER)
        connected = link.fact("connected")
        assert connected["Call"] == connected["Linkedid"] == talk.call
        outside.until_seen("ACK")
        assert talk.stage() == "transferred"
        [invite] = outside.invites
        assert f"sip:{NUMBER}@" in invite
        assert "13812345678" not in invite, "who calls is nobody's business there"
        outside.hang_up()
        talk.caller.until_seen("BYE")
    assert link.fact("ended")["Stage"] == "transferred"


@pytest.mark.parametrize("why", ["busy", "not allowed", "no number"])
def test_a_number_outside_that_is_not_reached_leaves_the_caller_at_his_place_in_the_lane(
    hotline: RealHotline, link: ControlLink, why: str
) -> None:
    with talking(hotline, link) as talk, Telephone(hotline.ports.sip, 486, (OUTSIDE, SIP_PORT)) as outside:
        first = link.fact("waiting")
        at = len(link.blocks)
        talk.send({"busy": f"number_{NUMBER}", "not allowed": f"number_{ANOTHER}", "no number": "number_"}[why])
        again = link.fact("waiting", after=at)
        assert (again["Lane"], again["Entered"]) == (first["Lane"], first["Entered"])
        assert bool(outside.invites) is (why == "busy")
        talk.anna.until_seen("BYE", within=3)


def test_a_caller_who_hangs_up_while_the_number_rings_stops_it(hotline: RealHotline, link: ControlLink) -> None:
    with talking(hotline, link) as talk, Telephone(hotline.ports.sip, 180, (OUTSIDE, SIP_PORT)) as outside:
        sent(talk, f"number_{NUMBER}")
        outside.until_seen("INVITE")
        talk.caller.hang_up()
        outside.until_seen("CANCEL")
    assert link.fact("ended")["Stage"] == "transferred"


def test_a_transfer_crosses_the_agents_own_hanging_up(hotline: RealHotline, link: ControlLink) -> None:
    with talking(hotline, link) as talk:
        # A survey keeps him on the line; our IVR is not there, so he would be let go at once.
        at = len(link.blocks)
        link.ask(Action="Setvar", Channel=talk.call, Variable="HL_SURVEY", Value="")
        talk.anna.hang_up()
        talk.send("lane_wealth")
        found = link.until(lambda block: block.get("Fact") in ("waiting", "ended"), after=at)
        assert found["Fact"] == "ended" or found["Lane"] == "wealth"
