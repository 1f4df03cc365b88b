"""Tells the audit trail which caller was put on whose screen: once for each, however often a page is opened anew."""

from acd.core.names import AgentId, CallId
from cti.accounts.deeds import Deed, NoTrail, Trail
from cti.messages import Named


class SeenPops:
    """Remembers of each agent what he was shown last; bounded by the agents there are."""

    def __init__(self, trail: Trail | None = None) -> None:
        self._trail = trail or NoTrail()
        self._last: dict[AgentId, tuple[CallId, str]] = {}

    def note(self, agent: AgentId, call: CallId, number: str, named: Named) -> None:
        """A pop goes to this agent's screen, or says of the same caller by now who he is."""
        customer = named.id if named.customer is None else named.customer.id or named.id
        if self._last.get(agent) == (call, customer):
            return
        self._last[agent] = (call, customer)
        claimed = named.id if named.id != customer else ""
        about = {"customer": customer, "claimed": claimed, "call": call, "number": number}
        self._trail.note(agent, Deed.POP_SHOWN, about)
