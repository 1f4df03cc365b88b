"""Callers and phones for a benchmark: SIPp with scenarios that do the least a call needs, the same for both sides.

The demo's own parties look at the clock ten times a second each; with hundreds of them that would cost more than
what is measured. These wait for nothing but the next message.
"""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import jinja2

from acd.demo.sipp import Listener, Server, Sipp, running

SCENARIOS = Path(__file__).parent / "scenarios"
PHONES_HOST = "127.0.0.2"
_UP_WITHIN = 5.0


@asynccontextmanager
async def phones(server: Server, port: int, talk: float, listener: Listener | None = None) -> AsyncIterator[Sipp]:
    """All phones behind one port; each talks for `talk` seconds, a quarter more or less.

    With a listener each tells of its INVITE as it comes: `invited`, its address, and the time by its own clock.
    """
    template = jinja2.Template((SCENARIOS / "phone.xml.j2").read_text("utf-8"), undefined=jinja2.StrictUndefined)
    scenario = template.render(shortest=round(talk * 750), longest=round(talk * 1250), tells=listener is not None)
    async with running(scenario, {}, server, listener or _unheard, host=PHONES_HOST, port=port) as sipp:
        await _until_bound(sipp)
        yield sipp


@asynccontextmanager
async def callers(server: Server, dialled: str, per_second: float, count: int) -> AsyncIterator[Sipp]:
    """So many calls at this rate; who is still up when the block is left hangs up."""
    scenario = (SCENARIOS / "caller.xml").read_text("utf-8")
    # SIPp takes whole calls per period; a period of a tenth of a second keeps them evenly spread.
    tenths = per_second / 10
    whole = math.ceil(tenths)
    options = ["-s", dialled, "-r", str(whole), "-rp", str(round(100 * whole / tenths))]
    options += ["-m", str(count), "-l", str(count)]
    async with running(scenario, {}, server, _unheard, host="127.0.0.1", options=options) as sipp:
        yield sipp


def _unheard(_: object) -> None:
    """These scenarios tell nothing; Asterisk's events say what happened."""


async def _until_bound(sipp: Sipp) -> None:
    """Return when the phones' port is open; no call is spent on finding out."""
    deadline = asyncio.get_running_loop().time() + _UP_WITHIN
    while not _is_bound(sipp.port):
        assert sipp.is_running, "the phones ended"
        assert asyncio.get_running_loop().time() < deadline, "the phones did not come up"
        await asyncio.sleep(0.02)


def _is_bound(port: int) -> bool:
    wanted = f":{port:04X} "
    return any(wanted in line for line in Path("/proc/net/udp").read_text("utf-8").splitlines())
