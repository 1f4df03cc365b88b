"""Settings files are tried on a scratch Asterisk before they are installed: what it would not load is refused.

Asterisk itself starts with half a configuration and mentions it in a log. Here a word of complaint at its start is
enough to refuse, and so is a context, phone, trunk, queue, application or function that is not there afterwards.
Takes about a second, on free ports, in a folder that is gone afterwards; no call ever reaches it.
"""

import contextlib
import re
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from acd.asterisk.instance import CommandFailed, Instance, PortTaken, StartFailed
from acd.asterisk.obtain import Asterisk
from acd.asterisk.places import WS_HOST, Places, Ports, free_ports
from acd.asterisk.render import RenderRefused

Rendering = Callable[[Ports, Places], dict[str, str]]
"""Renders the files for these ports and places; everything else as they are meant to be installed."""

_WHOSE = {
    "pbx": "extensions.conf",
    "app_queue": "queues.conf",
    "res_musiconhold": "musiconhold.conf",
    "manager": "manager.conf",
    "loader": "modules.conf",
    "res_pjsip": "pjsip.conf",
    "res_sorcery_config": "pjsip.conf",
    "chan_pjsip": "pjsip.conf",
    "res_rtp_asterisk": "rtp.conf",
    "logger": "logger.conf",
    "config_options": "pjsip.conf",
    "format_cap": "pjsip.conf",
}
"""Whose file a complaint is about when it does not name one, by the part of Asterisk that complains."""


TRIES = 3
"""How often it is begun: a port that was free may have another owner by the time Asterisk asks for it."""

_BUSY = "Taskprocessor '"
"""What Asterisk says when many phones are made at once: that it is busy for a moment, and nothing of any file."""


def trial(asterisk: Asterisk, rendering: Rendering) -> None:
    """Return if Asterisk takes what `rendering` gives; raise RenderRefused with the file and Asterisk's words if not.

    Raises PortTaken when others took the free ports that had been found, several times over.
    """
    for _ in range(TRIES - 1):
        with contextlib.suppress(PortTaken):
            return _try(asterisk, rendering)
    return _try(asterisk, rendering)


def _try(asterisk: Asterisk, rendering: Rendering) -> None:
    with tempfile.TemporaryDirectory(prefix="hotline-trial-") as name:
        folder = Path(name)
        scratch = Instance(asterisk, folder, music=folder / "music")
        ports = free_ports()
        files = rendering(ports, scratch.places)
        # Its own music, one short beat of nothing in each class: what is tried are the files, not the sound.
        for class_name in {"default"} | _sections(files.get("musiconhold.conf", "")):
            silence = folder / "music" / class_name
            silence.mkdir(parents=True)
            (silence / "silence.ulaw").write_bytes(b"\xff" * 800)
        try:
            scratch.start(files, ports)
            _refuse_complaints(scratch, files)
            _refuse_what_is_missing(scratch, files)
            _refuse_deafness(scratch, ports)
        except PortTaken:
            raise
        except StartFailed as error:
            _refuse_complaints(scratch, files)
            raise RenderRefused(_file_of(str(error), files), str(error)) from None
        except CommandFailed as error:
            raise RenderRefused("asterisk.conf", f"Asterisk started, but cannot be asked: {error}") from None
        finally:
            scratch.stop()


def _refuse_complaints(scratch: Instance, files: dict[str, str]) -> None:
    for complaint in scratch.complaints():
        if _BUSY in complaint:
            continue
        part, _, words = complaint.partition(": ")
        words = (words or part).replace(f"{scratch.etc}/", "").strip()
        raise RenderRefused(_file_of(complaint, files), f"Asterisk says: {words[:300]}")


def _file_of(complaint: str, files: dict[str, str]) -> str:
    # The longest name first, for one file's name may be the end of another's.
    for name in sorted(files, key=len, reverse=True):
        if re.search(rf"(?<![\w-]){re.escape(Path(name).name)}", complaint):
            return name
    # Or it names something that stands in one file only, such as an include of a file that is not there.
    for quoted in re.findall(r"'([^']{3,})'", complaint):
        if len(found := [name for name, text in files.items() if quoted in text]) == 1:
            return found[0]
    part = complaint.split(".c", 1)[0]
    return next((file for known, file in _WHOSE.items() if part.startswith(known)), "asterisk.conf")


