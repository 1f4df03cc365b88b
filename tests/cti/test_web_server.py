"""The web server under bad manners: nothing a stranger does costs the others anything."""

import asyncio
import json
import socket

import aiohttp
import pytest

import cti.web_server
from cti.outbox import Outbox
from cti.web_server import WebFault, WebServer
from tests.cti.open_web import Web, browser, open_web
from tests.cti.small_hotline import ANNA, BEN


async def raw(web: Web) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(web.server.host, web.server.port)


async def closes(reader: asyncio.StreamReader) -> bytes:
    """What comes until the other side closes; fails after five seconds."""
    async with asyncio.timeout(5):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


async def test_the_page_knows_what_an_agent_may_pause_for_and_how_long() -> None:
    async with open_web() as web, browser(web, ANNA) as anna:
        assert (await anna.get("/api/v1/me")).json()["pause_reasons"] == {"break": 900_000, "lunch": None}


async def test_health_says_which_part_is_ill() -> None:
    async with open_web() as web, browser(web) as someone:
        well = await someone.get("/healthz")
        assert (well.status, well.json()["status"]) == (200, "ok")
        web.health["journal"] = False
        ill = await someone.get("/healthz")
        assert (ill.status, ill.json()) == (503, {"status": "degraded", "checks": {"link": True, "journal": False}})


async def test_the_metrics_page_is_passed_on() -> None:
    async with open_web() as web, browser(web) as someone:
        page = await someone.get("/metrics")
    assert page.body == b"hotline_up 1\n"
    assert page.headers["Content-Type"].startswith("text/plain")


async def test_headers_without_end_are_cut_off() -> None:
    async with open_web() as web:
        reader, writer = await raw(web)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 1_000_000)
        # The answer may be lost, for the connection ends while we still send; that it ends is what counts.
        assert (await closes(reader))[:12] in {b"", b"HTTP/1.1 400"}
        writer.close()


async def test_who_never_finishes_his_request_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cti.web_server, "REQUEST_WITHIN", 0.2)
    async with open_web() as web:
        silent, silent_writer = await raw(web)
        slow, slow_writer = await raw(web)
        slow_writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
        again, again_writer = await raw(web)
        again_writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /hea")

        assert await closes(silent) == b""
        assert await closes(slow) == b""
        assert (await closes(again)).startswith(b"HTTP/1.1 200")
        for writer in (silent_writer, slow_writer, again_writer):
            writer.close()


async def test_a_message_too_long_ends_only_its_own_connection() -> None:
    async with open_web() as web, browser(web, ANNA) as anna, browser(web, BEN) as ben:
        assert anna.socket is not None
        await anna.socket.send_str("x" * 100_000)
        assert await anna.closed() == 1009
        await ben.say(type="ready")
        await ben.hear("state", state="ready")


async def test_too_many_messages_end_only_their_own_connection() -> None:
    async with open_web() as web, browser(web, ANNA) as anna, browser(web, BEN) as ben:
        assert anna.socket is not None
        for _ in range(100):
            await anna.socket.send_str(json.dumps({"type": "shown", "offer": 1}))
        assert await anna.closed() == 1008
        await ben.say(type="ready")
        await ben.hear("state", state="ready")


@pytest.mark.alone
async def test_a_browser_that_does_not_read_holds_up_nobody() -> None:
    async with open_web() as web, browser(web) as someone, browser(web, BEN) as ben:
        answer = await someone.log_in(ANNA)
        reader, writer = await raw(web)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        writer.write(
            f"GET /agent/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nCookie: {cookie}\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        async with asyncio.timeout(5):
            while not web.screens.is_open(ANNA):  # noqa: ASYNC110 - a screen tells nobody that it is open
                await asyncio.sleep(0.01)
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number in range(500):
            web.hotline.becomes_ready(ANNA)
            web.hotline.hangs_up(web.hotline.call(f"c{number}"))
        assert loop.time() - began < 2
        await ben.say(type="ready")
        await ben.hear("state", state="ready")
        writer.close()


def test_an_outbox_keeps_the_newest_state_and_is_closed_when_full() -> None:
    outbox = Outbox(at_most=3)
    assert outbox.put("state 1", key="state")
    assert outbox.put("pop")
    assert outbox.put("state 2", key="state")
    assert list(outbox._texts.values()) == ["pop", "state 2"]
    assert outbox.put("another")
    assert not outbox.put("one too many")
    assert outbox.closed
    assert not outbox.put("state 3", key="state")


async def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WebFault, match=f"web port {port} on 127.0.0.1 is in use; set HOTLINE_HTTP_PORT"):
            WebServer(lambda *_: None, port=port)  # type: ignore[arg-type, return-value]


async def test_when_the_server_has_ended_its_port_and_its_connections_are_gone() -> None:
    async with open_web() as web:
        port = web.server.port
        http = aiohttp.ClientSession(web.address)
        board = await http.ws_connect("/board/feed")
    with pytest.raises(OSError, match="Connect"):
        await asyncio.open_connection("127.0.0.1", port)
    while (await board.receive()).type is aiohttp.WSMsgType.TEXT:
        pass
    assert board.closed
    await http.close()
