"""`hotline up`: from nothing to a hotline that runs, and back to nothing at Ctrl-C.

It prepares and starts an Asterisk, the core process and, when asked, the demo floor, and keeps them running. The
core is a child that may die at any moment: it is started again at once, and no caller notices. Asterisk outlives even
the death of this supervisor; the next start in the same home folder finds what was left over and ends it first.
"""

import asyncio
import contextlib
import http.client
import os
import secrets
import shlex
import signal
import socket
import sys
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

from acd.app import console, run_file
from acd.app.child import Child
from acd.app.customers import customer_warnings, directory_of
from acd.app.home_lock import HomeLock
from acd.app.prompt_build import build_sounds
from acd.app.prompt_progress import Progress
from acd.app.settings import credentials_for, home_folder, port_in
from acd.asterisk.instance import Instance, StartFailed
from acd.asterisk.obtain import obtain
from acd.asterisk.places import Ports, cache_folder, free_ports, taken
from acd.asterisk.processes import end
from acd.asterisk.render import render
from acd.asterisk.trial import trial
from acd.config import load
from acd.demo.floor import LEFT_FOR_THE_NEWCOMER

READY_LIMIT = 20.0
"""Seconds that the core has to be ready after its start."""

DEATH_LIMIT = 5.0
"""Seconds that a killed process may take to be gone."""

WATCH_EVERY = 1.0
"""Seconds between two looks at whether Asterisk still runs."""

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What tells it to end: Ctrl-C, a service manager, a terminal that is closed."""


class UpRefused(Exception):
    """The hotline cannot run here; one line says why and what would help."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A hotline that is ready to be started."""

    home: Path
    config_path: Path
    instance: Instance
    files: dict[str, str] = field(repr=False)
    ports: Ports
    http_port: int
    run: run_file.Run = field(repr=False)


def prepare(config_path: Path, environment: Mapping[str, str] = os.environ, *, demo: bool = False) -> Prepared:
    """Make everything that a start needs, saying what goes on. Raises UpRefused and the parts' own one-line errors.

    Only a demo lets callers in from a browser: without it nothing of theirs is rendered, served or known.
    """
    config = load(config_path)
    # Read here as well as by the core, whose words would be in its log only.
    customer_warnings(config_path, config, directory_of(config))
    home = home_folder(environment)
    sip_port = port_in(environment, "HOTLINE_SIP_PORT", 5060)
    http_port = port_in(environment, "HOTLINE_HTTP_PORT", 8080)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _end_leftovers(home)
    _require_free_tcp(http_port)
    cache = cache_folder(dict(environment))
    asterisk = obtain(cache, console.step)
    credentials = replace(credentials_for(config, home), guest=secrets.token_hex(16) if demo else "")
    build_sounds(config, home, cache / "prompts", Progress())
    instance = Instance(asterisk, home / "asterisk", music=home / "music", sounds=home / "sounds")
    instance.stop()
    ports = replace(free_ports(), sip=sip_port)
    if "HOTLINE_WS_PORT" in environment:
        ports = replace(ports, ws=port_in(environment, "HOTLINE_WS_PORT", ports.ws))
    if why := taken(ports):
        raise UpRefused(why)
    files = render(config, credentials, ports, instance.places)
    console.step(f"Trying the settings on Asterisk {asterisk.version} ({asterisk.origin})")
    trial(asterisk, lambda ports, places: render(config, credentials, ports, places))
    run = run_file.describe(config, credentials, ports, http_port, asterisk)
    return Prepared(home, config_path.absolute(), instance, files, ports, http_port, run)


def run(config_path: Path, *, demo: bool) -> Coroutine[Any, Any, None]:
    """Prepare a hotline, and return what then runs it until it is told to end; everything it started is gone then.

    The preparations are over before there is a loop: an end that is asked for meanwhile comes at once, wherever they
    are, and what they have begun is put away. Raises HomeTaken, and what `prepare` raises.
    """
    for number in ENDINGS:
        signal.signal(number, _interrupt)
    lock = HomeLock(home_folder())
    prepared = prepare(config_path, demo=demo)

    async def alone() -> None:
        try:
            await keep_up(prepared, demo=demo)
        finally:
            lock.release()

    return alone()


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


