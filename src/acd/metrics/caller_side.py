"""Metrics of the caller's side, made from the core's events: adverts, PINs, callbacks, and what callers said of it all.

They begin at zero with each process. Labels are lanes, closed lists, and the names of adverts and surveys, which are
the operator's and have a bound here. Of whom a number speaks is in no label.
"""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter

from acd.core.caller_events import (
    AdvertHeard,
    AdvertOffered,
    CallbackQueued,
    CustomerCalled,
    CustomerMissed,
    FollowUpRaised,
    SurveyAnswered,
    VerdictGiven,
)
from acd.core.events import CallClosed, CallResult, Event
from acd.core.names import CallId, LaneName
from acd.core.switch_events import OfferFailure, Verdict
from acd.metrics.labels import Labels

ENTRIES_AT_MOST = 10_000
"""Entries of callers to be called back whose end is counted; of more, the oldest end uncounted."""

MOST_ANSWER = 9
"""The highest key of a telephone that can be an answer."""


class CallerSideMetrics:
    """Listens to the feed; `note_verdict` is for verdicts that the core never hears of."""

    def __init__(self, registry: CollectorRegistry, lanes: Iterable[LaneName]) -> None:
        def counter(name: str, meaning: str, *labels: str) -> Counter:
            return Counter(name, meaning, labels, registry=registry)

        self._advert_offered = counter(
            "hotline_advert_offered", "Callers who were asked whether they want to hear an advert.", "advert", "lane"
        )
        self._advert_accepted = counter(
            "hotline_advert_accepted", "Callers who pressed the key to hear an advert.", "advert", "lane"
        )
        self._advert_heard = counter(
            "hotline_advert_heard_seconds", "How long callers heard an advert while waiting.", "advert", "lane"
        )
        self._advert_left = counter("hotline_advert_left", "Callers who left an advert with a key.", "advert", "lane")
        self._verdicts = counter(
            "hotline_pin_verdicts",
            "PINs and one-time codes that callers keyed, in menus and in talks; not_given: they keyed none.",
            "verdict",
        )
        self._queued = counter(
            "hotline_callbacks_queued", "Callers who keep their place and are called back.", "lane", "message"
        )
        self._rung = counter("hotline_callback_rings", "Times that a customer was rung to call him back.", "lane")
        self._missed = counter(
            "hotline_callback_misses", "Times that a customer did not answer, by why.", "lane", "reason"
        )
        self._callbacks = counter(
            "hotline_callbacks", "Callbacks that are over, by how they came out.", "lane", "outcome"
        )
        self._answers = counter(
            "hotline_survey_answers",
            "Keys that callers pressed for the questions of a survey; 0 is a question heard and not answered.",
            "survey",
            "question",
            "answer",
            "lane",
        )
        self._comments = counter("hotline_survey_comments", "Comments that callers spoke.", "survey", "lane")
        self._follow_ups = counter(
            "hotline_follow_ups", "Callers who were not content; somebody should look after it.", "survey", "lane"
        )
        self._labels = Labels()
        self._entries: dict[CallId, None] = {}
        for verdict in Verdict:
            self._verdicts.labels(verdict.value)
        self.know(lanes)

    def know(self, lanes: Iterable[LaneName]) -> None:
        """Show these lanes from now on, at zero until something happens in them."""
        for lane in lanes:
            self._rung.labels(lane)
            for message in ("no", "yes"):
                self._queued.labels(lane, message)
            for cause in OfferFailure:
                self._missed.labels(lane, cause.value)
            for result in (CallResult.ANSWERED, CallResult.ABANDONED, CallResult.UNREACHED, CallResult.CANCELLED):
                self._callbacks.labels(lane, result.value)

    def note_verdict(self, verdict: Verdict) -> None:
        """Count a verdict that is in none of the core's events: in those is only what an asking in a talk came to."""
        self._verdicts.labels(verdict.value).inc()

    def hear(self, event: Event) -> None:
        """Take note of one event."""
        match event:
            case AdvertOffered():
                advert = self._labels.value("advert", event.advert)
                self._advert_offered.labels(advert, event.lane).inc()
                # The children are made together, so that a share can be asked for before anybody has accepted.
                self._advert_accepted.labels(advert, event.lane).inc(int(event.accepted))
            case AdvertHeard():
                advert = self._labels.value("advert", event.advert)
                self._advert_heard.labels(advert, event.lane).inc(event.heard / 1000)
                self._advert_left.labels(advert, event.lane).inc(int(event.left))
            case VerdictGiven():
                self._verdicts.labels(event.verdict.value).inc()
            case SurveyAnswered():
                self._answered(event)
            case FollowUpRaised():
                self._follow_ups.labels(self._labels.value("survey", event.survey), event.lane).inc()
            case _:
                self._hear_callback(event)

    def _hear_callback(self, event: Event) -> None:
        match event:
            case CallbackQueued():
                self._queued.labels(event.lane, "yes" if event.message else "no").inc()
                self._remember(event.entry)
            case CustomerCalled():
                self._rung.labels(event.lane).inc()
                self._remember(event.entry)
            case CustomerMissed():
                self._missed.labels(event.lane, event.cause.value).inc()
                self._remember(event.entry)
            case CallClosed():
                if event.call in self._entries:
                    del self._entries[event.call]
                    if event.lane is not None:
                        self._callbacks.labels(event.lane, event.result.value).inc()

    def _answered(self, event: SurveyAnswered) -> None:
        survey = self._labels.value("survey", event.survey)
        for question, answer in enumerate(event.answers, start=1):
            shown = str(min(max(0, answer), MOST_ANSWER))
            self._answers.labels(survey, self._labels.value("question", str(question)), shown, event.lane).inc()
        self._comments.labels(survey, event.lane).inc(int(event.comment))

    def _remember(self, entry: CallId) -> None:
        self._entries[entry] = None
        if len(self._entries) > ENTRIES_AT_MOST:
            del self._entries[next(iter(self._entries))]
