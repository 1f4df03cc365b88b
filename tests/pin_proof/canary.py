"""A hotline for canaries: customers key PINs of a reserved set, and somebody is at every place where one could leak."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import tests.house
from acd.app.pin import ATTEMPTS, FOLDER
from acd.config import load
from acd.engine.clock import SystemClock
from ivr.pin.attempts import AttemptBook, Rules
from ivr.pin.digits import Digits
from ivr.pin.local import LocalPins
from ivr.prompt_names import prompts_of
from ivr.prompts import RECORDINGS, path_in
from tests.cti.broker import running_broker
from tests.hearing import HearingTelephone
from tests.house import House, Screen, house
from tests.pin_proof.sinks import ManagerReader, files_below, hear_everything
from tests.real import write_beep
from tests.sounds import heard_keys, level

PINS = {
    "keyed in the menu": "739164",
    "keyed for the agent": "280537",
    "keyed as sound": "526039",
    "wrong": "615902",
    "wrong again": "947381",
    "keyed when locked": "502816",
    "keyed before hanging up": "861473",
    "keyed before the core was killed": "394720",
}
"""The reserved set: these digits stand nowhere else. They are named, and never shown, when one leaks."""

CONTROL = "174938"
"""Keyed where nobody hides it, to see that the search finds what leaks."""

MENU, STRAIGHT, CONTROL_NUMBER = "95555", "4008885555", "799"
CUSTOMERS = {f"1380000000{number}": f"1000000{number}" for number in range(1, 8)}
IN_MENU, WITH_AGENT, AS_SOUND, WRONG, LOCKED, HANGS_UP, CUT_OFF = CUSTOMERS
"""Their numbers, and the ids that the directory has. The first three have PINs of the reserved set, the others one that
nobody keys; one has been wrong so often that he is locked."""

BANK = """\
numbers: {"95555": {menu: main}, "4008885555": {menu: straight}}
languages: {zh: {name: 中文, voice: cmn, skill: mandarin}}
lanes:
  talk: {name: {zh: 理财}, needs: wealth}
  general: {name: {zh: 人工服务}, needs: general}
default_lane: general
default_language: zh
fallback: {phones: [anna]}
customers: customers.csv
pin: {at_least: 4, at_most: 8, wait_for: 3s, attempts_per_call: 3, attempts_per_customer: 2}
menus:
  main: [{step: pin, say: {zh: 核实身份。}, verified: general, otherwise: person}]
  straight: [{step: transfer, to: talk}]
announcements: {all_busy: {zh: 线路繁忙。}, technical_problem: {zh: 请稍候。}}
trunks: {carrier: {match: ["127.0.0.1"]}}
agents:
  anna: {name: Anna, phone: anna, skills: {wealth: 5, mandarin: 5}}
  ben: {name: Ben, phone: ben, skills: {general: 5, mandarin: 5}}
"""

NUMBERS = f"""
[hl-numbers]
exten => {CONTROL_NUMBER},1,Answer()
 same => n,Read(HL_TRIED,,6,,1,5)
 same => n,Hangup()
"""


def write_bank(folder: Path, broker: int) -> Path:
    """The settings, with a beep for each prompt."""
    settings = folder / "hotline.yaml"
    settings.write_text(BANK + f"mqtt: {{host: 127.0.0.1, port: {broker}}}\n", "utf-8")
    rows = [f"+86{number},客户,gold,zh,,,{customer}" for number, customer in CUSTOMERS.items()]
    (folder / "customers.csv").write_text(
        "\n".join(["number,name,tier,language,manager,manager_until,id", *rows]), "utf-8"
    )
    for text in prompts_of(load(settings)):
        write_beep(path_in(folder / RECORDINGS, text.prompt))
    return settings


def set_pins(home: Path) -> None:
    """Store the customers' PINs, as `hotline pin set` does, and have one of them locked."""
    known = dict.fromkeys(CUSTOMERS, "428615") | {
        IN_MENU: PINS["keyed in the menu"],
        WITH_AGENT: PINS["keyed for the agent"],
        AS_SOUND: PINS["keyed as sound"],
    }
    store = LocalPins(home / FOLDER, SystemClock())
    for number, pin in known.items():
        with Digits.of(pin) as digits:
            store.change_now(CUSTOMERS[number], digits, None)
    store.close()
    book, now = AttemptBook(home / FOLDER / ATTEMPTS), SystemClock().now()
    for call in ("first", "second"):
        book.count(CUSTOMERS[LOCKED], call, now, Rules(3, 2, 3_600_000))
    book.close()


