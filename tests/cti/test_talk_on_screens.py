"""What an agent's page may do with a talk, and what it is told of it."""

import pytest

from acd.core.orders import HangUpAgent, JoinAgain, PutOnHold, SendCaller
from acd.core.requests import (
    CompleteTransfer,
    EndTalk,
    HoldCaller,
    RaiseHand,
    ResumeCaller,
    StartConference,
    TransferCaller,
)
from acd.core.switch_events import (
    AgentLeft,
    AllTogether,
    CallerResumed,
    ColleagueAnswered,
    ConsultEnded,
    OfferFailed,
    OfferFailure,
    OfferReached,
    OrderFailed,
)
from acd.core.transfers import Target, TransferKind
from cti.board import Board
from cti.messages import BadMessage, read
from tests.cti.open_web import browser, open_web
from tests.cti.small_hotline import ANNA, BEN, GENERAL, OUTSIDE, SmallHotline, eventful_policy
from tests.cti.test_callers_side_on_screens import shown, talking

TO_BEN = Target(TransferKind.AGENT, BEN)


async def test_a_page_shows_since_when_its_caller_is_on_hold_and_shows_it_again_when_it_is_opened_again() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        call = await talking(web, anna)
        assert anna.heard[-1]["talk"] == {"held": None, "consult": None, "conference": None}
        await anna.say(type="hold")
        await web.hotline.until_asked(HoldCaller(ANNA))
        assert PutOnHold(call) in web.hotline.orders
        web.hotline.is_held(call)
        since = web.hotline.time
        while (await anna.hear("state", state="talking"))["talk"]["held"] != since:
            pass
        async with browser(web, ANNA) as again:
            assert again.heard[-1]["talk"]["held"] == since
            web.hotline.sleep(6_000)
            await again.say(type="resume")
            await web.hotline.until_asked(ResumeCaller(ANNA))
            assert JoinAgain(call) in web.hotline.orders
            web.hotline.take(CallerResumed(call))
            while (await again.hear("state"))["talk"]["held"] is not None:
                pass


async def test_an_agent_hangs_up_by_his_page_and_hears_when_the_switch_could_not() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        call = await talking(web, anna)
        await anna.say(type="hang_up")
        await web.hotline.until_asked(EndTalk(ANNA))
        assert HangUpAgent(call) in web.hotline.orders
        web.hotline.take(OrderFailed(call, None))
        assert (await anna.hear("control_failed"))["call"] == call


async def test_who_sent_a_caller_on_hears_how_it_came_out_and_whoever_gets_him_from_whom() -> None:
    async with open_web() as web, browser(web, ANNA) as anna, browser(web, BEN) as ben:
        call = await talking(web, anna)
        await anna.say(type="transfer", to={"agent": "ben"})
        assert (await anna.hear("refused", request="transfer"))["reason"] == "ben is not ready"
        await ben.say(type="ready")
        await ben.hear("state", state="ready")
        await anna.say(type="transfer", to={"agent": "ben"})
        while web.hotline.asked.count(TransferCaller(ANNA, TO_BEN)) < 2:
            await anna.say(type="targets")
            await anna.hear("targets")
        assert SendCaller(call, TO_BEN, "zh") in web.hotline.orders  # type: ignore[arg-type]
        web.hotline.is_sent(call, TO_BEN)
        pop = await shown(web, ben)
        assert (pop["call"], pop["transferred_by"]) == (call, "anna")
        web.hotline.take(OfferReached(call, pop["offer"]))
        web.hotline.take(OfferFailed(call, pop["offer"], OfferFailure.NO_ANSWER))
        told = await anna.hear("transfer")
        assert (told["to"], told["result"]) == ({"agent": "ben"}, "returned")
        assert "transfer" not in [message["type"] for message in ben.heard]


