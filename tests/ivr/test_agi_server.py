"""Many callers at once, each with his own luck: what happens to one conversation happens to no other."""

import asyncio

import pytest
from structlog.testing import capture_logs

from ivr.agi_call import AgiCall
from ivr.agi_commands import get_variable, wait_for_digit
from ivr.agi_errors import CallOver, SwitchLeft, TookTooLong
from ivr.agi_server import AgiLimits, AgiPortTaken, AgiServer
from tests.ivr.agi_bytes import header
from tests.ivr.peers import connected, until


async def ask_number(call: AgiCall) -> None:
    """The plainest script: asks one thing and is done."""
    await call.ask(get_variable("HL_NUMBER"))


async def ask_for_ever(call: AgiCall) -> None:
    while True:
        await call.ask(wait_for_digit(1_000))


async def test_a_script_talks_to_its_call_and_is_counted_as_done() -> None:
    async with AgiServer({"ivr": ask_number}) as server, connected(server.port) as peer:
        assert await peer.command() == 'GET VARIABLE "HL_NUMBER"'
        assert server.statistics.open == 1
        peer.send(b"200 result=1 (138)\n")
        assert await peer.closed()

        await until(lambda: server.statistics.open == 0)
        assert server.statistics.finished == {"done": 1}
        assert server.statistics.refused == {}


async def test_each_script_has_its_own_path() -> None:
    async def other(call: AgiCall) -> None:
        await call.ask(get_variable("HL_OTHER"))

    async with AgiServer({"ivr": ask_number, "ivr/other": other}) as server:
        async with connected(server.port, presents=header(agi_network_script="ivr/other?a=1")) as peer:
            assert await peer.command() == 'GET VARIABLE "HL_OTHER"'
        async with connected(server.port, presents=header(agi_network_script="nothing")) as peer:
            assert await peer.closed()
        assert server.statistics.refused == {"no_such_script": 1}


async def test_a_refused_header_reaches_no_script() -> None:
    async with AgiServer({"ivr": ask_number}) as server:
        async with connected(server.port, presents=header(agi_callerid="1\nagi_context: x")) as peer:
            assert await peer.closed()
        assert server.statistics.refused == {"duplicate_key": 1}
        assert server.statistics.finished == {}


async def test_a_caller_who_hangs_up_in_the_middle_of_a_reply_ends_only_his_own_call() -> None:
    async with (
        AgiServer({"ivr": ask_for_ever}) as server,
        connected(server.port) as leaves,
        connected(server.port) as stays,
    ):
        assert await leaves.command()
        assert await stays.command()
        leaves.send(b"520-Invalid command syntax.\nUsage\nHANGUP\n")
        assert await leaves.closed()
        stays.send(b"200 result=0\n")

        assert await stays.command() == 'WAIT FOR DIGIT "1000"'
        assert server.statistics.finished == {"caller_hung_up": 1}
        assert server.statistics.open == 1


async def test_a_connection_that_ends_in_the_middle_of_a_command_ends_the_script() -> None:
    async with AgiServer({"ivr": ask_for_ever}) as server:
        async with connected(server.port) as peer:
            assert await peer.command()
            peer.send(b"200 resu")
            peer.writer.write_eof()
            assert await peer.closed()
        async with connected(server.port) as peer:
            assert await peer.command()  # and this one is cut by a reset
        await until(lambda: server.statistics.open == 0)
        assert server.statistics.finished == {"switch_left": 2}


async def test_a_script_that_goes_on_after_the_end_hears_of_it_each_time() -> None:
    heard: list[str] = []

    async def deaf(call: AgiCall) -> None:
        for _ in range(3):
            try:
                await call.ask(get_variable("HL_NUMBER"))
            except CallOver as error:
                heard.append(type(error).__name__)

    async with AgiServer({"ivr": deaf}) as server:
        async with connected(server.port) as peer:
            assert await peer.command()
        await until(lambda: server.statistics.open == 0)
    assert heard == [SwitchLeft.__name__] * 3


