"""uvicorn inside our own loop: one listening socket, limits on what a stranger may send, no handling of signals.

h11 is chosen over the faster parser because it bounds the size of a request's headers; the pages are small and few.
"""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_AT_MOST = 16 * 1024
CONNECTIONS_AT_MOST = 4_096
"""Open connections of all kinds; one more is answered 503."""
REQUEST_WITHIN = 10.0
"""Seconds in which a connection must have sent its next request whole, headers at least."""
MESSAGE_AT_MOST = 4_096
"""Bytes of one WebSocket message from a browser."""


class WebFault(RuntimeError):
    """The web server cannot start; the message says why, in one line."""


class _ImpatientProtocol(H11Protocol):
    """h11 with an end to patience: uvicorn itself waits for ever for the rest of a request's headers."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: Any) -> None:
        self._stop_waiting()
        super().handle_websocket_upgrade(event)

    def on_response_complete(self) -> None:
        self._stop_waiting()
        super().on_response_complete()
        if not self.transport.is_closing():
            self._wait()

    def _wait(self) -> None:
        self._patience = self.loop.call_later(REQUEST_WITHIN, self._give_up)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()


class _Server(uvicorn.Server):
    """Leaves SIGINT and SIGTERM to the process, whose business they are."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class WebServer:
    """Serves an ASGI application on one address. `run` belongs in the app's task group."""

    def __init__(self, app: ASGIApp, host: str = "127.0.0.1", port: int = 8080) -> None:
        """Binds the port at once; 0 takes a free one. Raises WebFault if it cannot be had."""
        try:
            self._socket = _bind(host, port)
        except OSError as error:
            why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be had: {error.strerror}"
            raise WebFault(f"web port {port} on {host} {why}; set HOTLINE_HTTP_PORT to another") from error
        self._begun = False
        self.host = host
        self.port: int = self._socket.getsockname()[1]
        self._server = _Server(
            uvicorn.Config(
                app,
                http=_ImpatientProtocol,
                ws="websockets-sansio",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,
                proxy_headers=False,
                h11_max_incomplete_event_size=HEADERS_AT_MOST,
                limit_concurrency=CONNECTIONS_AT_MOST,
                timeout_keep_alive=5,
                timeout_graceful_shutdown=1,
                ws_max_size=MESSAGE_AT_MOST,
                ws_ping_interval=5.0,
                ws_ping_timeout=5.0,
                ws_per_message_deflate=False,
            )
        )

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{self.host}:{self.port}"

    def close(self) -> None:
        """Give back the port of a server that was never run; one that runs does so itself when it is cancelled."""
        if not self._begun:
            self._socket.close()

    async def run(self) -> None:
        """Serve until cancelled; every connection is closed and the port free again when it returns."""
        self._begun = True
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            if self._server.started and not self._server.should_exit:
                self._server.should_exit = True
                await self._server.shutdown(sockets=[self._socket])
            self._socket.close()


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        # So that a restart at once after a crash is not refused for connections that linger.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(1_024)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening
