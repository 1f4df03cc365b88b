"""How the link comes up, is lost, and comes up again."""

import asyncio
import logging
import time

import pytest

from acd.asterisk.ami_link import LinkLimits, ManagerAccess, PanoramiskLink
from acd.asterisk.link import LinkNotReadyError, LinkState
from tests.asterisk.fake_manager import SECRET, FakeManager
from tests.asterisk.running_link import QUICK, Listener, running
from tests.asterisk.waiting import until

SETVAR = (("Action", "Setvar"), ("Variable", "HL_X"), ("Value", "1"))
REDIRECT = (
    ("Action", "Redirect"),
    ("Channel", "c-1.2"),
    ("Context", "hl-offer"),
    ("Exten", "1_15_anna"),
    ("Priority", "1"),
)


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


def test_with_the_usual_limits_a_silent_peer_is_replaced_within_five_seconds() -> None:
    usual = LinkLimits()

    assert usual.ping_pause + usual.pings_missed * usual.ping_within + usual.retry_first < 5


async def test_a_peer_that_answers_now_and_then_is_kept() -> None:
    async with running(QUICK) as run:
        await run.ready()
        for _ in range(3):
            missed = run.link.statistics.outcomes_unknown
            run.manager.deaf_to = {"Ping"}
            await until(lambda before=missed: run.link.statistics.outcomes_unknown > before)  # type: ignore[misc]
            run.manager.deaf_to = set()
            answered = len(run.manager.taken("Ping"))
            await until(lambda before=answered: len(run.manager.taken("Ping")) >= before + 2)  # type: ignore[misc]

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
