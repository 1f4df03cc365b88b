"""Moves of callers besides waiting and talking: they are called back, prove who they are, speak, leave an advert."""

from typing import Protocol, TypeVar

from acd.core.names import AgentId
from acd.core.outcomes import OutcomeKind
from acd.core.requests import (
    AskForPin,
    CompleteTransfer,
    ConsultAgent,
    DialNumber,
    EndTalk,
    HoldCaller,
    RaiseHand,
    Request,
    ResumeCaller,
    StartConference,
    TransferCaller,
)
from acd.core.switch_events import AdvertLeft, MessageLeft, OfferFailure, Stage, SurveyTaken, Verdict
from acd.core.transfers import Target, TransferKind
from tests.core.channels import Channel
from tests.core.switch_model import Fact, ModelSwitch

Thing = TypeVar("Thing")

AGENTS = [AgentId("anna"), AgentId("ben"), AgentId("chen"), AgentId("dora")]
CAUSES = list(OfferFailure)
VERDICTS = list(Verdict)
OUTSIDE = "+862155550000"
"""A number outside to which agents may send callers."""
DIALLED = ["13900000001", "13900000002", "110", ""]
"""What agents dial."""
TARGETS = [
    *[Target(TransferKind.LANE, lane) for lane in ("cards", "wealth", "general", "no-such-lane")],
    *[Target(TransferKind.AGENT, agent) for agent in (*AGENTS, "nobody")],
    Target(TransferKind.NUMBER, OUTSIDE),
    Target(TransferKind.NUMBER, OUTSIDE),
    Target(TransferKind.NUMBER, "+49110"),
]
"""To whom agents send callers."""


class CallersSide(Protocol):
    """A part of a play."""

    switch: ModelSwitch

    def ask(self, request: Request) -> None: ...

    def ready(self) -> list[AgentId]: ...

    def _tell(self, facts: tuple[Fact, ...], how: int) -> None: ...

    def customer_answers(self, who: int, how: int) -> None:
        for call in one_of(list(self.switch.rung), who):
            self._tell(self.switch.customer_answers(call), how)

    def customer_fails(self, who: int, how: int) -> None:
        for call in one_of(list(self.switch.rung), who):
            self._tell(self.switch.customer_fails(call, CAUSES[who % len(CAUSES)]), how)

    def ask_for_pin(self, who: int, _: int) -> None:
        self.ask(AskForPin(AGENTS[who % len(AGENTS)]))

    def dial(self, who: int, how: int) -> None:
        """An agent calls a customer, or a number that may not be called."""
        self.ask(DialNumber(AGENTS[who % len(AGENTS)], DIALLED[how % len(DIALLED)]))

    def control(self, who: int, how: int) -> None:
        """An agent does something with his talk; now and then it is one that he does not have."""
        talking = [
            AgentId(str(channel.phone)) for channel in self.switch.at(Stage.TALKING, Stage.HELD, Stage.CONFERENCE)
        ]
        agent = one_of(talking, how)[0] if talking and who % 5 else AGENTS[who % len(AGENTS)]
        target = TARGETS[how % len(TARGETS)]
        requests: list[Request] = [
            HoldCaller(agent),
            HoldCaller(agent),
            ResumeCaller(agent),
            EndTalk(agent),
            TransferCaller(agent, target),
            TransferCaller(agent, target),
            RaiseHand(agent, raised=how % 2 == 0),
        ]
        self.ask(requests[who // 5 % len(requests)])

    def resume(self, who: int, how: int) -> None:
        """An agent takes his caller back from hold; or he hangs up, and is gone when the caller looks for him."""
        for channel in one_of(self.switch.at(Stage.HELD), who):
            if who % 5 == 0:
                self._tell(self.switch.lose_agent(channel), how)
            else:
                self.ask(ResumeCaller(AgentId(str(channel.phone))))

    def consult(self, who: int, how: int) -> None:
        """An agent asks a colleague, whose phone answers or not; he hands the caller over, or goes on with him."""
        switch = self.switch
        for channel in one_of(switch.at(Stage.HELD, Stage.CONFERENCE), who):
            agent = AgentId(str(channel.phone))
            if channel.stage is Stage.CONFERENCE:
                self._part(channel, how)
            elif channel.colleague is None:
                ready = one_of(self.ready(), how // 6) if how % 6 else []
                self.ask(ConsultAgent(agent, ready[0] if ready else AGENTS[how % len(AGENTS)]))
            elif not channel.colleague[2]:
                fails, cause = how % 3 == 0, CAUSES[who % len(CAUSES)]
                said = switch.colleague_goes(channel, cause) if fails else switch.colleague_answers(channel)
                self._tell(said, how // 3)
            elif how % 4 == 0:
                self._tell(switch.colleague_goes(channel, OfferFailure.FAILED), how // 4)
            else:
                self.ask(CompleteTransfer(agent) if how % 2 else StartConference(agent))

    def _part(self, channel: Channel, how: int) -> None:
        """One of the two agents leaves, by his page or by his telephone."""
        assert channel.colleague is not None
        agent, colleague = AgentId(str(channel.phone)), AgentId(str(channel.colleague[1]))
        requests: list[Request] = [EndTalk(agent), EndTalk(colleague), ResumeCaller(agent), CompleteTransfer(agent)]
        if how % 6 < len(requests):
            self.ask(requests[how % 6])
        else:
            self._tell(self.switch.leave(channel, colleague=how % 6 == len(requests)), how // 6)

    def ring_outside(self, who: int, how: int) -> None:
        """A number outside answers, or does not, and the caller waits again."""
        for channel in one_of(self.switch.at(Stage.TRANSFERRED), who):
            vain = who % 2 == 0
            self._tell(self.switch.lose_agent(channel) if vain else self.switch.answer_outside(channel), how)

    def key_pin(self, who: int, how: int) -> None:
        """The caller keys his PIN, or the agent hangs up meanwhile."""
        for channel in one_of(self.switch.at(Stage.VERIFYING), who):
            verdict = VERDICTS[who % len(VERDICTS)]
            lost = who % 4 == 0
            self._tell(self.switch.lose_agent(channel) if lost else self.switch.give_verdict(channel, verdict), how)

    def speak(self, who: int, how: int) -> None:
        """A caller leaves a message, or says how he was served."""
        for channel in one_of(self.switch.at(Stage.DIVERTED, Stage.AFTER), who):
            if channel.stage is Stage.AFTER:
                self._tell((SurveyTaken(channel.call, "calls", (who % 6, how % 3)),), how)
            elif channel.way is OutcomeKind.MESSAGE:
                self._tell((MessageLeft(channel.call),), how)

    def leave_advert(self, who: int, how: int) -> None:
        for channel in one_of([each for each in self.switch.at(Stage.WAITING) if each.caller.accepted], who):
            self._tell((AdvertLeft(channel.call),), how)


def one_of(things: list[Thing], who: int) -> list[Thing]:
    """One of them, or none."""
    return things[who % len(things) :][:1] if things else []
