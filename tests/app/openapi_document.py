"""docs/openapi.json: what the REST edge says of itself, with every part there. `tools/openapi` writes it again."""

import asyncio
import json
import tempfile
from pathlib import Path

import pytest

from tests.app.serving import pages_alone
from tests.config.small import SMALL

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
EVERY_PART = (
    SMALL
    + "oidc: {issuer: 'http://127.0.0.1:1', client_id: x, client_secret_file: sso, back: 'https://x.example/back'}\n"
)


async def written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The document, by a core as it is wired, with the same bytes for the same routes."""
    (folder / "sso").write_text("x")
    async with pages_alone(folder, EVERY_PART, monkeypatch) as core:
        return json.dumps(core.pages.api.openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


async def _write() -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkeypatch:
        DOCUMENT.write_text(await written(Path(folder), monkeypatch), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_write())
