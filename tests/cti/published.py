"""What the agent's page and the hotline may say to each other, by the published schema."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
from jsonschema.validators import extend

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "agent-messages.md"
SCHEMA: Mapping[str, Any] = json.loads((ROOT / "docs" / "agent-messages.schema.json").read_text())
WORDS: Mapping[str, Any] = SCHEMA["$defs"]


def _pattern(_: Any, pattern: str, said: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
    # A schema's `$` is the end of the text; Python's stands before a last line's end as well.
    if isinstance(said, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), said):
        yield jsonschema.ValidationError(f"does not match {pattern}")


_Validator = extend(jsonschema.Draft202012Validator, {"pattern": _pattern})


def told_by(way: str) -> dict[str, Mapping[str, Any]]:
    """The messages of one way, `from_page` or `to_page`, by their types."""
    names = (each["$ref"].rpartition("/")[2] for each in WORDS[way]["oneOf"])
    return {WORDS[name]["properties"]["type"]["const"]: WORDS[name] for name in names}


def faults(way: str, said: object) -> list[str]:
    """What the schema has against a message of this way; empty if nothing."""
    known = told_by(way)
    kind = said.get("type") if isinstance(said, dict) else None
    one = known.get(kind) if isinstance(kind, str) else None
    if one is None:
        return [f"there is no message {kind!r} in {way}"]
    validator = _Validator({**one, "$defs": WORDS})
    return [f"{kind}: {'.'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(said)]


@lru_cache(maxsize=4_096)
def faults_of_text(text: str) -> tuple[str, ...]:
    """What the schema has against a text that goes to a page."""
    return tuple(faults("to_page", json.loads(text)))


def told(text: str) -> dict[str, Any]:
    """A text that came to a page, read. Raises AssertionError if the schema does not have it."""
    assert not faults_of_text(text), faults_of_text(text)
    said: dict[str, Any] = json.loads(text)
    return said
