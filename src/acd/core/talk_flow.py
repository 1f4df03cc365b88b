"""A talk and what comes after it: a caller proves who he is, the agent hangs up, the caller says how he was served."""

from dataclasses import replace

from acd.core.agents import AgentState, Desk
from acd.core.caller_events import FollowUpRaised, SurveyAnswered, VerdictGiven
from acd.core.callers import remember_agent, remember_survey
from acd.core.calls import Call, CallState
from acd.core.events import TalkFinished
from acd.core.floor import Floor
from acd.core.instants import Duration, Instant
from acd.core.names import LaneName
from acd.core.surveys import is_unhappy
from acd.core.switch_events import CallerVerified, PhoneState, SurveyTaken, Verdict
from acd.core.talk_events import ConsultEnd, ConsultOver, HandRaised
from acd.core.wait_flow import WaitFlow


class TalkFlow:
    """The router's hands for talks."""

    def __init__(self, floor: Floor, wait_flow: WaitFlow) -> None:
        self._floor = floor
        self._wait_flow = wait_flow
        self._colleagues: list[Desk] = []
        """Whom agents asked whose talks were closed just now; they are free when the agents are."""

    def verify(self, call: Call, event: CallerVerified) -> bool:
        """A verdict has come; False for a call that is not in a talk."""
        if call.state not in (CallState.TALKING, CallState.AFTER_TALK):
            return False
        call.asked_at = None
        if event.verdict is Verdict.VERIFIED:
            call.facts = replace(call.facts, verified=True)
            if call.callback is not None:
                call.callback.proved = True
            call.customer = event.customer or call.customer
        elif event.verdict in (Verdict.WRONG, Verdict.LOCKED):
            # Whoever is on the line now is not who proved it before.
            call.facts = replace(call.facts, verified=False)
            if call.callback is not None:
                call.callback.proved = False
        self._floor.say(VerdictGiven(call.id, call.agent, event.verdict, event.customer))
        return True

    def come_back(self, call: Call, now: Instant) -> None:
        """A caller who talked waits again, his agent being gone: in the place he had; his lane's steps begin anew."""
        desk, wrap_up = self.close(call, now), self._floor.lane_of(call).wrap_up
        assert call.lane is not None
        self.enter_again(call, call.lane, now)
        # Before his agent is free, who else would take the next in line.
        self._wait_flow.wait_on(call, now)
        self.let_go(desk, wrap_up, now)

    def enter_again(self, call: Call, lane: LaneName, now: Instant) -> None:
        """A caller who has talked is entered into a lane's books once more, with the place he had; he is in no line."""
        call.queued_at, call.arrived_at = call.place_since, now
        call.agent = call.offer = call.answered_at = call.asked_at = None
        call.move(CallState.WAITING, now)
        self._wait_flow.count_in(call, lane, now, since=now)

    def finish(self, call: Call, now: Instant) -> None:
        """The agent's part of a call is over."""
        wrap_up = self._floor.lane_of(call).wrap_up
        self.let_go(self.close(call, now), wrap_up, now)

    def close(self, call: Call, now: Instant) -> Desk | None:
        """Enter the end of a talk in the books; the desk that is still to be let go."""
        assert call.lane is not None
        assert call.answered_at is not None
        talked = now - call.answered_at
        colleague = self.end_consult(call, ConsultEnd.OVER)
        if colleague is not None:
            self._colleagues.append(colleague)
        held = call.held + (0 if call.held_since is None else now - call.held_since)
        call.held, call.held_since, call.moving_at, call.moving_to = 0, None, None, None
        self._floor.say(TalkFinished(call.id, call.agent, call.lane, talked, held))
        desk = self._desk_of(call)
        if desk is None:
            return None
        desk.talked += talked
        if desk.hand_since is not None:
            desk.hand_since = None
            self._floor.say(HandRaised(desk.agent, call.id, raised=False))
        if desk.phone is PhoneState.BUSY:
            # The talk was ours, so the phone is free when it ends, though the switch says so only a moment later.
            desk.phone = PhoneState.FREE
        if self._floor.matching.rules.remembers_agents:
            remember_agent(self._floor.memory, call, desk.agent, now)
        return desk

    def let_go(self, desk: Desk | None, wrap_up: Duration, now: Instant) -> None:
        """The agent of a talk that is closed has his wrap-up, or is free; so is a colleague whom he asked."""
        colleagues, self._colleagues = self._colleagues, []
        self._let_go(desk, wrap_up, now)
        for each in colleagues:
            self._floor.free(each, now)

    def end_consult(self, call: Call, end: ConsultEnd) -> Desk | None:
        """The agent does not ask his colleague any more, whose desk is returned and still to be let go."""
        consult, call.consult = call.consult, None
        if consult is None:
            return None
        self._floor.say(ConsultOver(call.id, consult.offer, consult.agent, call.agent, end))
        desk = self._floor.memory.desks[consult.agent]
        if desk.phone is PhoneState.BUSY:
            desk.phone = PhoneState.FREE
        return desk

    def _let_go(self, desk: Desk | None, wrap_up: Duration, now: Instant) -> None:
        if desk is None:
            return
        if wrap_up > 0:
            desk.extended = False
            self._floor.change(desk, AgentState.WRAP_UP, now, until=now + wrap_up)
        else:
            self._floor.free(desk, now)

    def take_survey(self, call: Call, event: SurveyTaken, now: Instant) -> bool:
        """A caller was asked how he was served, and perhaps answered."""
        policy = self._floor.memory.policy
        lane = call.lane or policy.default_lane
        remember_survey(self._floor.memory, call, now)
        # What he answered in the menu, before anybody talked with him, is about no agent.
        agent = call.agent if event.survey == call.survey else None
        self._floor.say(SurveyAnswered(call.id, lane, agent, event.survey, event.answers, event.comment))
        survey = next((each for each in policy.surveys if each.name == event.survey), None)
        if is_unhappy(survey, event.answers):
            self._floor.say(FollowUpRaised(call.id, lane, agent, event.survey))
        return True

    def _desk_of(self, call: Call) -> Desk | None:
        return None if call.agent is None else self._floor.memory.desks.get(call.agent)
