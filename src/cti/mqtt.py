"""Call events and present states for other systems, over MQTT v5. Never on the call path, off when not configured.

Rules: `hear` only notes and returns. Events wait in an outbox with a bound; over it the oldest is dropped and
counted, and the gap in the sequence numbers tells the listeners. States are not queued: what is published is the
state at the moment of publishing, so after an outage each comes once, as it is then. The broker's last will says
that the core is gone.
"""

import asyncio
import contextlib
import logging
import random
import secrets
import ssl
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import NoReturn

import aiomqtt
import structlog

from acd.core.events import (
    AgentChanged,
    AgentOffered,
    CallAnswered,
    CallClosed,
    CallEnteredLane,
    CallLeftLane,
    CallRepaired,
    Event,
    PhoneSeen,
    PolicyAdopted,
)
from acd.core.instants import Instant
from acd.core.names import AgentId, LaneName
from acd.core.talk_events import CallHeld, CallResumed, HandRaised
from cti import mqtt_messages
from cti.mqtt_messages import DeskNews
from cti.ports import Look

_log = structlog.get_logger(__name__)

# paho warns of each publish that waits its turn, which is how this publisher works.
_paho_log = logging.getLogger("cti.mqtt.client")
_paho_log.setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """How the broker is reached, and how patient we are with it. Times in seconds."""

    host: str
    port: int = 1883
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    outbox: int = 10_000
    """Events kept while the broker is away; the oldest goes first."""
    at_once: int = 32
    """Messages sent before the first of them must have been acknowledged."""
    timeout: float = 5.0
    """For a connection and for the acknowledgement of what was sent."""
    states_every: float = 0.25
    """A state that changes more often than that is published less often than it changes."""
    back_off: float = 0.5
    back_off_at_most: float = 30.0
    alive_every: int = 10
    """A broker that is silent for longer than one and a half of these is taken for dead, by it or by us."""


