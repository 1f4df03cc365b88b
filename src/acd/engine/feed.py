"""The one stream of the core's events, for everybody who listens.

A listener is called at once and must be quick; a subscriber reads at his own pace from a queue with a bound. One who
falls behind by more than his bound is cut off and told so: he begins again from the present state. Nobody is ever
waited for.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

import structlog

from acd.core.events import Event
from acd.core.instants import Instant

Listener = Callable[[Instant, Event], None]

_log = structlog.get_logger(__name__)


class SubscriberCut(Exception):
    """This subscriber fell too far behind; events were lost to him, and he must begin from the present state."""


class Subscription:
    """One reader of the feed: `async for at, event in subscription`."""

    def __init__(self, name: str, capacity: int) -> None:
        self.name = name
        self._capacity = capacity
        self._queue: deque[tuple[Instant, Event]] = deque()
        self._news = asyncio.Event()
        self.cut = False

    def put(self, at: Instant, event: Event) -> None:
        """Hand over one event; over the bound the whole queue is dropped and the reader is cut."""
        if len(self._queue) >= self._capacity:
            self.cut = True
            self._queue.clear()
        if not self.cut:
            self._queue.append((at, event))
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[tuple[Instant, Event]]:
        """Yield events as they come; raises SubscriberCut when the reader has fallen behind."""
        while True:
            while self._queue:
                yield self._queue.popleft()
            if self.cut:
                raise SubscriberCut(f"{self.name} fell more than {self._capacity} events behind")
            self._news.clear()
            await self._news.wait()


class Feed:
    """Events in, the same events out to all."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._subscriptions: list[Subscription] = []
        self.cuts = 0
        """How many subscribers have been cut since the start."""

    def listen(self, listener: Listener) -> None:
        """Call `listener` for each event, at once and in order; an error of his is logged and touches nobody else."""
        self._listeners.append(listener)

    def subscribe(self, name: str, capacity: int = 10_000) -> Subscription:
        """A new reader who sees everything from now on, at most `capacity` events behind."""
        subscription = Subscription(name, capacity)
        self._subscriptions.append(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Forget a reader."""
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)

    def publish(self, at: Instant, events: Sequence[Event]) -> None:
        """Hand events to everybody; never raises, never waits."""
        for event in events:
            for listener in self._listeners:
                try:
                    listener(at, event)
                except Exception:  # noqa: BLE001 - one listener's error must not keep an event from the others
                    _log.exception("a listener failed", listener=getattr(listener, "__qualname__", "?"))
            for subscription in self._subscriptions:
                subscription.put(at, event)
        for subscription in [each for each in self._subscriptions if each.cut]:
            self.cuts += 1
            _log.warning("a subscriber was cut", subscriber=subscription.name)
            self._subscriptions.remove(subscription)
