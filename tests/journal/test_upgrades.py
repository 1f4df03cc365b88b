"""A hotline is upgraded with callers in its lanes: the journal of the version before still tells who waits where."""

import json
from dataclasses import replace

import pytest

from acd.core.agents import AgentState
from acd.core.calls import CallState
from acd.core.events import AgentOffered, StepTaken
from acd.core.inputs import CoreStarted, Input, PolicyLoaded
from acd.core.language.facts import NOBODY, CallFacts
from acd.core.memory import Memory
from acd.core.names import AgentId, CallId, LaneName, OfferId, PhoneName, Skill, VipClass
from acd.core.policy import Agent, Lane, Policy, RouteStep, Vip
from acd.core.requests import BecomeReady
from acd.core.router import Router
from acd.core.switch_events import CallSeen, CallStartedWaiting, OrderFailed, Stage, SwitchSurveyed
from acd.journal import MemoryJournal, UnknownRecord, recover, verify
from acd.journal.records import MEMORY_VERSION, Record, decode, decode_memory
from acd.journal.stored import StoredCheckpoint, StoredInput
from tests.journal.floor import ANNA, BEN, CARDS, ENGLISH, NOON, WEALTH, journaled, waits

POLICY = """
{"version":"a","lanes":{
"cards":{"name":"cards","needs":[{"skill":"cards","level":3}],"ring_for":15000,"wrap_up":20000},
"wealth":{"name":"wealth","needs":[{"skill":"wealth","level":3},{"skill":"cards","level":1}],
"ring_for":15000,"wrap_up":20000}},
"agents":{"anna":{"id":"anna","name":"Anna","phone":"anna","skills":{"cards":5,"wealth":4,"english":5}},
"ben":{"id":"ben","name":"Ben","phone":"ben","skills":{"cards":3,"english":5}}},
"languages":{"en":[{"skill":"english","level":1}]},"default_lane":"cards","default_language":"en",
"vip":[{"name":"platinum","credit":90000,"customer_tiers":["platinum"],"dialled":["95500"]}],
"answer_within":15000,"short_abandon":5000,"arrival_limit":2000,"ring_grace":5000,"cool_down":{"busy":5000},
"pause_reasons":["lunch","training"]}"""

CALLS = """
{"talks":{"id":"talks","number":"+8613800000001","name":"王芳","dialled":"95555","arrived_at":1795000001000,
"state":"talking","changed_at":1795000004000,"contestable_at":1795000004000,"lane":"cards","language":"en","tier":"",
"vip":null,"credit":0,"entered_at":1795000001500,"offer":1000001,"agent":"anna","answered_at":1795000004000,"offers":1},
"first":{"id":"first","number":"+8613800000002","name":"王芳","dialled":"95555","arrived_at":1795000004500,
"state":"waiting","changed_at":1795000005000,"contestable_at":1795000005000,"lane":"cards","language":"en","tier":"",
"vip":null,"credit":0,"entered_at":1795000005000,"offer":null,"agent":null,"answered_at":null,"offers":0},
"rich":{"id":"rich","number":"+8613800000003","name":"王芳","dialled":"95555","arrived_at":1795000005500,
"state":"waiting","changed_at":1795000006000,"contestable_at":1795000006000,"lane":"wealth","language":"en",
"tier":"platinum","vip":"platinum","credit":90000,"entered_at":1795000006000,"offer":null,"agent":null,
"answered_at":null,"offers":0},
"second":{"id":"second","number":"+8613800000004","name":"王芳","dialled":"95555","arrived_at":1795000006500,
"state":"waiting","changed_at":1795000007000,"contestable_at":1795000007000,"lane":"cards","language":"en",
"tier":"gold","vip":null,"credit":0,"entered_at":1795000007000,"offer":null,"agent":null,"answered_at":null,"offers":0},
"menu":{"id":"menu","number":"+8613800000001","name":"王芳","dialled":"95555","arrived_at":1795000008000,
"state":"in_menu","changed_at":1795000008000,"contestable_at":1795000008000,"lane":null,"language":null,"tier":"",
"vip":null,"credit":0,"entered_at":null,"offer":null,"agent":null,"answered_at":null,"offers":0}}"""

CHECKPOINT = f"""
{{"policy":{POLICY},"now":1795000008000,"epoch":1,"offers_made":1,"switch_ready":true,"switch_lost_at":1795000000000,
"desks":{{"anna":{{"agent":"anna","state":"talking","since":1795000004000,"until":null,"reason":"",
"idle_since":1795000000030,"call":"talks","offer":1000001,"afterwards":null,"afterwards_reason":""}},
"ben":{{"agent":"ben","state":"paused","since":1795000000040,"until":null,"reason":"lunch","idle_since":0,"call":null,
"offer":null,"afterwards":null,"afterwards_reason":""}}}},
"calls":{CALLS},"ended":{{}},
"counts":{{"cards":{{"offered":3,"answered":1,"answered_in_time":1,"abandoned":0,"short_abandoned":0,"fell_back":0}},
"wealth":{{"offered":1,"answered":0,"answered_in_time":0,"abandoned":0,"short_abandoned":0,"fell_back":0}}}}}}"""
"""What version 1 wrote: Anna talks, Ben has lunch, three callers wait, and one hears the menu."""

