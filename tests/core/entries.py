"""Who is to be called back, kept by the events alone: each entry has the place, and the rights, of its caller."""

from collections.abc import Iterable

from acd.core.agents import AgentState
from acd.core.caller_events import CallbackQueued, CustomerCalled, CustomerMissed
from acd.core.calls import OFF_THE_LINE, CallState
from acd.core.instants import Instant
from acd.core.memory import Memory
from acd.core.names import CallId, LaneName
from acd.core.policy import RouteStep
from acd.core.talk_events import NumberDialled
from tests.core.slow_rules import is_open, may_take, place_since

INHERITED = ("lane", "language", "facts", "vip", "credit", "lane_since", "steps_taken", "steps_dropped")


class Entries:
    """The entries of customers who are not on the line, with the number of each."""

    def __init__(self) -> None:
        self.numbers: dict[CallId, str] = {}

    def queued(
        self,
        event: CallbackQueued | NumberDialled,
        memory: Memory,
        now: Instant,
        steps: Iterable[dict[CallId, list[RouteStep]]],
    ) -> None:
        """An entry has all that decides who serves it, and when, from the caller for whom it stands.

        One that an agent has made begins now, and has no rights of anybody's.
        """
        entry = memory.calls[event.entry]
        self.numbers[entry.id] = entry.number
        if isinstance(event, NumberDialled):
            assert (place_since(entry), entry.lane, entry.credit, entry.steps_taken) == (now, event.lane, 0, 0)
            for each in steps:
                each[entry.id] = []
            return
        call = memory.calls[event.call]
        assert (entry.number, entry.number_to_call) == (call.number, call.number_to_call)
        assert entry.number_to_call or event.message
        assert place_since(entry) == place_since(call)
        for name in INHERITED:
            assert getattr(entry, name) == getattr(call, name), f"{entry.id}'s {name}"
        for each in steps:
            each[entry.id] = list(each.get(call.id, []))

    def rung(self, event: CustomerCalled | CustomerMissed, memory: Memory, now: Instant) -> None:
        entry, rules = memory.calls[event.entry], memory.policy.callbacks
        assert entry.callback is not None
        assert entry.state is CallState.CALLED
        match event:
            case CustomerCalled():
                assert rules is not None
                in_hours = entry.callback.once or is_open(rules.hours, memory.policy, now)
                assert in_hours, f"{entry.id} is rung out of hours"
                assert event.attempt == entry.callback.attempts <= rules.attempts
                able = [agent for agent in memory.policy.agents.values() if may_take(agent, entry, memory)]
                ready = any(memory.desks[agent.id].state is AgentState.READY for agent in able)
                assert ready or event.agent is not None, f"{entry.id} is rung and nobody could take him"
            case CustomerMissed(again_at=again_at) if again_at is not None:
                assert rules is not None
                assert not entry.callback.once, f"{entry.id} is rung again, and was dialled by an agent"
                assert again_at in (now + rules.retry_after, memory.callbacks_from)
                assert entry.callback.attempts < rules.attempts

    def agree(self, memory: Memory) -> None:
        """The memory says the same."""
        away = {call.id: call.number for call in memory.calls.values() if call.state in OFF_THE_LINE}
        assert away == self.numbers


def kept_places(memory: Memory) -> set[tuple[str, LaneName | None]]:
    """The numbers that are to be called back, each with its lane."""
    return {(call.number_to_call, call.lane) for call in memory.calls.values() if call.state in OFF_THE_LINE}
