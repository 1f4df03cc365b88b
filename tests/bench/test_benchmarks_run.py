"""Each benchmark's code runs, at a size at which its figures mean nothing. Nobody is timed here."""

import asyncio
import json
from pathlib import Path

import pytest
from rich.console import Console

from acd.core.caller_events import WaitForetold
from acd.core.events import CallAnswered, CallEnteredLane
from acd.core.names import CallId, OfferId
from acd.simulator import simulate
from bench import ami_ingest, bank, decisions, desks, estimates, journal, live, plain_scan, pops, report, side_by_side
from bench.figures import Figure, quantile
from bench.observer import Witness
from tests.builders import CARDS, ZH


def _assert_measured(figures: list[Figure], benchmarks: set[str]) -> None:
    assert {figure.benchmark for figure in figures} == benchmarks
    assert [figure.what for figure in figures if not figure.value > 0] == []
    assert [figure.what for figure in figures if figure.against and not (figure.other or 0) > 0] == []


async def test_blocks_of_the_manager_interface_are_taken_in() -> None:
    _assert_measured(await ami_ingest.measure(blocks=30, rounds=1), {"ami"})


def test_the_recorded_stream_holds_whole_blocks() -> None:
    stream = ami_ingest.recorded(40)
    assert stream.count(ami_ingest.END) == 40
    assert stream.endswith(ami_ingest.END)
    assert stream.startswith((b"Event: ", b"Response: "))


async def test_screens_are_sent_their_messages() -> None:
    _assert_measured(await desks.measure(desks.TINY), {"desks"})


def test_the_brain_decides() -> None:
    _assert_measured(decisions.measure(decisions.TINY), {"decisions"})


def test_the_brain_and_a_plain_scan_decide_alike() -> None:
    _assert_measured(plain_scan.measure(plain_scan.TINY), {"plain_scan"})


def test_three_simulators_simulate_the_same_model() -> None:
    _assert_measured(side_by_side.measure(side_by_side.TINY), {"side_by_side"})


def test_three_foretell_the_waits_of_the_same_callers() -> None:
    contest = estimates.Contest()
    scenario, span = estimates.days(1)
    simulate(scenario, seed=1, span=span, hear=contest.hear)
    asked = len(contest.ours)
    assert len(contest.average) == len(contest.last_two) == asked > 500
    assert 0.6 < sum(contest.kept) / len(contest.kept) < 0.95
    assert sum(contest.ours) < sum(contest.average)


def test_the_other_systems_are_asked_as_they_are() -> None:
    contest = estimates.Contest()

    def answer(name: str, at: int, waited: int) -> None:
        call = CallId(name)
        contest.hear(at - waited, CallEnteredLane(call, CARDS, ZH, None, 0, at - waited))
        contest.hear(at - waited, WaitForetold(call, CARDS, 0, 60_000))
        contest.hear(at, CallAnswered(call, OfferId(1), None, CARDS, waited, in_time=True))

    answer("first", 100_000, 40_000)
    answer("second", 150_000, 20_000)
    answer("third", 190_000, 30_000)
    # A quarter of 40 s is 10 s; three quarters of that and a quarter of 20 s are 12 whole seconds.
    assert contest.average == [20_000 - 10_000, 30_000 - 12_000]
    assert contest.last_two == [40_000 - 20_000, 30_000 - 30_000]
    assert contest.ours == [abs(30_000 - 20_000), 0]
    assert contest.kept == [True, True]


