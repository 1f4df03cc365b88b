"""Where one Asterisk keeps everything, and on which ports it listens."""

import contextlib
import errno
import secrets
import socket
import sysconfig
from dataclasses import dataclass
from pathlib import Path

SYSTEM_NAME = "hotline"


@dataclass(frozen=True, slots=True)
class Places:
    """The directories of one Asterisk, as its asterisk.conf names them."""

    etc: str
    modules: str
    lib: str
    data: str
    spool: str
    run: str
    log: str
    music: str
    """The folder with one folder of sound files for each music class."""
    system_name: str = SYSTEM_NAME


DEBIAN = Places(
    etc="/etc/asterisk",
    # Debian names a folder for each kind of machine.
    modules=f"/usr/lib/{sysconfig.get_config_var('MULTIARCH') or 'x86_64-linux-gnu'}/asterisk/modules",
    lib="/var/lib/asterisk",
    data="/usr/share/asterisk",
    spool="/var/spool/asterisk",
    run="/var/run/asterisk",
    log="/var/log/asterisk",
    music="/var/lib/asterisk/hotline-music",
)
"""Where Debian's package has them; the production container uses these."""


WS_HOST = "127.0.0.1"
"""Where softphones in browsers reach Asterisk. From elsewhere they come through a proxy that speaks TLS."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where one Asterisk listens, and where it finds our IVR. Addresses are IPv4."""

    sip: int = 5060
    ami: int = 5038
    agi: int = 4573
    ws: int = 8088
    """Where softphones in browsers reach it, as SIP over WebSockets; always on this machine's loopback."""
    rtp_first: int = 10_000
    rtp_last: int = 19_999
    sip_host: str = "127.0.0.1"
    ami_host: str = "127.0.0.1"
    ami_permit: str = "127.0.0.1/255.255.255.255"
    """Who may open the control link, as address/mask."""


FIRST_OWN_PORT = 20_000
LAST_OWN_PORT = 31_999
"""Below the ports that the system lends to outgoing connections: one of those might take a port of ours while its owner
is dead for a moment, and the owner could not start again. Above those of speech."""


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of this machine that nobody holds right now; somebody may take it before it is used.

    Raises OSError when there is none.
    """
    for _ in range(200):
        port = FIRST_OWN_PORT + secrets.randbelow(LAST_OWN_PORT - FIRST_OWN_PORT + 1)
        with socket.socket(socket.AF_INET, kind) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError(errno.EADDRINUSE, f"no free port between {FIRST_OWN_PORT} and {LAST_OWN_PORT}")


def free_ports() -> Ports:
    """Ports for an Asterisk of a test or a trial."""
    return Ports(sip=free_port(socket.SOCK_DGRAM), ami=free_port(), agi=free_port(), ws=free_port())


def taken(ports: Ports) -> str | None:
    """What keeps an Asterisk from these ports, in one line, or None if they are free.

    Asked before the start, because Asterisk itself starts without a port that it could not get.
    """
    wanted = (
        ("SIP", socket.SOCK_DGRAM, ports.sip_host, ports.sip, "udp", "HOTLINE_SIP_PORT"),
        ("control link", socket.SOCK_STREAM, ports.ami_host, ports.ami, "tcp", ""),
        ("softphones", socket.SOCK_STREAM, WS_HOST, ports.ws, "tcp", "HOTLINE_WS_PORT"),
    )
    for name, kind, host, port, protocol, setting in wanted:
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind is socket.SOCK_STREAM:
                # As Asterisk does: a port whose last connection has just ended counts as free.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                remedy = f"; set {setting} to another port" if setting else ""
                return f"port {port}/{protocol} of {host} ({name}) cannot be had: {error.strerror}{remedy}"
    return None


def cache_folder(environment: dict[str, str]) -> Path:
    """Where big things that can be made again are kept between runs."""
    if chosen := environment.get("HOTLINE_CACHE"):
        return Path(chosen).expanduser().absolute()
    base = environment.get("XDG_CACHE_HOME") or "~/.cache"
    return (Path(base).expanduser() / "hotline").absolute()
