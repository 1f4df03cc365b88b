"""A real Asterisk with the hotline's own settings, for tests; and a bare control link to it."""

import os
import socket
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from acd.asterisk.credentials import Credentials, keep_credentials
from acd.asterisk.instance import Instance
from acd.asterisk.music import DEFAULT_CLASS, music_classes, write_music
from acd.asterisk.obtain import Asterisk, obtain
from acd.asterisk.places import Ports, cache_folder, free_ports
from acd.asterisk.render import AMI_USER, render
from acd.config.model import HotlineConfig

TOKEN = "0123456789abcdef0123456789abcdef"
SAID = ("all_busy", "technical_problem", "closed", "callback", "leave_message", "offer_callback")
"""The announcements there are, in every language."""


def obtained() -> Asterisk:
    """The Asterisk that all tests of a run share: the cached one, which is made first if there is none."""
    return obtain(cache_folder(dict(os.environ)), print)


@dataclass(frozen=True, slots=True)
class RealHotline:
    """Asterisk as the hotline sets it up, and no process of ours beside it."""

    instance: Instance
    ports: Ports
    credentials: Credentials

    def channels(self) -> int:
        return int(self.instance.command("core show channels count").split()[0])

    def until_quiet(self) -> None:
        """Wait until nothing is left of any call; fails the test, and says what is left, after ten seconds."""
        try:
            eventually(lambda: self.channels() == 0)
        except AssertionError:
            left = self.instance.command("core show channels concise")
            raise AssertionError(f"calls are left: {left}") from None


def start_hotline(asterisk: Asterisk, folder: Path, config: HotlineConfig, ports: Ports | None = None) -> RealHotline:
    """Start it in `folder`, with quarter-second announcements by the names of `SAID`. The caller stops `instance`."""
    ports = ports or free_ports()
    credentials = keep_credentials(folder, [str(a.phone) for a in config.agents.values()], map(str, config.agents))
    write_music(folder / "music")
    for advert in set(music_classes(config)) - {DEFAULT_CLASS}:
        if not list((folder / "music" / advert).glob("*.wav")):
            write_beep(folder / "music" / advert / "spot.wav")
    for language in config.languages:
        for prompt in SAID:
            write_beep(folder / "sounds" / language / f"{prompt}.wav")
    instance = Instance(asterisk, folder / "asterisk", music=folder / "music", sounds=folder / "sounds")
    instance.start(render(config, credentials, ports, instance.places), ports)
    return RealHotline(instance, ports, credentials)


def eventually(holds: Callable[[], bool], within: float = 10.0) -> None:
    """Ask again and again until something is so; fails the test after about `within` seconds."""
    for _ in range(round(within / 0.05)):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to be so")


def write_beep(path: Path) -> None:
    """A quarter of a second of something."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x00\x10" * 2000)


Block = dict[str, str]


class ControlLink:
    """The control link without any comfort: blocks as Asterisk wrote them, kept in `blocks`."""

    def __init__(self, hotline: RealHotline, token: str = TOKEN) -> None:
        self.blocks: list[Block] = []
        self._socket = socket.create_connection(("127.0.0.1", hotline.ports.ami), timeout=5)
        self._rest = b""
        self._serial = 0
        self._socket.settimeout(0.2)
        while b"\r\n" not in self._rest:
            self._read()
        self._rest = self._rest.split(b"\r\n", 1)[1]
        answer = self.ask(Action="Login", Username=AMI_USER, Secret=hotline.credentials.ami)
        assert answer["Response"] == "Success", answer
        if token:
            self.set_global("HL_TOKEN", token)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def ask(self, **headers: str) -> Block:
        """Send one action and return its answer."""
        self._serial += 1
        lines = [f"{name}: {value}" for name, value in {**headers, "ActionID": str(self._serial)}.items()]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return self.until(lambda b: "Response" in b and b.get("ActionID") == str(self._serial))

    def set_global(self, name: str, value: str) -> None:
        assert self.ask(Action="Setvar", Variable=name, Value=value)["Response"] == "Success"

    def variable(self, channel: str, name: str) -> str:
        return self.ask(Action="Getvar", Channel=channel, Variable=name).get("Value", "")

    def offer(self, call: str, offer: int, ring: int, phone: str) -> Block:
        return self.ask(
            Action="Redirect", Channel=call, Context="hl-offer", Exten=f"{offer}_{ring}_{phone}", Priority="1"
        )

    def divert(self, call: str, extension: str) -> Block:
        return self.ask(Action="Redirect", Channel=call, Context="hl-divert", Exten=extension, Priority="1")

    def say(self, call: str, words: str) -> Block:
        return self.ask(Action="Setvar", Channel=call, Variable="HL_SAY", Value=words)

    def fact(self, name: str, within: float = 10.0, after: int = 0, **headers: str) -> Block:
        """The first UserEvent with this Fact and these headers, from position `after` of `blocks` on."""
        return self.until(
            lambda b: b.get("Fact") == name and all(b.get(k) == v for k, v in headers.items()), within, after
        )

    def facts(self) -> list[str]:
        return [block["Fact"] for block in self.blocks if "Fact" in block]

    def until(self, fits: Callable[[Block], bool], within: float = 10.0, after: int = 0) -> Block:
        """The first block from position `after` on that fits; fails the test after about `within` seconds."""
        idle = 0
        while True:
            for block in self.blocks[after:]:
                if fits(block):
                    return block
            after = len(self.blocks)
            if not self._read():
                idle += 1
                assert idle * 0.2 < within, f"waited in vain; the link heard {self.blocks}"

    def _read(self) -> bool:
        try:
            data = self._socket.recv(65_536)
        except TimeoutError:
            return False
        assert data, "Asterisk closed the control link"
        *blocks, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for block in blocks:
            lines = [line.split(": ", 1) for line in block.decode("utf-8", "replace").split("\r\n")]
            self.blocks.append({line[0].rstrip(":"): line[1] if len(line) > 1 else "" for line in lines})
        return True
