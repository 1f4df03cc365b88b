"""`hotline surveys`: what callers said of how they were served, by survey, lane and agent, from the journal.

Calls go by their ids; no number and no name of a caller is in it. The journal may be read while a core writes to it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from acd.app import console
from acd.app.reading import reading
from acd.app.recordings import COMMENTS, spool_folder
from acd.app.settings import home_folder, journal_here
from acd.app.times import moment
from acd.core.caller_events import FollowUpRaised, SurveyAnswered
from acd.core.instants import Duration, Instant
from acd.journal.answers import Said, survey_answers
from acd.journal.replay import router_at
from acd.journal.sqlite import SqliteStored
from acd.journal.story import utc_offset_at

NOBODY = "-"
LISTED_AT_MOST = 50
"""Comments and follow-ups that are listed for people, the newest; machines get all."""


@dataclass(slots=True)
class Result:
    """What callers of one lane said of one agent, in one survey."""

    asked: int = 0
    """Callers who were asked, also those who hung up before the first answer."""
    answers: dict[int, Counter[int]] = field(default_factory=dict)
    """How often each key was pressed, for each question from 1; without those who pressed none."""
    comments: int = 0
    follow_ups: int = 0

    def note(self, event: Said) -> None:
        """Count one event."""
        match event:
            case SurveyAnswered():
                self.asked += 1
                self.comments += event.comment
                for question, answer in enumerate(event.answers, start=1):
                    keys = self.answers.setdefault(question, Counter())
                    if answer:
                        keys[answer] += 1
            case FollowUpRaised():
                self.follow_ups += 1

    def mean(self, question: int) -> float | None:
        """The mean of the keys pressed for a question; None if none was."""
        keys = self.answers.get(question, Counter())
        many = keys.total()
        return sum(key * count for key, count in keys.items()) / many if many else None


Row = tuple[str, str, str]
"""Survey, lane and agent."""


def results_of(said: Iterable[Said]) -> dict[Row, Result]:
    """The results by survey, lane and agent, in the order of their names."""
    found: dict[Row, Result] = {}
    for event in said:
        found.setdefault((event.survey, event.lane, event.agent or NOBODY), Result()).note(event)
    return dict(sorted(found.items()))


def run(path: Path | None, *, as_json: bool) -> int:
    """Print the results, the comments and the follow-ups, and return 0. Raises the journal's one-line errors."""
    stored = SqliteStored(path or journal_here())
    try:
        said = list(survey_answers(stored, reading()))
        last = stored.last_checkpoint()
        offsets = ((0, 0),) if last is None else router_at(last).memory.policy.utc_offsets
    finally:
        stored.close()
    results = results_of(event for _, event in said)
    if as_json:
        console.print_json(as_data(results, said))
    elif results:
        _print(results, said, {at: utc_offset_at(at, offsets) for at, _ in said})
    else:
        console.say("nobody has answered a survey")
    return 0


def as_data(results: Mapping[Row, Result], said: Iterable[tuple[Instant, Said]]) -> dict[str, Any]:
    """Everything as plain values; instants are milliseconds since 1970."""
    said = list(said)
    return {
        "results": [
            {
                "survey": survey,
                "lane": lane,
                "agent": None if agent == NOBODY else agent,
                "asked": result.asked,
                "questions": [
                    {
                        "question": question,
                        "answers": {str(key): count for key, count in sorted(keys.items())},
                        "mean": result.mean(question),
                    }
                    for question, keys in sorted(result.answers.items())
                ],
                "comments": result.comments,
                "follow_ups": result.follow_ups,
            }
            for (survey, lane, agent), result in results.items()
        ],
        "comments": [
            {"at": at, "call": event.call, "survey": event.survey, "file": _file(event)}
            for at, event in said
            if isinstance(event, SurveyAnswered) and event.comment
        ],
        "follow_ups": [
            {"at": at, "call": event.call, "survey": event.survey, "lane": event.lane, "agent": event.agent}
            for at, event in said
            if isinstance(event, FollowUpRaised)
        ],
    }


def _print(
    results: Mapping[Row, Result], said: list[tuple[Instant, Said]], offsets: Mapping[Instant, Duration]
) -> None:
    questions = range(1, 1 + max(max(result.answers, default=0) for result in results.values()))
    console.table(
        "what callers said: of each question the average of the keys pressed, and how many pressed one",
        (
            *("survey", "lane", "agent", "asked"),
            *(header for question in questions for header in (f"question {question}, average", "answers")),
            *("comments", "follow-ups"),
        ),
        [
            (
                *row,
                str(result.asked),
                *(cell for question in questions for cell in _shown(result, question)),
                str(result.comments),
                str(result.follow_ups),
            )
            for row, result in results.items()
        ],
    )
    spoken = [(at, event) for at, event in said if isinstance(event, SurveyAnswered) and event.comment]
    raised = [(at, event) for at, event in said if isinstance(event, FollowUpRaised)]
    for title, rows in (
        (f"comments, in {spool_folder(home_folder())}", [(at, event.call, _file(event)) for at, event in spoken]),
        ("somebody should look after", [(at, event.call, event.agent or NOBODY) for at, event in raised]),
    ):
        if rows:
            console.say("")
            shown = [(moment(at, offsets[at]), *rest) for at, *rest in rows[-LISTED_AT_MOST:]]
            more = len(rows) - len(shown)
            console.table(title + (f", the last {len(shown)}" if more else ""), ("at", "call", "what"), shown)


def _shown(result: Result, question: int) -> tuple[str, str]:
    mean = result.mean(question)
    return (NOBODY, "0") if mean is None else (f"{mean:.2f}", str(result.answers[question].total()))


def _file(event: Said) -> str:
    return f"{COMMENTS}/{event.call}.wav"
