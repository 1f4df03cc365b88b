"""What may be said to the switch: a short list of actions, each with its headers, checked before the wire.

A line break in a value would be a second action, a line over Asterisk's limit would be thrown away there and never
answered, and a variable's name may be a function with side effects. So names come from lists, values hold no
control character, and lengths are held here. Nothing is ever repaired: what does not fit is refused.
"""

import re
from collections.abc import Sequence
from typing import TypeAlias

Headers: TypeAlias = Sequence[tuple[str, str]]
"""An action as `(key, value)` pairs; the first is `("Action", name)`."""

LONGEST_LINE = 1024
"""Bytes of `Key: value` with its line end; Asterisk discards longer lines."""
MOST_HEADERS = 128

ALLOWED_HEADERS: dict[str, frozenset[str]] = {
    "DeviceStateList": frozenset(),
    "Login": frozenset({"Username", "Secret", "Events"}),
    "Ping": frozenset(),
    "Redirect": frozenset({"Channel", "Context", "Exten", "Priority"}),
    "Setvar": frozenset({"Channel", "Variable", "Value"}),
    "Status": frozenset({"Variables"}),
}
"""Every action the link may send, with the headers it may have. A Setvar without a Channel
sets a global; on a channel it may set what the caller shall hear and nothing else."""

ON_CHANNEL = "HL_SAY"
"""The one variable that may be set on a caller's channel: all others are the dialplan's and the IVR's to write."""

_VARIABLE = re.compile(r"HL_[A-Z0-9_]{1,30}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Asterisk would look a channel up by a pattern if the name began with a slash, or several if it held a comma.
_CHANNEL = re.compile(r"[A-Za-z0-9._-]{1,80}")


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
    if name == "Setvar" and "Channel" in seen and dict(action).get("Variable") != ON_CHANNEL:
        raise ActionRefusedError(f"Setvar may set nothing on a channel but {ON_CHANNEL}")


def _check_value(name: str, key: str, value: str) -> None:
    if _CONTROL.search(value):
        raise ActionRefusedError(f"{name} has a control character in {key}")
    try:
        length = len(key) + len(value.encode()) + 4
    except UnicodeEncodeError:
        raise ActionRefusedError(f"{name} has text in {key} that is not valid Unicode") from None
    if length > LONGEST_LINE:
        raise ActionRefusedError(f"{name} has more than {LONGEST_LINE} bytes in {key}")
    if key == "Channel" and not _CHANNEL.fullmatch(value):
        raise ActionRefusedError(f"{name} must name a channel by its Uniqueid")
    if key in {"Variable", "Variables"} and not all(_VARIABLE.fullmatch(one) for one in value.split(",")):
        raise ActionRefusedError(f"{name} may use no variables but HL_…")
