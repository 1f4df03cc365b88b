"""A network between the core and the manager interface that a test may cut, silence and slow down.

It hands on bytes and understands nothing, but for one thing: it writes down every Redirect that the core sends, so
that a test can see that no offer is ordered twice. What it writes down grows with the test.
"""

import asyncio
import re
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_CHUNK = 4096
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class FaultProxy:
    """Accepts connections on `port` and hands them on; made by `fault_proxy`."""

    def __init__(self, host: str, port: int) -> None:
        self.port = 0
        self.connections = 0
        """How many were ever made."""
        self.redirects: list[tuple[str, str]] = []
        """Context and extension of every Redirect that the core sent."""
        self.latency = 0.0
        """Seconds by which everything is late, each way."""
        self.bytes_per_second = float("inf")
        self._server = (host, port)
        self._open: set[_Connection] = set()

    def offers(self) -> Counter[str]:
        """How often each offer was ordered."""
        return Counter(extension.split("_")[0] for context, extension in self.redirects if context == "hl-offer")

    def reset(self) -> None:
        """Break all present connections, as a machine does that has forgotten them."""
        for connection in list(self._open):
            connection.reset()

    def fall_silent(self) -> None:
        """Let nothing through any more on the present connections; both ends believe that they are up."""
        for connection in list(self._open):
            connection.silent = True

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hand one connection on until either side ends it."""
        self.connections += 1
        try:
            there = await asyncio.open_connection(*self._server)
        except OSError:
            writer.close()
            return
        connection = _Connection((reader, writer), there)
        self._open.add(connection)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._hand_on(connection, reader, there[1], heard=True))
                both.create_task(self._hand_on(connection, there[0], writer, heard=False))
        finally:
            self._open.discard(connection)
            connection.close()

    async def _hand_on(
        self, connection: "_Connection", source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, heard: bool
    ) -> None:
        """One direction. Each piece is late by `latency`, but a piece does not wait for the one before."""
        loop = asyncio.get_running_loop()
        late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        unread = b""

        async def deliver() -> None:
            while True:
                due, data = await late.get()
                if due > loop.time():
                    await asyncio.sleep(due - loop.time())
                if not data:
                    if not connection.silent:
                        connection.close()
                    return
                await self._write(connection, sink, data)

        async with asyncio.TaskGroup() as tasks:
            delivery = tasks.create_task(deliver())
            while not delivery.done():
                try:
                    data = await source.read(_CHUNK)
                except OSError:
                    data = b""
                if heard:
                    unread = self._write_down(unread + data)
                late.put_nowait((loop.time() + self.latency, data))
                if not data:
                    return

    async def _write(self, connection: "_Connection", sink: asyncio.StreamWriter, data: bytes) -> None:
        step = _CHUNK if self.bytes_per_second == float("inf") else max(1, round(self.bytes_per_second / 20))
        for start in range(0, len(data), step):
            if connection.silent:
                return
            sink.write(data[start : start + step])
            with suppress(OSError):
                await sink.drain()
            if self.bytes_per_second != float("inf"):
                await asyncio.sleep(step / self.bytes_per_second)

    def _write_down(self, text: bytes) -> bytes:
        *actions, rest = text.split(b"\r\n\r\n")
        for action in actions:
            if b"Action: Redirect" in action:
                found = dict(re.findall(r"(\w+): ([^\r\n]*)", action.decode()))
                self.redirects.append((found["Context"], found["Exten"]))
        return rest


class _Connection:
    def __init__(
        self,
        here: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        there: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self.silent = False
        self._writers = (here[1], there[1])

    def reset(self) -> None:
        for writer in self._writers:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            writer.transport.abort()

    def close(self) -> None:
        for writer in self._writers:
            writer.close()


@asynccontextmanager
async def fault_proxy(host: str, port: int) -> AsyncIterator[FaultProxy]:
    """A proxy to this manager interface, with no fault to begin with."""
    proxy = FaultProxy(host, port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.reset()
