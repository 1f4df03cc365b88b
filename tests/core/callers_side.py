"""Moves of callers besides waiting and talking: they are called back, prove who they are, speak, leave an advert."""

from typing import Protocol, TypeVar

from acd.core.names import AgentId
from acd.core.outcomes import OutcomeKind
from acd.core.requests import AskForPin, Request
from acd.core.switch_events import AdvertLeft, MessageLeft, OfferFailure, Stage, SurveyTaken, Verdict
from tests.core.switch_model import Fact, ModelSwitch

Thing = TypeVar("Thing")

AGENTS = [AgentId("anna"), AgentId("ben"), AgentId("chen"), AgentId("dora")]
CAUSES = list(OfferFailure)
VERDICTS = list(Verdict)


class CallersSide(Protocol):
    """A part of a play."""

    switch: ModelSwitch

    def ask(self, request: Request) -> None: ...

    def _tell(self, facts: tuple[Fact, ...], how: int) -> None: ...

    def customer_answers(self, who: int, how: int) -> None:
        for call in one_of(list(self.switch.rung), who):
            self._tell(self.switch.customer_answers(call), how)

    def customer_fails(self, who: int, how: int) -> None:
        for call in one_of(list(self.switch.rung), who):
            self._tell(self.switch.customer_fails(call, CAUSES[who % len(CAUSES)]), how)

    def ask_for_pin(self, who: int, _: int) -> None:
        self.ask(AskForPin(AGENTS[who % len(AGENTS)]))

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
