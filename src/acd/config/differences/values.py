"""Values of the settings as an operator writes them."""

from collections.abc import Mapping

from acd.core.language.texts import duration_text
from acd.core.policy import RouteStep

TIMES = frozenset(
    {"after", "answer_within", "before", "bonus_at_most", "busy", "cool_down", "credit", "declined", "every", "failed"}
    | {
        "expires_after",
        "idle",
        "keep_for",
        "locked_for",
        "longest",
        "promise",
        "retry_after",
        "ring_for",
        "short_abandon",
        "unreachable",
        "wait",
        "wait_for",
        "window",
        "within",
        "wrap_up",
        "wrap_up_extension",
    }
)
"""Keys whose value is a length of time."""
PERCENT = frozenset({"ageing", "share", "share_at_most"})


def in_full(key: str, value: object) -> str | None:
    """`value` as it is written under `key`; None for none, and for an empty list or mapping."""
    if value is None or value in ((), [], {}):
        return None
    return _number(key, value) or _many(key, value) or str(value)


def _number(key: str, value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() if key in TIMES:
            return duration_text(value)
        case int() if key in PERCENT:
            return f"{value}%"
        case float():
            return f"{value * 100:g}%"
    return ""


def _many(key: str, value: object) -> str:
    match value:
        case Mapping():
            parts = ((name, in_full(str(name), inner)) for name, inner in value.items())
            return ", ".join(f"{name} {text}" for name, text in parts if text is not None)
        case list() | tuple():
            return ", ".join(in_full(key, each) or "" for each in value)
    return ""


def step_due(step: RouteStep) -> str:
    """When a step takes effect: `after 45s when idle(general) > 0`."""
    parts = [f"after {duration_text(step.after)}"] if step.after or not step.when else []
    if step.when:
        parts.append(f"when {step.when}" + (" by then" if step.once else ""))
    return " ".join(parts)


def step_effect(step: RouteStep) -> str:
    """What a step changes, in words."""
    parts = []
    if step.drop:
        parts.append(f"no longer asks for {', '.join(step.drop)}")
    if step.needs:
        parts.append(f"{'only' if step.narrows else 'also'} agents with `{step.needs}`")
    if step.lanes:
        parts.append(f"also whoever serves {', '.join(step.lanes)}")
    if step.add:
        parts.append(f"asks for `{step.add}` besides")
    if step.any_language:
        parts.append("in any language")
    if step.credit:
        parts.append(f"{duration_text(step.credit)} of credit")
    if step.announce:
        parts.append(f"says {step.announce}")
    if step.offer_callback:
        parts.append("offers a callback")
    if step.overflow is not None:
        parts.append(f"sends callers to `{step.overflow}`")
    return ", ".join(parts)


def step_in_words(step: RouteStep) -> str:
    """`after 45s: also agents with `general``."""
    return f"{step_due(step)}: {step_effect(step)}"
