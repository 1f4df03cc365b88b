"""Metrics that are read from the core's own books at each scrape.

The core's counts outlive the process, because they are in the journal; so do the counters made from them here.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from acd.core.agents import AgentState
from acd.core.service_level import LaneCounts
from acd.metrics.vitals import Look, Vitals

COUNTS: dict[str, tuple[str, Callable[[LaneCounts], int]]] = {
    "hotline_calls_offered": ("Callers who entered the lane.", lambda counts: counts.offered),
    "hotline_calls_answered": ("Callers whom an agent answered.", lambda counts: counts.answered),
    "hotline_calls_answered_in_time": (
        "Callers answered within the threshold of the service level.",
        lambda counts: counts.answered_in_time,
    ),
    "hotline_calls_abandoned": (
        "Callers who hung up while waiting, short abandons apart.",
        lambda counts: counts.abandoned,
    ),
    "hotline_calls_short_abandoned": (
        "Callers who hung up within their first seconds of waiting.",
        lambda counts: counts.short_abandoned,
    ),
    "hotline_calls_fell_back": (
        "Callers who went to the static queue while the core was away.",
        lambda counts: counts.fell_back,
    ),
    "hotline_calls_overflowed": (
        "Callers who were handed on to another lane or to a number outside.",
        lambda counts: counts.overflowed,
    ),
    "hotline_calls_called_back": (
        "Callers who were told that they will be called back.",
        lambda counts: counts.called_back,
    ),
    "hotline_calls_left_message": (
        "Callers who were sent to leave a message.",
        lambda counts: counts.left_message,
    ),
    "hotline_calls_refused": (
        "Callers who were told to call again.",
        lambda counts: counts.refused,
    ),
    "hotline_calls_left": (
        "Callers of whom the service level speaks: answered or gone without an answer, short abandons apart.",
        lambda counts: counts.answered + counts.missed(),
    ),
}


class CountedMetrics(Collector):
    """Everything of the hotline as it is now. One call of `collect` sees one instant."""

    def __init__(self, look: Look, vitals: Callable[[], Vitals]) -> None:
        self._look = look
        self._vitals = vitals

    def describe(self) -> Iterable[Metric]:
        """No families in advance: the registry need not ask the core at start."""
        return []

    def collect(self) -> Iterable[Metric]:
        """All families, made at once."""
        return [*self._lanes(), *self._agents(), *self._rules(), *self._parts()]

    def _lanes(self) -> Iterable[Metric]:
        lanes = self._look.lanes()
        now = self._look.now()
        for name, (meaning, count) in COUNTS.items():
            counter = CounterMetricFamily(name, meaning, labels=["lane"])
            for lane, state in lanes.items():
                counter.add_metric([lane], count(state.counts))
            yield counter
        waiting = GaugeMetricFamily("hotline_calls_waiting", "Callers waiting in the lane now.", labels=["lane"])
        longest = GaugeMetricFamily(
            "hotline_longest_wait_seconds", "How long the first of them has been waiting.", labels=["lane"]
        )
        books = GaugeMetricFamily(
            "hotline_books_discrepancy",
            "Offered minus waiting and all who left in any way; anything but 0 is a defect.",
            labels=["lane"],
        )
        burned = GaugeMetricFamily(
            "hotline_error_budget_burned_ratio",
            "Misses of the rolling window over the misses that the promise allows in it; 1 is all of them.",
            labels=["lane"],
        )
        callbacks = GaugeMetricFamily(
            "hotline_callbacks_waiting",
            "Customers who wait to be called back, and are not on the line.",
            labels=["lane"],
        )
        emergency = GaugeMetricFamily(
            "hotline_lane_emergency", "1 while the lane's emergency switch is on.", labels=["lane"]
        )
        away, rules = self._look.callbacks_waiting(), self._look.policy().lanes
        for lane, state in lanes.items():
            callbacks.add_metric([lane], away.get(lane, 0))
            emergency.add_metric([lane], float(lane in rules and rules[lane].emergency is not None))
            waiting.add_metric([lane], state.waiting)
            longest.add_metric([lane], 0 if state.oldest is None else max(0, now - state.oldest) / 1000)
            books.add_metric([lane], state.discrepancy())
            burned.add_metric([lane], state.budget_burned)
        yield from (waiting, longest, books, burned, callbacks, emergency)

    def _agents(self) -> Iterable[Metric]:
        agents = GaugeMetricFamily("hotline_agents", "Agents by what they are doing.", labels=["state"])
        states = Counter(desk.state for desk in self._look.desks())
        for state in AgentState:
            agents.add_metric([state.value], states[state])
        yield agents

    def _rules(self) -> Iterable[Metric]:
        policy = self._look.policy()
        yield _gauge(
            "hotline_answer_within_seconds", "The threshold of the service level.", policy.answer_within / 1000
        )
        yield _gauge("hotline_service_level_target_ratio", "The promised service level, 0 to 1.", policy.target / 100)
        version = GaugeMetricFamily("hotline_policy_info", "1 for the rules that hold now.", labels=["version"])
        version.add_metric([policy.version], 1)
        yield version
        reserves = GaugeMetricFamily(
            "hotline_reserve_released", "1 while the reserve's agents are let go.", labels=["reserve"]
        )
        for each in self._look.reserves():
            reserves.add_metric([each.reserve.name], float(each.released))
        yield reserves

    def _parts(self) -> Iterable[Metric]:
        vitals = self._vitals()
        yield _gauge("hotline_routing", "1 while calls are being offered.", self._look.routing())
        yield _gauge("hotline_switch_link_up", "1 while the switch and the core hear each other.", vitals.link_up())
        yield _gauge(
            "hotline_journal_healthy",
            "1 while what goes in is durable before it is acted on.",
            vitals.journal_healthy(),
        )
        yield _gauge("hotline_agi_connections", "Callers whom the IVR serves now.", vitals.agi_connections())
        yield from _second_line(vitals)
        yield _gauge("hotline_screens_open", "Agents' screens that are connected.", vitals.screens_open())
        if vitals.mqtt_connected is not None:
            yield _gauge("hotline_mqtt_connected", "1 while the MQTT broker hears us.", vitals.mqtt_connected())
        yield _counter("hotline_journal_lost_inputs", "Inputs that never reached the journal.", vitals.journal_lost())
        yield _counter("hotline_feed_cuts", "Readers of the feed cut off for being slow.", vitals.feed_cuts())
        yield _counter(
            "hotline_mqtt_dropped", "Events never published, for the broker was away.", vitals.mqtt_dropped()
        )
        yield _counter(
            "hotline_settings_refused",
            "Changed settings that were refused; the ones before went on holding.",
            vitals.settings_refused(),
        )
        first_line = GaugeMetricFamily(
            "hotline_first_line_resolution_ratio",
            "Cases that the first line settled, of those of four weeks that are decided; see docs/kpi.md.",
            labels=["lane"],
        )
        for lane, ratio in sorted(vitals.first_line_resolution().items()):
            first_line.add_metric([lane], ratio)
        yield first_line
        dropped = CounterMetricFamily(
            "hotline_ami_blocks_dropped", "Blocks from the switch that were refused.", labels=["reason"]
        )
        for reason, count in sorted(vitals.blocks_dropped().items()):
            dropped.add_metric([reason], count)
        yield dropped
        sources = CounterMetricFamily(
            "hotline_customer_source_answers",
            "What the sources of the customer directory answered after pops.",
            labels=["source", "state"],
        )
        for (source, state), count in sorted(vitals.customer_sources().items()):
            sources.add_metric([source, state], count)
        yield sources


def _second_line(vitals: Vitals) -> Iterable[Metric]:
    tickets = GaugeMetricFamily("hotline_tickets", "Tickets of the second line by their state.", labels=["state"])
    for state, many in vitals.tickets().items():
        tickets.add_metric([state], many)
    yield tickets
    yield _gauge("hotline_tickets_overdue", "Tickets not resolved by the promised time.", vitals.tickets_overdue())
    yield _gauge("hotline_grants_pending", "Requests that wait for a supervisor.", vitals.grants_pending())
    grants = CounterMetricFamily(
        "hotline_grants", "Requests for grants, by each state they came into.", labels=["state"]
    )
    for state, many in vitals.grants().items():
        grants.add_metric([state], many)
    yield grants


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=float(value))


def _counter(name: str, meaning: str, value: float) -> Metric:
    return CounterMetricFamily(name, meaning, value=float(value))
