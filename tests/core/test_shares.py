"""A crowd of VIPs overtakes within its bounds: by its credit and no more, and never so often that others starve."""

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from acd.core.events import AgentOffered
from acd.core.instants import Duration, Instant, seconds
from acd.core.names import CallId
from acd.core.policy import Policy
from tests.builders import ANNA, CARDS, EVERYBODYS_NUMBER, PLATINUM_NUMBER, World, agent, lane, need, policy
from tests.core.effort import effort

HOUR = 3_600
SAVED = 5
"""Calls that a class may overtake in a row before its share counts."""

Arrivals = list[list[tuple[bool, int]]]
"""During each call, who comes: whether he is a VIP, and how many seconds after the one before."""

CROWD: st.SearchStrategy[Arrivals] = st.lists(
    st.lists(st.tuples(st.booleans(), st.sampled_from([0, 1, 2, 5])), max_size=3), min_size=10, max_size=40
)


@dataclass(frozen=True, slots=True)
class Turn:
    """Anna became free, and this caller was next."""

    special: bool
    entered_at: Instant
    passed: tuple[Instant, ...]
    """When those ordinary callers began to wait who go on waiting, the first first."""


def _turns(rules: Policy, crowd: Arrivals) -> list[Turn]:
    """What becomes of a crowd that only Anna serves, one call after the other."""
    world, number = World(rules, ready=[ANNA]), 0
    special: dict[CallId, bool] = {}
    entered: dict[CallId, Instant] = {}
    turns = []
    for arrivals in [[(False, 0)], *crowd]:
        for is_special, gap in arrivals:
            world.wait(gap)
            number += 1
            call = CallId(f"call-{number * 37 % 1009:04}")
            special[call], entered[call] = is_special, world.now
            world.enter(call, CARDS, dialled=PLATINUM_NUMBER if is_special else EVERYBODYS_NUMBER)
        talking = world.desk(ANNA).call
        if talking is None:
            continue
        world.talk(talking)
        world.wait(5)
        world.end_talk(talking)
        for offered in world.news(AgentOffered):
            waiting = sorted(entered[each] for each in world.router.waiting() if not special[each])
            turns.append(Turn(special[offered.call], entered[offered.call], tuple(waiting)))
    return turns


def _rules(credit: Duration, share: int) -> Policy:
    only_anna = policy(lanes=(lane("cards", need("cards")),), agents=(agent("anna", cards=5, mandarin=5),))
    return replace(only_anna, vip=(replace(only_anna.vip[0], credit=credit, share_at_most=share),))


@effort(40)
@given(CROWD, st.sampled_from([0, 10, 20, 50, 80]))
def test_of_any_turns_of_a_lane_a_class_takes_at_most_five_and_its_share(crowd: Arrivals, share: int) -> None:
    """Seen to fail when a class did not pay for overtaking, earned its share twice, saved without bound, and when one
    that had used up its share overtook all the same.
    """
    turns = _turns(_rules(seconds(HOUR), share), crowd)
    overtook = [turn.special and bool(turn.passed) and turn.passed[0] < turn.entered_at for turn in turns]
    for first in range(len(turns)):
        for last in range(first + 1, len(turns) + 1):
            assert sum(overtook[first:last]) <= SAVED + (last - first) * share / 100


@effort(40)
@given(CROWD, st.sampled_from([0, 10, 20, 50, 80]))
def test_whoever_is_first_of_the_ordinary_is_overtaken_a_bounded_number_of_times(crowd: Arrivals, share: int) -> None:
    """However many VIPs come: 5 / (1 - share) times at most. Seen to fail as the property above."""
    overtaken: dict[Instant, int] = {}
    for turn in _turns(_rules(seconds(HOUR), share), crowd):
        if turn.special and turn.passed and turn.passed[0] < turn.entered_at:
            overtaken[turn.passed[0]] = overtaken.get(turn.passed[0], 0) + 1
    assert max(overtaken.values(), default=0) <= SAVED * 100 / (100 - share)


@effort(40)
@given(CROWD, st.sampled_from([0, 5, 10, 60]))
def test_a_vip_overtakes_only_those_who_came_within_his_credit(crowd: Arrivals, credit: int) -> None:
    """Seen to fail when a credit counted twice."""
    for turn in _turns(_rules(seconds(credit), 100), crowd):
        if turn.special and turn.passed:
            assert turn.entered_at - turn.passed[0] <= seconds(credit)


@effort(40)
@given(CROWD)
def test_without_vips_everybody_is_served_in_the_order_of_his_coming(crowd: Arrivals) -> None:
    """Seen to fail when the last come was served first."""
    nobody_special = [[(False, gap) for _, gap in arrivals] for arrivals in crowd]
    for turn in _turns(_rules(seconds(HOUR), 20), nobody_special):
        assert all(turn.entered_at <= other for other in turn.passed)
