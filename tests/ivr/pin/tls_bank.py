"""An online bank on loopback, with a certificate of its own: speaks the protocol of docs/pin.md, or misbehaves."""

import json
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

SECRET = "a-secret-of-the-test"
Misbehaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class TlsBank:
    """What the bank knows, and what it was asked."""

    pins: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    misbehaves: Misbehaviour | None = None
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        assert request.headers["Authorization"] == f"Bearer {SECRET}"
        question = json.loads(await request.read())
        self.asked.append(question)
        if self.misbehaves is not None:
            return await self.misbehaves(request)
        return web.json_response({"verdict": self._verdict(question)})

    def _verdict(self, question: dict[str, Any]) -> str:
        customer = question["customer"]
        if question["do"] == "verify":
            return "verified" if self.pins.get(customer) == question["pin"] else "wrong"
        if "code" in question:
            if self.codes.get(customer) != question["code"]:
                return "wrong"
            del self.codes[customer]
        self.pins[customer] = question["new"]
        return "changed"


@asynccontextmanager
async def open_bank(folder: Path) -> AsyncIterator[TlsBank]:
    """A bank that listens; `certificate(folder)` is its own and its authority's."""
    bank = TlsBank()
    app = web.Application()
    app.router.add_post("/telephone-pin", bank.answer)
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(certificate(folder), folder / "key.pem")
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=trust)
        await site.start()
        port = runner.addresses[0][1]
        bank.url = f"https://127.0.0.1:{port}/telephone-pin"
        yield bank
    finally:
        await runner.cleanup()


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1, signed by itself; made once in a folder."""
    path = folder / "certificate.pem"
    if not path.exists():
        making = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
        subprocess.run(
            [*making.split(), "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", path],
            check=True,
            capture_output=True,
        )
    return path
