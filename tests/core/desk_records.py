"""What every desk has been through, by the events alone: idle since when, calls answered, misses, time talked."""

from collections.abc import Container
from dataclasses import dataclass

from acd.core.agents import HINDERED, OFFERED, ON_A_CALL, AgentState, Desk
from acd.core.events import AgentChanged, OfferEnd, PauseLimitPassed
from acd.core.instants import Duration, Instant
from acd.core.names import AgentId, LaneName
from acd.core.policy import Policy
from acd.core.switch_events import PhoneState

NO_ANSWER_REASON = "no answer"


@dataclass(slots=True)
class DeskRecord:
    """One agent's day."""

    state: AgentState = AgentState.LOGGED_OUT
    since: Instant = 0
    until: Instant | None = None
    absent_since: Instant = 0
    idle_since: Instant = 0
    on_since: Instant = 0
    answered: int = 0
    talked: Duration = 0
    misses: int = 0
    extended: bool = False
    afterwards: AgentState | None = None
    phone: PhoneState = PhoneState.FREE
    lane: LaneName | None = None
    blame: AgentState | None = None
    """What must follow for an agent whose phone did not answer."""


class Desks:
    """All desks."""

    def __init__(self) -> None:
        self._records: dict[AgentId, DeskRecord] = {}
        self.by_itself = False
        """Nothing happens but that time passes."""
        self.asked_at: Instant | None = None
        """When the survey was asked for that is being heard."""

    def of(self, agent: AgentId) -> DeskRecord:
        return self._records.setdefault(agent, DeskRecord())

    def forget_all_but(self, known: Container[AgentId]) -> None:
        """Whoever left for good begins anew when he comes back."""
        self._records = {agent: record for agent, record in self._records.items() if agent in known}

    def change(self, event: AgentChanged, policy: Policy, now: Instant) -> None:
        """Note a change; each assertion is about what must end by itself, and when."""
        record, state = self.of(event.agent), event.state
        same = (state, event.since) == (record.state, record.since) and state is not AgentState.PAUSED
        if same and record.blame is None:
            self._told(record, event, policy)
            return
        assert record.state is not AgentState.PAUSED or not self.by_itself, f"{event.agent}'s pause ended by itself"
        if record.blame is not None and record.afterwards is None:
            assert state is record.blame, f"{event.agent} is {state} after his misses"
        record.blame = None
        if record.state is AgentState.LOGGED_OUT and state is not AgentState.LOGGED_OUT:
            record.on_since, record.answered, record.talked, record.misses = now, 0, 0, 0
        if record.state is AgentState.PAUSED and state in (AgentState.READY, *HINDERED):
            record.misses = 0
        if state is AgentState.READY and record.state not in OFFERED:
            record.idle_since = now
        if state in (AgentState.PAUSED, AgentState.PHONE_LOST, AgentState.LOGGED_OUT):
            record.absent_since = now
        self._ends_as_it_should(record, event, policy, now)
        if state not in ON_A_CALL | {AgentState.WRAP_UP}:
            # Whatever he asked for has taken effect.
            assert event.afterwards is None
        record.state, record.since, record.until = state, event.since, event.until
        record.afterwards = event.afterwards

    def _ends_as_it_should(self, record: DeskRecord, event: AgentChanged, policy: Policy, now: Instant) -> None:
        match event.state:
            case AgentState.PAUSED:
                limit = policy.pause_reasons.get(event.reason)
                assert event.until == (None if limit is None else now + limit)
            case AgentState.WRAP_UP:
                record.extended = False
                assert record.lane is not None
                lane = policy.lanes.get(record.lane, policy.lanes[policy.default_lane])
                assert event.until == now + lane.wrap_up
            case AgentState.READY:
                assert record.phone is PhoneState.FREE, f"{event.agent} is ready without a phone"
            case AgentState.OTHER_CALL:
                assert record.phone is PhoneState.BUSY
            case AgentState.PHONE_LOST:
                assert record.phone is PhoneState.LOST
            case _:
                pass

    def _told(self, record: DeskRecord, event: AgentChanged, policy: Policy) -> None:
        """Nothing changed but what is to come."""
        if event.until != record.until and record.state not in ON_A_CALL:
            assert record.state is AgentState.WRAP_UP
            assert record.until is not None
            assert record.lane is not None
            assert not record.extended, f"{event.agent} lengthened his wrap-up twice"
            record.extended = True
            assert event.until == record.until + policy.lanes[record.lane].wrap_up_extension
        record.until, record.afterwards = event.until, event.afterwards

    def see_phone(self, agent: AgentId, phone: PhoneState) -> None:
        """During an offer or a call the phone is busy with that; and old news say nothing of what came since."""
        record = self.of(agent)
        assert record.state not in ON_A_CALL or phone is not PhoneState.BUSY, f"{agent}'s phone is busy with our call"
        assert self.asked_at is None or record.since < self.asked_at, f"{agent}'s desk has changed since"
        record.phone = phone

    def pause_passed(self, event: PauseLimitPassed, desk: Desk, now: Instant) -> None:
        record = self.of(event.agent)
        assert (record.state, record.until) == (AgentState.PAUSED, now), f"{event.agent}'s pause has not ended"
        assert desk.state is AgentState.PAUSED
        record.until = None

    def blame(self, agent: AgentId, end: OfferEnd, policy: Policy) -> None:
        record = self.of(agent)
        if end is OfferEnd.NO_ANSWER:
            record.misses += 1
            enough = record.misses >= policy.pause_after_misses
            record.blame = AgentState.PAUSED if enough else AgentState.COOLING
        elif end in (OfferEnd.BUSY, OfferEnd.DECLINED, OfferEnd.UNREACHABLE):
            record.blame = AgentState.COOLING

    def answer(self, agent: AgentId) -> None:
        record = self.of(agent)
        record.answered += 1
        record.misses = 0

    def finish(self, agent: AgentId, lane: LaneName, talked: Duration) -> None:
        record = self.of(agent)
        record.talked += talked
        record.lane = lane
        if record.phone is PhoneState.BUSY:
            record.phone = PhoneState.FREE

    def agree(self, desk: Desk) -> None:
        """The memory says the same."""
        record = self.of(desk.agent)
        assert (desk.state, desk.phone, desk.afterwards) == (record.state, record.phone, record.afterwards), desk.agent
        assert (desk.answered, desk.talked, desk.misses) == (record.answered, record.talked, record.misses), desk.agent
        assert desk.on_since == record.on_since
        assert desk.idle_since == record.idle_since
        assert desk.state in HINDERED or desk.until == record.until or desk.state in ON_A_CALL
