"""A real Asterisk with a dialplan of a page, for what only a real one can show about the manager link.

It waits (hl-wait) and offers (hl-offer) in the same words as the hotline's own dialplan, so that the link, the
translation and the survey are tried against Asterisk's true spelling of them. It needs an Asterisk unpacked under
`HOTLINE_TEST_ASTERISK_ROOT`; a test that finds none is skipped and says so.
"""

import asyncio
import os
import shutil
import socket
import textwrap
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

SECRET = "a-long-random-secret-of-the-tests"


def asterisk_root() -> Path | None:
    """The unpacked system that holds an Asterisk, or None."""
    root = Path(os.environ.get("HOTLINE_TEST_ASTERISK_ROOT", "/nonexistent"))
    return root if (root / "usr/sbin/asterisk").exists() else None


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class SmallAsterisk:
    """A running Asterisk: where to reach it and how to ask it things from outside the link."""

    folder: Path
    command: tuple[str, ...]
    ami_port: int
    sip_port: int

    async def console(self, line: str) -> str:
        """The answer of Asterisk's own console."""
        process = await asyncio.create_subprocess_exec(
            *self.command, "-rx", line, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        output, _ = await process.communicate()
        return output.decode()

    async def sipp(self, scenario: Path, extra: Sequence[str]) -> asyncio.subprocess.Process:
        """Start SIPp with a scenario towards this Asterisk."""
        return await asyncio.create_subprocess_exec(
            "sipp", f"127.0.0.1:{self.sip_port}", "-sf", str(scenario), "-i", "127.0.0.1", "-nostdin", *extra,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, cwd=self.folder,
        )  # fmt: skip


def _configure(folder: Path, root: Path, ami_port: int, sip_port: int) -> None:
    library = root / "usr/lib/x86_64-linux-gnu"
    for name in ("etc", "run", "log", "spool", "db", "keys"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(root / "usr/share/asterisk/documentation", folder / "data/documentation")
    files = {
        "asterisk.conf": f"""
            [directories]
            astetcdir => {folder}/etc
            astmoddir => {library}/asterisk/modules
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
            load = app_dial.so
            load = app_userevent.so
            load = app_bridgewait.so
            load = bridge_holding.so
            load = bridge_simple.so
            load = bridge_softmix.so
            load = app_stack.so
            load = func_strings.so
            load = func_callerid.so
            load = func_channel.so
            load = func_logic.so
            load = func_global.so
            load = func_timeout.so
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
            [loose]
            secret = {SECRET}
            read = all
            write = call,reporting,user
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
            exten = 95555,1,Goto(hl-incoming,s,1)

            [raw]
            exten = s,1,Answer()
             same = n,UserEvent(Hotline,Token: ${HL_TOKEN},Fact: ended,Call: ${UNIQUEID},Stage: ivr)
             same = n,Wait(60)

            [hl-incoming]
            exten = s,1,Set(RAW=${CALLERID(num)})
             same = n,Set(CALLERID(num)=${FILTER(0-9+,${CALLERID(num)})})
             same = n,Set(CHANNEL(hangup_handler_push)=hl-bye,s,1)
             same = n,Set(HL_NUMBER=${CALLERID(num)})
             same = n,Set(HL_DIALLED=95555)
             same = n,Set(HL_ARRIVED=${STRFTIME(,,%s%3q)})
             same = n,Set(HL_ENTERED=${HL_ARRIVED})
             same = n,Set(HL_LANE=cards)
             same = n,Set(HL_LANGUAGE=zh)
             same = n,Set(HL_TIER=platinum)
             same = n,Set(HL_STAGE=arrived)
             same = n,Set(HL_CALL=${UNIQUEID})
             same = n,Answer()
             same = n,UserEvent(Hotline,Token: ${HL_TOKEN},Fact: arrived,Call: ${HL_CALL},Number: ${HL_NUMBER},Dialled: ${HL_DIALLED},Arrived: ${HL_ARRIVED})
             same = n,Goto(hl-wait,s,1)

            [hl-wait]
            exten = s,1,Set(HL_OFFER=)
             same = n,Set(HL_PHONE=)
             same = n,Set(HL_STAGE=waiting)
             same = n,UserEvent(Hotline,Token: ${HL_TOKEN},Fact: waiting,Call: ${HL_CALL},Number: ${HL_NUMBER},Dialled: ${HL_DIALLED},Arrived: ${HL_ARRIVED},Entered: ${HL_ENTERED},Lane: ${HL_LANE},Language: ${HL_LANGUAGE},Tier: ${HL_TIER})
             same = n(lap),BridgeWait(hl,participant,e(s)S(10))
             same = n,Goto(lap)

            [hl-offer]
            exten = _X!,1,Set(HL_OFFER=${CUT(EXTEN,_,1)})
             same = n,Set(HL_PHONE=${CUT(EXTEN,_,3)})
             same = n,Set(HL_STAGE=offered)
             same = n,UserEvent(Hotline,Token: ${HL_TOKEN},Fact: offering,Call: ${HL_CALL},Offer: ${HL_OFFER})
             same = n,Dial(PJSIP/nobody,${CUT(EXTEN,_,2)},ig)
             same = n,UserEvent(Hotline,Token: ${HL_TOKEN},Fact: offer_failed,Call: ${HL_CALL},Offer: ${HL_OFFER},Status: ${DIALSTATUS})
             same = n,Wait(60)

            [hl-bye]
            exten = s,1,UserEvent(Hotline,Token: ${HL_TOKEN},Fact: ended,Call: ${HL_CALL},Stage: ${HL_STAGE})
             same = n,Return()
            """,
    }  # fmt: skip
    for name, text in files.items():
        (folder / "etc" / name).write_text(textwrap.dedent(text))


@asynccontextmanager
async def small_asterisk(folder: Path) -> AsyncIterator[SmallAsterisk]:
    """Start an Asterisk in `folder` and stop it afterwards."""
    root = asterisk_root()
    assert root is not None
    ami_port, sip_port = free_port(), free_port(socket.SOCK_DGRAM)
    _configure(folder, root, ami_port, sip_port)
    command = (
        str(root / "lib64/ld-linux-x86-64.so.2"),
        "--library-path",
        str(root / "usr/lib/x86_64-linux-gnu"),
        str(root / "usr/sbin/asterisk"),
        "-C",
        str(folder / "etc/asterisk.conf"),
    )
    process = await asyncio.create_subprocess_exec(
        *command, "-f", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    running = SmallAsterisk(folder, command, ami_port, sip_port)
    try:
        async with asyncio.timeout(30):
            while "fully booted" not in await running.console("core waitfullybooted"):
                assert process.returncode is None, (folder / "log/messages").read_text()
                await asyncio.sleep(0.05)
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
