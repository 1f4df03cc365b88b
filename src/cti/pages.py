"""The pages and all that they load: files that are read once and are the same for everybody.

Rules: no page holds a script or a style of its own, so that a caller's name can never become one; what a page may
connect to is named one by one. The caller's page of the demo and its files are not served unless there is a guest.
"""

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from cti.api.headers import SAFE
from cti.softphones import Softphones

KINDS: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
"""What is served, by the end of its name; nothing else in the folder is."""

PAGES: Mapping[str, str] = {"agent.html": "/agent", "board.html": "/board", "call.html": "/call"}

DEMO = ("call.html", "call/")
"""What is there for a guest alone."""


def policy(softphones: Softphones | None) -> str:
    """The pages' Content-Security-Policy."""
    safe, ours = SAFE["Content-Security-Policy"], "connect-src 'self'"
    return safe if softphones is None else safe.replace(ours, f"{ours} {softphones.sources}")


def page_routes(softphones: Softphones | None) -> list[Route]:
    """A route for each file, and for `/`, which leads to the agents' page."""
    headers = {**SAFE, "Content-Security-Policy": policy(softphones)}
    guest = None if softphones is None else softphones.guest
    found = _found(files("cti") / "web")
    routes = [
        _route(PAGES.get(name, f"/{name}"), content, headers)
        for name, content in sorted(found.items())
        if guest is not None or not name.startswith(DEMO)
    ]
    if softphones is not None and guest is not None:
        routes.append(_guests_line(softphones))
    return [Route("/", lambda _: RedirectResponse("/agent"), methods=["GET"]), *routes]


def _found(folder: Traversable, inside: str = "") -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    for each in folder.iterdir():
        name = f"{inside}{each.name}"
        if each.is_dir():
            contents |= _found(each, f"{name}/")
        elif name.endswith(tuple(KINDS)):
            contents[name] = each.read_bytes()
    return contents


def _route(path: str, content: bytes, headers: Mapping[str, str]) -> Route:
    kind = next((KINDS[end] for end in KINDS if path.endswith(end)), KINDS[".html"])

    async def answer(_: Request) -> Response:
        return Response(content, media_type=kind, headers=headers)

    return Route(path, answer, methods=["GET"])


def _guests_line(softphones: Softphones) -> Route:
    async def answer(_: Request) -> Response:
        assert softphones.guest is not None
        line = {**softphones.described(softphones.guest), "numbers": list(softphones.numbers())}
        return JSONResponse(line, headers=SAFE)

    return Route("/call/line", answer, methods=["GET"])
