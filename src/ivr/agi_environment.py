"""The header with which Asterisk opens an AGI connection, checked before anybody believes a word of it.

A caller can forge lines of it: a telephone number that holds a line break is copied into the header as it is. So the
header counts only if every key is one that Asterisk writes, each exactly once and all of them: a forger who ends the
header early leaves keys out, one who adds lines repeats a key or invents one. What is left after the header then is
no reply to any command, which ends the connection too. Even so no decision rests on the number in here: ask the
channel for the number that the dialplan cleaned.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ivr.agi_errors import ProtocolBroken, Refusal

REQUIRED_KEYS = frozenset(
    {
        "agi_network",
        "agi_network_script",
        "agi_request",
        "agi_channel",
        "agi_language",
        "agi_type",
        "agi_uniqueid",
        "agi_version",
        "agi_callerid",
        "agi_calleridname",
        "agi_callingpres",
        "agi_callingani2",
        "agi_callington",
        "agi_callingtns",
        "agi_dnid",
        "agi_rdnis",
        "agi_context",
        "agi_extension",
        "agi_priority",
        "agi_enhanced",
        "agi_accountcode",
        "agi_threadid",
    }
)
"""What Asterisk writes for every call over the network. Arguments (`agi_arg_1`) are not among them: our dialplan
passes none, and what it has to say to a script stands in the script's query."""

MOST_QUERY_FIELDS = 8

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PATH = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}(?:/[a-z0-9][a-z0-9_-]{0,31}){0,3}")
_QUERY_FIELD = re.compile(r"([a-z][a-z0-9_]{0,31})=([A-Za-z0-9_.+-]{0,64})")
_UNIQUEID = re.compile(r"[A-Za-z0-9_.-]{1,128}")


@dataclass(frozen=True, slots=True)
class Environment:
    """The call that Asterisk presents, and the script it asks for.

    `path` and `query` come from the address in the dialplan: `agi://127.0.0.1/ivr?menu=main` asks for the path `ivr`
    with the query `{"menu": "main"}`. All of `headers` is text without control characters; whatever could not be
    read as UTF-8 stands there as U+FFFD. The caller's own words are among them, so they go into no log.
    """

    path: str
    query: Mapping[str, str]
    call: str
    headers: Mapping[str, str]


def parse_environment(lines: Iterable[bytes]) -> Environment:
    """Read the lines before the empty one, without their line ends. Raises ProtocolBroken."""
    headers: dict[str, str] = {}
    for line in lines:
        key, colon, value = line.decode("utf-8", errors="replace").partition(":")
        if not colon:
            raise ProtocolBroken(Refusal.MALFORMED, "a header line without a colon")
        if key not in REQUIRED_KEYS:
            raise ProtocolBroken(Refusal.UNKNOWN_KEY, "a header key that Asterisk does not write")
        if key in headers:
            raise ProtocolBroken(Refusal.DUPLICATE_KEY, f"{key} stands there twice")
        headers[key] = _CONTROL.sub("\ufffd", value.removeprefix(" "))
    missing = REQUIRED_KEYS - headers.keys()
    if missing:
        raise ProtocolBroken(Refusal.MISSING_KEY, f"{min(missing)} is missing")
    if headers["agi_network"] != "yes":
        raise ProtocolBroken(Refusal.MALFORMED, "agi_network is not yes")
    if not _UNIQUEID.fullmatch(headers["agi_uniqueid"]):
        raise ProtocolBroken(Refusal.MALFORMED, "agi_uniqueid is not the id of a call")
    path, query = _parse_script(headers["agi_network_script"])
    return Environment(path, query, headers["agi_uniqueid"], MappingProxyType(headers))


def _parse_script(script: str) -> tuple[str, Mapping[str, str]]:
    path, question, rest = script.partition("?")
    if not _PATH.fullmatch(path):
        raise ProtocolBroken(Refusal.BAD_SCRIPT, "the script's path is not an allowed one")
    fields: dict[str, str] = {}
    if question:
        parts = rest.split("&", MOST_QUERY_FIELDS)
        if len(parts) > MOST_QUERY_FIELDS:
            raise ProtocolBroken(Refusal.BAD_SCRIPT, f"more than {MOST_QUERY_FIELDS} fields in the query")
        for part in parts:
            field = _QUERY_FIELD.fullmatch(part)
            if field is None or field[1] in fields:
                raise ProtocolBroken(Refusal.BAD_SCRIPT, "a field of the query is malformed or repeated")
            fields[field[1]] = field[2]
    return path, MappingProxyType(fields)
