"""The core process, put together: journal, core, switch, IVR, screens, metrics, MQTT. It builds and decides nothing.

SIGINT and SIGTERM end it; SIGHUP has it read the settings again, SIGUSR1 the emergency switches.
"""

import asyncio
import gc
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from acd.app import logs
from acd.app.access import single_sign_on
from acd.app.caller_scripts import CallerScripts
from acd.app.customer_sources import sources_of
from acd.app.customers import directory_of
from acd.app.desktop import Desktop
from acd.app.event_log import EventLog
from acd.app.live_settings import InForce, LiveSettings, LiveTitles
from acd.app.pin import LivePins
from acd.app.recordings import Messages, spool_folder
from acd.app.reloading import Places, Reloading, passwords_of
from acd.app.settings import Settings, SettingsRefused, log_level_in, settings_for
from acd.app.switches import as_switched
from acd.app.wanted import Wanted
from acd.asterisk.ami_link import ManagerAccess
from acd.asterisk.places import cache_folder
from acd.asterisk.render import AMI_CALLBACKS_USER
from acd.asterisk.softphones import GUEST, softphone_of
from acd.asterisk.switch import AsteriskSwitch
from acd.config import HotlineConfig, load
from acd.config.model import MqttConfig
from acd.core.floor_now import FloorNow
from acd.core.inputs import CoreStarted, PolicyLoaded
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, PhoneName
from acd.core.orders import SayToCaller
from acd.core.requests import Request
from acd.core.switch_events import SwitchEvent
from acd.engine.clock import SystemClock
from acd.engine.driver import Driver
from acd.engine.feed import Feed
from acd.engine.view import MemoryView
from acd.journal.replay import recover
from acd.journal.sqlite import SqliteJournal
from acd.metrics import Metrics, Vitals
from cti.accounts.socket_tickets import SocketTickets
from cti.api import softphone as softphone_api
from cti.board import Board
from cti.mqtt import MqttPublisher, MqttSettings
from cti.softphones import Line, Softphones
from cti.web_app import WebApp, WebSettings
from cti.web_server import WebServer
from ivr import prompts
from ivr.agi_server import AgiLimits, AgiServer
from ivr.line import Prompt

LEAVING_AT_MOST = 50
"""Connections to the IVR beyond one for each call: those of callers who have just left, and of strangers."""

_log = structlog.get_logger(__name__)


async def run(config_path: Path) -> None:
    """Run the core process until SIGINT or SIGTERM."""
    logs.set_up(log_level_in(os.environ))
    config = load(config_path)
    settings = settings_for(config)
    config = as_switched(config, settings.home)
    stop, reload = asyncio.Event(), Wanted()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload.read_settings)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, reload.read_switches)
    journal = SqliteJournal(settings.journal, keep_days=config.journal.keep_days)
    try:
        places = Places(config_path, settings.home, cache_folder(dict(os.environ)) / "prompts")
        core = Core(config, settings, journal, places, reload)
        # What is there now stays: looking through all of it again for garbage held every call up for 30 ms.
        gc.collect()
        gc.freeze()
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(core.run())
            await stop.wait()
            running.cancel()
        core.close()
        journal.checkpoint(core.driver.router.memory, now=True)
    finally:
        journal.close()
    _log.info("the core has ended")