def test_the_journal_writes_and_leaves_no_file(tmp_path: Path) -> None:
    _assert_measured(asyncio.run(journal.measure(tmp_path, count=70)), {"journal"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.real
@pytest.mark.timeout(180)
async def test_the_hotline_and_app_queue_serve_the_same_calls_on_one_asterisk() -> None:
    said: list[str] = []
    figures = await live.measure(live.TINY, said.append, frozenset({"offers", "told", "cost", "capacity"}))
    assert {figure.benchmark for figure in figures} == {"offers", "told", "cost", "capacity"}
    _assert_measured([figure for figure in figures if figure.benchmark == "offers"], {"offers"})
    assert [line for line in said if line.startswith("offers")] == [
        "offers: app_queue at 3 calls/s",
        "offers: hotline at 3 calls/s",
    ]


@pytest.mark.real
@pytest.mark.timeout(180)
async def test_every_pop_is_measured_against_the_ring_of_its_own_call() -> None:
    figures = {figure.what: figure for figure in await pops.measure(pops.TINY, lambda _: None)}
    assert figures["calls that were rung"].value == pops.TINY.calls
    assert "6 INVITEs told by the phones" in figures["pop on the screen → phone's INVITE, median"].note
    assert figures["phones that rang before the pop, or without one"].met is not None


def test_a_ring_before_the_pop_or_without_one_is_late() -> None:
    dials = [("second", "a0001", 5.0), ("first", "a0001", 1.0), ("third", "a0002", 2.0), ("fourth", "a0003", 9.0)]
    shown = {"first": 0.75, "second": 5.25, "fourth": 8.5}
    rung = pops.paired(shown, dials, {"a0001": [5.125, 0.875], "a0002": [2.0, 3.0], "a0003": []})
    assert [each.before for each in rung] == [0.125, -0.25, None, 0.5]
    figures = {figure.what: figure for figure in pops._figures(rung, pops.Sizes(calls=4), 0.5)}
    late = figures["phones that rang before the pop, or without one"]
    assert (late.value, late.met) == (2.0, False)


def test_an_agent_counts_as_free_only_while_somebody_waits() -> None:
    witness = Witness()

    def event(name: str, at: float, channel: str, call: str, **more: str) -> None:
        witness.take({"Event": name, "Timestamp": str(at), "Channel": channel, "Uniqueid": call, **more})

    def dial(at: float, call: str) -> None:
        event("DialBegin", at, "PJSIP/trunk-carrier-1", call, DestChannel="PJSIP/a0001-2")

    event("MusicOnHoldStart", 1.0, "PJSIP/trunk-carrier-1", "first")
    dial(1.5, "first")
    event("MusicOnHoldStart", 2.0, "PJSIP/trunk-carrier-2", "second")
    event("Hangup", 3.0, "PJSIP/a0001-2", "leg")
    dial(3.25, "second")
    event("Hangup", 5.0, "PJSIP/a0001-2", "leg")
    event("MusicOnHoldStart", 7.0, "PJSIP/trunk-carrier-3", "third")
    dial(7.5, "third")
    assert witness.offer_latencies() == [0.25], "the agent's two seconds of leisure are nobody's wait"
    assert witness.waits() == [0.5, 1.25, 0.5]


def test_a_dialplan_that_changed_is_refused_rather_than_measured_wrongly() -> None:
    with pytest.raises(AssertionError, match="hl-ivr"):
        bank.with_bench(
            {
                "queues.conf": "",
                "extensions.conf": "",
                "manager.conf": "",
                "pjsip.conf": "",
                "dialplans/10-incoming.conf": "[hl-incoming]\nexten => s,1,Goto(hl-wait,s,1)\n[hl-full]\n",
            },
            [1],
            "127.0.0.2:5060",
            "secret",
        )


def test_a_goal_is_met_or_missed_by_the_figure_it_speaks_of() -> None:
    sooner = Figure("b", "w", "ms", 4.0, "q", 600.0, 150.0, "times sooner", 150.0, "ratio", "more")
    slow = Figure("b", "w", "ms", 16.0, goal=15.0)
    assert (sooner.met, slow.met, Figure("b", "w", "ms", 1.0).met) == (True, False, None)


def test_a_quantile_is_one_of_the_values() -> None:
    values = [float(value) for value in range(1, 101)]
    assert (quantile(values, 0.5), quantile(values, 0.99), quantile([7.0], 0.99)) == (50.0, 99.0, 7.0)


def test_the_table_and_the_file_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "OUT", tmp_path / "out")
    figure = Figure(
        "offers", "agent free", "ms", 4.0, "app_queue", 600.0, 150.0, "times sooner", 150.0, "ratio", "more"
    )
    console = Console(width=200, record=True)
    report.table([figure], {"cores": 2}, console)
    text = console.export_text()
    assert "150 times sooner" in text
    assert "at least 150: met" in text
    written = json.loads(report.write([figure], {"cores": 2}, "now").read_text("utf-8"))
    assert written["figures"][0]["met"] is True
    assert written["machine"] == {"cores": 2}
