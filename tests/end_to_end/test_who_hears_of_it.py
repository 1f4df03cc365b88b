"""One call, told three times: by Prometheus, by MQTT and by the core's own log; all of them tell the same."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from acd.demo.caller import Caller, placed
from acd.demo.phone import registered
from tests.cti.broker import Broker, listener, running_broker
from tests.cti.prometheus_server import dashboard_queries, prometheus
from tests.end_to_end.people import assert_nothing_is_left, at_desks, events, shared, total
from tests.end_to_end.quick_bank import pressed, write_quick_bank
from tests.end_to_end.test_contacts_of_real_calls import asked, logged_in
from tests.house import House, house

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    async for running in shared(running_broker(tmp_path_factory.mktemp("broker"))):
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotline(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("bank")

    def change(bank: dict[str, Any]) -> None:
        bank["mqtt"] = {"host": "127.0.0.1", "port": broker.port}

    async for running in shared(house(folder, write_quick_bank(folder, change))):
        yield running


async def test_after_one_call_prometheus_answers_every_query_of_the_dashboard_and_the_books_balance(
    hotline: House, tmp_path: Path
) -> None:
    address = hotline.run["http"].removeprefix("http://")
    async with (
        prometheus(tmp_path, [address]) as server,
        registered([hotline.phone("jin")], hotline.server),
        at_desks(hotline, "jin") as desks,
    ):
        await server.scraped(2)
        async with placed([Caller("13800000001", keys=pressed("13"))], hotline.server) as callers:
            await desks["jin"].until_state("talking", within=20)
            callers.hang_up(0)
            await callers.finished()
        await desks["jin"].until_state("wrap_up")
        await desks["jin"].until_state("ready")
        assert await server.unanswered(dashboard_queries()) == {}
        (answered,) = await server.ask("sum(hotline_calls_answered_total)")
        assert answered["value"][1] == "1"
        assert await server.ask("sum(abs(hotline_books_discrepancy)) == 0"), "the books balance"
        assert not await server.ask('ALERTS{alertstate="firing"}')
    await assert_nothing_is_left(hotline)
    samples = await hotline.metrics()
    assert (total(samples, "hotline_calls_offered_total"), samples["hotline_mqtt_connected"]) == (1, 1)


async def test_the_broker_hears_the_same_call_in_the_same_order_and_keeps_how_things_stand(
    hotline: House, broker: Broker
) -> None:
    async with listener(broker) as other:
        async with (
            registered([hotline.phone("jin")], hotline.server),
            at_desks(hotline, "jin") as desks,
            placed([Caller("13800000001", keys=pressed("13"))], hotline.server) as callers,
        ):
            await desks["jin"].until_state("talking", within=20)
            [pop] = [pop for _, pop in desks["jin"].pops]
            async with logged_in(hotline, "jin") as http:
                wish = {"call": pop["call"], "action": "fee_waiver", "amount": 400_000, "text": "Angry."}
                assert (await asked(http, "POST", "/grants", json=wish))[1]["state"] == "pending"
            await other.hear("hotline/v1/grants/pending", call=pop["call"], action="fee_waiver", by="jin")
            callers.hang_up(0)
            closed = await other.hear("hotline/v1/events/call_closed", call=pop["call"])
            record = await other.hear("hotline/v1/contacts/not_finished", call=pop["call"])
        await other.hear("hotline/v1/agents/jin", state="paused")
    assert (record["agent"], record["lane"], record["direction"], record["solved"]) == (
        "jin",
        "wealth",
        "inbound",
        None,
    )
    assert (closed["result"], closed["stage"], closed["lane"], closed["agent"]) == (
        "answered",
        "talking",
        "wealth",
        "jin",
    )
    told = [event["kind"] for event in other.events() if event.get("call") == pop["call"]]
    # The talk's end may be told on either side of the call's own.
    assert "talk_finished" in told
    told.remove("talk_finished")
    assert told == [
        "call_appeared",
        "call_entered_lane",
        "agent_offered",
        "offer_ended",
        "call_answered",
        "call_closed",
    ]
    await assert_nothing_is_left(hotline)
    assert (await hotline.metrics())['hotline_grants_total{state="pending"}'] == 1
    logged = [event["event"] for event in events(hotline, *_LOGGED) if event.get("call") == pop["call"]]
    assert logged == list(_LOGGED)
    sequence = [said["seq"] for _, said, _ in other.heard if "seq" in said]
    assert sequence == list(range(sequence[0], sequence[0] + len(sequence))), "none is missing, none comes twice"
    assert "13800000001" not in str(other.heard), "who called is nobody's business there"

    async with listener(broker) as latecomer:
        wanted = {"hotline/v1/core", "hotline/v1/lanes/wealth", "hotline/v1/agents/jin"}
        while missing := wanted - {topic for topic, _, _ in latecomer.heard}:
            await latecomer.hear(missing.pop())
        kept = {topic: said for topic, said, retained in latecomer.heard if retained}
        assert kept["hotline/v1/core"]["state"] == "online"
        lane = kept["hotline/v1/lanes/wealth"]
        assert (lane["waiting"], lane["abandoned"]) == (0, 0)
        assert lane["offered"] == lane["answered"] > 0
        assert kept["hotline/v1/agents/jin"]["state"] == "paused"


_LOGGED = ("CallAppeared", "CallEnteredLane", "AgentOffered", "OfferEnded", "CallAnswered", "CallClosed")
