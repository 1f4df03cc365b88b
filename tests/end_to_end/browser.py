"""A real Chromium without a window, spoken to over its DevTools protocol: what an agent's browser makes of our page."""

import asyncio
import itertools
import json
import shutil
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import websockets

WITH_SOUND = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)
"""A microphone that beeps, nobody who is asked whether the page may use it, and speech that stays on this machine."""

DEEP = """
window.deepAll = (selector, root = document) => [...root.querySelectorAll("*")].flatMap(
  (each) => [...(each.matches(selector) ? [each] : []),
             ...(each.shadowRoot ? deepAll(selector, each.shadowRoot) : [])]);
window.deep = (selector) => deepAll(selector)[0] ?? null;
window.focused = (root = document) => root.activeElement?.shadowRoot
  ? focused(root.activeElement.shadowRoot) : root.activeElement;
window.seen = (selector) => deepAll(selector).find((each) => each.checkVisibility()) ?? null;
"""
"""Finds elements inside others' shadow roots as well; `seen` those alone that are on the page to be seen."""


class Page:
    """One page of the browser."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self._socket = socket
        self._serial = itertools.count(1)

    async def do(self, method: str, **parameters: object) -> dict[str, Any]:
        """One command of the protocol, and its answer; events in between are of no interest here."""
        serial = next(self._serial)
        await self._socket.send(json.dumps({"id": serial, "method": method, "params": parameters}))
        async with asyncio.timeout(20):
            while True:
                said = json.loads(await self._socket.recv())
                if said.get("id") == serial:
                    assert "error" not in said, f"{method}: {said['error']}"
                    result: dict[str, Any] = said["result"]
                    return result

    async def ask(self, script: str) -> Any:
        """What a JavaScript expression is worth on this page, as JSON can carry it."""
        found = await self.do("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    async def until(self, script: str, within: float = 20.0) -> Any:
        """Ask again and again until the answer is true, and return it."""
        deadline = asyncio.get_running_loop().time() + within
        while not (answer := await self.ask(script)):
            assert asyncio.get_running_loop().time() < deadline, f"not within {within:g} s: {script}"
            await asyncio.sleep(0.05)
        return answer

    async def crash(self) -> None:
        """The page dies without a word; nothing more can be asked of it."""
        await self._socket.send(json.dumps({"id": next(self._serial), "method": "Page.crash", "params": {}}))

    async def text(self, selector: str) -> str:
        """The text of the one element."""
        return str(await self.ask(f"deep({json.dumps(selector)}).textContent"))

    async def type_into(self, selector: str, text: str) -> None:
        """Type into a field as a keyboard would."""
        await self.ask(f"deep({json.dumps(selector)}).focus()")
        await self.do("Input.insertText", text=text)

    async def click(self, selector: str) -> None:
        """Click on the one element."""
        await self.until(f"!!deep({json.dumps(selector)})")
        await self.ask(f"deep({json.dumps(selector)}).click()")


@asynccontextmanager
async def open_page(folder: Path, address: str, *flags: str) -> AsyncIterator[Page]:
    """A browser of its own with this page open; gone afterwards. Skips the test where there is no Chromium.

    `flags` are more of Chromium's, such as `WITH_SOUND`.
    """
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("needs chromium: apt-get install chromium")
    profile = await asyncio.to_thread(_profile, folder)
    log = (folder / "chromium.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        program,
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--no-first-run",
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        *flags,
        "about:blank",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    try:
        port = await _port(profile / "DevToolsActivePort", process)
        pages = await asyncio.to_thread(_pages, port)
        # The protocol's messages have no size that a test would like to be cut at.
        async with websockets.connect(pages[0]["webSocketDebuggerUrl"], max_size=None, proxy=None) as socket:
            page = Page(socket)
            await page.do("Page.enable")
            await page.do("Page.addScriptToEvaluateOnNewDocument", source=DEEP)
            await page.do("Page.navigate", url=address)
            await page.until("document.readyState === 'complete' && location.href !== 'about:blank'")
            yield page
            await page.do("Browser.close")
            async with asyncio.timeout(10):
                await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        log.close()


def _profile(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "profile"


async def _port(file: Path, process: asyncio.subprocess.Process) -> int:
    """Where the browser listens for us; it writes that into its profile when it does."""
    async with asyncio.timeout(60):
        while process.returncode is None:
            if port := _written_port(file):
                return port
            await asyncio.sleep(0.05)
    raise AssertionError("Chromium ended; its words are in chromium.log beside its profile")


def _written_port(file: Path) -> int | None:
    words = file.read_text().split() if file.exists() else []
    return int(words[0]) if words else None


def _pages(port: int) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=20) as answer:
        return [each for each in json.load(answer) if each["type"] == "page"]
