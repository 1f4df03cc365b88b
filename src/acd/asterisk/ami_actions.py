"""What may be said to the switch: a short list of actions, each with its headers, checked before the wire.

A line break in a value would be a second action, a line over Asterisk's limit would be thrown away there and never
answered, and a variable's name may be a function with side effects. So names come from lists, values hold no
control character, and lengths are held here. Nothing is ever repaired: what does not fit is refused.

An action that could do much has forms as narrow as our use of it: a Redirect moves a second channel only to where an
agent waits, and an Originate rings only where the dialplan looks at the number once more.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

Headers: TypeAlias = Sequence[tuple[str, str]]
"""An action as `(key, value)` pairs; the first is `("Action", name)`."""

LONGEST_LINE = 1024
"""Bytes of `Key: value` with its line end; Asterisk discards longer lines."""
MOST_HEADERS = 128

ALLOWED_HEADERS: dict[str, frozenset[str]] = {
    "DeviceStateList": frozenset(),
    "Getvar": frozenset({"Channel", "Variable"}),
    "Login": frozenset({"Username", "Secret", "Events"}),
    "Originate": frozenset(
        {
            "Channel",
            "Context",
            "Exten",
            "Priority",
            "Timeout",
            "Async",
            "Codecs",
            "ChannelId",
            "OtherChannelId",
            "Variable",
        }
    ),
    "Ping": frozenset(),
    "Redirect": frozenset(
        {"Channel", "Context", "Exten", "Priority", "ExtraChannel", "ExtraContext", "ExtraExten", "ExtraPriority"}
    ),
    "Setvar": frozenset({"Channel", "Variable", "Value"}),
    "Status": frozenset({"Variables"}),
}
"""Every action the link may send, with the headers it may have. A Setvar without a Channel
sets a global; on a channel it may set what the caller shall hear or be asked, and nothing else."""

SAYING, PLANNED = "HL_SAY", "HL_SURVEY"
ON_CHANNEL = frozenset({SAYING, PLANNED})
"""The variables that may be set on a caller's channel: all others are the dialplan's and the IVR's to write."""

CALLBACK_CONTEXT, CALLBACK_OUT_CONTEXT = "hl-callback", "hl-callback-out"
ASKED_CONTEXT, HELD_CONTEXT, DESK_CONTEXT = "hl-pin", "hl-held", "hl-desk-waits"
CONSULT_CONTEXT, COMPLETE_CONTEXT = "hl-consult", "hl-complete"
CONFERENCE_CONTEXT, LEAVE_CONTEXT = "hl-conference", "hl-leave"
JOIN_CONTEXT, AFTER_CONTEXT, TRANSFER_CONTEXT = "hl-join", "hl-after", "hl-transfer"

_VARIABLE = re.compile(r"HL_[A-Z0-9_]{1,30}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Asterisk would look a channel up by a pattern if the name began with a slash, or several if it held a comma.
_CHANNEL = re.compile(r"[A-Za-z0-9._-]{1,80}")
DESK = re.compile(r"PJSIP/[a-z][a-z0-9-]{0,35}-[0-9a-f]{8}")
"""The channel of an agent's phone, or of the softphone in his browser."""

_ASSIGNMENT = r"HL_[A-Z]{1,16}=[a-z0-9+=/*#._-]{0,200}"
_FORMS: Mapping[str, Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "Getvar": {"Channel": _CHANNEL, "Variable": _VARIABLE},
        "Originate": {
            "Channel": re.compile(rf"Local/\+?[0-9]{{2,15}}@{CALLBACK_OUT_CONTEXT}/n"),
            "Context": re.compile(CALLBACK_CONTEXT),
            "Exten": re.compile(r"wait|[0-9]{1,18}_[0-9]{1,3}_[a-z][a-z0-9-]{0,31}"),
            "Priority": re.compile("1"),
            "Timeout": re.compile(r"[0-9]{4,6}"),
            "Async": re.compile("true"),
            "Codecs": re.compile("alaw,ulaw"),
            "ChannelId": _CHANNEL,
            "OtherChannelId": _CHANNEL,
            "Variable": re.compile(f"{_ASSIGNMENT}(,{_ASSIGNMENT}){{0,15}}"),
        },
    }
)
"""Actions that are sent with all of these headers, each of this form."""
_EXTRA: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "Context": re.compile(f"{ASKED_CONTEXT}|{HELD_CONTEXT}"),
        "ExtraChannel": DESK,
        "ExtraContext": re.compile(DESK_CONTEXT),
        "ExtraExten": re.compile("s"),
        "ExtraPriority": re.compile("1"),
    }
)
"""A Redirect that moves an agent as well as his caller."""


class ActionRefusedError(ValueError):
    """An action broke a rule and was not sent. The message names the header and never its value."""


def check_action(action: Headers) -> None:
    """Raise ActionRefusedError unless this action may be sent."""
    if not action or action[0][0] != "Action" or action[0][1] not in ALLOWED_HEADERS:
        raise ActionRefusedError(f"an action begins with its name; allowed are {', '.join(sorted(ALLOWED_HEADERS))}")
    # One more line is added for the ActionID.
    if len(action) >= MOST_HEADERS:
        raise ActionRefusedError(f"an action has at most {MOST_HEADERS} headers")
    name = action[0][1]
    seen = {"Action"}
    for key, value in action[1:]:
        if key not in ALLOWED_HEADERS[name]:
            raise ActionRefusedError(f"{name} may not have a header of this name; see ALLOWED_HEADERS")
        if key in seen:
            raise ActionRefusedError(f"{name} has {key} twice")
        seen.add(key)
        _check_value(name, key, value)
    headers = dict(action)
    _check_channel(name, headers)
    if name == "Setvar" and "Channel" in seen and headers.get("Variable") not in ON_CHANNEL:
        raise ActionRefusedError(f"Setvar may set nothing on a channel but {', '.join(sorted(ON_CHANNEL))}")
    _check_forms(name, headers, _FORMS.get(name, {}))
    if any(key.startswith("Extra") for key in headers):
        _check_forms(name, headers, _EXTRA)


def _check_channel(name: str, headers: Mapping[str, str]) -> None:
    """Channels go by their Uniqueid; but an agent's own leg, moved to where a colleague is rung, or to its end."""
    channel = headers.get("Channel")
    asks = name == "Redirect" and headers.get("Context") in (CONSULT_CONTEXT, LEAVE_CONTEXT)
    if channel is None or name == "Originate" or _CHANNEL.fullmatch(channel):
        return
    if not (asks and DESK.fullmatch(channel)):
        raise ActionRefusedError(f"{name} must name a channel by its Uniqueid")


def _check_forms(name: str, headers: Mapping[str, str], forms: Mapping[str, re.Pattern[str]]) -> None:
    for key, form in forms.items():
        if not form.fullmatch(headers.get(key, "\n")):
            raise ActionRefusedError(f"{name} lacks {key}, or has one that is not of its form")


def _check_value(name: str, key: str, value: str) -> None:
    if _CONTROL.search(value):
        raise ActionRefusedError(f"{name} has a control character in {key}")
    try:
        length = len(key) + len(value.encode()) + 4
    except UnicodeEncodeError:
        raise ActionRefusedError(f"{name} has text in {key} that is not valid Unicode") from None
    if length > LONGEST_LINE:
        raise ActionRefusedError(f"{name} has more than {LONGEST_LINE} bytes in {key}")
    if name == "Originate":
        return
    if key in {"Variable", "Variables"} and not all(_VARIABLE.fullmatch(one) for one in value.split(",")):
        raise ActionRefusedError(f"{name} may use no variables but HL_…")
