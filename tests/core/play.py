"""Any history at all: the moves of callers, agents, link and time, played on a router and a model of the switch.

A move takes two numbers that choose who and how, so that Hypothesis can shrink a history; a move that finds nobody
does nothing. Facts may come late, in another order, twice or never; orders may be carried out, lost or refused.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

from hypothesis import strategies as st

from acd.core.inputs import CoreStarted, Input, PolicyLoaded, TimePassed
from acd.core.instants import Instant, seconds
from acd.core.names import AgentId, CallId, LaneName, LanguageName, OfferId
from acd.core.orders import Order, ReturnCaller, RingAgent, SurveySwitch
from acd.core.policy import Policy
from acd.core.requests import BecomeReady, LogIn, LogOut, PauseAgent, Request
from acd.core.router import Router
from acd.core.step import Step
from acd.core.switch_events import (
    CallArrived,
    CallEnded,
    CallEvent,
    CallFellBack,
    CallStartedWaiting,
    OfferAnswered,
    OfferFailed,
    OfferFailure,
    OfferReached,
    OrderFailed,
    Stage,
    SwitchLost,
    SwitchSurveyed,
    TalkEnded,
)
from tests.builders import EN, EVERYBODYS_NUMBER, OPENING, PLATINUM_NUMBER, ZH, agent, lane, need, policy
from tests.core.switch_model import Channel, ModelSwitch

CALLERS_AT_ONCE = 7
AGENTS = [AgentId("anna"), AgentId("ben"), AgentId("chen"), AgentId("dora")]
LANES = [LaneName("cards"), LaneName("general"), LaneName("wealth"), LaneName("unheard-of")]
LANGUAGES = [ZH, EN, LanguageName("xx")]
CAUSES = list(OfferFailure)
DELAYS = [0, 0.001, 0.5, 1, 2, 5, 10, 15, 20, 60]
"""Seconds; the policies' times are made of the same, so that deadlines and facts meet in one millisecond."""

_FULL = policy(
    lanes=(
        lane("cards", need("cards"), ring_for=15, wrap_up=5),
        lane("wealth", need("wealth"), ring_for=10),
        lane("general"),
    ),
    agents=(
        agent("anna", cards=5, wealth=2, mandarin=5, english=3),
        agent("ben", cards=3, mandarin=4),
        agent("chen", wealth=4, english=5),
    ),
)
POLICIES: list[Policy] = [
    _FULL,
    policy(lanes=(lane("cards", need("cards", 4), wrap_up=10), lane("general"))),
    policy(agents=(agent("ben", cards=3, mandarin=4), agent("dora", cards=1, wealth=1, mandarin=1, english=1))),
    replace(_FULL, languages={EN: "english"}, default_language=EN, vip=()),
    replace(_FULL, ring_grace=0, arrival_limit=seconds(1), cool_down={}),
]

Watcher = Callable[[Input, Step], None]


