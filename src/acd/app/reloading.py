"""The core's side of a reload: the file is read again, tried out, and comes into force as a whole or not at all.

Everything that can fail or takes long happens before anything has changed, and beside the loop: reading and checking,
the customers, the prompts, and a rehearsal of the new policy on a copy of the core's memory, since a policy that the
core cannot take would else end it, and each start after that. Then the policy enters the core as one input, in the
journal like any other. Menus and screens follow when the core has it, so that nobody is led into a lane that the core
does not know yet. Of many requests while one is worked on, one is carried out after it.
"""

import asyncio
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import structlog

from acd.app import core_file
from acd.app.changes import needing_asterisk, needing_restart, unknown_phones
from acd.app.core_file import CoreStatus
from acd.app.customer_sources import sources_of
from acd.app.customers import customer_warnings, directory_of
from acd.app.live_settings import InForce, LiveSettings
from acd.app.prompt_build import build_whole
from acd.app.settings import Settings, SettingsRefused, settings_for
from acd.app.switches import SwitchesUnreadable, state_of, switched_on
from acd.app.wanted import Wanted
from acd.config import ConfigRefused, Fault, HotlineConfig, load
from acd.core.events import Event, PolicyAdopted
from acd.core.inputs import PolicyLoaded
from acd.core.instants import Instant
from acd.core.policy import Policy
from acd.core.router import Router
from acd.engine.driver import Driver
from acd.journal.records import MEMORY_VERSION, decode_memory, encode_memory
from cti.directory import DirectoryFault
from ivr import prompts

MOST_FAULTS = 50
"""Faults that are told of one file; a file can have thousands."""


class Unfit(Exception):
    """Settings that are sound in themselves and cannot come into force here; one line says why and what helps."""


REFUSALS = (
    ConfigRefused,
    DirectoryFault,
    prompts.PromptError,
    SettingsRefused,
    SwitchesUnreadable,
    Unfit,
    OSError,
)
"""What can be wrong with settings that people can mend."""

MOST_WARNINGS = 50
"""Warnings that are told of one file."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Places:
    """Where a core keeps what it makes of the settings."""

    settings: Path
    """The operator's file."""
    home: Path
    prompt_cache: Path

    @property
    def sounds(self) -> Path:
        """Where Asterisk finds the prompts."""
        return self.home / "sounds"


