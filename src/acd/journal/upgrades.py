"""What an earlier version of this program wrote, brought into the present shape.

Each upgrade is a pure function from one version's body to the next version's, so a journal of any earlier version is
led through all that came after it. A hotline is upgraded with callers in its lanes: none of them may lose his place,
so nothing here refuses what the earlier version could write. Fields that are new get what was true before they were
there; kinds that only gained fields with such values keep their version.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from acd.core.language.reading import RESERVED, ExpressionFault, read_needs
from acd.journal.errors import UnknownRecord

CHECKPOINT = "checkpoint"
"""What the core's memory is called here, beside the kinds of inputs."""

Body: TypeAlias = dict[str, Any]
"""A JSON object."""


def upgraded(kind: str, version: int, text: str, wanted: int) -> str:
    """The body `text` of `kind`, written in `version`, as version `wanted` says it.

    Raises `UnknownRecord` for a version that no upgrade begins with, a newer one among them, and for a body that is not
    what its version says.
    """
    if version == wanted:
        return text
    steps = []
    for each in range(version, wanted):
        if (kind, each) not in _UPGRADES:
            break
        steps.append(_UPGRADES[kind, each])
    if version > wanted or len(steps) < wanted - version:
        name = "a checkpoint" if kind == CHECKPOINT else f'"{kind}"'
        raise UnknownRecord(f"version {version} of {name} is not known; known is {wanted}")
    try:
        body = json.loads(text)
        for step in steps:
            body = step(body)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # The text of such an error may hold what a caller said.
        raise UnknownRecord(f'version {version} of a "{kind}" cannot be read') from None
    return json.dumps(body)


def _policy_loaded_2(body: Body) -> Body:
    return {"policy": _policy_2(body["policy"])}


def _checkpoint_2(body: Body) -> Body:
    calls = {name: _call_2(call) for name, call in body["calls"].items()}
    return {
        **body,
        "policy": _policy_2(body["policy"]),
        "calls": calls,
        "desks": {name: _desk_2(desk, calls) for name, desk in body["desks"].items()},
    }


def _checkpoint_3(body: Body) -> Body:
    """A wish to be called back became an entry among the calls, which keeps its caller's place in the queue."""
    kept = {key: value for key, value in body.items() if key != "wishes"}
    entries = {f"cb-{wish['call']}": _entry_3(wish) for wish in body.get("wishes", {}).values()}
    return {**kept, "calls": {**body["calls"], **entries}}


def _entry_3(wish: Body) -> Body:
    return {
        "id": f"cb-{wish['call']}",
        "number": wish["number"],
        "name": "",
        "dialled": "",
        "arrived_at": wish["entered_at"],
        "state": "away",
        "changed_at": wish["wished_at"],
        "contestable_at": wish["wished_at"],
        "lane": wish["lane"],
        "language": wish["language"],
        "facts": {"language": wish["language"]},
        "entered_at": wish["entered_at"],
        "lane_since": wish["entered_at"],
        "kept_enough": True,
        "callback": {"wished_in": wish["call"], "wished_at": wish["wished_at"], "kept_since": wish["wished_at"]},
    }


def _policy_2(policy: Body) -> Body:
    """What is asked of agents became text, and a reason for a pause got a limit."""
    return {
        **policy,
        "lanes": {name: {**lane, "needs": _needs_2(lane["needs"])} for name, lane in policy["lanes"].items()},
        "agents": {
            name: {**agent, "skills": {_skill_2(skill): level for skill, level in agent["skills"].items()}}
            for name, agent in policy["agents"].items()
        },
        "languages": {name: _needs_2(needs) for name, needs in policy["languages"].items()},
        "pause_reasons": dict.fromkeys(policy["pause_reasons"]),
    }


def _needs_2(needs: list[Body]) -> str:
    asked = [_skill_2(need["skill"]) + (f" >= {need['level']}" if need.get("level", 1) > 1 else "") for need in needs]
    # Version 1 could ask for more skills at once than fit into an expression. The settings file, which may not, comes
    # into force before anybody is offered a call by this.
    while not _can_be_read(text := " and ".join(asked)):
        asked.pop()
    return text


def _can_be_read(text: str) -> bool:
    try:
        read_needs(text)
    except ExpressionFault:
        return False
    return True


def _skill_2(skill: str) -> str:
    """A skill's name; one that became a word of the expressions' own is told apart from it."""
    return f"skill-{skill}" if skill in RESERVED else skill


def _call_2(call: Body) -> Body:
    """What is known of a caller became one value, and his lane's steps count from when he entered the lane."""
    tier = call["tier"]
    kept = {key: value for key, value in call.items() if key != "tier"}
    if call["lane"] is None:
        return kept
    facts = {"language": call["language"] or "", "tier": tier, "dialled": call["dialled"]}
    return {**kept, "facts": facts, "lane_since": call["entered_at"] or 0}


def _desk_2(desk: Body, calls: Mapping[str, Body]) -> Body:
    """An agent's last lane is that of his present call, and he has been logged in at least since his last change."""
    call = calls.get(desk["call"] or "")
    on_since = 0 if desk["state"] == "logged_out" else desk["since"]
    return {**desk, "lane": None if call is None else call["lane"], "on_since": on_since}


_UPGRADES: dict[tuple[str, int], Callable[[Body], Body]] = {
    ("policy_loaded", 1): _policy_loaded_2,
    (CHECKPOINT, 1): _checkpoint_2,
    (CHECKPOINT, 2): _checkpoint_3,
}
"""By kind, and by the version that they begin with."""