LINES = [
    (NOON + 9_000, Record("pause_agent", 1, '{"agent":"anna","reason":"lunch"}'), "fefc21edb5cbfe0a"),
    (
        NOON + 9_500,
        Record(
            "call_started_waiting",
            1,
            '{"call":"third","number":"+8613800000005","name":"王芳","dialled":"95555","arrived_at":1795000009000,'
            '"entered_at":1795000009500,"lane":"cards","language":"en","tier":""}',
        ),
        "8a9c1996c68bb51c",
    ),
    (NOON + 9_600, Record("call_ended", 1, '{"call":"talks"}'), "8d69ffd62955b3d5"),
    (NOON + 9_700, Record("call_ended", 1, '{"call":"second"}'), "a0bbb575a0e7b96b"),
]
"""What version 1 wrote after it."""


def policy() -> Policy:
    """The same rules, as this version says them."""
    skills = {ANNA: {"cards": 5, "wealth": 4, "english": 5}, BEN: {"cards": 3, "english": 5}}
    return Policy(
        version="a",
        lanes={
            CARDS: Lane(CARDS, "cards >= 3", 15_000, 20_000),
            WEALTH: Lane(WEALTH, "wealth >= 3 and cards", 15_000, 20_000),
        },
        agents={
            name: Agent(name, name.title(), PhoneName(name), {Skill(skill): level for skill, level in has.items()})
            for name, has in skills.items()
        },
        languages={ENGLISH: "english"},
        default_lane=CARDS,
        default_language=ENGLISH,
        vip=(Vip(VipClass("platinum"), 90_000, frozenset({"platinum"}), frozenset({"95500"})),),
        cool_down={"busy": 5_000},
        pause_reasons={"lunch": None, "training": None},
    )


def old_journal() -> MemoryJournal:
    journal = MemoryJournal()
    journal._checkpoints.append(StoredCheckpoint(0, NOON + 8_000, 1, CHECKPOINT))
    journal._inputs += [StoredInput(seq, *line) for seq, line in enumerate(LINES, 1)]
    return journal


def upgraded() -> Memory:
    return decode_memory(CHECKPOINT, 1)


def test_the_rules_mean_the_same_in_the_words_of_this_version() -> None:
    assert decode(Record("policy_loaded", 1, f'{{"policy":{POLICY}}}')) == PolicyLoaded(policy())
    assert upgraded().policy == policy()


def test_everybody_waits_in_the_order_in_which_he_waited() -> None:
    assert Router(upgraded()).waiting() == ["rich", "first", "second"]


def test_what_was_known_of_a_caller_is_known_still() -> None:
    calls = upgraded().calls

    assert calls[CallId("second")].facts == CallFacts("en", "gold", "95555")
    assert calls[CallId("rich")].tier == "platinum"
    assert calls[CallId("menu")].facts == NOBODY
    assert calls[CallId("menu")].state is CallState.IN_MENU


def test_an_agent_who_talks_gets_his_wrap_up_afterwards() -> None:
    router = Router(upgraded())

    router.take(decode(Record("talk_ended", 1, '{"call":"talks"}')), NOON + 10_000)

    desk = router.memory.desks[ANNA]
    assert (desk.state, desk.until) == (AgentState.WRAP_UP, NOON + 30_000)
    assert desk.lane == CARDS


def test_an_agent_counts_as_logged_in_since_his_last_change_and_no_longer() -> None:
    desks = upgraded().desks

    assert (desks[ANNA].on_since, desks[BEN].on_since) == (NOON + 4_000, NOON + 40)


def test_a_step_of_the_new_rules_counts_from_when_the_caller_entered_the_lane() -> None:
    rules = policy()
    stepped = replace(rules.lanes[CARDS], steps=(RouteStep(after=60_000, credit=5_000),))
    router = Router(upgraded())

    router.take(PolicyLoaded(replace(rules, version="b", lanes={**rules.lanes, CARDS: stepped})), NOON + 20_000)

    assert router.next_deadline() == NOON + 5_000 + 60_000
    step = router.take(SwitchSurveyed(NOON + 65_000, ()), NOON + 65_000)
    assert [event.call for event in step.events if isinstance(event, StepTaken)] == ["first"]