class WatchedScreen(Screen):
    """An agent's screen of which every frame is kept."""

    def __init__(self, house: House, agent: str) -> None:
        super().__init__(house, agent)
        self.frames = bytearray()

    async def _take(self, message: dict[str, Any]) -> None:
        self.frames += repr(message).encode() + b"\n"
        await super()._take(message)


@dataclass
class Canary:
    """The running hotline, and what everybody heard."""

    house: House
    reader: ManagerReader
    mqtt: bytearray
    pages: bytearray = field(default_factory=bytearray)
    screen: WatchedScreen | None = None

    async def watch(self, agent: str) -> WatchedScreen:
        """Open an agent's screen."""
        self.screen = WatchedScreen(self.house, agent)
        self.house._screens.append(self.house._tasks.create_task(self.screen.run()))
        await self.screen.until_state("paused")
        return self.screen

    async def note_metrics(self) -> None:
        """Keep what /metrics says now."""
        _, _, text = await asyncio.to_thread(self.house.request, "GET", "/metrics")
        self.pages += text.encode()

    def sinks(self) -> dict[str, bytes]:
        """All that was written or told anywhere: every file of the home folder, and every stream."""
        told = {
            "the manager interface": bytes(self.reader.heard),
            "MQTT": bytes(self.mqtt),
            "the metrics": bytes(self.pages),
            "the agent's screen": bytes(self.screen.frames) if self.screen else b"",
        }
        return told | dict(files_below(self.house.home))


@asynccontextmanager
async def canary(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Canary]:
    """Everything runs and talks as much as it can: the core's log at debug, Asterisk's at verbose 5."""
    monkeypatch.setenv("HOTLINE_LOG_LEVEL", "DEBUG")
    prepare = tests.house.prepare

    def prepared(*arguments: Any, **options: Any) -> Any:
        ready = prepare(*arguments, **options)
        ready.files["manager.conf"] += ManagerReader.SETTINGS
        ready.files["extensions.conf"] += NUMBERS
        ready.files["logger.conf"] += "full.log = notice,warning,error,verbose(5)\n"
        set_pins(ready.home)
        return ready

    monkeypatch.setattr(tests.house, "prepare", prepared)
    heard = bytearray()
    async with running_broker(folder / "broker") as broker, asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(hear_everything(broker.port, heard))
        config = await asyncio.to_thread(write_bank, folder, broker.port)
        async with house(folder, config) as running:
            await asyncio.to_thread(running.instance.command, "core set verbose 5")
            reader = await asyncio.to_thread(ManagerReader, running.prepared.ports.ami)
            try:
                yield Canary(running, reader, heard)
            finally:
                reader.close()
        listening.cancel()


def until_tones(caller: HearingTelephone, within: float = 12.0) -> None:
    """Wait until the interference tone sounds for this caller."""
    ends = caller.now() + within
    while len(heard_keys(caller.heard_sound(since=max(0.0, caller.now() - 0.5)))) < 5:
        assert caller.now() < ends, "no interference tone, so nobody is asked for a PIN"
        caller.until_heard(0.05)


def until_still(caller: HearingTelephone, within: float = 12.0) -> None:
    """Wait until the interference tone has ended: a gap that a busy machine leaves in it is shorter."""
    ends = caller.now() + within
    while heard_keys(caller.heard_sound(since=max(0.0, caller.now() - 0.6))):
        assert caller.now() < ends, "the interference tone does not end"
        caller.until_heard(0.05)


def keyed_silently(caller: HearingTelephone) -> bool:
    """Whether nothing that could be recorded of a caller's own voice is a key."""
    return level(caller.said_sound()) < -60
