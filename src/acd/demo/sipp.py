"""SIPp as a subprocess: started in a folder of its own without a terminal, listened to, stopped by its own id.

Every scenario writes one line per happening (`parts.xml.j2`, `tell`) into a pipe that this file reads, so a listener
hears of it at once and no log file is polled. Rules: only processes started here are ever signalled; a process dies
with the one that started it, even by kill -9; what a stranger sent stands last in a line and cannot forge another.
It never interprets a scenario: what the happenings mean is for acd.demo.caller and acd.demo.phone.
"""

import asyncio
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import jinja2

from acd.core.instants import Duration, Instant

NEVER: Duration = 1_000_000_000
"""Later than any call lasts (eleven days), in milliseconds: how a scenario is told that something never happens."""

_STOP_ASKED_EVERY = 0.1
_STOP_WITHIN = 3.0
_LONGEST_LINE = 4096
_READ_AT_ONCE = 65_536
_FOLDERS = "hotline-sipp-"
_EXIT_CODES = {
    1: "at least one call did not go as the scenario expects",
    97: "it was ended before any call went well",
    99: "it processed no call",
    254: "an address it needs is in use",
    255: "it could not run the scenario",
}


class SippMissing(RuntimeError):
    """There is no `sipp` on PATH."""


class SippFailed(RuntimeError):
    """SIPp could not be started, or ended with an error of its own."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that a party saw or did, by the wall clock of this machine."""

    at: Instant
    party: str
    what: str
    detail: str


Listener = Callable[[Happening], None]
"""Told of every happening as it comes; synchronous, and must not raise."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the hotline takes SIP over UDP."""

    host: str
    port: int


def find_sipp() -> str:
    """The path of `sipp`. Raises SippMissing with a line that says how to install it."""
    path = shutil.which("sipp")
    if path is None:
        raise SippMissing("sipp is not installed; on Debian: apt-get install sip-tester")
    return path


def require_keys_can_be_pressed() -> None:
    """Raise SippFailed when SIPp may not send digits: it sends them through a raw socket, which needs a privilege."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP).close()
    except PermissionError:
        path = find_sipp()
        if "security.capability" not in os.listxattr(os.path.realpath(path)):
            raise SippFailed(
                "sipp needs a raw socket to press keys: run as root, "
                f"or allow it once with: setcap cap_net_raw+ep {path}"
            ) from None


def free_port(host: str, kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    """A port of this host that is free now. Another process may take it before it is used."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _media_port(host: str, sip_port: int) -> int:
    """A port for a SIPp's sound; it ends with an error unless the next but one is free too, for pictures."""
    for _ in range(200):
        port = free_port(host)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError, OverflowError):
            probe.bind((host, port + 2))
            if sip_port not in (port, port + 2):
                return port
    raise SippFailed(f"no two free ports for sound and pictures on {host}")


def render(name: str, **values: object) -> str:
    """The scenario `name` of scenarios/ with its values filled in."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "scenarios"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - only our own constants go in; a caller's words go through a table.
    )
    return environment.get_template(name).render(never=NEVER, **values)


def table(rows: Iterable[Iterable[object]]) -> str:
    """SIPp's injection table. Raises ValueError for a field that it cannot carry as it is: `;`, line ends, NUL."""
    lines = ["SEQUENTIAL"]
    for row in rows:
        fields = [str(field) for field in row]
        for field in fields:
            if set(field) & set(";\r\n\0"):
                raise ValueError(f"{field!r}: a ';', line end or NUL cannot be sent raw; percent-encode it")
        lines.append(";".join(fields) + ";")
    return "\n".join(lines) + "\n"


class _Lines:
    """Cuts the pipe into lines and tells of each. A line over the limit ends the reading: no scenario writes one.

    It reads the pipe itself, for uvloop closes the one of a transport twice: in between another thread may have been
    given its number, and loses what it has just opened.
    """

    def __init__(self, pipe: int, listener: Listener) -> None:
        self._pipe = pipe
        self._listener = listener
        self._rest = b""
        self._loop = asyncio.get_running_loop()
        self.closed = asyncio.Event()
        os.set_blocking(pipe, False)
        self._loop.add_reader(pipe, self._hear)

    def _hear(self) -> None:
        try:
            data = os.read(self._pipe, _READ_AT_ONCE)
        except BlockingIOError:
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data or len(self._rest) > _LONGEST_LINE:
            self.close()
        for line in lines:
            if happening := _read(line.decode(errors="replace")):
                self._listener(happening)

    def close(self) -> None:
        """Read no more; once more is fine."""
        if not self.closed.is_set():
            self._loop.remove_reader(self._pipe)
            os.close(self._pipe)
            self.closed.set()


def _read(line: str) -> Happening | None:
    stamp, *fields = line.split("|", 3)
    if len(fields) != 3:
        return None
    seconds = stamp.rsplit("\t", 1)[-1].strip()
    return Happening(round(float(seconds) * 1000), *fields)


