"""One call's story out of the journal: why it waited each second, and why it went to whom, also after a restart."""

import itertools
from dataclasses import replace

from acd.app.explain import as_data, told
from acd.app.times import moment
from acd.core.events import AgentOffered, CallAnswered, CallClosed, CallEnteredLane, StepTaken
from acd.core.explain import Offer, Rule
from acd.core.inputs import CoreStarted, Input, PolicyLoaded
from acd.core.instants import Instant, seconds
from acd.core.names import AgentId, CallId
from acd.core.policy import AgentChoice, CallChoice, Policy, Reserve, RouteStep
from acd.core.step import Step
from acd.core.switch_events import Stage
from acd.engine.driver import digest_of
from acd.engine.ports import Entry
from acd.journal import MemoryJournal
from acd.journal.records import GAP, Record
from acd.journal.stored import StoredInput
from acd.journal.story import Story, tell
from tests.builders import (
    ANNA,
    BEN,
    CARDS,
    CHEN,
    FIRST,
    OPENING,
    PLATINUM,
    SECOND,
    World,
    agent,
    lane,
    need,
    policy,
    seen,
)

RELAXING = policy(
    version="before",
    lanes=(
        lane("cards", need("cards", 4), steps=(RouteStep(after=seconds(20), needs="cards >= 1"),)),
        lane("wealth", need("wealth")),
        lane("general"),
    ),
)


class Recorded(World):
    """A world whose inputs are written down."""

    def __init__(self, rules: Policy) -> None:
        self.inputs: list[tuple[Instant, Input, str]] = []
        super().__init__(rules)

    def take(self, happened: Input) -> Step:
        step = super().take(happened)
        self.inputs.append((self.now, happened, digest_of(step)))
        return step

    async def journal(self) -> MemoryJournal:
        """All that happened, after a checkpoint of the beginning."""
        journal = MemoryJournal()
        journal.checkpoint(World(self.inputs_policy(), surveyed=False).router.memory, now=True)
        await journal.append([Entry(at, happened, digest) for at, happened, digest in self.inputs])
        return journal

    def inputs_policy(self) -> Policy:
        return RELAXING

    async def story(self, call: CallId) -> Story:
        story = tell(await self.journal(), call)
        assert story is not None
        return story


async def test_each_second_of_waiting_has_its_step_and_its_reasons() -> None:
    world = Recorded(RELAXING)
    world.log_in(BEN)
    world.ready(BEN)
    world.enter(FIRST)
    world.wait(30)
    world.hang_up(FIRST)
    story = await world.story(FIRST)

    before, after = story.spans[0], story.spans[-1]
    assert (before.begin, before.end) == (OPENING, OPENING + seconds(20))
    assert (before.reasons.steps, before.reasons.steps_open) == ((), (1,))
    assert before.reasons.able == (ANNA,)
    reasons = {each.agent: (each.rule, each.detail) for each in before.reasons.excluded}
    assert reasons[ANNA] == (Rule.STATE, "logged_out")
    assert reasons[BEN] == (Rule.NEEDS, "has cards 3, asked for cards >= 4")
    assert reasons[CHEN][0] is Rule.NEEDS
    assert after is before, "Ben took the call the moment the step let him, so nothing was waited for after it"


async def test_the_step_and_the_offer_stand_at_the_second_at_which_they_came() -> None:
    world = Recorded(RELAXING)
    world.log_in(BEN)
    world.ready(BEN)
    world.enter(FIRST)
    world.wait(20)
    world.talk(FIRST)
    world.wait(5)
    world.hang_up(FIRST)
    story = await world.story(FIRST)

    kinds = {type(event): at for at, event in story.events}
    assert kinds[CallEnteredLane] == OPENING
    assert kinds[StepTaken] == kinds[AgentOffered] == OPENING + seconds(20)
    assert kinds[CallAnswered] == OPENING + seconds(20)
    assert kinds[CallClosed] == OPENING + seconds(25)
    assert story.finished
    (offer,) = story.offers
    assert (offer.at, offer.agent, offer.rule, offer.version) == (OPENING + seconds(20), BEN, "longest_idle", "before")
    assert [compared.agent for compared in offer.agents] == [BEN]
    assert offer.agents[0].idle_since == OPENING


async def test_who_takes_a_waiting_call_is_told_with_all_whom_he_could_have_taken() -> None:
    world = Recorded(RELAXING)
    world.enter(FIRST)
    world.wait(10)
    world.enter(SECOND, tier="platinum")
    world.log_in(ANNA)
    world.ready(ANNA)
    story = await world.story(SECOND)

    (offer,) = story.offers
    assert not offer.agents
    assert [compared.call for compared in offer.calls] == [SECOND, FIRST]
    assert [compared.standing for compared in offer.calls] == [seconds(90), seconds(10)]
    assert [compared.vip for compared in offer.calls] == ["platinum", None]


