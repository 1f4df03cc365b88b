"""A real Asterisk with a dialplan of five lines, which is as careless with caller numbers as the hotline's is not.

What a hostile number does to the manager interface can be shown only where nobody cleans it. Everything else about
the link is tried on the hotline's own dialplan.
"""

import asyncio
import shutil
import socket
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from acd.asterisk.obtain import Asterisk
from acd.asterisk.places import free_port

SECRET = "a-long-random-secret-of-the-tests"


@dataclass(frozen=True)
class SmallAsterisk:
    """A running Asterisk: where to reach it."""

    ami_port: int
    sip_port: int


def _configure(folder: Path, asterisk: Asterisk, ami_port: int, sip_port: int) -> None:
    for name in ("etc", "run", "log", "spool", "db", "keys"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(asterisk.data / "documentation", folder / "data/documentation")
    files = {
        "asterisk.conf": f"""
            [directories]
            astetcdir => {folder}/etc
            astmoddir => {asterisk.modules}
            astvarlibdir => {folder}/data
            astdatadir => {folder}/data
            astdbdir => {folder}/db
            astkeydir => {folder}/keys
            astagidir => {folder}/data
            astspooldir => {folder}/spool
            astrundir => {folder}/run
            astlogdir => {folder}/log
            [options]
            systemname = small
            """,
        "modules.conf": """
            [modules]
            autoload = no
            load = pbx_config.so
            load = app_userevent.so
            load = func_callerid.so
            load = func_channel.so
            load = func_strings.so
            load = codec_ulaw.so
            load = codec_alaw.so
            load = res_timing_timerfd.so
            load = res_rtp_asterisk.so
            load = res_sorcery_config.so
            load = res_sorcery_memory.so
            load = res_sorcery_astdb.so
            load = res_pjproject.so
            load = res_pjsip.so
            load = res_pjsip_session.so
            load = res_pjsip_sdp_rtp.so
            load = res_pjsip_pubsub.so
            load = res_pjsip_caller_id.so
            load = res_pjsip_endpoint_identifier_ip.so
            load = chan_pjsip.so
            """,
        "manager.conf": f"""
            [general]
            enabled = yes
            bindaddr = 127.0.0.1
            port = {ami_port}
            timestampevents = yes
            [core]
            secret = {SECRET}
            read = user,system
            write = call,reporting,user
            writetimeout = 5000
            eventfilter(action(include),name(UserEvent)) =
            eventfilter(action(include),name(FullyBooted)) =
            eventfilter(action(include),name(Shutdown)) =
            """,
        "logger.conf": """
            [general]
            [logfiles]
            messages = notice,warning,error
            """,
        "pjsip.conf": f"""
            [udp]
            type = transport
            protocol = udp
            bind = 127.0.0.1:{sip_port}
            [trunk]
            type = endpoint
            context = numbers
            disallow = all
            allow = ulaw
            direct_media = no
            [trunk]
            type = identify
            endpoint = trunk
            match = 127.0.0.1
            """,
        "extensions.conf": """
            [globals]
            ; HL_TOKEN and HL_BEAT are set by the link.

            [numbers]
            exten = 95555,1,Answer()
             same = n,Set(HL_STAGE=waiting)
             same = n,Set(HL_CALL=${UNIQUEID})
             same = n,UserEvent(Hotline,Token: ${HL_TOKEN},Fact: ended,Call: ${UNIQUEID},Stage: waiting)
             same = n,Wait(60)
            """,
    }  # fmt: skip
    for name, text in files.items():
        (folder / "etc" / name).write_text(textwrap.dedent(text))


@asynccontextmanager
async def small_asterisk(asterisk: Asterisk, folder: Path) -> AsyncIterator[SmallAsterisk]:
    """Start this Asterisk in `folder` and stop it afterwards."""
    ami_port, sip_port = free_port(), free_port(socket.SOCK_DGRAM)
    _configure(folder, asterisk, ami_port, sip_port)
    command = (*asterisk.command, "-C", str(folder / "etc/asterisk.conf"))
    process = await _start(*command, "-f")
    try:
        async with asyncio.timeout(30):
            while await (await _start(*command, "-rx", "core waitfullybooted")).wait():
                assert process.returncode is None, (folder / "log/messages").read_text()
                await asyncio.sleep(0.05)
        yield SmallAsterisk(ami_port, sip_port)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _start(*command: str) -> asyncio.subprocess.Process:
    nowhere = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(*command, stdout=nowhere, stderr=nowhere)
