"""Inputs and the core's memory as JSON, and back, exactly.

A kind is its class's name in snake case; a version rises whenever the meaning or the fields of a kind change. What is
not known is never guessed: a journal that a newer program wrote is refused with its kind and version named. What an
earlier version wrote is read by way of `acd.journal.upgrades`.
"""

import re
from typing import Any, NamedTuple, get_args

from pydantic import TypeAdapter, ValidationError

from acd.core.inputs import Input
from acd.core.memory import Memory
from acd.journal.errors import UnknownRecord
from acd.journal.upgrades import CHECKPOINT, upgraded

GAP = "gap"
"""The kind of a line that stands for inputs which could not be written; its body says how many."""

MEMORY_VERSION = 3
"""In which shape a checkpoint is written."""


class Record(NamedTuple):
    """An input as it is written: what it is, in which shape, and what it says."""

    kind: str
    version: int
    body: str


def _kind_of(kind: type) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower()


_VERSIONS: dict[str, int] = {"policy_loaded": 2}
"""Versions other than 1, by kind."""

KINDS: dict[str, type] = {_kind_of(kind): kind for kind in get_args(Input)}
_NAMES: dict[type, str] = {kind: name for name, kind in KINDS.items()}
_ADAPTERS: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in KINDS.items()}
_MEMORY: TypeAdapter[Memory] = TypeAdapter(Memory)


def encode(happened: Input) -> Record:
    """`happened` as a record. Raises `ValueError` for text that has no UTF-8 form."""
    name = _NAMES[type(happened)]
    return Record(name, _VERSIONS.get(name, 1), _ADAPTERS[name].dump_json(happened).decode())


def decode(record: Record) -> Input:
    """The input that `encode` wrote, in this version or an earlier one. Raises `UnknownRecord`."""
    kind, version, body = record
    if kind not in KINDS:
        raise UnknownRecord(f'the kind "{kind}" is not known; this journal was written by a newer or another program')
    body = upgraded(kind, version, body, _VERSIONS.get(kind, 1))
    try:
        found: Input = _ADAPTERS[kind].validate_json(body, strict=True)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, each["loc"])) or "body" for each in error.errors()[:5])
        raise UnknownRecord(f'a "{kind}" cannot be read; wrong at {places}') from None
    return found


def encode_memory(memory: Memory) -> str:
    """The core's whole memory as text. Raises `ValueError` for text that has no UTF-8 form."""
    return _MEMORY.dump_json(memory).decode()


def decode_memory(text: str, version: int) -> Memory:
    """The memory that `encode_memory` wrote, now or in an earlier version, as a new object. Raises `UnknownRecord`."""
    text = upgraded(CHECKPOINT, version, text, MEMORY_VERSION)
    try:
        return _MEMORY.validate_json(text, strict=True)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, each["loc"])) or "state" for each in error.errors()[:5])
        raise UnknownRecord(f"a checkpoint cannot be read; wrong at {places}") from None
