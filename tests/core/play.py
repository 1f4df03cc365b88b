"""Any history at all: the moves of callers, agents, link and time, played on a router and a model of the switch.

A move takes two numbers that choose who and how, so that Hypothesis can shrink a history; a move that finds nobody
does nothing. Facts may come late, in another order, twice or never; orders may be carried out, lost or refused. The
router is told of each deadline when it is due; `late` says that another, which is to agree, is not.
"""

from collections.abc import Callable
from copy import deepcopy

from hypothesis import strategies as st

from acd.core.agents import AgentState
from acd.core.inputs import CoreStarted, Input, PolicyLoaded, TimePassed
from acd.core.instants import Instant, seconds
from acd.core.names import AgentId, CallId, OfferId, PhoneName
from acd.core.orders import DivertCaller, Order, SurveySwitch
from acd.core.outcomes import Outcome, OutcomeKind
from acd.core.policy import Policy
from acd.core.requests import AskForPin, BecomeReady, ExtendWrapUp, LogIn, LogOut, PauseAgent, Request
from acd.core.router import Router
from acd.core.step import Step
from acd.core.switch_events import (
    OrderFailed,
    PhoneState,
    Stage,
    SwitchLost,
    SwitchSurveyed,
)
from tests.builders import EVERYBODYS_NUMBER, OPENING, PLATINUM_NUMBER
from tests.core.callers_side import AGENTS, CAUSES, CallersSide, one_of
from tests.core.channels import Caller
from tests.core.lies import lies_about
from tests.core.ordered import REFUSABLE, carried_out, offer_in
from tests.core.policies import DELAYS, LANES, LANGUAGES, MANAGERS, MORE_LANES, NUMBERS, POLICIES, TIERS
from tests.core.switch_model import Fact, ModelSwitch

CALLERS_AT_ONCE = 7
ADVERTS = ["", "", "savings"]
WISHES = [None] * 6 + [Outcome(OutcomeKind.CALLBACK), Outcome(OutcomeKind.MESSAGE)]
"""What most callers choose in the menu is to wait."""
PHONE_STATES = list(PhoneState)

Watcher = Callable[[Input, Step], None]