def _refuse_what_is_missing(scratch: Instance, files: dict[str, str]) -> None:
    """Compare what the files say with what Asterisk has in the end: a section may vanish without a word."""
    dialplan = {
        name: text for name, text in files.items() if name == "extensions.conf" or name.startswith("dialplans/")
    }
    contexts = set(re.findall(r"\[ Context '([^']+)' created", scratch.command("dialplan show")))
    endpoints = set(re.findall(r"(?m)^ Endpoint:\s+([^\s/<]+)", scratch.command("pjsip show endpoints")))
    queues = set(re.findall(r"(?m)^(\S+) has \d+ calls", scratch.command("queue show")))
    applications = {word.casefold() for word in _first_words(scratch.command("core show applications"))}
    functions = _first_words(scratch.command("core show functions"))
    for name, text in files.items():
        if name in dialplan:
            wanted = _sections(text) - {"general", "globals"}
            _refuse_missing(name, "context", wanted, contexts)
            _refuse_missing(name, "application", {word.casefold() for word in _applications(text)}, applications)
            _refuse_missing(name, "function", _functions(text), functions)
    _refuse_missing("pjsip.conf", "endpoint", _endpoints(files.get("pjsip.conf", "")), endpoints)
    _refuse_missing("queues.conf", "queue", _sections(files.get("queues.conf", "")) - {"general"}, queues)
    if "hl-numbers" not in contexts:
        raise RenderRefused("extensions.conf", "there is no context hl-numbers, so no caller would get in")


def _refuse_deafness(scratch: Instance, ports: Ports) -> None:
    if f"{ports.sip_host}:{ports.sip}" not in scratch.command("pjsip show transports"):
        raise RenderRefused("pjsip.conf", "Asterisk does not listen on the SIP port")
    try:
        socket.create_connection((ports.ami_host, ports.ami), timeout=5).close()
    except OSError:
        raise RenderRefused("manager.conf", "Asterisk does not listen on the control link's port") from None
    try:
        socket.create_connection((WS_HOST, ports.ws), timeout=5).close()
    except OSError:
        raise RenderRefused("http.conf", "Asterisk does not listen on the softphones' port") from None
    rtp = scratch.command("rtp show settings")
    for edge, port in (("start", ports.rtp_first), ("end", ports.rtp_last)):
        if not re.search(rf"(?m)^\s*Port {edge}:\s*{port}$", rtp):
            raise RenderRefused("rtp.conf", f"Asterisk does not {edge} its range of ports at {port}")
    if not scratch.messages.exists():
        raise RenderRefused("logger.conf", "Asterisk writes no messages.log, so nobody would hear what is wrong")


def _refuse_missing(file: str, kind: str, wanted: set[str], there: set[str]) -> None:
    if missing := sorted(wanted - there):
        raise RenderRefused(file, f"Asterisk has no {kind} {', '.join(missing[:5])} after loading it")


def _sections(text: str) -> set[str]:
    return set(re.findall(r"(?m)^\[([^\]]+)\](?!\(!)", text))


def _endpoints(text: str) -> set[str]:
    """The sections of pjsip.conf that are endpoints: they take after the template `line`, `phone` or `softphone`."""
    return set(re.findall(r"(?m)^\[([^\]]+)\]\((?:line|phone|softphone)\)", text))


def _applications(text: str) -> set[str]:
    return set(re.findall(r"(?m)^(?:exten\s*=>\s*[^,]+,[^,]+|\s*same\s*=>\s*[^,]+),\s*(\w+)\(", text))


def _functions(text: str) -> set[str]:
    lines = (line for line in text.splitlines() if not line.lstrip().startswith(";"))
    return {name for line in lines for name in re.findall(r"(?:\$\{|Set\()([A-Z][A-Z_]+)\(", line)}


def _first_words(listing: str) -> set[str]:
    return {match[1] for match in re.finditer(r"(?m)^\s*(\w+)", listing)}