async def test_a_reserve_and_the_settings_in_force_are_named() -> None:
    held = policy(
        version="reserved",
        agents=(agent("anna", cards=5, mandarin=5),),
        reserves=(Reserve("backup", "cards >= 5", "waiting(cards) > 3", backup_for=CARDS),),
        choose_agent=AgentChoice.FEWEST_SKILLS,
    )
    world = Recorded(RELAXING)
    world.take(PolicyLoaded(held))
    world.log_in(ANNA)
    world.ready(ANNA)
    world.enter(FIRST)
    world.wait(5)
    story = await world.story(FIRST)

    (span,) = story.spans
    assert span.reasons.version == "reserved"
    assert [(each.agent, each.rule, each.detail) for each in span.reasons.excluded] == [
        (ANNA, Rule.RESERVE, "kept back by the reserve backup")
    ]
    assert not span.reasons.able
    assert not story.finished


async def test_a_story_goes_on_across_a_restart() -> None:
    world = Recorded(RELAXING)
    world.enter(FIRST)
    world.wait(5)
    world.take(CoreStarted(7))
    world.wait(5)
    world.survey(seen(FIRST, Stage.WAITING))
    story = await world.story(FIRST)

    assert not story.finished
    assert story.spans[0].begin == OPENING
    assert all(earlier.end == later.begin for earlier, later in itertools.pairwise(story.spans))


async def test_an_unknown_call_has_no_story() -> None:
    world = Recorded(RELAXING)
    world.enter(FIRST)
    assert tell(await world.journal(), CallId("hotline-9.9")) is None


async def test_a_gap_ends_the_story_and_says_so() -> None:
    world = Recorded(RELAXING)
    world.enter(FIRST)
    world.wait(5)
    journal = await world.journal()
    journal._inputs.append(StoredInput(len(journal._inputs) + 1, world.now, Record(GAP, 1, '{"lost": 3}'), ""))
    story = tell(journal, FIRST)
    assert story is not None
    assert "were never written" in story.remark


async def test_told_to_people_it_names_nobody_who_called() -> None:
    world = Recorded(RELAXING)
    world.log_in(BEN)
    world.ready(BEN)
    world.enter(FIRST)
    world.wait(20)
    world.talk(FIRST)
    world.hang_up(FIRST)
    story = await world.story(FIRST)

    text = "\n".join(told(story))
    for line in ("entered lane cards, language zh", "step 1 taken", "offered to ben", "ben talked for 0:00"):
        assert line in text
    assert "closed: answered, at stage talking, 0:20 in all" in text
    waited = "waited 0:20 in cards (no step taken yet, step 1 still to come), asking for cards >= 4 and mandarin"
    assert f"{waited}; settings before" in text
    assert "    anna may: logged out 0:20" in text
    assert "ben has cards 3, asked for cards >= 4" in text
    assert "→ ben: serves" in text
    data = as_data(story)
    assert data["offers"][0]["agent"] == AgentId("ben")
    for told_text in (text, repr(data)):
        assert "13800000000" not in told_text
        assert "Li" not in told_text


async def test_a_step_that_is_due_says_what_it_waits_for() -> None:
    step = RouteStep(after=seconds(20), needs="cards >= 1", when="waiting(cards) > 3")
    world = Recorded(RELAXING)
    world.take(
        PolicyLoaded(replace(RELAXING, version="few", lanes={CARDS: lane("cards", need("cards", 4), steps=(step,))}))
    )
    world.enter(FIRST, CARDS)
    world.wait(19)
    early = "\n".join(told(await world.story(FIRST)))
    world.wait(6)
    late = list(told(await world.story(FIRST)))

    assert "waits for" not in early
    assert late.count("               step 1 waits for: waiting(cards) = 1, asked for > 3") == 1


async def test_an_offer_by_the_longest_lane_says_how_many_wait_in_each() -> None:
    longest = replace(RELAXING, version="longest", choose_call=CallChoice.LONGEST_LANE)
    world = Recorded(RELAXING)
    world.take(PolicyLoaded(longest))
    for number in range(3):
        world.enter(CallId(f"hotline-2.{number}"), CARDS)
    world.log_in(ANNA)
    world.ready(ANNA)
    text = "\n".join(told(await world.story(CallId("hotline-2.0"))))

    assert "anna became free and took it, by the rule longest_lane" in text
    assert text.count(", 3 wait in its lane") == 3


def test_an_offer_says_which_classes_were_passed_over() -> None:
    offer = Offer(OPENING, FIRST, ANNA, "cards", "longest_waiting", (), (), 0, (PLATINUM,), "1")
    lines = list(told(Story(FIRST, offers=[offer], told_until=OPENING)))
    assert any(line.endswith("passed over, their share is used up: platinum") for line in lines)


