"""What callers said of how they were served is read out of the journal, with whom it is about."""

from dataclasses import replace

from acd.core.caller_events import FollowUpRaised, SurveyAnswered
from acd.core.names import CallId
from acd.core.policy import Policy, Survey
from acd.core.switch_events import SurveyTaken
from acd.engine.ports import Entry
from acd.journal.answers import survey_answers
from acd.journal.memory import MemoryJournal
from acd.journal.records import GAP, Record, encode
from acd.journal.stored import StoredInput
from tests.builders import ANNA, CARDS, FIRST, SECOND
from tests.journal.test_story import RELAXING, Recorded

ASKING = replace(RELAXING, surveys=(Survey("service", 2, unhappy_at=2),), version="asking")


THIRD, FOURTH = CallId("third"), CallId("fourth")


class Asking(Recorded):
    """A hotline that asks its callers."""

    def __init__(self) -> None:
        super().__init__(ASKING)
        self.log_in(ANNA)
        self.ready(ANNA)

    def inputs_policy(self) -> Policy:
        return ASKING

    def serve(self, call: CallId, *answers: int, comment: bool = False) -> None:
        """Anna talks with a caller, who then answers."""
        self.arrive(call)
        self.enter(call)
        self.talk(call)
        self.wait(30)
        self.end_talk(call)
        self.take(SurveyTaken(call, "service", answers, comment=comment))
        self.hang_up(call)
        self.wait(60)


async def test_answers_and_follow_ups_are_found_with_lane_agent_and_time() -> None:
    world = Asking()
    world.serve(FIRST, 5, 4)
    after = world.now
    world.serve(SECOND, 1)
    said = list(survey_answers(await world.journal()))
    assert [event for _, event in said] == [
        SurveyAnswered(FIRST, CARDS, ANNA, "service", (5, 4), comment=False),
        SurveyAnswered(SECOND, CARDS, ANNA, "service", (1,), comment=False),
        FollowUpRaised(SECOND, CARDS, ANNA, "service"),
    ]
    assert said[0][0] < after <= said[1][0]


async def test_what_was_lost_is_not_made_up_and_it_goes_on_from_the_next_checkpoint() -> None:
    world = Asking()
    world.serve(FIRST, 5)
    journal = await world.journal()
    written = len(world.inputs)
    world.serve(SECOND, 4)
    lost = StoredInput(written + 1, world.now, Record(GAP, 1, '{"lost": 8}'), "")
    journal._inputs.append(lost)
    world.serve(THIRD, 3)
    read_anyway = len(world.inputs)
    for seq, (at, happened, digest) in enumerate(world.inputs[written:read_anyway], start=written + 2):
        journal._inputs.append(StoredInput(seq, at, encode(happened), digest))
    assert [event.call for _, event in survey_answers(journal)] == [FIRST]

    journal.checkpoint(world.router.memory, now=True)
    world.serve(FOURTH, 2)
    await journal.append([Entry(at, happened, digest) for at, happened, digest in world.inputs[read_anyway:]])
    assert [(event.call, type(event)) for _, event in survey_answers(journal)] == [
        (FIRST, SurveyAnswered),
        (FOURTH, SurveyAnswered),
        (FOURTH, FollowUpRaised),
    ]


async def test_a_journal_that_nobody_has_begun_says_nothing() -> None:
    assert list(survey_answers(MemoryJournal())) == []