async def keep_up(prepared: Prepared, *, demo: bool) -> None:
    """Start everything, say where it is, and keep it running until told to end; then leave nothing behind."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in ENDINGS:
        loop.add_signal_handler(number, stop.set)
    home, instance, run = prepared.home, prepared.instance, prepared.run
    try:
        await asyncio.to_thread(instance.start, prepared.files, prepared.ports)
        _note_pid(home, run, "up", os.getpid())
        _note_pid(home, run, "asterisk", instance.pid)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_watch_asterisk(prepared, stop))
            children = [tasks.create_task(_core(prepared).run())]
            ready = await _wait_until_ready(prepared, stop)
            if ready and demo:
                children.append(tasks.create_task(_floor(prepared).run()))
            if ready:
                _say_where(prepared, demo=demo)
                await stop.wait()
                console.step("Ending")
            elif not stop.is_set():
                console.refuse(f"the core was not ready in {READY_LIMIT:g} s; see {home / 'log' / 'core.log'}")
            failed = not stop.is_set()
            stop.set()
            for child in children:
                child.cancel()
        if failed:
            sys.exit(1)
    finally:
        await asyncio.to_thread(instance.stop)
        (home / run_file.FILE).unlink(missing_ok=True)


def core_command(prepared: Prepared) -> tuple[list[str], dict[str, str]]:
    """How the core process is started: its command, and what it must find in its environment."""
    ports = prepared.ports
    environment = os.environ | {
        "HOTLINE_HOME": str(prepared.home),
        "HOTLINE_AMI_PORT": str(ports.ami),
        "HOTLINE_AGI_PORT": str(ports.agi),
        "HOTLINE_HTTP_PORT": str(prepared.http_port),
        "HOTLINE_WS_PORT": str(ports.ws),
        "HOTLINE_GUEST_SECRET": prepared.run["guest"],
    }
    return [sys.executable, "-m", "acd.cli", "serve", "--config", str(prepared.config_path)], environment


def _core(prepared: Prepared) -> Child:
    return _child(prepared, "core", *core_command(prepared))


def _floor(prepared: Prepared) -> Child:
    command = [sys.executable, "-m", "acd.cli", "floor", "--config", str(prepared.config_path)]
    return _child(prepared, "floor", command, os.environ | {"HOTLINE_HOME": str(prepared.home)})


def _child(prepared: Prepared, name: str, command: list[str], environment: dict[str, str]) -> Child:
    child = Child(
        name,
        command,
        environment=environment,
        log=prepared.home / "log" / f"{name}.log",
        say=console.say,
    )
    child.started = lambda pid: _note_pid(prepared.home, prepared.run, name, pid)
    return child


def _note_pid(home: Path, run: run_file.Run, name: str, pid: int | None) -> None:
    run["pids"][name] = pid
    if not (home / run_file.FILE).exists():
        run_file.write(home, run)
        return
    # A reload has put new people and numbers into the file.
    run_file.change(home, lambda now: {**now, "pids": run["pids"]})


async def _watch_asterisk(prepared: Prepared, stop: asyncio.Event) -> None:
    """Start Asterisk again if it dies, until `stop`; its calls are lost, but the next caller is answered.

    It is not cancelled: a start that is under way must come to its end, or its Asterisk would outlive us.
    """
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WATCH_EVERY):
                await stop.wait()
        if stop.is_set() or prepared.instance.pid is not None:
            continue
        console.say("Asterisk ended; it starts again. Its words are in " + str(prepared.instance.messages))
        try:
            await asyncio.to_thread(prepared.instance.start, _files_of(prepared), prepared.ports)
        except (StartFailed, OSError) as error:
            console.say(f"Asterisk did not start: {error}")
        else:
            _note_pid(prepared.home, prepared.run, "asterisk", prepared.instance.pid)


def _files_of(prepared: Prepared) -> dict[str, str]:
    """Asterisk's files as they were installed last, which a reload may have done. Raises OSError."""
    return {name: (prepared.instance.etc / name).read_text("utf-8") for name in prepared.files}


