"""What callers said of how they were served, out of a journal.

The journal holds what went in, so the answers are found by running it through the router again: only the router knows
which agent and lane a call was of. That takes a moment for a long journal.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from acd.core.caller_events import FollowUpRaised, SurveyAnswered
from acd.core.instants import Instant
from acd.core.router import Router
from acd.journal.records import GAP
from acd.journal.replay import merged, read_line, router_at
from acd.journal.stored import Stored, StoredCheckpoint

Said: TypeAlias = SurveyAnswered | FollowUpRaised


def survey_answers(journal: Stored, progress: Callable[[int], None] = lambda _: None) -> Iterator[tuple[Instant, Said]]:
    """Each answer and each follow-up that the journal still knows, the oldest first.

    `progress` is told how many lines were read. Raises `UnknownRecord` for a line that cannot be read. Where inputs
    were lost, or the core fails over one, it goes on from the next checkpoint.
    """
    router: Router | None = None
    count = 0
    for each in merged(journal):
        if isinstance(each, StoredCheckpoint):
            # The memory as it truly was: what an earlier version decided otherwise is set right here.
            router = router_at(each)
            continue
        count += 1
        progress(count)
        if each.record.kind == GAP:
            router = None
        elif router is not None:
            happened = read_line(each)
            try:
                step = router.take(happened, each.at)
            except Exception:  # noqa: BLE001 - one line must not hide what all the others say.
                router = None
                continue
            yield from ((each.at, event) for event in step.events if isinstance(event, SurveyAnswered | FollowUpRaised))
