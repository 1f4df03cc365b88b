"""Actions and events on the link, against a manager that is late, silent, forged or cut in pieces."""

import asyncio

import pytest

from acd.asterisk.ami_actions import ActionRefusedError
from acd.asterisk.ami_connection import MOST_PENDING, MOST_UNSENT_BYTES, AmiConnection
from acd.asterisk.ami_link import ManagerAccess, PanoramiskLink
from acd.asterisk.framing import Block
from acd.asterisk.link import LinkNotReadyError, LinkState, OutcomeUnknownError, Reply
from acd.asterisk.link_statistics import LinkStatistics
from acd.asterisk.survey import SURVEY
from tests.asterisk.fake_manager import SECRET, FakeChannel, FakeManager, fake_manager
from tests.asterisk.running_link import running
from tests.asterisk.waiting import until

SETVAR = (("Action", "Setvar"), ("Variable", "HL_X"), ("Value", "1"))
REDIRECT = (
    ("Action", "Redirect"),
    ("Channel", "c-1.2"),
    ("Context", "hl-offer"),
    ("Exten", "1_15_anna"),
    ("Priority", "1"),
)


async def test_an_action_is_answered_and_leaves_nothing_behind() -> None:
    async with running() as run:
        await run.ready()

        reply = await run.link.send(SETVAR, 5)

        assert reply == Reply(success=True, message="Variable Set")
        assert run.manager.globals == {"HL_X": "1"}
        assert run.link.trouble == ""


async def test_a_list_is_whole_when_asterisk_says_so() -> None:
    async with running() as run:
        await run.ready()
        for number in range(3):
            run.manager.channels[f"c-1.{number}"] = FakeChannel(f"c-1.{number}")

        reply = await run.link.send(SURVEY, 5)

        assert [item.headers["Uniqueid"] for item in reply.items] == ["c-1.0", "c-1.1", "c-1.2"]


async def test_the_end_of_a_list_cannot_be_forged_with_the_rest_of_a_true_item() -> None:
    end = "Event: StatusComplete\r\nEventList: Complete\r\nListItems: 0"
    error = "Response: Error\r\nMessage: gone"
    async with running() as run:
        await run.ready()
        run.manager.channels["c-1.1"] = FakeChannel("c-1.1", caller_number=f"138\r\n\r\n{end}\r\nX: ")
        run.manager.channels["c-1.2"] = FakeChannel("c-1.2", caller_number=f"138\r\n\r\n{error}\r\nX: ")
        run.manager.channels["c-1.3"] = FakeChannel("c-1.3")

        reply = await run.link.send(SURVEY, 5)

        assert reply.success
        assert [item.headers["Uniqueid"] for item in reply.items] == ["c-1.3"]


async def test_an_action_without_a_reply_becomes_unknown_in_time_and_is_forgotten() -> None:
    async with running() as run:
        await run.ready()
        run.manager.deaf_to = {"Setvar"}

        for _ in range(50):
            with pytest.raises(OutcomeUnknownError, match="in time"):
                await run.link.send(SETVAR, 0.001)

        assert len(run.manager.taken("Setvar")) == 50
        await until(lambda: run.pending <= 1)  # A ping may be under way.
        assert run.link.state is LinkState.READY


async def test_a_cancelled_action_is_forgotten_and_its_late_reply_harms_nobody() -> None:
    async with running() as run:
        await run.ready()
        run.manager.deaf_to = {"Setvar"}

        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await run.link.send(SETVAR, 30)
        [late] = run.manager.taken("Setvar")
        await run.manager.send(f"Response: Success\r\nActionID: {late['ActionID']}\r\nMessage: Variable Set\r\n\r\n")
        run.manager.deaf_to = set()

        assert (await run.link.send(SURVEY, 5)).success
        assert run.link.statistics.dropped["stray"] == 1


async def test_nothing_is_sent_again_after_a_reset_and_its_outcome_is_unknown() -> None:
    async with running() as run:
        await run.ready()
        run.manager.deaf_to = {"Redirect", "Status"}
        outcomes: list[object] = []
        run.link.post(REDIRECT, 30, outcomes.append)
        run.link.post(SURVEY, 30, outcomes.append)
        await until(lambda: len(run.manager.taken("Status")) == 1)

        run.manager.deaf_to = set()
        run.manager.reset()
        await until(lambda: run.listener.told == ["up 1", "down 1", "up 2"])
        await run.link.send(SETVAR, 5)

        assert [type(outcome) for outcome in outcomes] == [OutcomeUnknownError] * 2
        assert len(run.manager.taken("Redirect")) == 1
        assert len(run.manager.taken("Status")) == 1


