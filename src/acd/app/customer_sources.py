"""The sources of the customer directory, made of the settings when they come into force; nothing is connected yet.

A file is read here, and settings with a faulty one are refused. What else a source needs may be missing: a secret, a
driver, a certificate. Callers and routing can do without that source, so it is only shown as not available, logged, and
told by `hotline check`.
"""

from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

import structlog

from acd.config import HotlineConfig
from acd.config.advice.subject import Place
from acd.config.directory import (
    DirectoryConfig,
    DirectoryField,
    FileSource,
    HttpSource,
    PostgresqlSource,
    PythonSource,
    Source,
    SqliteSource,
)
from cti.customers.absent_source import AbsentCustomers
from cti.customers.fields import FieldKind, ShownField
from cti.customers.file_source import read_file
from cti.customers.guard import SourceSettings
from cti.customers.http_source import HttpCustomers
from cti.customers.ports import ENTRY_POINTS, MakeSource, SourceUnavailable
from cti.customers.ports import Source as CustomerSource
from cti.customers.postgresql_source import PostgresqlCustomers
from cti.customers.sqlite_source import SqliteCustomers
from cti.customers.views import CustomerSources

LONGEST_SECRET = 4_096
"""Bytes of a file with a secret or an address."""

_log = structlog.get_logger(__name__)


def sources_of(config: HotlineConfig) -> CustomerSources:
    """What is shown of customers, and who is asked for it. Raises DirectoryFault for a faulty file."""
    if config.directory is None:
        return CustomerSources()
    made = []
    for name, source in config.directory.sources.items():
        asked = _make(config, source)
        if isinstance(asked, AbsentCustomers):
            _log.error("a customer source cannot be used; agents see it as not available", source=name, why=asked.why)
        made.append(_settings(str(name), source, asked, config.directory))
    return CustomerSources(
        tuple(_shown(str(name), each) for name, each in config.directory.fields.items()), tuple(made)
    )


def source_warnings(config: HotlineConfig) -> Iterator[tuple[Place, str]]:
    """Each source that could not be used now, by its place in the settings, and why. Raises DirectoryFault."""
    for name, source in config.directory.sources.items() if config.directory is not None else ():
        made = _make(config, source)
        why = made.why if isinstance(made, AbsentCustomers) else ""
        if isinstance(source, SqliteSource) and not config.path_of(source.path).is_file():
            # It is asked all the same: a database may come while the hotline runs.
            why = f"there is no file {config.path_of(source.path)}"
        if why:
            yield ("directory", "sources", str(name)), f"cannot be used here: {why}"


def _shown(name: str, field: DirectoryField) -> ShownField:
    label = {str(language): text for language, text in field.label.items()}
    return ShownField(name, label, FieldKind(field.type), field.currency or "", field.when == "verified")


def _settings(name: str, source: Source, asked: CustomerSource, directory: DirectoryConfig) -> SourceSettings:
    match source:
        case SqliteSource() | PostgresqlSource():
            by_number, by_id = source.by_number is not None, source.by_id is not None
        case HttpSource() | PythonSource():
            by_number, by_id = "number" in source.known_by, "id" in source.known_by
        case FileSource():
            by_number = by_id = True
    return SourceSettings(
        name,
        {str(language): text for language, text in source.label.items()},
        asked,
        source.within,
        source.keep_for,
        by_number,
        by_id,
        {str(field): key for field, key in source.fields.items()}
        or {str(field): str(field) for field in directory.fields},
        # A file says itself which customer a record is of.
        source.id_from or ("id" if isinstance(source, FileSource) else ""),
    )


def _make(config: HotlineConfig, source: Source) -> CustomerSource:
    try:
        return _made(config, source)
    except SourceUnavailable as error:
        return AbsentCustomers(str(error))


def _made(config: HotlineConfig, source: Source) -> CustomerSource:
    match source:
        case FileSource():
            return read_file(config.path_of(source.path))
        case SqliteSource():
            return SqliteCustomers(config.path_of(source.path), source.by_number, source.by_id, source.within)
        case PostgresqlSource():
            url = _secret(config.path_of(source.url_file), "url_file")
            return PostgresqlCustomers(url, source.by_number, source.by_id, source.within)
        case HttpSource():
            ca_file = None if source.ca_file is None else config.path_of(source.ca_file)
            return HttpCustomers(source.url, _secret(config.path_of(source.secret_file), "secret_file"), ca_file)
        case PythonSource():
            return _of_ones_own(source)


def _secret(path: Path, key: str) -> str:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST_SECRET).decode("utf-8").strip()
    except UnicodeDecodeError:
        raise SourceUnavailable(f"{key}: {path}: not UTF-8") from None
    except OSError as error:
        raise SourceUnavailable(f"{key}: {path}: {error.strerror}") from None


def _of_ones_own(source: PythonSource) -> CustomerSource:
    found = sorted(entry_points(group=ENTRY_POINTS, name=source.use), key=lambda each: each.value)
    if not found:
        known = ", ".join(sorted(entry_points(group=ENTRY_POINTS).names)) or "none"
        raise SourceUnavailable(
            f"no installed package has the entry point {source.use} of {ENTRY_POINTS}; known: {known}"
        )
    try:
        make = cast("MakeSource", found[0].load())
        return make({str(key): value for key, value in source.options.items()})
    except Exception as error:  # noqa: BLE001 - whatever somebody's package does, calls must go on.
        raise SourceUnavailable(f"{source.use}: {type(error).__name__} when it was made") from None