class Play(CallersSide):
    """One history as it unfolds; `before` sees each input, and `watch` sees it with its outcome."""

    def __init__(
        self,
        rules: Policy,
        before: Callable[[Input], None] = lambda _input: None,
        watch: Watcher = lambda _input, _step: None,
        *,
        orderly: bool = False,
    ) -> None:
        self.now: Instant = OPENING
        self.switch = ModelSwitch()
        self.router = Router.fresh(rules)
        self.history: list[tuple[Instant, Input]] = []
        self.link_up = True
        self.late = False
        self.facts: list[Fact] = []
        self.orders: list[Order] = []
        self.surveys: list[SwitchSurveyed] = []
        self.callers = 0
        self.epoch = 0
        self.lied_to = False
        self.orderly = orderly
        """Orders are carried out and facts are heard at once, and no link breaks; so that calls come to their ends."""
        self._before = before
        self._watch = watch

    def take(self, happened: Input) -> None:
        """Let an input happen now, after all that fell due until now."""
        until = self.now
        while (due := self.router.next_deadline()) is not None and due <= until:
            self.now = due
            self._take(TimePassed())
            assert self.router.next_deadline() != due, "what fell due is due for ever"
        self.now = until
        self._take(happened)

    def _take(self, happened: Input) -> None:
        self.history.append((self.now, happened))
        self._before(happened)
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
        if self.orderly:
            self.settle_down()

    def _possible(self) -> list[Callable[[int, int], None]]:
        """The moves that would change anything; what makes a call go its way stands more than once."""
        rare = [self.load_policy] if self.orderly else [self.lose_link, self.restart, self.load_policy]
        at, orders, facts, surveys = self.switch.at, bool(self.orders), bool(self.facts), bool(self.surveys)
        return [
            *[self.carry_out] * (4 * orders),
            *[self.answer] * (3 * bool(at(Stage.OFFERED))),
            *[self.fail] * bool(at(Stage.OFFERED)),
            *[self.end_talk] * bool(at(Stage.TALKING)),
            *[self.call_in] * 2,
            self.arrive,
            *[self.enter] * bool(at(Stage.IVR)),
            *[self.accept_callback] * any(channel.asked for channel in at(Stage.WAITING)),
            *[self.fall_back] * (bool(at(Stage.WAITING, Stage.IVR)) and not self.link_up),
            *[self.hang_up] * bool(self.switch.channels),
            *[self.customer_answers] * (2 * bool(self.switch.rung)),
            *[self.customer_fails] * bool(self.switch.rung),
            *[self.ask_for_pin] * bool(at(Stage.TALKING)),
            *[self.control] * (3 * bool(at(Stage.TALKING, Stage.HELD))),
            *[self.consult] * (8 * bool(at(Stage.HELD, Stage.CONFERENCE))),
            *[self.resume] * (2 * bool(at(Stage.HELD))),
            *[self.ring_outside] * (2 * bool(at(Stage.TRANSFERRED))),
            *[self.key_pin] * (2 * bool(at(Stage.VERIFYING))),
            *[self.speak] * bool(at(Stage.DIVERTED, Stage.AFTER)),
            *[self.leave_advert] * any(channel.caller.accepted for channel in at(Stage.WAITING)),
            *[self.deliver] * facts,
            *[self.hear_survey] * surveys,
            self.ask_survey,
            *[self.survey] * (3 if not self.link_up or not self.router.memory.switch_ready else 1),
            *[self.sit_down] * 2,
            *[self.extend_wrap_up] * len(self._wrapping_up()),
            self.request,
            self.dial,
            self.use_phone,
            *[self.pass_time] * 3,
            *rare[self._rare() :][:1],
        ]

    def ready(self) -> list[AgentId]:
        return [desk.agent for desk in self.router.memory.desks.values() if desk.state is AgentState.READY]

    def _wrapping_up(self) -> list[AgentId]:
        desks = self.router.memory.desks.values()
        return [desk.agent for desk in desks if desk.state is AgentState.WRAP_UP]

    def _rare(self) -> int:
        """Which rare move is possible; none every other time, so that calls come to their ends between them."""
        return len(self.history) % 8

    # Callers

    def arrive(self, who: int, how: int) -> None:
        if len(self.switch.channels) < CALLERS_AT_ONCE:
            self.callers += 1
            # Not in the order of their coming: whoever has the smaller id has not come first.
            call = CallId(f"call-{self.callers * 37 % 101:03}-{self.callers}")
            caller = Caller(
                PLATINUM_NUMBER if who % 4 == 0 else EVERYBODYS_NUMBER,
                NUMBERS[who // 2 % len(NUMBERS)],
                TIERS[who % len(TIERS)],
                verified=who % 5 == 0,
                manager=MANAGERS[who // 3 % len(MANAGERS)],
                menu=(("main", str(who % 3)),),
                advert=ADVERTS[who // 2 % len(ADVERTS)],
                accepted=who // 4 % 2 == 0 and who // 2 % len(ADVERTS) > 0,
                wish=WISHES[how % len(WISHES)],
            )
            self._tell(self.switch.arrive(call, caller, self.now), how)

    def enter(self, who: int, how: int) -> None:
        for channel in one_of(self.switch.at(Stage.IVR), who):
            lane, language = LANES[who // 7 % len(LANES)], LANGUAGES[who // 3 % len(LANGUAGES)]
            since = self.now - seconds(DELAYS[who % len(DELAYS)])
            self._tell(self.switch.enter(channel, lane, language, since), how)

    def call_in(self, who: int, how: int) -> None:
        """A caller comes in and chooses a lane, and everything is heard."""
        self.arrive(who, 0)
        for channel in self.switch.at(Stage.IVR)[-1:]:
            self._tell(self.switch.enter(channel, MORE_LANES[how % 3], LANGUAGES[how // 3 % 2], self.now), 0)

    def accept_callback(self, who: int, how: int) -> None:
        for channel in one_of([each for each in self.switch.at(Stage.WAITING) if each.asked], who):
            self._tell(self.switch.accept_callback(channel, NUMBERS[how % len(NUMBERS)]), how)

    def answer(self, who: int, how: int) -> None:
        for channel in one_of(self.switch.at(Stage.OFFERED), who):
            self._tell(self.switch.answer(channel), how)

    def fail(self, who: int, how: int) -> None:
        for channel in one_of(self.switch.at(Stage.OFFERED), who):
            self._tell(self.switch.fail(channel, CAUSES[who % len(CAUSES)]), how)

    def end_talk(self, who: int, how: int) -> None:
        for channel in one_of(self.switch.at(Stage.TALKING), who):
            self._tell(self.switch.end_talk(channel), how)

    def fall_back(self, who: int, how: int) -> None:
        for channel in one_of(self.switch.at(Stage.WAITING, Stage.IVR), who):
            self._tell(self.switch.fall_back(channel), how)

    def hang_up(self, who: int, how: int) -> None:
        for channel in one_of(list(self.switch.channels.values()), who):
            self._tell(self.switch.hang_up(channel), how)

    # The link

    def deliver(self, who: int, _: int) -> None:
        """A late fact arrives, perhaps before an older one."""
        if self.facts:
            self.take(self.facts.pop(who % len(self.facts)))

    def carry_out(self, _: int, how: int) -> None:
        """The oldest order reaches the switch, is lost, or is refused."""
        if self.orders:
            order = self.orders.pop(0)
            fate, told = how % 8, how // 8
            refusable = isinstance(order, REFUSABLE)
            if fate < (4 if isinstance(order, DivertCaller) else 6):
                self._tell(carried_out(self.switch, order), told)
            elif fate == 6 and refusable:
                self._tell((OrderFailed(order.call, offer_in(order)),), told)

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
        self.late = False
        self.pass_time(0, 1)
        self._forget_link()
        # The rules stay the same object: a copy may list the members of a set in another order.
        policy = self.router.memory.policy
        self.router = Router(deepcopy(self.router.memory, {id(policy): policy}))
        self.epoch += 1
        self._take(CoreStarted(self.epoch))

    def lie(self, who: int, how: int) -> None:
        """A fact that fits nothing, or fits by accident."""
        self.lied_to = True
        number = who % (self.callers + 2)
        call = CallId(f"call-{number * 37 % 101:03}-{number}")
        known = self.router.memory.calls.get(call)
        offer = known.offer if known is not None and known.offer is not None and how % 2 else OfferId(how)
        lies = lies_about(call, offer, self.now, who, how)
        self.take(lies[how // 2 % len(lies)])

    # Agents and operators

    def sit_down(self, who: int, _: int) -> None:
        """An agent logs in and is ready."""
        self.ask(LogIn(AGENTS[who % len(AGENTS)]))
        self.ask(BecomeReady(AGENTS[who % len(AGENTS)]))

    def request(self, who: int, how: int) -> None:
        agent = AGENTS[who % len(AGENTS)]
        reason = "lunch" if how % 3 else "no such reason"
        requests: list[Request] = [
            LogIn(agent),
            BecomeReady(agent),
            PauseAgent(agent, reason),
            LogOut(agent),
            ExtendWrapUp(agent),
            ExtendWrapUp(agent),
            AskForPin(agent),
        ]
        self.ask(requests[how // 3 % len(requests)])

    def extend_wrap_up(self, who: int, _: int) -> None:
        for agent in one_of(self._wrapping_up(), who):
            self.ask(ExtendWrapUp(agent))

    def ask(self, request: Request) -> None:
        self.take(request)

    def use_phone(self, who: int, how: int) -> None:
        """An agent's phone is unplugged, or used for another call, or free again."""
        phone = PhoneName(AGENTS[who % len(AGENTS)])
        state = self.switch.phones.get(phone, PhoneState.FREE)
        change = PHONE_STATES[who // 4 % len(PHONE_STATES)] if state is PhoneState.FREE else PhoneState.FREE
        self._tell(self.switch.set_phone(phone, change), how)

    def load_policy(self, who: int, _: int) -> None:
        self.take(PolicyLoaded(POLICIES[who % len(POLICIES)]))

    # Time

    def pass_time(self, who: int, how: int) -> None:
        """Time goes by; from now on deadlines are met punctually, or late."""
        self.late = how % 3 == 0
        self.now += seconds(DELAYS[who % len(DELAYS)])
        self.take(TimePassed())

    def settle_down(self) -> None:
        """Carry out and hear everything there is, so that switch and core have no news for each other."""
        for _ in range(1_000):
            if not self.orders and not self.facts:
                return
            self.carry_out(0, 0)
            self.deliver(0, 0)
        raise AssertionError("orders and facts chase each other without end")

    def _tell(self, facts: tuple[Fact, ...], how: int) -> None:
        if not self.link_up:
            return
        fate = 0 if self.orderly else how % 10
        if fate < 6:
            self._hear(facts)
        elif fate == 6:
            self._hear(facts + facts)
        elif fate < 9:
            self.facts += facts

    def _hear(self, facts: tuple[Fact, ...]) -> None:
        for fact in facts:
            self.take(fact)

    def _forget_link(self) -> None:
        self.facts.clear()
        self.orders.clear()
        self.surveys.clear()


Move = tuple[int, int, int]
"""Which of the moves that are possible, who, and how."""

MOVES = st.tuples(st.integers(0, 99), st.integers(0, 120), st.integers(0, 89))
DAYS = st.integers(0, 2 * len(POLICIES) - 1)
"""Under which of the policies a day begins, and whether it is an orderly one."""


def rules_of(day: int) -> Policy:
    """The policy under which the day begins."""
    return POLICIES[day % len(POLICIES)]


def is_orderly(day: int) -> bool:
    return day >= len(POLICIES)


def played(moves: list[Move], day: int) -> Play:
    """What became of these moves, after a first survey and with two agents at work."""
    play = Play(rules_of(day), orderly=is_orderly(day))
    play.open(2)
    for move in moves:
        play.move(*move)
    return play