class Sipp:
    """One running SIPp. Made by `running`."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path, lines: _Lines, host: str, port: int) -> None:
        self.folder = folder
        self.host = host
        self.port = port
        self._process = process
        self._lines = lines

    @property
    def pid(self) -> int:
        """The process id, which stays the same from start to end."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """True until the process has ended and been noticed."""
        return self._process.returncode is None

    async def wait(self) -> int:
        """SIPp's exit code once it has ended and every line was told: 0 all calls went well, 1 some did not.

        Raises SippFailed for any other.
        """
        code = await self._process.wait()
        await self._lines.closed.wait()
        if code not in {0, 1}:
            raise SippFailed(self.why(code))
        return code

    async def ends_within(self, seconds: float) -> bool:
        """Whether it has ended after so long at most."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), seconds)
        return not self.is_running

    def tell(self, call_id: str, word: str, party: str = "party@here") -> None:
        """Say a word to the scenario of one call, as a SIP request that no network would send (`HANGUP`, `ANSWER`)."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as speaker:
            lines = (f"{word} sip:{party} SIP/2.0", f"To: <sip:{party}>", f"Call-ID: {call_id}", f"CSeq: 1 {word}")
            speaker.sendto(("\r\n".join(lines) + "\r\n\r\n").encode(), (self.host, self.port))

    async def stop(self) -> None:
        """Ask for an end (calls it placed get BYE or CANCEL), insist after three seconds; return when it is gone."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_WITHIN):
                while self.is_running:
                    # The first signal lets calls finish, the second ends them; SIPp counts them one by one.
                    self._signal(signal.SIGUSR1)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._process.wait(), _STOP_ASKED_EVERY)
        self._signal(signal.SIGKILL)
        await self._process.wait()
        await self._lines.closed.wait()

    def why(self, code: int) -> str:
        """One line about an exit code, with the last error line that SIPp wrote."""
        reason = _EXIT_CODES.get(code % 256, f"exit code {code}")
        lines = (self.folder / "stderr").read_text(errors="replace").strip().splitlines()
        return f"sipp ended: {reason}" + (f" ({lines[-1][:300]})" if lines else "")

    def _signal(self, number: signal.Signals) -> None:
        if self.is_running:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)


@asynccontextmanager
async def running(
    scenario: str,
    tables: Mapping[str, str],
    server: Server,
    listener: Listener,
    *,
    host: str,
    port: int | None = None,
    options: Iterable[str] = (),
    messages: Path | None = None,
) -> AsyncIterator[Sipp]:
    """SIPp running `scenario` with its tables (file name to content); stopped and its folder removed at the end.

    `host` and `port` are its own address; a free port is taken when none is given. `messages` is a file (by its
    absolute path) that gets every SIP message, for tests: it holds callers' numbers. Raises SippMissing, SippFailed.
    """
    program = find_sipp()
    port = port or free_port(host)
    _sweep()
    with tempfile.TemporaryDirectory(prefix=f"{_FOLDERS}{os.getpid()}-") as name:
        folder = Path(name)
        (folder / "scenario.xml").write_text(scenario, encoding="utf-8")
        arguments = [program, f"{server.host}:{server.port}", "-sf", "scenario.xml", "-nostdin", "-aa"]
        for file, content in tables.items():
            (folder / file).write_text(content, encoding="utf-8")
            arguments += ["-inf", file]
        arguments += ["-i", host, "-p", str(port), "-mi", host, "-mp", str(_media_port(host, port))]
        # It takes commands from whoever reaches this address, too; without the word that would be everybody.
        arguments += ["-ci", host]
        if messages is not None:
            arguments += ["-trace_msg", "-message_file", str(messages)]
        sipp = await _start([*arguments, *options], folder, listener, host, port)
        try:
            yield sipp
        finally:
            await sipp.stop()


async def _start(arguments: list[str], folder: Path, listener: Listener, host: str, port: int) -> Sipp:
    ours, theirs = os.pipe()
    lines = _Lines(ours, listener)
    try:
        with (folder / "stderr").open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                *_dies_with_us(),
                *arguments,
                *("-trace_logs", "-log_file", f"/dev/fd/{theirs}"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=errors,
                cwd=folder,
                pass_fds=(theirs,),
                start_new_session=True,
            )
    except BaseException:
        lines.close()
        raise
    finally:
        os.close(theirs)
    return Sipp(process, folder, lines, host, port)


def _sweep() -> None:
    """Remove the folders of those who were killed and could not do it themselves."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDERS}*-*"):
        owner = folder.name.removeprefix(_FOLDERS).split("-")[0]
        if owner.isdecimal() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _dies_with_us() -> list[str]:
    """The words before a command that make the kernel end it when its parent dies, where they are known."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []
