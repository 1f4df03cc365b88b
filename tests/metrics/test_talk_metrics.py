"""Holds, transfers and raised hands are counted, and nobody can be told from the numbers."""

from acd.core.requests import RaiseHand
from acd.core.transfers import TransferKind, TransferResult
from tests.cti.small_hotline import ANNA, OUTSIDE, SmallHotline, eventful_policy
from tests.metrics.test_metrics import read, watched


async def test_what_agents_do_with_their_talks_is_counted() -> None:
    hotline = SmallHotline(eventful_policy())
    metrics = watched(hotline)
    hotline.becomes_ready(ANNA)
    hotline.agents_do_much_with_a_talk()

    page = await read(metrics)
    assert page["hotline_hold_seconds_count{lane=cards}"] == 2
    assert page["hotline_consults_total{end=over}"] == 1
    assert page["hotline_conferences_total"] == 1
    assert page["hotline_hold_seconds_sum{lane=cards}"] == 7
    assert page["hotline_transfers_total{kind=number,result=reached}"] == 1
    assert page["hotline_hands_raised_total"] == 1
    assert page["hotline_talk_orders_failed_total"] == 1
    assert not any(OUTSIDE in name for name in page)
    hotline.take(RaiseHand(ANNA, raised=False))
    assert (await read(metrics))["hotline_hands_raised_total"] == 1


async def test_every_way_in_which_a_transfer_may_end_is_shown_from_the_beginning() -> None:
    page = await read(watched(SmallHotline()))
    for kind in TransferKind:
        for result in TransferResult:
            assert page[f"hotline_transfers_total{{kind={kind},result={result}}}"] == 0