class Core:
    """All parts of one core process."""

    def __init__(
        self, config: HotlineConfig, settings: Settings, journal: SqliteJournal, places: Places, reload: Wanted
    ) -> None:
        """Bind the ports and bring the core to where the journal ends. Raises the parts' own one-line errors.

        `reload` is told whenever somebody wants the settings or the emergency switches to be read again.
        """
        policy = config.policy()
        router, last = recover(journal, policy)
        self._router = router
        self.clock = SystemClock(not_before=last)
        self.feed = Feed()
        self.events = EventLog()
        self.view = MemoryView(lambda: router.memory, self.clock.now, self._floor_at)
        self.journal = journal
        self.switch = AsteriskSwitch.connect(
            ManagerAccess(settings.ami.host, settings.ami.port, settings.ami_user, settings.ami_secret),
            self._submit,
            self.clock,
            callbacks=_callbacks_access(config, settings),
            wording=self._words_of,
        )
        lengths = _prompt_lengths(config, places)
        self.live = live = LiveSettings(
            InForce(config, directory_of(config), passwords_of(config, settings), lengths, sources_of(config))
        )
        self.pins = LivePins(config, settings.home, self.clock)
        live.listen(self.pins.follow)
        self.desktop = Desktop(settings, live, self.clock, self.view, self._ask)
        self.screens = self.desktop.screens
        self.driver = Driver(router, journal, self.switch, self.screens, self.feed, self.clock)
        self.driver.on_beat = self.switch.heartbeat
        self.driver.on_overflow = lambda: self.switch.drop_link("the core cannot keep up")
        self.reloading = Reloading(places, live, self.driver, reload)
        self.mqtt = None if config.mqtt is None else MqttPublisher(self.view, _mqtt_settings(config, config.mqtt))
        self.metrics = Metrics(self.view, self._vitals())
        self.switch.statistics.on_lag = self.metrics.note_ami_lag
        scripts = CallerScripts(live, self.view, self.clock, self.pins, self.metrics.note_verdict)
        self.agi = AgiServer(
            scripts.by_path(), host=settings.agi.host, port=settings.agi.port, limits=agi_limits(config)
        )
        titles = LiveTitles(live)
        self.board = Board(self.view, titles=titles)
        softphones = Softphones(
            port=settings.ws_port,
            url=settings.softphone_url,
            phone_of=self._phone_of,
            secrets=settings.softphones,
            named=softphone_of,
            guest=Line(GUEST, settings.guest_secret) if settings.guest_secret else None,
            numbers=lambda: list(live.now.config.numbers),
        )
        self.pages = WebApp(
            self.view,
            self._ask,
            self.desktop.accounts,
            self.screens,
            self.board,
            health=self._health,
            metrics=self.metrics.page,
            tickets=SocketTickets(self.clock.now),
            routers=[
                *self.desktop.routers(),
                *single_sign_on(config, self.desktop.accounts, self.clock.now),
                softphone_api.router(softphones),
            ],
            trail=self.desktop.audit,
            settings=WebSettings(
                secure_cookie=config.web.https,
                origins=frozenset(config.web.origins),
                board_is_open=config.web.board == "open",
                lane_titles=titles,
                single_sign_on=config.oidc is not None,
                asks_for_pin=lambda: live.now.config.pin is not None,
                recordings=Messages(spool_folder(settings.home)),
                softphones=softphones,
            ),
        )
        self.web = WebServer(self.pages.asgi, settings.http.host, settings.http.port)
        # A new policy is known to have come into force when everybody else has heard of it.
        listeners = (self.metrics.hear, *self.desktop.listeners, self.board.hear, self.events.hear, self.reloading.hear)
        for listener in listeners:
            self.feed.listen(listener)
        if self.mqtt is not None:
            self.feed.listen(self.mqtt.hear)
            self.desktop.second_line.tickets.listen(self.mqtt.hear_news)
            self.desktop.second_line.grants.listen(self.mqtt.hear_news)
            self.desktop.contacts.listen(self.mqtt.hear_news)
        self.driver.enter(CoreStarted(journal.begin_epoch(self.clock.now())))
        if router.memory.policy != policy:
            self.driver.enter(PolicyLoaded(policy))

    async def run(self) -> None:
        """Run every part until cancelled."""
        async with self.agi, asyncio.TaskGroup() as tasks:
            tasks.create_task(self.events.run(), name="event log")
            tasks.create_task(self.driver.run(), name="driver")
            tasks.create_task(self.switch.run(), name="switch")
            tasks.create_task(self.board.run(), name="board")
            tasks.create_task(self.web.run(), name="web")
            tasks.create_task(self.reloading.run(), name="reloading")
            self.desktop.start(tasks)
            if self.mqtt is not None:
                tasks.create_task(self.mqtt.run(), name="mqtt")

    def close(self) -> None:
        """Close the files besides the journal, when nothing runs any more."""
        self.pins.close()
        self.desktop.close()

    def _submit(self, event: SwitchEvent) -> None:
        self.driver.submit(event)

    async def _ask(self, request: Request) -> str | None:
        return await self.driver.ask(request)

    def _floor_at(self, now: Instant) -> FloorNow:
        # Asked for each time: a new policy makes the indexes anew.
        return self._router.floor.matching.floor(now)

    def _phone_of(self, agent: AgentId) -> PhoneName | None:
        person = self._router.memory.policy.agents.get(agent)
        return None if person is None else person.phone

    def _words_of(self, order: SayToCaller) -> Sequence[str]:
        return self.live.now.wording.of(order)

    def _health(self) -> Mapping[str, bool]:
        return {"switch": self.switch.ready, "journal": self.journal.health.well}

    def _vitals(self) -> Vitals:
        mqtt = self.mqtt
        return Vitals(
            link_up=lambda: self.switch.ready,
            journal_healthy=lambda: self.journal.health.well,
            journal_lost=lambda: self.journal.health.lost,
            blocks_dropped=lambda: self.switch.statistics.dropped,
            feed_cuts=lambda: self.feed.cuts,
            mqtt_dropped=lambda: 0 if mqtt is None else mqtt.dropped,
            mqtt_connected=None if mqtt is None else lambda: mqtt.connected,
            agi_connections=lambda: self.agi.statistics.open,
            screens_open=lambda: len(self.screens),
            tickets=lambda: {state.value: many for state, many in self.desktop.second_line.tickets.counts.items()},
            tickets_overdue=lambda: self.desktop.second_line.tickets.overdue,
            grants_pending=lambda: self.desktop.second_line.grants.waiting,
            grants=lambda: {state.value: many for state, many in self.desktop.second_line.grants.counts.items()},
            settings_refused=lambda: self.reloading.refused,
            first_line_resolution=self.desktop.contacts.first_line.ratios,
            customer_sources=lambda: self.desktop.customers.counts,
        )