async def test_a_colleague_sees_the_caller_while_he_is_asked_and_keeps_him_only_if_he_is_handed_over() -> None:
    async with open_web() as web, browser(web, ANNA) as anna, browser(web, BEN) as ben:
        call = await talking(web, anna)
        await ben.say(type="ready")
        await ben.hear("state", state="ready")
        web.hotline.is_held(call)
        for end in (None, "handed_over"):
            await anna.say(type="consult", to={"agent": "ben"})
            consulted = await ben.hear("state", state="consulted")
            assert consulted["talk"] == {
                "held": None,
                "consult": {"agent": "ben", "answered": False},
                "conference": None,
            }
            offer = web.hotline.look.offer_of(BEN)
            assert offer is not None
            assert offer.consulted_by == ANNA
            await shown(web, ben, offer)
            web.hotline.take(ColleagueAnswered(call, offer.offer))
            while (await anna.hear("state"))["talk"]["consult"] != {"agent": "ben", "answered": True}:
                pass
            if end is None:
                web.hotline.take(ConsultEnded(call, offer.offer, None))
                assert (await ben.hear("pop_end"))["reason"] == "over"
                await ben.hear("state", state="ready")
        await anna.say(type="conference")
        await web.hotline.until_asked(StartConference(ANNA))
        web.hotline.take(AllTogether(call, offer.offer))
        for page in (anna, ben):
            while (await page.hear("state"))["talk"]["conference"] is None:
                pass
        await anna.say(type="complete")
        await web.hotline.until_asked(CompleteTransfer(ANNA))
        first = web.hotline.router.memory.calls[call].offer
        assert first is not None
        web.hotline.take(AgentLeft(call, first))
        assert (await anna.hear("transfer"))["result"] == "reached"
        await ben.hear("state", state="talking")
        assert [message["type"] for message in ben.heard].count("pop_end") == 1


async def test_a_page_asks_to_whom_a_caller_can_be_sent() -> None:
    async with open_web(SmallHotline(eventful_policy())) as web, browser(web, ANNA) as anna, browser(web, BEN) as ben:
        await ben.say(type="ready")
        await ben.hear("state", state="ready")
        await anna.say(type="targets")
        said = await anna.hear("targets")
        assert said["lanes"] == ["cards", "general"]
        assert said["agents"] == [{"agent": "ben", "name": "Ben", "state": "ready"}]
        assert said["numbers"] == [{"name": "office", "number": OUTSIDE}]


async def test_a_raised_hand_is_on_the_desk_and_on_the_board_and_falls_with_the_talk() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        board = Board(web.hotline.look)
        call = await talking(web, anna)
        await anna.say(type="raise_hand", on=True)
        await web.hotline.until_asked(RaiseHand(ANNA, raised=True))
        since = web.hotline.time
        while (await anna.hear("state"))["hand"] != since:
            pass
        assert f'"hands":[{{"agent":"anna","since":{since}}}]' in board.picture()
        web.hotline.talks_and_ends(call)
        while (await anna.hear("state"))["hand"] is not None:
            pass
        assert '"hands":[]' in board.picture()


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"transfer"}',
        '{"type":"transfer","to":"cards"}',
        '{"type":"transfer","to":{}}',
        '{"type":"transfer","to":{"lane":"cards","agent":"ben"}}',
        '{"type":"transfer","to":{"lane":7}}',
        '{"type":"transfer","to":{"lane":"cards\\nx"}}',
        '{"type":"transfer","to":{"lane":"' + "a" * 40 + '"}}',
        '{"type":"transfer","to":{"planet":"mars"}}',
        '{"type":"dial","number":"+49 30"}',
        '{"type":"dial","number":1}',
        '{"type":"consult","to":{"lane":"cards"}}',
        '{"type":"consult","to":{"agent":"ben","lane":"cards"}}',
        '{"type":"raise_hand","on":1}',
        '{"type":"raise_hand"}',
    ],
)
def test_what_a_page_never_says_is_not_understood(text: str) -> None:
    with pytest.raises(BadMessage):
        read(text)


def test_a_lane_is_named_as_it_is_called() -> None:
    assert read('{"type":"transfer","to":{"lane":"general"}}').target == Target(TransferKind.LANE, GENERAL)  # type: ignore[union-attr]
