"""The link to the manager interface, against one that misbehaves in every way that was seen or feared."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from acd.asterisk.ami_actions import ActionRefusedError
from acd.asterisk.ami_connection import MOST_PENDING
from acd.asterisk.ami_link import LinkLimits, ManagerAccess, PanoramiskLink
from acd.asterisk.framing import Block
from acd.asterisk.link import LinkNotReadyError, LinkState, OutcomeUnknownError, Reply
from acd.asterisk.survey import SURVEY
from tests.asterisk.fake_manager import SECRET, FakeChannel, FakeManager, fake_manager
from tests.asterisk.waiting import until

QUICK = LinkLimits(connect=0.5, login=0.5, ping_every=0.1, retry_first=0.02, retry_most=0.05, retry_refused=0.1)
PATIENT = LinkLimits(connect=3, login=3, ping_every=30, retry_first=0.02, retry_most=0.05)
SETVAR = (("Action", "Setvar"), ("Variable", "HL_X"), ("Value", "1"))
REDIRECT = (
    ("Action", "Redirect"),
    ("Channel", "c-1.2"),
    ("Context", "hl-offer"),
    ("Exten", "1_15_anna"),
    ("Priority", "1"),
)


class Listener:
    """Writes down what the link tells."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.blocks: list[tuple[int, Block]] = []
        self.on_block: Callable[[Block], None] | None = None

    def link_up(self, epoch: int) -> None:
        self.told.append(f"up {epoch}")

    def link_down(self, epoch: int) -> None:
        self.told.append(f"down {epoch}")

    def received(self, epoch: int, block: Block) -> None:
        if block.headers["Event"] == "UserEvent":
            self.blocks.append((epoch, block))
            if self.on_block is not None:
                self.on_block(block)


class Running:
    """A link that runs, its listener, and the manager it is connected to."""

    def __init__(self, manager: FakeManager, limits: LinkLimits, secret: str = SECRET) -> None:
        self.manager = manager
        self.listener = Listener()
        self.link = PanoramiskLink(ManagerAccess("127.0.0.1", manager.port, "core", secret), limits=limits)

    async def ready(self) -> "Running":
        await until(lambda: self.link.state is LinkState.READY)
        return self

    @property
    def pending(self) -> int:
        connection = self.link._connection
        return 0 if connection is None else len(connection.responses)


@asynccontextmanager
async def running(
    limits: LinkLimits = PATIENT, manager: FakeManager | None = None, secret: str = SECRET
) -> AsyncIterator[Running]:
    async with fake_manager(manager) as fake, asyncio.TaskGroup() as group:
        run = Running(fake, limits, secret)
        group.create_task(run.link.run(run.listener))
        try:
            yield run
        finally:
            run.link.close()


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


async def test_a_reset_link_is_back_well_within_five_seconds() -> None:
    async with running(LinkLimits()) as run:
        for round_ in range(1, 4):
            await until(lambda: run.link.state is LinkState.READY)
            began = time.monotonic()
            run.manager.reset()
            await until(lambda expected=f"up {round_ + 1}": run.listener.told[-1] == expected)  # type: ignore[misc]
            assert time.monotonic() - began < 5

        assert run.link.statistics.connections_lost == 3


async def test_a_silent_peer_is_dropped_after_three_pings_and_found_again() -> None:
    async with running(QUICK) as run:
        await run.ready()
        outcomes: list[object] = []
        run.manager.silent = True
        run.link.post(REDIRECT, 30, outcomes.append)

        await until(lambda: run.listener.told == ["up 1", "down 1"])
        assert "3 pings" in str(outcomes[0])
        assert run.link.state is LinkState.CONNECTING
        run.manager.silent = False
        await until(lambda: run.link.state is LinkState.READY)

        assert run.listener.told[-1] == f"up {run.link.epoch}"
        assert len(run.manager.taken("Redirect")) == 1


async def test_a_slow_but_living_peer_is_kept() -> None:
    async with running(QUICK) as run:
        await run.ready()
        answered = len(run.manager.taken("Ping"))

        await until(lambda: len(run.manager.taken("Ping")) >= answered + 5)

        assert run.listener.told == ["up 1"]


async def test_a_port_that_never_greets_is_left_in_time_and_never_hears_the_secret() -> None:
    manager = FakeManager()
    manager.silent = True
    async with running(LinkLimits(connect=0.05, retry_first=0.01, retry_most=0.01), manager) as run:
        await until(lambda: run.link.statistics.connections_failed >= 2)

        assert manager.actions == []
        assert "in time" in run.link.trouble


async def test_a_port_of_something_else_is_named_as_such() -> None:
    manager = FakeManager()
    manager.greeting = b"SSH-2.0-OpenSSH_9.2\r\n"
    async with running(QUICK, manager) as run:
        await until(lambda: run.link.statistics.connections_failed >= 2)

        assert run.link.trouble == "no Asterisk manager interface answered on this port"
        assert manager.actions == []


async def test_nobody_listening_is_tried_again_until_somebody_does(unused_tcp_port: int) -> None:
    manager = FakeManager()
    link = PanoramiskLink(ManagerAccess("127.0.0.1", unused_tcp_port, "core", SECRET), limits=QUICK)
    async with asyncio.TaskGroup() as group:
        group.create_task(link.run(Listener()))
        await until(lambda: link.statistics.connections_failed >= 3)
        server = await asyncio.start_server(manager.serve, "127.0.0.1", unused_tcp_port)
        await until(lambda: link.state is LinkState.READY)
        link.close()
        server.close()


async def test_a_refused_log_in_is_said_aloud_without_the_secret_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        async with running(QUICK, secret="an-old-secret") as run:
            await until(lambda: run.link.statistics.logins_refused >= 2)

            assert run.link.state is LinkState.REFUSED
            assert "refused the log-in of 'core'" in run.link.trouble
            assert run.listener.told == []
            with pytest.raises(LinkNotReadyError, match="refused the log-in"):
                await run.link.send(SETVAR, 1)

    assert "refused the log-in" in caplog.text
    assert "an-old-secret" not in caplog.text + repr(run.link._access)


async def test_close_is_final_even_during_the_pause_before_the_next_attempt() -> None:
    async with running() as run:
        await run.ready()
        run.manager.reset()
        await until(lambda: run.listener.told[-1] == "down 1")

        run.link.close()
        connections = run.manager.connections

    assert run.link.state is LinkState.CLOSED
    assert run.manager.connections == connections
    with pytest.raises(LinkNotReadyError, match="closed"):
        await run.link.send(SETVAR, 1)


async def test_bytes_of_a_connection_that_was_given_up_are_not_read_any_more() -> None:
    async with running() as run:
        await run.ready()
        connection = run.link._connection
        assert connection is not None

        run.link.drop("for a reason")
        connection.data_received(b"Event: UserEvent\r\nCall: late\r\n\r\n")

        assert run.listener.blocks == []
        await until(lambda: run.listener.told == ["up 1", "down 1", "up 2"])


async def test_garbage_in_the_middle_costs_nothing_but_itself() -> None:
    async with running() as run:
        await run.ready()
        await run.manager.send(b"\x00\xff garbage\r\n\r\nEvent: UserEvent\r\nno header\r\n\r\n" + b"x" * 200_000)
        await run.manager.send(b"\r\n\r\nEvent: UserEvent\r\nCall: good\r\n\r\n")

        await until(lambda: run.listener.blocks)

        assert [(epoch, block.headers["Call"]) for epoch, block in run.listener.blocks] == [(1, "good")]
        assert run.listener.told == ["up 1"]