async def test_a_half_received_list_becomes_unknown_when_the_link_breaks() -> None:
    async with running() as run:
        await run.ready()
        run.manager.deaf_to = {"Status"}
        outcomes: list[object] = []
        run.link.post(SURVEY, 30, outcomes.append)
        await until(lambda: run.manager.taken("Status"))
        identity = run.manager.taken("Status")[0]["ActionID"]
        await run.manager.send(f"Response: Success\r\nActionID: {identity}\r\nEventList: start\r\nMessage: x\r\n\r\n")
        await run.manager.send(f"Event: Status\r\nUniqueid: c-1.1\r\nActionID: {identity}\r\n\r\n")

        run.manager.reset()
        await until(lambda: outcomes)

        assert isinstance(outcomes[0], OutcomeUnknownError)


async def test_while_there_is_no_link_an_action_is_not_sent_and_not_kept() -> None:
    async with fake_manager() as manager:
        link = PanoramiskLink(ManagerAccess("127.0.0.1", manager.port, "core", SECRET))

        with pytest.raises(LinkNotReadyError, match="not connected yet"):
            await link.send(SETVAR, 5)
        with pytest.raises(LinkNotReadyError):
            link.post(SETVAR, 5, lambda _reply: None)

        assert manager.actions == []


async def test_a_forbidden_action_never_reaches_the_wire() -> None:
    async with running() as run:
        await run.ready()

        with pytest.raises(ActionRefusedError):
            await run.link.send([*SETVAR[:2], ("Value", "1\r\n\r\nAction: Hangup\r\nChannel: /.*/")], 5)
        await run.link.send(SETVAR, 5)

        assert {action["Action"] for action in run.manager.actions} <= {"Login", "Ping", "Setvar"}
        assert run.manager.globals == {"HL_X": "1"}


async def test_a_switch_that_takes_nothing_more_is_not_flooded() -> None:
    async with running() as run:
        await run.ready()
        run.manager.deaf_to = {"Setvar"}

        def flood() -> None:
            for _ in range(MOST_PENDING + 1):
                run.link.post(SETVAR, 30, lambda _reply: None)

        with pytest.raises(LinkNotReadyError, match="takes no more"):
            flood()


async def test_a_listener_that_raises_costs_neither_the_connection_nor_the_next_event() -> None:
    async with running() as run:
        await run.ready()

        def explode(block: Block) -> None:
            raise ValueError(block.headers["Call"])

        run.listener.on_block = explode
        await run.manager.send(b"Event: UserEvent\r\nCall: a\r\n\r\nEvent: UserEvent\r\nCall: b\r\n\r\n")
        await until(lambda: len(run.listener.blocks) == 2)
        outcomes: list[object] = []

        def explode_too(reply: object) -> None:
            outcomes.append(reply)
            raise ValueError

        run.link.post(SETVAR, 5, explode_too)
        await until(lambda: outcomes)

        assert run.link.statistics.listener_failures == 3
        assert run.listener.told == ["up 1"]


async def test_an_event_with_our_own_action_id_still_reaches_the_listener() -> None:
    async with running() as run:
        await run.ready()
        run.manager.deaf_to = {"Status"}
        run.link.post(SURVEY, 30, lambda _reply: None)
        await until(lambda: run.manager.taken("Status"))
        identity = run.manager.taken("Status")[0]["ActionID"]

        await run.manager.send(f"Event: UserEvent\r\nActionID: {identity}\r\n\r\n")

        await until(lambda: run.listener.blocks)
        assert run.pending >= 1


@pytest.mark.parametrize("step", [1, 3, 1448])
async def test_the_link_works_whatever_pieces_the_network_delivers(step: int) -> None:
    manager = FakeManager()
    manager.slice = step
    async with running(manager=manager) as run:
        await run.ready()
        manager.channels["c-1.1"] = FakeChannel("c-1.1", caller_name="Žaneta 王")

        reply = await run.link.send(SURVEY, 20)

        assert reply.items[0].headers["CallerIDName"] == "Žaneta 王"


class StuckTransport(asyncio.Transport):
    """A transport whose peer reads nothing."""

    def is_closing(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return MOST_UNSENT_BYTES + 1

    def write(self, data: object) -> None:  # noqa: ARG002
        raise AssertionError("nothing more may be written")


async def test_what_the_switch_does_not_read_does_not_pile_up_here() -> None:
    connection = AmiConnection(LinkStatistics(), "x", lambda _block: None, lambda _reason: None)
    connection.connection_made(StuckTransport())

    with pytest.raises(LinkNotReadyError, match="takes no more"):
        connection.send(SETVAR, 5, lambda _reply: None)

    assert connection.responses == {}


async def test_garbage_in_the_middle_costs_nothing_but_itself() -> None:
    async with running() as run:
        await run.ready()
        await run.manager.send(b"\x00\xff garbage\r\n\r\nEvent: UserEvent\r\nno header\r\n\r\n" + b"x" * 200_000)
        await run.manager.send(b"\r\n\r\nEvent: UserEvent\r\nCall: good\r\n\r\n")

        await until(lambda: run.listener.blocks)

        assert [(epoch, block.headers["Call"]) for epoch, block in run.listener.blocks] == [(1, "good")]
        assert run.listener.told == ["up 1"]