async def test_a_core_that_starts_on_the_old_journal_serves_its_callers_in_their_old_order() -> None:
    journal = old_journal()
    router, last = recover(journal, policy())
    assert last == NOON + 9_700
    now = NOON + 12_000
    callers = [("first", 5_000, CARDS, ""), ("rich", 6_000, WEALTH, "platinum"), ("third", 9_500, CARDS, "")]
    survey = SwitchSurveyed(now, tuple(_seen(*caller) for caller in callers))
    started: list[Input] = [CoreStarted(2), PolicyLoaded(replace(policy(), version="b")), survey]

    await journal.append(journaled(router, [(each, now) for each in started]))

    assert router.waiting() == ["rich", "first", "third"]
    assert router.memory.desks[ANNA].afterwards is AgentState.PAUSED
    router.take(BecomeReady(ANNA), now)
    assert router.memory.desks[ANNA].state is AgentState.PAUSED, "her notes are done, and she had asked for a pause"
    step = router.take(BecomeReady(ANNA), now)
    assert [event.call for event in step.events if isinstance(event, AgentOffered)] == ["rich"]


def _seen(call: str, entered: int, lane: LaneName, tier: str) -> CallSeen:
    at = NOON + entered
    number, name = "+8613800000002", "王芳"
    return CallSeen(CallId(call), Stage.WAITING, number, name, "95555", at, at, lane, ENGLISH, tier, None, None)


async def test_what_the_version_before_decided_is_not_compared_and_the_rest_is() -> None:
    journal = old_journal()
    router, _ = recover(journal, policy())
    await journal.append(journaled(router, [(CoreStarted(2), NOON + 12_000), (BecomeReady(ANNA), NOON + 12_000)]))

    report = verify(journal)

    assert (report.earlier, report.inputs, report.same) == (4, 2, True)
    newest = journal.last_checkpoint()
    assert newest is not None
    assert (newest.seq, newest.version) == (4, MEMORY_VERSION)


async def test_an_old_line_that_cannot_be_read_is_still_named() -> None:
    journal = old_journal()
    journal._inputs[1] = replace(journal._inputs[1], record=Record("call_teleported", 1, "{}"))

    with pytest.raises(UnknownRecord, match="line 2"):
        verify(journal)


def test_a_skill_whose_name_became_a_word_of_the_language_is_the_same_skill_still() -> None:
    old = json.loads(CHECKPOINT)
    old["policy"]["lanes"]["cards"]["needs"] = [{"skill": "time", "level": 3}]
    old["policy"]["agents"]["anna"]["skills"]["time"] = 5

    memory = decode_memory(json.dumps(old), 1)

    rules = Router(memory).floor.matching.rules
    assert [rules.team.agents[0]] == [ANNA]
    assert rules.class_of(memory.calls[CallId("first")]).mask == 1


def test_more_needs_than_an_expression_holds_keep_nobody_from_his_place() -> None:
    old = json.loads(CHECKPOINT)
    old["policy"]["lanes"]["cards"]["needs"] = [{"skill": f"s{number}", "level": 2} for number in range(40)]

    router = Router(decode_memory(json.dumps(old), 1))

    assert router.memory.policy.lanes[CARDS].needs.startswith("s0 >= 2 and s1 >= 2 and ")
    assert router.waiting() == ["rich", "first", "second"]


@pytest.mark.parametrize("broken", ["{}", "[]", "{", '{"policy":{"lanes":[7]}}', '{"policy":"+8613800000001"}', "null"])
def test_an_old_body_that_is_none_is_refused_without_repeating_it(broken: str) -> None:
    with pytest.raises(UnknownRecord, match='version 1 of a "policy_loaded" cannot be read') as refused:
        decode(Record("policy_loaded", 1, broken))
    assert "13800000001" not in str(refused.value)
    with pytest.raises(UnknownRecord):
        decode_memory(broken, 1)


def test_kinds_that_only_gained_fields_are_read_with_what_was_true_before() -> None:
    waiting = decode(LINES[1][1])
    survey = decode(
        Record(
            "switch_surveyed",
            1,
            '{"asked_at":1795000000000,"calls":[{"call":"first","stage":"waiting","number":"+8613800000002",'
            '"name":"王芳","dialled":"95555","arrived_at":1795000000000,"entered_at":1795000005000,"lane":"cards",'
            '"language":"en","tier":"gold","offer":null,"phone":null}]}',
        )
    )

    assert isinstance(waiting, CallStartedWaiting)
    assert (waiting.verified, waiting.manager, waiting.menu) == (False, "", ())
    assert replace(waits("third", NOON + 9_500), number="+8613800000005", tier="", arrived_at=NOON + 9_000) == waiting
    assert isinstance(survey, SwitchSurveyed)
    assert (survey.calls[0].verified, survey.phones) == (False, ())
    assert decode(Record("order_failed", 1, '{"call":"first","offer":1}')) == OrderFailed(CallId("first"), OfferId(1))
    assert decode(Record("become_ready", 1, '{"agent":"anna"}')) == BecomeReady(AgentId("anna"))
