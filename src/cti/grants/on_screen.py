"""Grants on screens: a request goes to every supervisor with a screen, its end to him who asked and to them again.

A supervisor without a screen of his own asks by GET /grants?pending=true; nobody waits for a push.
No message says who the customer is: a supervisor decides by the action, the amount and the agent's words.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from acd.core.names import AgentId
from cti import messages
from cti.grants.grant import Authority, Grant, GrantState

ON_THE_WIRE = {GrantState.APPROVED: "granted", GrantState.DECLINED: "refused"}
"""For a screen it is the same whether something was granted by the asker or by a supervisor; `decided_by` tells."""


class Screens(Protocol):
    """The part of `cti.screens.AgentScreens` that is needed here."""

    def say(self, agent: AgentId, text: str) -> bool:
        """Send a message to an agent's screen."""
        ...


class GrantsOnScreen:
    """`changed` belongs behind `Grants.listen`."""

    def __init__(
        self, screens: Screens, supervisors: Callable[[], Iterable[str]], authority: Callable[[], Authority]
    ) -> None:
        self._screens = screens
        self._supervisors = supervisors
        self._authority = authority

    def changed(self, grant: Grant) -> None:
        """Tell whom it concerns; at once. What was granted at once concerns nobody else."""
        if grant.state is GrantState.GRANTED:
            return
        text = messages.grant(told(grant, self._authority()))
        names = {*self._supervisors(), *([] if grant.state is GrantState.PENDING else [grant.asker])}
        for name in sorted(names - ({grant.asker} if grant.state is GrantState.PENDING else set())):
            self._screens.say(AgentId(name), text)


def told(grant: Grant, authority: Authority) -> Mapping[str, object]:
    """A request as a row on a screen; the customer is not in it."""
    action = authority.actions.get(grant.wish.action)
    return {
        "id": grant.number,
        "action": grant.wish.action,
        "action_name": {} if action is None else dict(action.titles),
        "amount": grant.wish.amount,
        "unit": grant.unit,
        "decimals": grant.decimals,
        "call": grant.wish.call,
        "text": grant.wish.text,
        "by": grant.asker,
        "limit": grant.limit,
        "asked_at": grant.asked_at,
        "expires_at": grant.expires_at,
        "state": ON_THE_WIRE.get(grant.state, grant.state.value),
        "decided_by": grant.decided_by or None,
        "decided_at": grant.decided_at,
        "reason": grant.reason,
    }
