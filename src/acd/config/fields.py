"""The kinds of values that settings are made of: names, numbers, keys, texts, addresses, lengths of time.

Each says in its own words what is allowed. A name may later stand in a dialplan, a file name or a metric, so
it is a short allow-list here, at the edge, and nobody further in has to wonder.
"""

import ipaddress
import re
from typing import Annotated, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StrictInt,
    StrictStr,
    WithJsonSchema,
)

from acd.config.durations import (
    DURATION_PATTERN,
    LONGEST,
    WHOLE_PERCENT_PATTERN,
    parse_duration,
    parse_whole_percent,
)
from acd.core.instants import Duration
from acd.core.language.reading import RESERVED
from acd.core.language.syntax import HIGHEST_LEVEL, LOWEST_LEVEL
from acd.core.names import AgentId, LaneName, LanguageName, PhoneName, VipClass

NAME_PATTERN = r"^[a-z][a-z0-9-]{0,31}$"
NUMBER_PATTERN = r"^\+?[0-9]{2,15}$"
NUMBER_BEGINNING_PATTERN = r"^\+?[0-9]{1,15}$"
KEY_PATTERN = r"^[0-9*#]$"
HTTPS_PATTERN = r"^https://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$"
"""Without a user, a query or a fragment, in which a secret might stand."""
ANNOUNCEMENT_PATTERN = r"^[a-z][a-z0-9_]{0,31}$"
"""Without the hyphen that the prompts of menus have in their names, so that no two prompts share one."""
NO_NAME = "not a name"
"""How each fault of a name begins."""
LONGEST_NAME = 64
LONGEST_TEXT = 600