async def _wait_until_ready(prepared: Prepared, stop: asyncio.Event) -> bool:
    deadline = asyncio.get_running_loop().time() + READY_LIMIT
    while not stop.is_set() and asyncio.get_running_loop().time() < deadline:
        if await asyncio.to_thread(_is_healthy, prepared.http_port):
            return True
        await asyncio.sleep(0.1)
    return False


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _require_free_tcp(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise UpRefused(
                f"port {port}/tcp of 127.0.0.1 (web) cannot be had: {error.strerror}; "
                "set HOTLINE_HTTP_PORT to another port"
            ) from None


def _end_leftovers(home: Path) -> None:
    """End what a supervisor left behind that was itself killed; refuse while one still runs here."""
    try:
        pids = run_file.read(home)["pids"]
    except (run_file.NotRunning, KeyError):
        return
    if run_file.is_hotline(pids.get("up")):
        raise UpRefused(f"a hotline already runs in {home}; end it, or set HOTLINE_HOME to another folder")
    for name in ("floor", "core"):
        if run_file.is_hotline(pids.get(name)):
            end(pids[name], signal.SIGKILL, patience=DEATH_LIMIT)
    (home / run_file.FILE).unlink(missing_ok=True)


def _say_where(prepared: Prepared, *, demo: bool) -> None:
    run = prepared.run
    sip = f"{run['sip']['host']}:{run['sip']['port']}"
    numbers = ", ".join(
        number + (f" ({entry['vip']})" if entry["vip"] else "") for number, entry in run["numbers"].items()
    )
    keys = ", ".join(f"{key} {leads_to}" for key, leads_to in run["keys"].items())
    languages = ", ".join(f"{key} {language}" for language, key in run["languages"].items())
    console.say("")
    console.table(
        "The hotline is up",
        ("", ""),
        (
            ("Numbers", f"{numbers}   at sip:{run['sip']['host']}:{run['sip']['port']} (UDP)"),
            ("Keys", f"{languages}; then {keys}"),
            ("Agents' page", run["http"] + "/agent"),
            *([("Call from a browser", run["http"] + "/call")] if run["guest"] else []),
            ("Live board", run["http"] + "/board"),
            ("Health, metrics", f"{run['http']}/healthz  {run['http']}/metrics"),
            ("For scripts", str(prepared.home / run_file.FILE)),
        ),
    )
    console.say("")
    console.table(
        "The example agents",
        ("agent", "web password", f"phone at {sip}", "phone's secret"),
        (
            (account["agent"], account["web_password"], account["phone"], account["sip_secret"])
            for account in run["accounts"]
        ),
    )
    if run["staff"]:
        console.say("")
        console.table(
            "Others who may log in",
            ("name", "web password", "as"),
            ((each["name"], each["web_password"], ", ".join(each["roles"])) for each in run["staff"]),
        )
    agents = [account["agent"] for account in run["accounts"]]
    free = [agent for agent in sorted(LEFT_FOR_THE_NEWCOMER) if agent in agents]
    agent = (free or agents)[0]
    pressed = "".join(keys[-1] for keys in (list(run["languages"].values()), _keys_of_lanes(run)) if keys)
    command = command_in(prepared.home)
    console.say("")
    console.say(f"Be an agent: log in at the agents' page as {agent}, and in another terminal let that phone answer:")
    console.say(f"    {command} phone {agent}")
    console.say("Be a caller: dial with any softphone (no account needed), or let one be dialled for you:")
    console.say(f"    {command} call {next(iter(run['numbers']))} --keys {pressed}")
    if demo and free:
        console.say(f"The demo floor is calling and answering; {' and '.join(free)} are not on it: they are for you.")
    console.say("Ctrl-C ends everything.")
    console.say("")


def _keys_of_lanes(run: run_file.Run) -> list[str]:
    """The lanes' keys, that of the first lane last: the one an example presses."""
    return [lane["key"] for lane in reversed(run["lanes"].values()) if lane["key"]]


def command_in(home: Path) -> str:
    """`hotline` as one types it here for a home folder, which is named unless it goes without saying."""
    command = _shown(Path(sys.argv[0]))
    return command if home == home_folder({}) else f"HOTLINE_HOME={shlex.quote(str(home))} {command}"


def _shown(path: Path) -> str:
    """A path as one would type it here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