class Reloading:
    """Reads the settings again whenever asked. `hear` belongs on the feed, `run` in the app's task group."""

    def __init__(self, places: Places, live: LiveSettings, driver: Driver, wanted: Wanted) -> None:
        self._places = places
        self._live = live
        self._driver = driver
        self._wanted = wanted
        self._started_with = live.now.config
        self._awaited = ""
        self._adopted = asyncio.Event()
        config = live.now.config
        self._status = CoreStatus(
            os.getpid(), str(places.settings.absolute()), config.version, emergency=state_of(config)
        )
        self.refused = 0
        """How often the file was read and refused."""

    def hear(self, _at: Instant, event: Event) -> None:
        """Take note that the core has a new policy."""
        if isinstance(event, PolicyAdopted) and event.version == self._awaited:
            self._adopted.set()

    async def run(self) -> NoReturn:
        """Say what is in force, and read the file again whenever asked, until cancelled."""
        try:
            await self._say()
            while True:
                settings, switches = await self._wanted.take()
                if settings:
                    await self._load()
                if switches:
                    await self._follow_switches()
                await self._say()
        finally:
            core_file.remove(self._places.home)

    async def _load(self) -> None:
        old = self._live.now.config
        try:
            new, odd = await self._prepare(old)
        except REFUSALS as error:
            self._refuse(faults_of(error))
            return
        except Exception as error:  # noqa: BLE001 - a file that nobody foresaw must not end the core and its callers.
            _log.exception("the settings cannot be made ready")
            self._refuse((f"the settings cannot be made ready ({type(error).__name__}); this is a defect of ours",))
            return
        await self._adopt(new.config.policy())
        self._live.swap(new)
        restart = needing_restart(self._started_with, new.config)
        asterisk = needing_asterisk(old, new.config)
        self._note(
            version=new.config.version,
            refused=(),
            restart=restart,
            asterisk=asterisk,
            emergency=state_of(new.config),
        )
        _log.info("the settings are in force", version=new.config.version, needs_restart=restart, in_asterisk=asterisk)
        for warning in at_most(MOST_WARNINGS, tuple(map(str, odd))):
            _log.warning("the settings are odd", warning=warning)

    async def _follow_switches(self) -> None:
        """Let the settings in force hold on with the emergency switches as they are now."""
        old = self._live.now
        try:
            on = await asyncio.to_thread(switched_on, self._places.home)
            config = old.config.with_emergencies(on)
            await asyncio.to_thread(rehearse, encode_memory(self._driver.router.memory), config.policy())
        except (SwitchesUnreadable, Unfit) as error:
            self._refuse(faults_of(error))
            return
        await self._adopt(config.policy())
        self._live.swap(replace(old, config=config))
        state = state_of(config)
        self._note(version=config.version, refused=(), asterisk=(), emergency=state)
        _log.warning("the emergency switches are in force", on=sorted(lane for lane, is_on in state.items() if is_on))

    async def _prepare(self, old: HotlineConfig) -> tuple[InForce, tuple[Fault, ...]]:
        """All that a swap needs, and what is odd. The prompts are in their places then, and all else is as it was."""
        config = await asyncio.to_thread(load, self._places.settings)
        config = config.with_emergencies(await asyncio.to_thread(switched_on, self._places.home))
        settings = settings_for(config)
        if unknown := unknown_phones(old, config, settings.phones):
            agent, phone = next(iter(unknown.items()))
            raise Unfit(
                f"agents.{agent}: Asterisk does not know the phone {phone}; "
                "run `hotline render`, let Asterisk load its files again, then reload"
            )
        directory = await asyncio.to_thread(directory_of, config)
        odd = await asyncio.to_thread(customer_warnings, self._places.settings, config, directory)
        lengths = await asyncio.to_thread(build_whole, config, self._places.home, self._places.prompt_cache)
        # The memory is read at once, on the loop, as for a checkpoint; all else of the rehearsal happens beside it.
        memory = encode_memory(self._driver.router.memory)
        await asyncio.to_thread(rehearse, memory, config.policy())
        sources = await asyncio.to_thread(sources_of, config)
        return InForce(config, directory, passwords_of(config, settings), lengths, sources), (*config.warnings, *odd)

    async def _adopt(self, policy: Policy) -> None:
        if policy != self._driver.router.memory.policy:
            self._awaited = policy.version
            self._adopted.clear()
            self._driver.enter(PolicyLoaded(policy))
            await self._adopted.wait()

    def _refuse(self, faults: tuple[str, ...]) -> None:
        self.refused += 1
        for fault in faults:
            _log.error("the settings are refused; those before hold on", fault=fault)
        self._note(refused=faults)

    def _note(self, **changes: object) -> None:
        self._status = replace(self._status, loads=self._status.loads + 1, **changes)  # type: ignore[arg-type]

    async def _say(self) -> None:
        status = replace(self._status, busy=self._wanted.something)
        try:
            await asyncio.to_thread(core_file.write, self._places.home, status)
        except OSError as error:
            _log.error("who asks for the settings in force gets no answer", file=core_file.FILE, why=error.strerror)


def rehearse(memory: str, policy: Policy) -> None:
    """Let a copy of the core take the policy. Raises Unfit if the core fails over it."""
    try:
        Router(decode_memory(memory, MEMORY_VERSION)).take(PolicyLoaded(policy), 0)
    except Exception as error:  # noqa: BLE001 - whatever it is, the core that works must not meet it.
        _log.exception("the core cannot take these settings")
        raise Unfit(f"the core cannot take these settings ({type(error).__name__}); this is a defect of ours") from None


def passwords_of(config: HotlineConfig, settings: Settings) -> dict[str, str]:
    """The first password of everybody who may log in; empty for one who has none yet."""
    return {name: settings.web_passwords.get(name, "") for name in sorted({*config.agents, *config.staff})}


def faults_of(error: Exception) -> tuple[str, ...]:
    """What an error says is wrong with the settings, a line for each fault, at most `MOST_FAULTS` of them."""
    if not isinstance(error, ConfigRefused):
        return (str(error) or type(error).__name__,)
    return at_most(MOST_FAULTS, tuple(map(str, error.faults)))


def at_most(most: int, lines: tuple[str, ...]) -> tuple[str, ...]:
    """The first `most` lines, and how many more there are."""
    more = len(lines) - most
    return lines if more <= 0 else (*lines[:most], f"… and {more} more")