class Section(BaseModel):
    """A part of the settings: frozen, and closed to keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _name(value: str) -> str:
    if not re.fullmatch(NAME_PATTERN[1:-1], value):
        raise ValueError(f"{NO_NAME}; allowed are a-z, 0-9 and -, first a letter, at most 32 characters")
    return value


def _skill(value: str) -> str:
    if _name(value) in RESERVED:
        raise ValueError(f"a skill cannot be called {value}; that word has a meaning of its own in `needs` and `when`")
    return value


def _announcement(value: str) -> str:
    if not re.fullmatch(ANNOUNCEMENT_PATTERN[1:-1], value):
        raise ValueError(f"{NO_NAME}; allowed are a-z, 0-9 and _, first a letter, at most 32 characters")
    return value


def _number(value: str) -> str:
    if not re.fullmatch(NUMBER_PATTERN[1:-1], value):
        raise ValueError("not a telephone number; allowed are 2 to 15 digits, with or without a + before them")
    return value


def _number_beginning(value: str) -> str:
    if not re.fullmatch(NUMBER_BEGINNING_PATTERN[1:-1], value):
        raise ValueError(
            "not how a telephone number begins; allowed are 1 to 15 digits, with or without a + before them"
        )
    return value


def _key(value: str) -> str:
    if not re.fullmatch(KEY_PATTERN[1:-1], value):
        raise ValueError("not a key of a telephone; allowed is one of 0 to 9, * or #")
    return value


def _shown(value: str) -> str:
    if not value.strip():
        raise ValueError("empty; write something a person can read")
    if len(value) > LONGEST_NAME:
        raise ValueError(f"too long ({len(value)} characters); at most {LONGEST_NAME}")
    if not value.isprintable():
        raise ValueError("has a line break or a control character; one line of plain text is allowed")
    return value


def _spoken(value: str) -> str:
    text = " ".join(value.split())
    if not text:
        raise ValueError("empty; write what the caller shall hear")
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"too long ({len(text)} characters); at most {LONGEST_TEXT}, callers do not listen longer")
    if not text.isprintable():
        raise ValueError("has a control character; plain text is allowed")
    return text


def _voice(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,8}(-[a-z0-9]{1,16}){0,3}", value):
        raise ValueError("not a voice; write one that `espeak-ng --voices` lists, for example cmn or en-us")
    return value


def _address(value: str) -> str:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise ValueError("not an IP address; write for example 192.0.2.7 or 192.0.2.0/24") from None
    return value


def _host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,252})", value):
        raise ValueError("not a host; write a host name or an IP address")
    return value


def _https(value: str) -> str:
    if len(value) > 500 or not re.fullmatch(HTTPS_PATTERN[1:-1], value):
        raise ValueError(
            "not an address to ask in secret; write https://, a host, and a path: https://bank.example/pin"
        )
    return value


def _path(value: str) -> str:
    if not value or len(value) > 1_000 or not value.isprintable():
        raise ValueError("not a path of a file; one line of 1 to 1000 characters is allowed")
    return value


def _longer_than_nothing(value: Duration) -> Duration:
    if value == 0:
        raise ValueError("must be longer than nothing")
    return value


def at_most(limit: Duration, words: str) -> AfterValidator:
    """Refuses a length of time above `limit`, which an operator would write as `words`."""

    def check(value: Duration) -> Duration:
        if value > limit:
            raise ValueError(f"too long; at most {words}")
        return value

    return AfterValidator(check)


def at_least(limit: Duration, words: str) -> AfterValidator:
    """Refuses a length of time below `limit`, which an operator would write as `words`."""

    def check(value: Duration) -> Duration:
        if value < limit:
            raise ValueError(f"too short; at least {words}")
        return value

    return AfterValidator(check)


Name: TypeAlias = Annotated[
    StrictStr, AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})
]
LaneRef: TypeAlias = Annotated[
    LaneName, Strict(), AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})
]
LanguageRef: TypeAlias = Annotated[
    LanguageName, Strict(), AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})
]
AgentRef: TypeAlias = Annotated[
    AgentId, Strict(), AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})
]
PhoneRef: TypeAlias = Annotated[
    PhoneName, Strict(), AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})
]
VipRef: TypeAlias = Annotated[
    VipClass, Strict(), AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})
]
SkillName: TypeAlias = Annotated[
    StrictStr, AfterValidator(_skill), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})
]
Number: TypeAlias = Annotated[
    StrictStr, AfterValidator(_number), WithJsonSchema({"type": "string", "pattern": NUMBER_PATTERN})
]
NumberBeginning: TypeAlias = Annotated[
    StrictStr,
    AfterValidator(_number_beginning),
    WithJsonSchema({"type": "string", "pattern": NUMBER_BEGINNING_PATTERN, "examples": ["+86", "1"]}),
]
Key: TypeAlias = Annotated[StrictStr, AfterValidator(_key), WithJsonSchema({"type": "string", "pattern": KEY_PATTERN})]
Shown: TypeAlias = Annotated[StrictStr, AfterValidator(_shown), Field(json_schema_extra={"maxLength": LONGEST_NAME})]
"""One line that people read: an agent's name, a lane's title."""
Spoken: TypeAlias = Annotated[StrictStr, AfterValidator(_spoken), Field(json_schema_extra={"maxLength": LONGEST_TEXT})]
"""What a caller hears, as text for the voice; runs of white space become one space."""
Voice: TypeAlias = Annotated[StrictStr, AfterValidator(_voice)]
Address: TypeAlias = Annotated[StrictStr, AfterValidator(_address)]
Host: TypeAlias = Annotated[StrictStr, AfterValidator(_host)]
HttpsUrl: TypeAlias = Annotated[
    StrictStr, AfterValidator(_https), WithJsonSchema({"type": "string", "pattern": HTTPS_PATTERN})
]
FilePath: TypeAlias = Annotated[StrictStr, AfterValidator(_path)]
"""A path as written; relative ones start at the settings file's folder."""
Port: TypeAlias = Annotated[StrictInt, Field(ge=1, le=65535)]
Level: TypeAlias = Annotated[StrictInt, Field(ge=LOWEST_LEVEL, le=HIGHEST_LEVEL)]
Time: TypeAlias = Annotated[
    Duration,
    BeforeValidator(parse_duration),
    Field(le=LONGEST),
    WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN}),
]
"""A length of time in milliseconds, written as `15s`; at most a day."""
WaitTime: TypeAlias = Annotated[Time, AfterValidator(_longer_than_nothing), at_most(60_000, "60s")]
"""How long somebody is kept waiting for one thing: a key, a phone; more than nothing, at most a minute."""
Percent: TypeAlias = Annotated[
    int,
    BeforeValidator(lambda value: parse_whole_percent(value, 0, 100)),
    WithJsonSchema({"type": "string", "pattern": WHOLE_PERCENT_PATTERN, "examples": ["85%"]}),
]
"""A share in whole percent, written as `85%`."""
Share: TypeAlias = Annotated[
    float,
    BeforeValidator(lambda value: parse_whole_percent(value, 0, 100) / 100),
    WithJsonSchema({"type": "string", "pattern": WHOLE_PERCENT_PATTERN, "examples": ["85%"]}),
]
"""The same as a fraction."""
Ageing: TypeAlias = Annotated[
    int,
    BeforeValidator(lambda value: parse_whole_percent(value, 100, 1_000)),
    WithJsonSchema({"type": "string", "pattern": WHOLE_PERCENT_PATTERN, "examples": ["100%", "150%"]}),
]
"""How fast somebody grows older in a lane, in percent: `100%` as everybody, `200%` twice as fast."""
Priority: TypeAlias = Annotated[StrictInt, Field(ge=-100, le=100)]
AnnouncementName: TypeAlias = Annotated[
    StrictStr, AfterValidator(_announcement), WithJsonSchema({"type": "string", "pattern": ANNOUNCEMENT_PATTERN})
]
