"""What an operator says of who may use the pages: people besides the agents, log-ins, the audit trail, the web side."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StrictStr, WithJsonSchema

from acd.config.fields import AgentRef, FilePath, Section, Shown, Time, at_least

StaffRole: TypeAlias = Literal["second_line", "supervisor", "operator", "auditor"]
"""What somebody may be who is no agent, or besides being one."""

_ORIGIN = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)


class StaffConfig(Section):
    """Somebody who logs in and answers no calls; under an agent's name: what that agent is besides."""

    name: Shown | None = None
    """For people; his name in the settings without it."""
    roles: Annotated[tuple[StaffRole, ...], Field(min_length=1, max_length=4)]


class SessionsConfig(Section):
    """How long a log-in holds: `idle` without a request or an open page, `longest` whatever is done with it."""

    idle: Annotated[Time, at_least(60_000, "1m")] = 1_800_000
    longest: Annotated[Time, at_least(60_000, "1m")] = 16 * 3_600_000


class AuditConfig(Section):
    """For how long it is kept who saw what."""

    keep_days: Annotated[StrictInt, Field(ge=1, le=3_660)] = 365


def _origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise ValueError("an origin is wanted, such as https://crm.bank.example")
    return text


Origin: TypeAlias = Annotated[
    StrictStr, AfterValidator(_origin), WithJsonSchema({"type": "string", "pattern": f"^{_ORIGIN.pattern}$"})
]
"""Where a page comes from: scheme, host, and a port that is not the scheme's own."""


class WebConfig(Section):
    """How the pages are reached."""

    https: StrictBool = False
    """Behind a proxy that speaks https: the cookie then never travels in the clear."""
    origins: Annotated[tuple[Origin, ...], Field(max_length=20)] = ()
    """Pages of other systems that may hold parts of ours."""
    board: Literal["open", "logged_in"] = "open"
    """Who may look at the live board."""


def _private(text: str) -> str:
    parts = urlsplit(text)
    local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}
    if not (parts.scheme == "https" or local) or not parts.hostname or parts.username or parts.fragment:
        raise ValueError("an address such as https://sso.bank.example is wanted")
    return text


PrivateAddress: TypeAlias = Annotated[StrictStr, AfterValidator(_private), Field(max_length=500)]
"""Where nobody on the way reads along: https, or this machine."""


class OidcConfig(Section):
    """The bank's identity provider, by which people may log in besides their passwords."""

    issuer: PrivateAddress
    client_id: Shown
    client_secret_file: FilePath
    back: PrivateAddress
    """Our /api/v1/oidc/back as browsers reach it."""
    claim: Shown = "preferred_username"
    """What in the provider's word is the name of somebody of the settings."""


Staff: TypeAlias = Annotated[Mapping[AgentRef, StaffConfig], Field(max_length=5_000)]
