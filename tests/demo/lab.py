"""A small Asterisk that says what it made of its callers and phones: the witness for the scripted parties."""

import asyncio
import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from acd.asterisk.instance import Instance
from acd.asterisk.obtain import Asterisk
from acd.asterisk.places import Places, Ports, free_ports
from acd.demo.phone import Phone
from acd.demo.sipp import Server
from tests.real import eventually

PHONES = ("anna", "ben", "chen")
READ, LISTEN, RING, DIAL = "100", "200", "300", "4"
"""What may be dialled: one that reads keys, one that listens, one that rings on, and 4 before a phone's name."""

MODULES = """
    app_dial app_read app_verbose app_playtones app_stack func_callerid func_channel func_hangupcause func_strings
    pbx_config codec_ulaw codec_alaw bridge_simple bridge_native_rtp res_timing_timerfd res_rtp_asterisk
    res_sorcery_config res_sorcery_memory res_sorcery_astdb res_pjproject res_pjsip res_pjsip_session
    res_pjsip_sdp_rtp res_pjsip_pubsub res_pjsip_caller_id res_pjsip_registrar res_pjsip_authenticator_digest
    res_pjsip_nat res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user chan_pjsip
"""


@dataclass(frozen=True, slots=True)
class Lab:
    """The running witness."""

    instance: Instance
    server: Server

    def said(self, word: str) -> list[str]:
        """What the dialplan said after this word, in order; line ends in it have become spaces."""
        text = (self.instance.folder / "log" / "said").read_text("utf-8", errors="replace")
        found = re.findall(rf"VERBOSE\[.*?app_verbose.c: SAID {word} (.*?) END$", text, re.DOTALL | re.MULTILINE)
        return [" ".join(line.split()) for line in found]

    async def until_said(self, word: str, count: int) -> list[str]:
        await asyncio.to_thread(eventually, lambda: len(self.said(word)) >= count)
        return self.said(word)

    async def until_quiet(self) -> None:
        """Return when no channel is left."""
        await asyncio.to_thread(
            eventually, lambda: self.instance.command("core show channels count").startswith("0 active channels")
        )

    def contacts(self) -> str:
        return self.instance.command("pjsip show contacts")


def is_process(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def secret(phone: str) -> str:
    return f"{phone}-has-a-long-secret"


def phone(name: str, **script: object) -> Phone:
    return Phone(name, secret(name), **script)  # type: ignore[arg-type]


@contextmanager
def lab(asterisk: Asterisk, folder: Path) -> Iterator[Lab]:
    ports = free_ports()
    instance = Instance(asterisk, folder)
    instance.start(_files(instance.places, ports), ports)
    try:
        yield Lab(instance, Server("127.0.0.1", ports.sip))
    finally:
        instance.stop()


def _files(places: Places, ports: Ports) -> dict[str, str]:
    files = {
        "asterisk.conf": f"""
            [directories]
            astetcdir => {places.etc}
            astmoddir => {places.modules}
            astvarlibdir => {places.lib}
            astdbdir => {places.lib}
            astkeydir => {places.lib}
            astdatadir => {places.data}
            astagidir => {places.data}/agi-bin
            astspooldir => {places.spool}
            astrundir => {places.run}
            astlogdir => {places.log}
            [options]
            verbose = 1
            """,
        "modules.conf": "[modules]\nautoload = no\n" + "\n".join(f"load = {m}.so" for m in MODULES.split()),
        "logger.conf": """
            [general]
            [logfiles]
            messages.log = notice,warning,error
            said = verbose(1)
            """,
        "pjsip.conf": f"""
            [global]
            type = global
            endpoint_identifier_order = ip,username
            [udp]
            type = transport
            protocol = udp
            bind = 127.0.0.1:{ports.sip}
            [carrier]
            type = endpoint
            context = numbers
            disallow = all
            allow = ulaw
            direct_media = no
            [carrier]
            type = identify
            endpoint = carrier
            match = 127.0.0.1/32
            """
        + "".join(_phone(name) for name in PHONES),
        "extensions.conf": """
            [numbers]
            exten = 100,1,Answer()
             same = n,Read(keyed,,4,,1,4)
             same = n,Verbose(1,SAID keyed ${CALLERID(num)}=${keyed} END)
             same = n,Hangup()
            exten = 200,1,Answer()
             same = n,Verbose(1,SAID name ${CALLERID(name)} END)
             same = n,Verbose(1,SAID number ${CALLERID(num)} END)
             same = n,Wait(60)
            exten = 300,1,Ringing()
             same = n,Wait(60)
            exten = _4.,1,Answer()
             same = n,Dial(PJSIP/${EXTEN:1},3,ig)
             same = n,Verbose(1,SAID dialled ${EXTEN:1}=${DIALSTATUS} END)
             same = n,Hangup()
            """,
    }  # fmt: skip
    return {name: textwrap.dedent(text) for name, text in files.items()}


def _phone(name: str) -> str:
    return f"""
            [{name}]
            type = endpoint
            context = nowhere
            disallow = all
            allow = ulaw
            direct_media = no
            rewrite_contact = yes
            auth = {name}
            aors = {name}
            [{name}]
            type = auth
            auth_type = userpass
            username = {name}
            password = {secret(name)}
            [{name}]
            type = aor
            max_contacts = 1
            remove_existing = yes
            qualify_frequency = 1
            """
