"""A customer service on loopback, over HTTP or TLS, which answers as asked or misbehaves."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.ivr.pin.tls_bank import certificate

SECRET = "a-secret-of-the-test"
Misbehaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Crm:
    """What the service knows, and what it was asked."""

    records: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Mapping[str, str]] = field(default_factory=list)
    misbehaves: Misbehaviour | None = None
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        assert request.headers["Authorization"] == f"Bearer {SECRET}"
        question = await request.json()
        self.asked.append(question)
        if self.misbehaves is not None:
            return await self.misbehaves(request)
        number, customer = question.get("number"), question.get("customer")
        found = [each for each in self.records if number in each.get("numbers", ()) or customer == each.get("id")]
        return web.json_response({"customers": found})


@asynccontextmanager
async def open_crm(folder: Path | None = None) -> AsyncIterator[Crm]:
    """A service that listens; with a folder by TLS, with the certificate that is made there."""
    crm, trust = Crm(), None
    if folder is not None:
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trust.load_cert_chain(certificate(folder), folder / "key.pem")
    app = web.Application()
    app.router.add_post("/customers", crm.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=trust).start()
        crm.url = f"{'https' if trust else 'http'}://127.0.0.1:{runner.addresses[0][1]}/customers"
        yield crm
    finally:
        await runner.cleanup()