def _callbacks_access(config: HotlineConfig, settings: Settings) -> ManagerAccess | None:
    """As whom customers are rung; None for a hotline that calls nobody back."""
    if config.callbacks is None:
        return None
    return ManagerAccess(settings.ami.host, settings.ami.port, AMI_CALLBACKS_USER, settings.callbacks_secret)


def agi_limits(config: HotlineConfig) -> AgiLimits:
    """What the IVR takes: every caller who is let in may be in the menu at once, and some may be leaving it."""
    return AgiLimits(most_open=config.limits.calls + LEAVING_AT_MOST)


def _prompt_lengths(config: HotlineConfig, places: Places) -> Mapping[Prompt, Duration]:
    """How long each prompt lasts. Without them the menu works all the same, with more patience than it needs."""
    try:
        return prompts.build(config, places.sounds, places.prompt_cache)
    except (prompts.PromptError, OSError) as error:
        _log.error("the prompts could not be made again; callers hear those that are there", why=str(error))
        return {}


def _mqtt_settings(config: HotlineConfig, mqtt: MqttConfig) -> MqttSettings:
    password = None
    if mqtt.password_file is not None:
        path = config.path_of(mqtt.password_file)
        try:
            password = path.read_text("utf-8").strip()
        except OSError as error:
            raise SettingsRefused(f"mqtt.password_file: {path}: {error.strerror}") from None
    return MqttSettings(mqtt.host, mqtt.port, mqtt.username, password, mqtt.tls)
