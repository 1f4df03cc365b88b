"""Where keyed digits could leak to, and how to tell that they did.

A PIN counts as found in whatever form it would be written down: as it is, in hexadecimal, in base64, as a list of its
digits or of their codes, or key by key as Asterisk tells of keys.
"""

import asyncio
import base64
import contextlib
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import aiomqtt

MOST_KEPT = 50_000_000
"""Bytes kept of a stream; more than a test makes."""

_KEY_BY_KEY = re.compile(
    rb"(?:Digit: |DTMF (?:begin|end) '|DTMF Frame: \d\d \(|digit=|key=)(\d)|result=(4[89]|5[0-7])(?!\d)"
)


def forms_in(data: bytes, pin: str) -> list[str]:
    """The forms in which the PIN stands in the data.

    As a run of digits of its own: inside a longer run, or after a decimal point, it is a time or a number that happens
    to hold it.
    """
    digits = pin.encode()
    forms = {
        "plain": rb"(?<!\d)(?<!\d\.)" + digits + rb"(?!\d)",
        "hexadecimal": digits.hex().encode(),
        "base64": re.escape(base64.b64encode(digits).rstrip(b"=")[:-1]),
        "a list of digits": rb"(?<!\d)"
        + rb"[^\d\n]{1,4}".join(re.escape(bytes([digit])) for digit in digits)
        + rb"(?!\d)",
        "a list of codes": rb"(?<!\d)" + rb"[^\d]{1,4}".join(str(digit).encode() for digit in digits) + rb"(?!\d)",
    }
    found = [name for name, pattern in forms.items() if re.search(pattern, data, re.IGNORECASE)]
    told = b"".join(match[1] or bytes([int(match[2])]) for match in _KEY_BY_KEY.finditer(data))
    # Asterisk tells of the beginning and of the end of each key.
    if digits in told or b"".join(bytes([digit]) * 2 for digit in digits) in told:
        found.append("key by key")
    return found


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, with its content, in order of their names."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with contextlib.suppress(FileNotFoundError):
                yield str(path.relative_to(folder)), path.read_bytes()


def leaks(sinks: Mapping[str, bytes], pins: Mapping[str, str]) -> list[str]:
    """What leaked where, by the names of PINs and never by their digits."""
    return [
        f"{name}: {form} in {sink}"
        for sink, data in sinks.items()
        for name, pin in pins.items()
        for form in forms_in(data, pin)
    ]


class ManagerReader:
    """A reader of the manager interface who may hear of everything, and keeps all that he hears."""

    USER = "curious"
    SECRET = "a-long-random-secret-of-a-reader"
    SETTINGS = f"\n[{USER}]\nsecret = {SECRET}\nread = all\nwrite = system\n"

    def __init__(self, port: int) -> None:
        self.heard = bytearray()
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self._socket.settimeout(None)
        self._socket.sendall(f"Action: Login\r\nUsername: {self.USER}\r\nSecret: {self.SECRET}\r\n\r\n".encode())
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while (data := self._socket.recv(65_536)) and len(self.heard) < MOST_KEPT:
                self.heard += data

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()


async def hear_everything(port: int, heard: bytearray) -> None:
    """Follow all topics of a broker until cancelled."""
    async with aiomqtt.Client("127.0.0.1", port, protocol=aiomqtt.ProtocolVersion.V5, timeout=5) as client:
        await client.subscribe("#", qos=1)
        async for message in client.messages:
            heard += message.topic.value.encode() + b" " + bytes(str(message.payload), "utf-8") + b"\n"


def in_memory_of(process: int, pins: Mapping[str, str]) -> dict[str, int]:
    """How often each PIN stands in the memory of a process, as ASCII; empty where that may not be read.

    Best effort: what was swapped, or changed meanwhile, is not seen.
    """
    counts = dict.fromkeys(pins, 0)
    try:
        maps = Path(f"/proc/{process}/maps").read_text("ascii", errors="replace")
        with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
            for begin, end in re.findall(r"(?m)^([0-9a-f]+)-([0-9a-f]+) rw", maps):
                with contextlib.suppress(OSError, ValueError, OverflowError):
                    memory.seek(int(begin, 16))
                    data = memory.read(int(end, 16) - int(begin, 16))
                    for name, pin in pins.items():
                        counts[name] += data.count(pin.encode())
    except OSError:
        return {}
    return counts


async def seen(data: bytearray, what: bytes, within: float = 10.0) -> None:
    """Wait until a stream holds something."""
    async with asyncio.timeout(within):
        while what not in data:  # noqa: ASYNC110 - a stream that is only kept has no event
            await asyncio.sleep(0.05)
