"""The published description of the REST edge is that of the code."""

import json
from pathlib import Path

import pytest

from tests.app.openapi_document import DOCUMENT, written


async def test_the_published_document_is_what_the_hotline_says_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = await written(tmp_path, monkeypatch)
    assert said == DOCUMENT.read_text(encoding="utf-8"), "the routes changed: run tools/openapi and look at the change"


def test_each_route_says_what_it_does_and_for_whom_it_is() -> None:
    paths = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    silent = [
        f"{method} {path}"
        for path, methods in paths.items()
        for method, route in methods.items()
        if not route.get("description") or ("security" in route) != ("x-roles" in route)
    ]
    assert silent == []