class Play:
    """One history as it unfolds; `watch` sees each input with its outcome."""

    def __init__(self, watch: Watcher = lambda _input, _step: None) -> None:
        self.now: Instant = OPENING
        self.switch = ModelSwitch()
        self.router = Router.fresh(POLICIES[0])
        self.history: list[tuple[Instant, Input]] = []
        self.link_up = True
        self.facts: list[CallEvent] = []
        self.orders: list[Order] = []
        self.surveys: list[SwitchSurveyed] = []
        self.callers = 0
        self.epoch = 0
        self._watch = watch

    def take(self, happened: Input) -> None:
        """Let an input happen now."""
        self.history.append((self.now, happened))
        step = self.router.take(happened, self.now)
        if self.link_up:
            self.orders += [order for order in step.orders if not isinstance(order, SurveySwitch)]
        self._watch(happened, step)

    def open(self, agents: int) -> None:
        """The day begins: the switch is surveyed, and some agents sit down."""
        self.survey(0, 0)
        for number in range(agents):
            self.sit_down(number, 0)

    def move(self, which: int, who: int, how: int) -> None:
        """Make one of the moves that would change anything at present; never a lie."""
        possible = self._possible()
        possible[which % len(possible)](who, how)

    def _possible(self) -> list[Callable[[int, int], None]]:
        """The moves that would change anything; what makes a call go its way stands more than once."""
        at, orders, facts, surveys = self.switch.at, bool(self.orders), bool(self.facts), bool(self.surveys)
        return [
            *[self.carry_out] * (4 * orders),
            *[self.answer] * (3 * bool(at(Stage.OFFERED))),
            *[self.fail] * bool(at(Stage.OFFERED)),
            *[self.end_talk] * bool(at(Stage.TALKING)),
            *[self.call_in] * 2,
            self.arrive,
            *[self.enter] * bool(at(Stage.IVR)),
            *[self.fall_back] * (bool(at(Stage.WAITING, Stage.IVR)) and not self.link_up),
            *[self.hang_up] * bool(self.switch.channels),
            *[self.deliver] * facts,
            *[self.hear_survey] * surveys,
            self.ask_survey,
            *[self.survey] * (3 if not self.link_up or not self.router.memory.switch_ready else 1),
            *[self.sit_down] * 2,
            self.request,
            *[self.pass_time] * 2,
            *[self.lose_link, self.restart, self.load_policy][self._rare() :][:1],
        ]

    def _rare(self) -> int:
        """Which rare move is possible; none every other time, so that calls come to their ends between them."""
        return len(self.history) % 6

    # Callers

    def arrive(self, who: int, how: int) -> None:
        if len(self.switch.channels) < CALLERS_AT_ONCE:
            self.callers += 1
            dialled = PLATINUM_NUMBER if who % 4 == 0 else EVERYBODYS_NUMBER
            tier = "platinum" if who % 5 == 0 else ""
            self._tell(self.switch.arrive(CallId(f"call-{self.callers:03}"), dialled, tier, self.now), how)

    def enter(self, who: int, how: int) -> None:
        for channel in _one(self.switch.at(Stage.IVR), who):
            lane, language = LANES[who // 7 % len(LANES)], LANGUAGES[who // 3 % len(LANGUAGES)]
            since = self.now - seconds(DELAYS[who % len(DELAYS)])
            self._tell(self.switch.enter(channel, lane, language, since), how)

    def call_in(self, who: int, _: int) -> None:
        """A caller comes in and chooses a lane, and everything is heard."""
        self.arrive(who, 0)
        for channel in self.switch.at(Stage.IVR)[-1:]:
            self._tell(self.switch.enter(channel, LANES[who % 3], LANGUAGES[who // 3 % 2], self.now), 0)

    def answer(self, who: int, how: int) -> None:
        for channel in _one(self.switch.at(Stage.OFFERED), who):
            self._tell(self.switch.answer(channel), how)

    def fail(self, who: int, how: int) -> None:
        for channel in _one(self.switch.at(Stage.OFFERED), who):
            self._tell(self.switch.fail(channel, CAUSES[who % len(CAUSES)]), how)

    def end_talk(self, who: int, how: int) -> None:
        for channel in _one(self.switch.at(Stage.TALKING), who):
            self._tell(self.switch.end_talk(channel), how)

    def fall_back(self, who: int, how: int) -> None:
        for channel in _one(self.switch.at(Stage.WAITING, Stage.IVR), who):
            self._tell(self.switch.fall_back(channel), how)

    def hang_up(self, who: int, how: int) -> None:
        for channel in _one(list(self.switch.channels.values()), who):
            self._tell(self.switch.hang_up(channel), how)

    # The link

    def deliver(self, who: int, _: int) -> None:
        """A late fact arrives, perhaps before an older one."""
        if self.facts:
            self.take(self.facts.pop(who % len(self.facts)))

    def carry_out(self, _: int, how: int) -> None:
        """The oldest order reaches the switch, is lost, or is refused."""
        if not self.orders:
            return
        order = self.orders.pop(0)
        match order:
            case RingAgent() if how % 8 < 6:
                self._tell(self.switch.ring(order), how // 8)
            case RingAgent(call, offer=offer) if how % 8 == 6:
                self._tell((OrderFailed(call, offer),), how // 8)
            case ReturnCaller(call, offer) if how % 8 < 7:
                self._tell(self.switch.return_caller(call, offer), how // 8)
            case _:
                pass

    def lose_link(self, _who: int, _how: int) -> None:
        if self.link_up:
            self.link_up = False
            self._forget_link()
            self.take(SwitchLost())

    def ask_survey(self, _who: int, _how: int) -> None:
        """A survey is asked for; what it saw comes in later."""
        if len(self.surveys) < 3:
            self.link_up = True
            self.surveys.append(self.switch.survey(self.now))

    def hear_survey(self, _who: int, _how: int) -> None:
        if self.surveys:
            self.take(self.surveys.pop(0))

    def survey(self, who: int, how: int) -> None:
        """The switch is asked and answers at once."""
        self.ask_survey(who, how)
        while self.surveys:
            self.hear_survey(who, how)

    def restart(self, _who: int, _how: int) -> None:
        """Another process takes over, with what the journal remembers."""
        self.pass_time(0, 0)
        self._forget_link()
        self.router = Router(deepcopy(self.router.memory))
        self.epoch += 1
        self.take(CoreStarted(self.epoch))

    def lie(self, who: int, how: int) -> None:
        """A fact that fits nothing, or fits by accident."""
        call = CallId(f"call-{who % (self.callers + 2):03}")
        known = self.router.memory.calls.get(call)
        offer = known.offer if known is not None and known.offer is not None and how % 2 else OfferId(how)
        lies: list[CallEvent] = [
            CallArrived(call, "", "", "", self.now + 1000),
            CallStartedWaiting(
                call, "", "", PLATINUM_NUMBER, self.now + 1000, self.now - 10**15, LaneName(""), LanguageName(""), ""
            ),
            OfferReached(call, offer),
            OfferAnswered(call, offer),
            OfferFailed(call, offer, CAUSES[who % len(CAUSES)]),
            TalkEnded(call),
            CallFellBack(call),
            CallEnded(call),
            OrderFailed(call, offer),
        ]
        self.take(lies[how // 2 % len(lies)])

    # Agents and operators

    def sit_down(self, who: int, _: int) -> None:
        """An agent logs in and is ready."""
        self.ask(LogIn(AGENTS[who % len(AGENTS)]))
        self.ask(BecomeReady(AGENTS[who % len(AGENTS)]))

    def request(self, who: int, how: int) -> None:
        agent = AGENTS[who % len(AGENTS)]
        reason = "lunch" if how % 3 else "no such reason"
        requests: list[Request] = [LogIn(agent), BecomeReady(agent), PauseAgent(agent, reason), LogOut(agent)]
        self.ask(requests[how // 3 % len(requests)])

    def ask(self, request: Request) -> None:
        self.take(request)

    def load_policy(self, who: int, _: int) -> None:
        self.take(PolicyLoaded(POLICIES[who % len(POLICIES)]))

    # Time

    def pass_time(self, who: int, how: int) -> None:
        """Time goes by; each deadline is met punctually, or all of them late."""
        until = self.now + seconds(DELAYS[who % len(DELAYS)])
        if how % 3:
            while (due := self.router.next_deadline()) is not None and due <= until:
                self.now = due
                self.take(TimePassed())
        self.now = until
        self.take(TimePassed())

    def settle_down(self) -> None:
        """Carry out and hear everything there is, so that switch and core have no news for each other."""
        for _ in range(1_000):
            if not self.orders and not self.facts:
                return
            self.carry_out(0, 0)
            self.deliver(0, 0)
        raise AssertionError("orders and facts chase each other without end")

    def _tell(self, facts: tuple[CallEvent, ...], how: int) -> None:
        if not self.link_up:
            return
        fate = how % 10
        if fate < 6:
            self._hear(facts)
        elif fate == 6:
            self._hear(facts + facts)
        elif fate < 9:
            self.facts += facts

    def _hear(self, facts: tuple[CallEvent, ...]) -> None:
        for fact in facts:
            self.take(fact)

    def _forget_link(self) -> None:
        self.facts.clear()
        self.orders.clear()
        self.surveys.clear()


def _one(things: list[Channel], who: int) -> list[Channel]:
    return things[who % len(things) :][:1] if things else []


Move = tuple[int, int, int]
"""Which of the moves that are possible, who, and how."""

MOVES = st.tuples(st.integers(0, 99), st.integers(0, 40), st.integers(0, 89))


def played(moves: list[Move]) -> Play:
    """What became of these moves, after a first survey and with two agents at work."""
    play = Play()
    play.open(2)
    for move in moves:
        play.move(*move)
    return play