async def test_what_a_caller_did_in_the_menus_is_told_where_he_entered_his_first_lane() -> None:
    world = Recorded(RELAXING)
    world.enter(FIRST, menu=(("main", "2"), ("balance", "4")), verified=True)
    world.wait(5)
    world.hang_up(FIRST)
    story = await world.story(FIRST)

    lines = [line[11:] for line in told(story)]
    at = lines.index("entered lane cards, language zh")
    pressed, proved = lines[at + 1 : at + 3]
    assert pressed == "    pressed in the menus: 2 in main, 4 in balance"
    assert proved == "    had proved by his PIN who he is"
    assert (as_data(story)["keys"], as_data(story)["verified"]) == (story.keys, True)


async def test_a_step_tells_what_it_had_the_caller_hear() -> None:
    steps = (
        RouteStep(after=seconds(5), offer_callback=True),
        RouteStep(after=seconds(10), announce="sorry", credit=seconds(30)),
        RouteStep(after=seconds(15), needs="cards >= 1"),
        RouteStep(after=seconds(60), needs="cards >= 2"),
        RouteStep(after=seconds(70), needs="cards >= 3"),
    )
    world = Recorded(RELAXING)
    cards = lane("cards", need("cards", 4), steps=steps)
    world.take(PolicyLoaded(replace(RELAXING, version="steps", lanes={CARDS: cards})))
    world.enter(FIRST, CARDS)
    world.wait(20)
    story = await world.story(FIRST)

    lines = [line[11:] for line in told(story)]
    assert "step 1 taken: offered to call him back" in lines
    assert "step 2 taken: credit 0:30 in all, announced sorry" in lines
    assert "step 3 taken: credit 0:30 in all" in lines
    assert any("(steps 1, 2 and 3 taken, steps 4 and 5 still to come)" in line for line in lines)
    heard = [event.get("announce") for event in as_data(story)["events"] if event["kind"] == "StepTaken"]
    assert heard == ["", "sorry", ""]


async def test_states_are_told_in_words_and_a_reason_as_the_settings_name_it() -> None:
    world = Recorded(RELAXING)
    world.take(PolicyLoaded(replace(RELAXING, version="meeting", pause_reasons={"team_meeting": None})))
    world.log_in(ANNA)
    world.pause(ANNA, "team_meeting")
    world.enter(FIRST, CARDS)
    world.wait(5)
    world.hang_up(FIRST)
    assert "    anna may: paused: team_meeting 0:05" in "\n".join(told(await world.story(FIRST)))


async def test_a_word_that_means_something_else_in_the_journal_is_no_call() -> None:
    world = Recorded(RELAXING)
    world.take(PolicyLoaded(replace(RELAXING, version="after")))
    world.enter(FIRST, CARDS)
    for word in ("cards", "zh", "call", "hotline-1", 'hotline-1.1"'):
        assert tell(await world.journal(), CallId(word)) is None


async def test_a_change_of_the_settings_stands_in_the_stories_of_those_who_are_there() -> None:
    world = Recorded(RELAXING)
    world.take(PolicyLoaded(replace(RELAXING, version="earlier")))
    world.enter(FIRST)
    world.wait(5)
    world.take(PolicyLoaded(replace(RELAXING, version="meanwhile")))
    world.wait(5)
    world.hang_up(FIRST)
    world.wait(5)
    world.take(PolicyLoaded(replace(RELAXING, version="later")))

    lines = list(told(await world.story(FIRST)))

    assert "     0:05  other settings came into force: version meanwhile" in lines
    text = "\n".join(lines)
    assert "version earlier" not in text
    assert "version later" not in text
    assert [span.reasons.version for span in (await world.story(FIRST)).spans] == ["earlier", "meanwhile"]


EIGHT_HOURS = 8 * 3_600_000
ELSEWHERE = replace(RELAXING, version="elsewhere", utc_offsets=((0, EIGHT_HOURS),))


async def test_a_story_goes_by_the_clocks_of_the_hotline_as_the_call_came() -> None:
    world = Recorded(RELAXING)
    world.take(PolicyLoaded(ELSEWHERE))
    world.enter(FIRST)
    world.wait(5)
    world.take(PolicyLoaded(replace(RELAXING, version="at home")))
    world.hang_up(FIRST)
    story = await world.story(FIRST)

    assert story.utc_offset == EIGHT_HOURS
    assert next(iter(told(story))) == f"Call {FIRST}, {moment(OPENING, EIGHT_HOURS)}"
    assert as_data(story)["utc_offset"] == EIGHT_HOURS


async def test_an_offer_made_at_once_tells_who_was_left_out_and_why() -> None:
    world = Recorded(RELAXING)
    world.log_in(ANNA)
    world.ready(ANNA)
    world.enter(FIRST, CARDS)
    world.talk(FIRST)
    world.hang_up(FIRST)
    story = await world.story(FIRST)

    assert not story.spans
    (offer,) = story.offers
    left_out = {each.agent: each.rule for each in offer.excluded}
    assert left_out == {BEN: Rule.NEEDS, CHEN: Rule.NEEDS}
    text = "\n".join(told(story))
    assert "not asked (lack what it asks for): ben has cards 3, asked for cards >= 4; chen has no cards" in text
