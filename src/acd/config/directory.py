"""What an operator says of the customer directory: what agents are shown of a customer, and which sources know it.

`customers` names the file by which callers are routed; the sources here know more, may be slow, and route nobody.
The kinds of sources are told apart by `kind`. No kind is called as one of its keys is, so that a fault of a source is
found at its place.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import AfterValidator, Field, StrictStr, WithJsonSchema

from acd.config.fields import HTTPS_PATTERN, FilePath, LanguageRef, Name, Section, Shown, Time, at_least, at_most
from acd.core.instants import Duration

MOST_FIELDS = 30
"""An agent has ten seconds; nobody reads more."""
MOST_SOURCES = 10
SLOWEST: Duration = 2_000
LONGEST_KEPT: Duration = 600_000
LONGEST_QUERY = 4_000

_LOOPBACK_PATTERN = r"^http://(127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$"
_KEY_PATTERN = r"^[^.\s]{1,64}(\.[^.\s]{1,64}){0,4}$"
_CURRENCY_PATTERN = "^[A-Z]{3}$"
_ENTRY_POINT_PATTERN = "^[A-Za-z0-9_.-]{1,64}$"
_PARAMETERS = re.compile(r"(?<![:\w]):([a-z_]+)")


def _address(value: str) -> str:
    if len(value) > 500 or not (re.fullmatch(HTTPS_PATTERN[1:-1], value) or re.fullmatch(_LOOPBACK_PATTERN, value)):
        raise ValueError(
            "not an address to ask in secret; write https://, a host, and a path, or http://127.0.0.1 for this machine"
        )
    return value


def _key(value: str) -> str:
    if not re.fullmatch(_KEY_PATTERN, value) or not value.isprintable():
        raise ValueError("not a key of a record; write it as the source does, and contact.city for a key inside a key")
    return value


def _query(parameter: str) -> AfterValidator:
    def check(value: str) -> str:
        if len(value) > LONGEST_QUERY:
            raise ValueError(f"too long ({len(value)} characters); at most {LONGEST_QUERY}")
        found = set(_PARAMETERS.findall(value))
        if found != {parameter}:
            raise ValueError(f"a query with the parameter :{parameter} and no other is wanted")
        return value

    return AfterValidator(check)


def _currency(value: str) -> str:
    if not re.fullmatch(_CURRENCY_PATTERN, value):
        raise ValueError("not a currency; write three capital letters as ISO 4217 does: CNY")
    return value


def _entry_point(value: str) -> str:
    if not re.fullmatch(_ENTRY_POINT_PATTERN, value):
        raise ValueError("not the name of an entry point; letters, digits and _ . - are allowed")
    return value


Currency: TypeAlias = Annotated[
    StrictStr, AfterValidator(_currency), WithJsonSchema({"type": "string", "pattern": _CURRENCY_PATTERN})
]
EntryPoint: TypeAlias = Annotated[
    StrictStr, AfterValidator(_entry_point), WithJsonSchema({"type": "string", "pattern": _ENTRY_POINT_PATTERN})
]
Labels: TypeAlias = Mapping[LanguageRef, Shown]
"""The same name in every language of the hotline, for people."""
RecordKey: TypeAlias = Annotated[
    StrictStr, AfterValidator(_key), WithJsonSchema({"type": "string", "pattern": _KEY_PATTERN})
]
SourceUrl: TypeAlias = Annotated[
    StrictStr,
    AfterValidator(_address),
    WithJsonSchema({"type": "string", "pattern": f"{HTTPS_PATTERN}|{_LOOPBACK_PATTERN}"}),
]
ByNumber: TypeAlias = Annotated[StrictStr, _query("number")]
ById: TypeAlias = Annotated[StrictStr, _query("customer")]
Known: TypeAlias = Literal["number", "id"]


class DirectoryField(Section):
    """One thing that is shown of a customer."""

    label: Labels
    type: Literal["text", "date", "amount", "badge"] = "text"
    currency: Currency | None = None
    """Of an amount, as ISO 4217 writes it: CNY."""
    when: Literal["always", "verified"] = "always"
    """`verified`: only when the caller has proved who he is."""


class _Source(Section):
    """What all sources have in common."""

    label: Labels
    within: Annotated[Time, at_least(50, "50ms"), at_most(SLOWEST, "2s")] = 300
    """How long it is waited for; afterwards the agent is told that it is not available."""
    keep_for: Annotated[Time, at_most(LONGEST_KEPT, "10m")] = 60_000
    """How long an answer is used again; that there is nobody is kept for ten seconds at most."""
    fields: Annotated[Mapping[Name, RecordKey], Field(max_length=MOST_FIELDS)] = Field(default_factory=dict)
    """By the name of what is shown: the key under which the source has it. Nothing written: the same names."""
    id_from: RecordKey | None = None
    """The key under which a record says whose it is, so that it is never shown of another."""


class FileSource(_Source):
    """A file of YAML or CSV beside the settings, read into memory when they are."""

    kind: Literal["file"]
    path: FilePath


class SqliteSource(_Source):
    """A SQLite database on this machine, which is only read."""

    kind: Literal["sqlite"]
    path: FilePath
    by_number: ByNumber | None = None
    by_id: ById | None = None


class PostgresqlSource(_Source):
    """A PostgreSQL database; `url_file` holds its address with the password."""

    kind: Literal["postgresql"]
    url_file: FilePath
    by_number: ByNumber | None = None
    by_id: ById | None = None


class HttpSource(_Source):
    """A service that is asked by one POST of JSON, with a secret of its own."""

    kind: Literal["http"]
    url: SourceUrl
    secret_file: FilePath
    ca_file: FilePath | None = None
    """Who must have signed its certificate; else one of the authorities that this machine trusts."""
    known_by: Annotated[tuple[Known, ...], Field(min_length=1, max_length=2)] = ("number", "id")
    """By what it can be asked."""


class PythonSource(_Source):
    """A source in Python of the bank's own, found by the entry point `hotline.customer_sources`."""

    kind: Literal["python"]
    use: EntryPoint
    known_by: Annotated[tuple[Known, ...], Field(min_length=1, max_length=2)] = ("number", "id")
    options: Annotated[Mapping[Name, StrictStr], Field(max_length=30)] = Field(default_factory=dict)
    """What the source is told when it is made."""


AnySource: TypeAlias = FileSource | SqliteSource | PostgresqlSource | HttpSource | PythonSource
Source: TypeAlias = Annotated[AnySource, Field(discriminator="kind")]
SOURCE_KINDS: tuple[str, ...] = tuple(get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(AnySource))
"""The words that tell the kinds apart."""


class DirectoryConfig(Section):
    """What is shown of a customer, in this order, and who is asked, all at once; the first word on it counts."""

    fields: Annotated[Mapping[Name, DirectoryField], Field(min_length=1, max_length=MOST_FIELDS)]
    sources: Annotated[Mapping[Name, Source], Field(min_length=1, max_length=MOST_SOURCES)]