async def test_a_command_that_is_not_answered_in_time_ends_the_conversation() -> None:
    heard: list[str] = []

    async def hasty(call: AgiCall) -> None:
        for _ in range(2):
            try:
                await call.ask(get_variable("HL_NUMBER"), time_limit=20)
            except TookTooLong as error:
                heard.append(str(error))
        await call.ask(get_variable("HL_NUMBER"))

    async with AgiServer({"ivr": hasty}) as server, connected(server.port) as peer:
        assert await peer.command()
        assert await peer.closed()
        assert heard == ["GET VARIABLE was not done within 20 ms"] * 2
        assert server.statistics.finished == {"took_too_long": 1}


async def test_no_conversation_lasts_for_ever() -> None:
    async def idle(_: AgiCall) -> None:
        await asyncio.Event().wait()

    async with AgiServer({"ivr": idle}, limits=AgiLimits(done_within=50)) as server:
        async with connected(server.port) as peer:
            assert await peer.closed()
        assert server.statistics.finished == {"took_too_long": 1}


async def test_a_fault_in_one_script_is_logged_without_the_callers_words_and_touches_nobody_else() -> None:
    async def faulty(call: AgiCall) -> None:
        if call.environment.query:
            raise ValueError("no such customer: 13800138000")
        await ask_for_ever(call)

    async with AgiServer({"ivr": faulty}) as server, connected(server.port) as other:
        assert await other.command()
        with capture_logs() as logs:
            async with connected(server.port, presents=header(agi_network_script="ivr?a=1")) as peer:
                assert await peer.closed()
        other.send(b"200 result=0\n")
        assert await other.command()

        assert server.statistics.finished == {"failed": 1}
        [line] = logs
        assert line["error"] == "ValueError"
        assert line["where"][-1].endswith(" in faulty")
        assert "no such customer" not in repr(logs)


async def test_a_stranger_is_turned_away() -> None:
    limits = AgiLimits(allowed_peers=("192.0.2.0/24",))
    async with AgiServer({"ivr": ask_number}, limits=limits) as server:
        async with connected(server.port) as peer:
            assert await peer.closed()
        assert server.statistics.refused == {"peer": 1}


async def test_one_connection_too_many_is_closed_at_once_and_counted() -> None:
    limits = AgiLimits(most_open=2)
    async with AgiServer({"ivr": ask_for_ever}, limits=limits) as server:
        async with connected(server.port) as first, connected(server.port) as second:
            assert await first.command()
            assert await second.command()
            async with connected(server.port) as third:
                assert await third.closed()
            assert server.statistics.refused == {"over_cap": 1}
            first.send(b"200 result=0\n")
            assert await first.command()
        await until(lambda: server.statistics.open == 0)
        async with connected(server.port) as fourth:
            assert await fourth.command()


async def test_on_leaving_every_conversation_ends_and_the_port_is_free_again() -> None:
    async with AgiServer({"ivr": ask_for_ever}) as server, connected(server.port) as early:
        port = server.port
        assert await early.command()
        async with asyncio.timeout(5):
            await server.__aexit__(None, None, None)
        assert await early.closed()
        assert server.statistics.finished == {"shut_down": 1}
        assert server.statistics.open == 0
        async with AgiServer({"ivr": ask_number}, port=port) as next_server:
            assert next_server.port == port
            # The first server is left a second time below, which must do no harm.


async def test_an_error_around_the_server_comes_out_as_it_is() -> None:
    with pytest.raises(LookupError):
        async with AgiServer({"ivr": ask_number}):
            raise LookupError


async def test_a_port_in_use_is_said_at_the_start() -> None:
    async with AgiServer({"ivr": ask_number}) as server:
        with pytest.raises(AgiPortTaken, match="in use"):
            async with AgiServer({"ivr": ask_number}, port=server.port):
                pass
