"""The story of somebody who was on hold and was sent on; and what an older version wrote of him."""

import json

from acd.app.explain import as_data, told
from acd.core.requests import (
    CompleteTransfer,
    ConsultAgent,
    DialNumber,
    HoldCaller,
    ResumeCaller,
    TransferCaller,
)
from acd.core.switch_events import (
    CallbackFailed,
    CallerHandedOver,
    CallerHeld,
    CallerResumed,
    CallerSent,
    ColleagueAnswered,
    OfferFailure,
)
from acd.core.talk_events import AgentConsulted, NumberDialled
from acd.core.transfers import Target, TransferKind
from acd.journal.records import MEMORY_VERSION, decode_memory, encode_memory
from tests.builders import ANNA, CHEN, FIRST
from tests.journal.test_story import Recorded
from tests.journal.test_story_of_a_callback import CallingBack

TO_CHEN = Target(TransferKind.AGENT, CHEN)
NEW_IN_CALLS = ("consult", "held_since", "held", "moving_at", "moving_to", "transfer", "sent_by", "sent_to")


def sent_on(world: Recorded) -> None:
    """Anna talks with a caller, holds him, and sends him to Chen, who has none of the lane's skills."""
    for each in (ANNA, CHEN):
        world.log_in(each)
        world.ready(each)
    world.arrive(FIRST)
    world.enter(FIRST)
    world.talk(FIRST)
    world.take(HoldCaller(ANNA))
    world.take(CallerHeld(FIRST))
    world.wait(20)
    world.take(ResumeCaller(ANNA))
    world.take(CallerResumed(FIRST))
    world.take(TransferCaller(ANNA, TO_CHEN))
    world.take(CallerSent(FIRST, world.offer(FIRST), TO_CHEN))
    world.talk(FIRST)


async def test_a_story_tells_of_hold_and_transfer_and_that_no_rule_chose_the_agent() -> None:
    world = CallingBack()
    sent_on(world)
    story = await world.story(FIRST)
    lines = "\n".join(told(story))
    for said in (
        "put on hold by anna",
        "on hold no more, after 0:20",
        "anna talked for 0:20, 0:20 of it on hold",
        "sent on by anna to agent chen",
        "chen was asked because of a transfer, whatever the lane asks for",
        "transfer to agent chen: reached",
    ):
        assert said in lines
    assert "agent chen" in str(as_data(story))


async def test_a_story_tells_who_was_asked_and_what_came_of_it() -> None:
    world = CallingBack()
    for each in (ANNA, CHEN):
        world.log_in(each)
        world.ready(each)
    world.arrive(FIRST)
    world.enter(FIRST)
    world.talk(FIRST)
    world.take(HoldCaller(ANNA))
    world.take(CallerHeld(FIRST))
    world.take(ConsultAgent(ANNA, CHEN))
    [asked] = world.history(AgentConsulted)
    world.take(ColleagueAnswered(FIRST, asked.offer))
    world.wait(12)
    world.take(CompleteTransfer(ANNA))
    world.take(CallerHandedOver(FIRST, asked.offer))
    lines = "\n".join(told(await world.story(FIRST)))
    for said in (
        "anna asks chen, the caller being on hold",
        "chen talks with anna",
        "anna does not ask chen any more: handed over",
        "anna talked for 0:12, 0:12 of it on hold",
        "transfer to agent chen: reached",
    ):
        assert said in lines


async def test_a_customer_whom_an_agent_calls_has_a_story_without_his_number() -> None:
    world = CallingBack()
    world.log_in(ANNA)
    world.ready(ANNA)
    world.take(DialNumber(ANNA, "13900000888"))
    [dialled] = world.history(NumberDialled)
    world.take(CallbackFailed(dialled.entry, OfferFailure.NO_ANSWER))
    story = await world.story(dialled.entry)
    assert "called by anna, and counted in lane" in "\n".join(told(story))
    assert "13900000888" not in "\n".join(told(story)) + str(as_data(story))


def test_a_checkpoint_from_before_there_were_holds_and_transfers_is_read() -> None:
    world = CallingBack()
    sent_on(world)
    body = json.loads(encode_memory(world.router.memory))
    for call in body["calls"].values():
        for name in NEW_IN_CALLS:
            del call[name]
    for desk in body["desks"].values():
        del desk["hand_since"]
    del body["policy"]["transfer_numbers"]
    found = decode_memory(json.dumps(body), MEMORY_VERSION)
    assert found.calls[FIRST].held_since is None
    assert found.calls[FIRST].sent_by is None
