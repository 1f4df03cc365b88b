"""What people ask of an agent's desk: to log in and out, to be ready, to pause; and what a new policy does to it."""

from typing import assert_never

from acd.core.agents import HINDERED, ON_A_CALL, AgentState, Desk
from acd.core.events import PauseLimitPassed, PhoneSeen, RequestRefused
from acd.core.floor import Floor
from acd.core.instants import Instant
from acd.core.names import PhoneName
from acd.core.policy import Policy
from acd.core.requests import BecomeReady, DeskRequest, ExtendWrapUp, LogIn, LogOut, PauseAgent
from acd.core.service_level import LaneCounts
from acd.core.switch_events import PhoneChanged, PhoneState

LOGGED_IN_REASON = "logged in"
"""Why an agent is paused who has only just sat down."""

DISMISSED_REASON = "not in the settings any more"
"""Why an agent is logged out after his talk whom the operator took out of the settings."""

SCREEN_CLOSED_REASON = "screen closed"
"""Why an agent is paused whose browser went away; asked for by the desktop's server, not by a person."""


class DeskFlow:
    """The router's hands for requests."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def adopt(self, policy: Policy, now: Instant) -> None:
        """Let a new policy hold: new agents get a desk, and those who are gone leave as soon as they are free."""
        memory = self._floor.memory
        old, memory.policy = memory.policy, policy
        memory.released = {
            reserve.name: memory.released[reserve.name]
            for reserve in policy.reserves
            if reserve.name in memory.released
        }
        for lane in policy.lanes:
            memory.counts.setdefault(lane, LaneCounts())
        for agent in policy.agents:
            desk = memory.desks.setdefault(agent, Desk(agent, since=now))
            if desk.afterwards_reason == DISMISSED_REASON:
                # Taken out of the settings during a talk, and put in again before its end.
                self._ask_for_afterwards(desk, None)
            if agent in old.agents and old.agents[agent].phone != policy.agents[agent].phone:
                # Of the new phone nothing is known yet, so it is tried.
                self._floor.say(PhoneSeen(agent, PhoneState.FREE))
                self._floor.hear_phone(desk, PhoneState.FREE, now)
        for agent in sorted(memory.desks.keys() - policy.agents.keys()):
            if memory.desks[agent].state is AgentState.LOGGED_OUT:
                del memory.desks[agent]
            else:
                self._leave(memory.desks[agent], now, reason=DISMISSED_REASON)

    def take(self, request: DeskRequest, now: Instant) -> None:
        """Do what is asked for, or refuse it with a reason."""
        desk = self._floor.memory.desks.get(request.agent)
        if desk is None or request.agent not in self._floor.memory.policy.agents:
            self._refuse(request, "no such agent")
            return
        match request:
            case LogIn():
                self._log_in(desk, now)
            case LogOut():
                self._leave(desk, now)
            case BecomeReady():
                self._become_ready(desk, request, now)
            case PauseAgent():
                self._pause(desk, request, now)
            case ExtendWrapUp():
                self._extend_wrap_up(desk, request)
            case _:
                assert_never(request)

    def _log_in(self, desk: Desk, now: Instant) -> None:
        if desk.state is AgentState.LOGGED_OUT:
            self._floor.change(desk, AgentState.PAUSED, now, reason=LOGGED_IN_REASON)
        elif desk.afterwards is AgentState.LOGGED_OUT:
            # Back before the call that kept him from leaving was over.
            self._ask_for_afterwards(desk, AgentState.PAUSED, LOGGED_IN_REASON)

    def _become_ready(self, desk: Desk, request: BecomeReady, now: Instant) -> None:
        if desk.state is AgentState.LOGGED_OUT:
            self._refuse(request, "log in first")
        elif desk.state in ON_A_CALL:
            self._ask_for_afterwards(desk, None)
        elif desk.state is AgentState.WRAP_UP:
            # His notes are done; what he asked for during the call comes now.
            self._floor.free(desk, now)
        elif desk.state is not AgentState.READY and desk.state not in HINDERED:
            if desk.state is AgentState.PAUSED:
                # He is back, and what he missed before counts no more.
                desk.misses = 0
            desk.afterwards = None
            self._floor.change(desk, AgentState.READY, now)

    def _pause(self, desk: Desk, request: PauseAgent, now: Instant) -> None:
        allowed = (*self._floor.memory.policy.pause_reasons, SCREEN_CLOSED_REASON)
        if request.reason not in allowed:
            known = ", ".join(allowed[:-1]) or "none, for the settings name no pause_reasons"
            self._refuse(request, f"unknown pause reason; allowed: {known}")
        elif desk.state is AgentState.LOGGED_OUT:
            self._refuse(request, "log in first")
        elif desk.state in ON_A_CALL:
            self._ask_for_afterwards(desk, AgentState.PAUSED, request.reason)
        else:
            desk.afterwards = None
            limit = self._floor.memory.policy.pause_reasons.get(request.reason)
            until = None if limit is None else now + limit
            self._floor.change(desk, AgentState.PAUSED, now, until=until, reason=request.reason)

    def _extend_wrap_up(self, desk: Desk, request: ExtendWrapUp) -> None:
        lane = self._floor.memory.policy.lanes.get(desk.lane) if desk.lane is not None else None
        if desk.state is not AgentState.WRAP_UP or desk.until is None:
            self._refuse(request, "there is no wrap-up to lengthen")
        elif lane is None or lane.wrap_up_extension == 0:
            self._refuse(request, "this lane's wrap-up cannot be lengthened")
        elif desk.extended:
            self._refuse(request, "lengthened once already")
        else:
            desk.extended = True
            self._floor.set_until(desk, desk.until + lane.wrap_up_extension)
            self._floor.tell(desk)

    # The phone, and what ends by itself

    def hear_phone(self, event: PhoneChanged, now: Instant) -> None:
        """Take in what the switch says of a phone; one that belongs to nobody is nobody's concern."""
        self.see_phone(event.phone, event.state, now)

    def see_phone(self, phone: PhoneName, state: PhoneState, now: Instant, *, asked_at: Instant | None = None) -> bool:
        """The same, as a survey saw it at `asked_at`: it says nothing of desks that have changed since."""
        agent = self._floor.matching.rules.agent_with_phone(phone)
        desk = None if agent is None else self._floor.memory.desks.get(agent)
        if desk is None or desk.phone is state:
            return False
        if desk.state in ON_A_CALL and state is PhoneState.BUSY:
            # Busy with our own call.
            return False
        if asked_at is not None and desk.since >= asked_at:
            return False
        self._floor.say(PhoneSeen(desk.agent, state))
        self._floor.hear_phone(desk, state, now)
        return True

    def pause_too_long(self, desk: Desk) -> None:
        """A pause has reached its limit; only the agent himself can end it, but everybody is told."""
        self._floor.set_until(desk, None)
        self._floor.say(PauseLimitPassed(desk.agent, desk.reason, desk.since))

    def _leave(self, desk: Desk, now: Instant, reason: str = "") -> None:
        if desk.state in ON_A_CALL:
            self._ask_for_afterwards(desk, AgentState.LOGGED_OUT, reason)
        elif desk.state is not AgentState.LOGGED_OUT:
            desk.afterwards = None
            self._floor.change(desk, AgentState.LOGGED_OUT, now)

    def _ask_for_afterwards(self, desk: Desk, state: AgentState | None, reason: str = "") -> None:
        desk.afterwards, desk.afterwards_reason = state, reason
        self._floor.tell(desk)

    def _refuse(self, request: DeskRequest, reason: str) -> None:
        self._floor.say(RequestRefused(type(request).__name__, request.agent, reason))
