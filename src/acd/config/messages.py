"""pydantic's errors in the operator's words: what is wrong, what is allowed.

pydantic tells where (`loc`) and which rule (`type`). The words are ours, because an operator should not need
to know what a union or a string_type is.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, NewType, TypeAlias, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from acd.config.directory import SOURCE_KINDS
from acd.config.faults import one_of, quoted, suggestion
from acd.config.menus import STEP_KINDS
from acd.config.model import HotlineConfig

Context: TypeAlias = dict[str, Any]

_KINDS = {
    "string_type": "a text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "mapping_type": "a mapping (key: value)",
    "dict_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
}


def message_of(error: ErrorDetails) -> str:
    """One sentence for one of pydantic's errors; a rule without words of ours keeps pydantic's."""
    words = _WORDS.get(error["type"])
    return words(error, error.get("ctx", {})) if words else error["msg"]


def _own(error: ErrorDetails, context: Context) -> str:
    return f"{_shown(error['input'])}{context['error']}"


def _unknown_key(error: ErrorDetails, _: Context) -> str:
    allowed = _keys_at(error["loc"][:-1])
    return f"unknown key{suggestion(str(error['loc'][-1]), allowed)}; allowed are {one_of(allowed, 60)}"


def _kind(error: ErrorDetails, _: Context) -> str:
    kind, value = error["type"], error["input"]
    return f"{_written(value)} is not {_KINDS[kind]}{_advice(kind, value)}"


def _unknown_tag(_: ErrorDetails, context: Context) -> str:
    tag, tags = str(context["tag"]), [each.strip("' ") for each in str(context["expected_tags"]).split(",")]
    return f"there is no {_tagged(context)} {quoted(tag)}{suggestion(tag, tags)}; allowed are {one_of(tags, 30)}"


def _no_tag(_: ErrorDetails, context: Context) -> str:
    if _tagged(context) == "kind":
        return f"has no `kind`; a source says its kind: {one_of(SOURCE_KINDS, 30)}"
    return f"has no `step`; a step says its kind: {one_of(STEP_KINDS, 30)}"


def _tagged(context: Context) -> str:
    """The key by which kinds are told apart where there are several."""
    return str(context["discriminator"]).strip("'")


def _shown(value: object) -> str:
    return f"{quoted(value)}: " if isinstance(value, str) and value else ""


def _written(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    return quoted(value) if isinstance(value, str) else str(value)[:40]


def _advice(kind: str, value: object) -> str:
    if kind == "string_type" and isinstance(value, (int, float)):
        return f'; write it in quotes: "{_written(value)}"'
    if kind == "int_type" and isinstance(value, str) and value.isdigit():
        return "; write it without quotes"
    if kind == "tuple_type" and isinstance(value, dict):
        return "; write each of its entries behind a dash (- …), or in brackets [{…}, {…}]"
    if kind == "tuple_type" and isinstance(value, (str, int, float)) and not isinstance(value, bool):
        bare = isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_-]*", value)
        return f"; write [{_written(value)[1:-1] if bare else quoted(value)}]"
    return ""


def _keys_at(loc: tuple[int | str, ...]) -> list[str]:
    """The keys that may stand at a place: the fields of the model that pydantic was filling there."""
    found: Any = HotlineConfig
    for part in loc:
        found = _inside(_bare(found), part)
    found = _bare(found)
    return list(found.model_fields) if isinstance(found, type) and issubclass(found, BaseModel) else []


def _inside(kind: Any, part: int | str) -> Any:
    """The type one step further in: of a field, of an entry, or of the kind of step or source that `part` names."""
    arguments = get_args(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(str(part))
        return field.annotation if field else None
    if get_origin(kind) is Mapping:
        return arguments[1]
    if get_origin(kind) is tuple:
        return arguments[0]
    for member in arguments:
        for tag in ("step", "kind"):
            told = getattr(member, "model_fields", {}).get(tag)
            if told and get_origin(told.annotation) is Literal and part in get_args(told.annotation):
                return member
    return None


def _bare(kind: Any) -> Any:
    """`kind` without its annotations and without `| None`."""
    while True:
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif isinstance(kind, NewType):
            kind = kind.__supertype__
        elif type(None) in get_args(kind):
            kind = next(one for one in get_args(kind) if one is not type(None))
        else:
            return kind


_WORDS: dict[str, Callable[[ErrorDetails, Context], str]] = {
    **dict.fromkeys(_KINDS, _kind),
    "value_error": _own,
    "missing": lambda *_: "is missing",
    "extra_forbidden": _unknown_key,
    "greater_than_equal": lambda error, context: f"{_written(error['input'])} is not allowed; at least {context['ge']}",
    "less_than_equal": lambda error, context: f"{_written(error['input'])} is not allowed; at most {context['le']}",
    "too_short": lambda _, context: f"has too few entries; at least {context['min_length']}",
    "too_long": lambda _, context: f"has too many entries; at most {context['max_length']}",
    "union_tag_invalid": _unknown_tag,
    "union_tag_not_found": _no_tag,
}
