"""Services of a bank that answer as they should not, for whoever asks one by HTTP."""

from collections.abc import Awaitable, Callable

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def saying(text: str, status: int = 200) -> Answer:
    """Says just this; with 307 it sends whoever asks back to where he came from."""

    async def answer(request: web.Request) -> web.StreamResponse:
        headers = {"Location": request.path} if status == 307 else {}
        return web.Response(text=text, status=status, headers=headers, content_type="application/json")

    return answer


def without_end(beginning: bytes) -> Answer:
    """A proper answer, and then blanks by the 64 kB."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1_000):
            await response.write(beginning + b" " * 65_536)
        return response

    return answer


async def cut_off(request: web.Request) -> web.StreamResponse:
    """Ends the connection instead of answering."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
