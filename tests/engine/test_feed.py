"""The stream of events: everybody hears the same, and nobody's trouble is another's."""

import asyncio

import pytest

from acd.core.events import Event, RoutingPaused, RoutingResumed
from acd.core.instants import Instant
from acd.engine.feed import Feed, SubscriberCut, Subscription

PAUSED, RESUMED = RoutingPaused(), RoutingResumed()


async def read(subscription: Subscription, count: int) -> list[tuple[Instant, Event]]:
    """The next `count` events of a subscription."""
    found: list[tuple[Instant, Event]] = []
    async with asyncio.timeout(2):
        async for at, event in subscription:
            found.append((at, event))
            if len(found) == count:
                break
    return found


async def test_listeners_and_subscribers_hear_all_events_in_order() -> None:
    feed, heard = Feed(), list[tuple[Instant, Event]]()
    feed.listen(lambda at, event: heard.append((at, event)))
    subscription = feed.subscribe("board")
    feed.publish(1, [PAUSED, RESUMED])
    feed.publish(2, [PAUSED])
    assert heard == [(1, PAUSED), (1, RESUMED), (2, PAUSED)]
    assert await read(subscription, 3) == heard


async def test_a_listener_who_fails_keeps_no_event_from_the_others() -> None:
    feed, heard = Feed(), list[Event]()

    def fail(_at: Instant, _event: Event) -> None:
        raise ValueError("out of paper")

    feed.listen(fail)
    feed.listen(lambda _at, event: heard.append(event))
    feed.publish(1, [PAUSED, RESUMED])
    assert heard == [PAUSED, RESUMED]


async def test_a_subscriber_who_waits_is_woken_by_the_next_event() -> None:
    feed = Feed()
    subscription = feed.subscribe("board")
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(read(subscription, 1))
        await asyncio.sleep(0)
        feed.publish(7, [PAUSED])
    assert reading.result() == [(7, PAUSED)]


async def test_a_subscriber_who_falls_behind_is_cut_and_told_so_and_the_others_go_on() -> None:
    feed = Feed()
    slow, quick = feed.subscribe("slow", capacity=3), feed.subscribe("quick", capacity=100)
    feed.publish(1, [PAUSED] * 4)
    assert (slow.cut, quick.cut, feed.cuts) == (True, False, 1)
    with pytest.raises(SubscriberCut, match="slow fell more than 3 events behind"):
        await read(slow, 1)
    feed.publish(2, [RESUMED])
    assert len(await read(quick, 5)) == 5
    assert feed.cuts == 1


async def test_a_subscriber_just_within_his_bound_loses_nothing() -> None:
    feed = Feed()
    subscription = feed.subscribe("board", capacity=3)
    feed.publish(1, [PAUSED] * 3)
    assert len(await read(subscription, 3)) == 3
    assert not subscription.cut


async def test_who_unsubscribes_hears_no_more_and_may_do_so_twice() -> None:
    feed = Feed()
    subscription = feed.subscribe("board", capacity=1)
    feed.unsubscribe(subscription)
    feed.unsubscribe(subscription)
    feed.publish(1, [PAUSED] * 5)
    assert not subscription.cut