class MqttPublisher:
    """Publishes what it hears on the feed. `hear` belongs on the feed, `run` in the app's task group."""

    def __init__(self, look: Look, settings: MqttSettings) -> None:
        self._look = look
        self._settings = settings
        self._stream = secrets.token_hex(8)
        self._sequence = 0
        self._events: deque[tuple[int, Instant, Event | DeskNews]] = deque()
        self._lanes: set[LaneName] = set()
        self._agents: set[AgentId] = set()
        self._news = asyncio.Event()
        self.dropped = 0
        """Events that were never published, because the broker was away too long."""
        self.connected = False
        """Whether a broker has accepted us and has not gone since."""

    @property
    def queued(self) -> int:
        """Events that no broker has acknowledged yet."""
        return len(self._events)

    def hear(self, at: Instant, event: Event) -> None:
        """Note an event for the broker; at once, whatever the broker does."""
        self._sequence += 1
        self._append((self._sequence, at, event))
        match event:
            case AgentChanged() | PhoneSeen() | HandRaised():
                self._agents.add(event.agent)
            case CallHeld() | CallResumed() if event.agent is not None:
                self._agents.add(event.agent)
            case CallEnteredLane() | CallLeftLane() | AgentOffered() | CallAnswered():
                self._lanes.add(event.lane)
            case CallClosed() if event.lane is not None:
                self._lanes.add(event.lane)
            case CallRepaired():
                self._lanes.update(self._look.policy().lanes)
            case PolicyAdopted():
                self._lanes.update(self._look.lanes())
                self._agents.update(desk.agent for desk in self._look.desks())
        self._news.set()

    def hear_news(self, news: DeskNews) -> None:
        """Note what happened to a ticket, a grant or a contact; at once. It stands in one row with the events."""
        self._sequence += 1
        self._append((self._sequence, self._look.now(), news))
        self._news.set()

    async def run(self) -> NoReturn:
        """Keep a connection to the broker and send it what there is; for ever. No error of a broker gets out."""
        pause = self._settings.back_off
        while True:
            try:
                await self._converse()
            except Exception as error:  # A broker's misbehaviour must not end the hotline.
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    raise asyncio.CancelledError from error
                if self.connected:
                    pause = self._settings.back_off
                _log.warning("no MQTT broker", host=self._settings.host, error=_name(error))
            finally:
                self.connected = False
            # Spread out, so that many who lost the same broker do not come back all at once.
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret depends on it
            pause = min(pause * 2, self._settings.back_off_at_most)

    async def _converse(self) -> NoReturn:
        async with self._client() as client:
            client.pending_calls_threshold = self._settings.at_once * 2
            await self._publish_core(client, online=True)
            self.connected = True
            _log.info("MQTT broker reached", host=self._settings.host)
            self._lanes.update(self._look.lanes())
            self._agents.update(desk.agent for desk in self._look.desks())
            try:
                await self._serve(client)
            except asyncio.CancelledError:
                # A good-bye: a listener need not wait for the last will of a process that ends in good order.
                with contextlib.suppress(Exception):
                    async with asyncio.timeout(1):
                        await self._publish_core(client, online=False)
                raise

    async def _serve(self, client: aiomqtt.Client) -> NoReturn:
        loop = asyncio.get_running_loop()
        states_at = loop.time()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_watch(client))
            while True:
                # Before anything is looked at: what comes while we publish must wake us again.
                self._news.clear()
                while self._events:
                    await self._publish_events(client)
                if (self._lanes or self._agents) and loop.time() >= states_at:
                    await self._publish_states(client)
                    states_at = loop.time() + self._settings.states_every
                due = states_at if self._lanes or self._agents else None
                try:
                    async with asyncio.timeout_at(due):
                        await self._news.wait()
                except TimeoutError:
                    pass

    async def _publish_events(self, client: aiomqtt.Client) -> None:
        batch = [self._events.popleft() for _ in range(min(len(self._events), self._settings.at_once))]
        sent: list[Callable[[], Coroutine[None, None, None]]] = []
        for sequence, at, event in batch:
            if isinstance(event, DeskNews):
                topic, message = mqtt_messages.news_topic(event), mqtt_messages.news_message(event)
            else:
                kind, message = mqtt_messages.event_message(at, event)
                topic = mqtt_messages.event_topic(kind)
            message |= {"stream": self._stream, "seq": sequence}
            sent.append(_publishing(client, topic, message, retain=False))
        try:
            await _all(sent)
        except BaseException:
            # What was on the way may have arrived or not. It is sent again; the sequence number tells a listener.
            for each in reversed(batch):
                self._events.appendleft(each)
            self._trim()
            raise

    async def _publish_states(self, client: aiomqtt.Client) -> None:
        lanes, agents = sorted(self._lanes), sorted(self._agents)
        self._lanes.clear()
        self._agents.clear()
        now = self._look.now()
        states = self._look.lanes() if lanes else {}
        messages = [
            (mqtt_messages.lane_topic(lane), mqtt_messages.lane_message(now, lane, states[lane]))
            for lane in lanes
            if lane in states
        ]
        for agent in agents:
            desk = self._look.desk(agent)
            if desk is not None:
                message = mqtt_messages.agent_message(now, desk, self._look.held_since(agent))
                messages.append((mqtt_messages.agent_topic(agent), message))
        for start in range(0, len(messages), self._settings.at_once):
            part = messages[start : start + self._settings.at_once]
            await _all([_publishing(client, topic, message, retain=True) for topic, message in part])

    async def _publish_core(self, client: aiomqtt.Client, *, online: bool) -> None:
        message = mqtt_messages.core_message(online=online, stream=self._stream, at=self._look.now())
        await _publishing(client, mqtt_messages.CORE_TOPIC, message, retain=True)()

    def _append(self, item: tuple[int, Instant, Event | DeskNews]) -> None:
        self._events.append(item)
        self._trim()

    def _trim(self) -> None:
        while len(self._events) > self._settings.outbox:
            self._events.popleft()
            self.dropped += 1

    def _client(self) -> aiomqtt.Client:
        gone = mqtt_messages.core_message(online=False, stream=self._stream, at=None)
        return aiomqtt.Client(
            self._settings.host,
            self._settings.port,
            username=self._settings.username,
            password=self._settings.password,
            logger=_paho_log,
            protocol=aiomqtt.ProtocolVersion.V5,
            will=aiomqtt.Will(mqtt_messages.CORE_TOPIC, mqtt_messages.encoded(gone), qos=1, retain=True),
            timeout=self._settings.timeout,
            keepalive=self._settings.alive_every,
            max_queued_incoming_messages=1,
            max_inflight_messages=self._settings.at_once,
            tls_context=ssl.create_default_context() if self._settings.tls else None,
        )


def _publishing(
    client: aiomqtt.Client, topic: str, message: dict[str, object], *, retain: bool
) -> Callable[[], Coroutine[None, None, None]]:
    payload = mqtt_messages.encoded(message)
    return lambda: client.publish(topic, payload, qos=1, retain=retain)


async def _all(sending: list[Callable[[], Coroutine[None, None, None]]]) -> None:
    """Send all in order and wait for all acknowledgements; raises the first error as itself."""
    # Not a task group: on Python 3.11 one that fails inside another leaves its task marked as being cancelled.
    for result in await asyncio.gather(*(send() for send in sending), return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


async def _watch(client: aiomqtt.Client) -> None:
    """Raise when the connection breaks, even while there is nothing to send. We subscribe to nothing."""
    async for _ in client.messages:
        pass


def _name(error: BaseException) -> str:
    """What went wrong, by the name of its innermost first cause; texts of libraries may hold anything."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return type(error).__name__
