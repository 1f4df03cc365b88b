"""Callers who left the line and keep their place: how an entry comes to be, waits for its turn, and ends.

An entry stands in line as any caller does, with the place of the caller who wished it, so nobody is overtaken who
would not have been. When its turn comes, the customer is rung (acd.core.floor); once he answers he is a caller like
any other. While he may not be rung yet, an entry is set aside; it comes back to the very place it had.
"""

from acd.core.callbacks import stands_in_line
from acd.core.caller_events import CallbackQueued, CustomerMissed
from acd.core.calls import IN_LANE, OFF_THE_LINE, Call, Callback, CallState
from acd.core.deadlines import Kind
from acd.core.events import CallClosed, CallResult, OfferEnd
from acd.core.floor import Floor
from acd.core.instants import Duration, Instant
from acd.core.names import CallId
from acd.core.orders import ReturnCaller
from acd.core.policy import Callbacks, Policy
from acd.core.reconcile import Missed, TalkFound
from acd.core.switch_events import (
    CallbackFailed,
    CallDiverted,
    CallEnded,
    CallFellBack,
    CallStartedWaiting,
    OfferAnswered,
    OfferFailed,
    OfferFailure,
    OfferReached,
    OrderFailed,
    Stage,
)
from acd.core.wait_flow import WaitFlow

ENTRIES_AT_MOST = 10_000
"""Entries that are kept at once; beyond them the oldest is given up."""

OF_ONE_NUMBER_AT_MOST = 3
"""Wishes of one calling number; else anybody could have the bank ring strangers, and keep its agents busy with it."""

HELD_BACK: Duration = 30_000
"""How long nobody is rung after the switch could not carry out an order to ring somebody."""

MINUTE: Duration = 60_000
"""Calendars open and close on whole minutes, so an entry that depends on one is looked at then."""


def entry_of(call: CallId) -> CallId:
    """What the entry of a caller is called who wished to be called back in `call`."""
    return CallId(f"cb-{call}")


class CallbackFlow:
    """The router's hands for entries of callers who are not on the line."""

    def __init__(self, floor: Floor, wait_flow: WaitFlow) -> None:
        self._floor = floor
        self._wait_flow = wait_flow
        self._calls = floor.memory.calls
        self._entries: dict[CallId, None] = {}
        """All that are not on the line."""
        self._of_number: dict[str, dict[CallId, None]] = {}
        """The same, by number."""
        for call in self._calls.values():
            if call.state in OFF_THE_LINE:
                self.note(call)
                if call.state is CallState.CALLED and call.agent is None:
                    floor.rung[call.id] = None
                    floor.deadlines.set(Kind.CALL, call.id, call.contestable_at)
                elif call.state is CallState.AWAY and call.id not in floor.matching.lines:
                    self._set_aside(call, floor.memory.now)

    # How an entry comes to be

    def keep_place(self, call: Call, now: Instant, message_of: CallId | None = None) -> bool:
        """Let an entry stand for the caller, who leaves the line; False if there is no number that may be called.

        Who has an entry in this lane already keeps that one, but no message takes the place of another. A message
        without a number is kept for people to hear. Beyond ENTRIES_AT_MOST the oldest entry is given up.
        """
        twin = next((each for each in self._of(call) if self._is_twin(each, call)), None)
        if twin is not None and twin.callback is not None and None in (message_of, twin.callback.message_of):
            twin.callback.message_of = twin.callback.message_of or message_of
            return True
        reached = bool(call.number_to_call) and (self._rules is None or self._rules.reaches(call.number_to_call))
        if entry_of(call.id) in self._calls or not (reached or message_of):
            return False
        if message_of is None and len(self._wishes_of(call.number)) >= OF_ONE_NUMBER_AT_MOST:
            return False
        self._make_room(now)
        assert call.lane is not None
        entry = Call(
            entry_of(call.id),
            call.number,
            call.name,
            call.dialled,
            call.arrived_at,
            CallState.AWAY,
            changed_at=now,
            contestable_at=now,
            lane=call.lane,
            language=call.language,
            facts=call.facts,
            manager=call.manager,
            vip=call.vip,
            credit=call.credit,
            entered_at=call.place_since,
            lane_since=call.lane_since,
            steps_taken=call.steps_taken,
            steps_dropped=call.steps_dropped,
            kept_enough=True,
            moves=call.moves,
            customer=call.customer,
            callback_number=call.callback_number,
            callback=Callback(call.id, now, now, message_of),
        )
        self._calls[entry.id] = entry
        self.note(entry)
        self._floor.say(CallbackQueued(entry.id, call.id, call.lane, message_of is not None))
        self._stand_in_line(entry, now)
        return True

    def _is_twin(self, entry: Call, call: Call) -> bool:
        """Whether an entry stands for this caller already: in this lane, and at the number that he means now."""
        meant = entry.lane == call.lane and entry.number_to_call == call.number_to_call
        return meant and not (entry.callback is not None and entry.callback.once)

    def leave_message(self, call: Call, now: Instant) -> bool:
        """A caller who was sent away has spoken a message, which his lane is to answer."""
        if entry_of(call.id) in self._calls:
            return False
        return call.lane is not None and self.keep_place(call, now, message_of=call.id)

    def take_place_back(self, call: Call, now: Instant) -> None:
        """A caller waits in a lane in which he was to be called back: he has his place again, on the line.

        A message is still to be answered.
        """
        for entry in self._of(call):
            if entry.lane == call.lane and _is_wish(entry):
                assert entry.place_since is not None
                assert call.place_since is not None
                call.queued_at = min(entry.place_since, call.place_since)
                if entry.state is CallState.AWAY:
                    self._close(entry, CallResult.CANCELLED, now)

    def fulfil(self, call: Call, now: Instant) -> None:
        """A caller talks: what he wished to be called back for is settled, but no message."""
        for entry in self._of(call):
            if entry.state is CallState.AWAY and _is_wish(entry):
                self._close(entry, CallResult.CANCELLED, now)

    def _make_room(self, now: Instant) -> None:
        if len(self._entries) >= ENTRIES_AT_MOST:
            away = [self._calls[each] for each in self._entries if self._calls[each].state is CallState.AWAY]
            # A mere wish before a message, which somebody has spoken.
            oldest = next((each for each in away if _is_wish(each)), away[0])
            self._close(oldest, CallResult.UNREACHED, now)

    def _wishes_of(self, number: str) -> list[Call]:
        entries = (self._calls[each] for each in self._of_number.get(number, ()))
        return [each for each in entries if _is_wish(each)]

    def caller_has_left(self, call: Call, now: Instant) -> None:
        """A call has ended; if its caller wished to be called back in it, his line is free now."""
        entry = self._calls.get(entry_of(call.id))
        if entry is not None and entry.state is CallState.AWAY and entry.id not in self._floor.matching.lines:
            self._stand_in_line(entry, now)

    def caller_is_back(self, call: Call, now: Instant) -> None:
        """A call that had ended is on the line after all; whoever wished to be called back in it hears us still."""
        entry = self._calls.get(entry_of(call.id))
        if entry is not None and entry.state is CallState.AWAY and entry.id in self._floor.matching.lines:
            self.may_stay(entry, now)

    # Its turn

    def fall_due(self, entry: Call, now: Instant) -> None:
        """Something of an entry was due at `now` that does not stand in line."""
        if entry.id not in self._entries or entry.id in self._floor.matching.lines:
            # What was due for somebody else at this very instant has settled it.
            return
        if entry.state is CallState.CALLED:
            # Neither an answer nor a failure was heard of.
            self._miss(entry, OfferFailure.FAILED, now)
        elif self._is_too_old(entry, now):
            self._close(entry, CallResult.UNREACHED, now)
        else:
            self._stand_in_line(entry, now)

    def may_stay(self, entry: Call, now: Instant) -> bool:
        """Whether an entry may go on standing in line; else it is set aside, or over."""
        if not self._is_too_old(entry, now) and self._stands(entry, now):
            return True
        self._wait_flow.stop_waiting(entry)
        self.fall_due(entry, now)
        return False

    def times_of(self, entry: Call, now: Instant) -> list[Instant]:
        """When an entry that stands in line is to be looked at, whatever its lane's steps say."""
        rules, callback = self._rules, entry.callback
        assert rules is not None
        assert callback is not None
        return [callback.kept_since + rules.keep_for, *([(now // MINUTE + 1) * MINUTE] if rules.hours else [])]

    def adopt(self, old: Policy, now: Instant) -> None:
        """Let all entries fall under another policy; nobody is offered anything yet."""
        for each in list(self._entries):
            entry = self._calls[each]
            assert entry.callback is not None
            if old.callbacks is None:
                entry.callback.kept_since = now
            if entry.state is not CallState.AWAY:
                continue
            if self._is_too_old(entry, now):
                self._close(entry, CallResult.UNREACHED, now)
            elif self._stands(entry, now):
                self._wait_flow.stand(entry, now)
            else:
                self._set_aside(entry, now)

    def _stand_in_line(self, entry: Call, now: Instant) -> None:
        """Put an entry that stands in no line into its line, or aside until it may stand there."""
        if self._stands(entry, now):
            self._wait_flow.wait_on(entry, now)
        else:
            self._set_aside(entry, now)

    def _stands(self, entry: Call, now: Instant) -> bool:
        return stands_in_line(entry, self._floor.memory, self._floor.matching.floor(now), now)

    def _set_aside(self, entry: Call, now: Instant) -> None:
        """Set when an entry that stands in no line is to be looked at again."""
        rules, callback = self._rules, entry.callback
        assert callback is not None
        due: Instant | None = None
        if rules is not None:
            due = callback.kept_since + rules.keep_for
            again_at = max(callback.next_at or 0, self._floor.memory.callbacks_from)
            if again_at > now:
                due = min(due, again_at)
            elif rules.hours:
                due = min(due, *self.times_of(entry, now))
        # Without rules people call him; the hotline itself does not, and it keeps the wish for them.
        self._floor.deadlines.set(Kind.CALL, entry.id, due)

    def _is_too_old(self, entry: Call, now: Instant) -> bool:
        assert entry.callback is not None
        return self._rules is not None and entry.callback.kept_since + self._rules.keep_for <= now

    @property
    def _rules(self) -> Callbacks | None:
        return self._floor.memory.policy.callbacks

    # What the switch says of it

    def hear(self, entry: Call, event: Missed, now: Instant) -> bool:
        """Let a fact about an entry whose customer is not on the line have its effect.

        False if that is not all of it: he is on the line now, and others have to hear it, too; or it does not fit.
        """
        match event:
            case CallStartedWaiting() | CallDiverted():
                desk = self._floor.take_back(entry, OfferEnd.FAILED)
                self._reach(entry, CallState.WAITING, now)
                self._wait_flow.wait_on(entry, now)
                if desk is not None:
                    self._floor.free(desk, now)
                return isinstance(event, CallStartedWaiting)
            case OfferReached(offer=offer) if entry.state is CallState.AWAY or entry.offer != offer:
                # He answered after we had given him up, and is to wait in his place.
                self._floor.order(ReturnCaller(entry.id, offer))
            case OfferReached() | OfferAnswered() | OfferFailed() | TalkFound() | CallFellBack():
                if entry.state is CallState.AWAY:
                    entry.move(CallState.CALLED, now)
                self._reach(entry, CallState.OFFERED, now)
                return False
            case CallbackFailed(cause=cause) if entry.state is CallState.CALLED:
                self._miss(entry, cause, now)
            case OrderFailed() if entry.state is CallState.CALLED:
                self._not_rung(entry, now)
            case CallEnded() if entry.state is CallState.CALLED:
                self._miss(entry, OfferFailure.FAILED, now)
            case _:
                return False
        return True

    def give_up(self, entry: Call, now: Instant) -> None:
        """Neither the customer nor the order to ring him was heard of in time; the agent is not to blame."""
        self._miss(entry, OfferFailure.FAILED, now)

    def _reach(self, entry: Call, state: CallState, now: Instant) -> None:
        """The customer is on the line; from here on he is a caller like any other, and his lane's books count him."""
        self._wait_flow.stop_waiting(entry)
        self._unnote(entry)
        entry.queued_at = entry.place_since
        entry.move(state, now)
        self._wait_flow.count_again(entry, now)

    def _not_rung(self, entry: Call, now: Instant) -> None:
        """The switch could not even ring: that was no attempt, and for a while nobody else is rung either."""
        assert entry.callback is not None
        entry.callback.attempts = max(0, entry.callback.attempts - 1)
        self._floor.memory.callbacks_from = now + HELD_BACK
        for each in list(self._entries):
            other = self._calls[each]
            if other.state is CallState.AWAY and other.id in self._floor.matching.lines:
                self.may_stay(other, now)
        self._miss(entry, OfferFailure.FAILED, now, again_at=self._floor.memory.callbacks_from)

    def _miss(self, entry: Call, cause: OfferFailure, now: Instant, again_at: Instant | None = None) -> None:
        """The customer did not answer: his turn comes again later, or that was the last time."""
        callback, rules = entry.callback, self._rules
        assert callback is not None
        assert entry.lane is not None
        desk = self._floor.take_back(entry, OfferEnd.NOT_REACHED)
        entry.offer = None
        self._floor.deadlines.set(Kind.CALL, entry.id, None)
        self._floor.rung.pop(entry.id, None)
        has_called = _is_wish(entry) and self._has_called_again(entry)
        if rules is not None and callback.attempts < rules.attempts:
            again_at = again_at or now + rules.retry_after
        over = has_called or callback.once or (rules is not None and again_at is None)
        self._floor.say(CustomerMissed(entry.id, entry.lane, cause, None if over else again_at))
        if over:
            self._close(entry, CallResult.CANCELLED if has_called else CallResult.UNREACHED, now)
        else:
            entry.move(CallState.AWAY, now)
            callback.next_at = again_at
            self._stand_in_line(entry, now)
        if desk is not None:
            self._floor.free(desk, now)
        else:
            # One more may be rung now.
            self._floor.serve_waiting(now)

    def _has_called_again(self, entry: Call) -> bool:
        return any(
            call.number in _numbers_of(entry) and call.lane == entry.lane and call.state in IN_LANE
            for call in self._calls.values()
        )

    def _close(self, entry: Call, result: CallResult, now: Instant) -> None:
        """An entry is over without its customer having been reached."""
        self._wait_flow.stop_waiting(entry)
        del self._calls[entry.id]
        self._unnote(entry)
        self._floor.say(
            CallClosed(
                entry.id,
                result,
                Stage.WAITING,
                entry.lane,
                None,
                entry.arrived_at,
                entry.place_since,
                None,
                now,
                entry.offers,
            )
        )

    # Look-ups

    def _of(self, call: Call) -> list[Call]:
        """Entries of whoever calls from, or is called at, a number of this call; the oldest first."""
        found = dict.fromkeys(each for number in _numbers_of(call) for each in self._of_number.get(number, ()))
        return [self._calls[each] for each in found]

    def note(self, entry: Call) -> None:
        """Know an entry from now on."""
        self._entries[entry.id] = None
        for number in _numbers_of(entry):
            self._of_number.setdefault(number, {})[entry.id] = None

    def _unnote(self, entry: Call) -> None:
        del self._entries[entry.id]
        self._floor.rung.pop(entry.id, None)
        for number in _numbers_of(entry):
            of_number = self._of_number[number]
            del of_number[entry.id]
            if not of_number:
                del self._of_number[number]


def _is_wish(entry: Call) -> bool:
    """Whether nobody has spoken a message that is to be answered."""
    return entry.callback is not None and entry.callback.message_of is None


def _numbers_of(call: Call) -> tuple[str, ...]:
    """By which numbers a caller is known: the one he called from, and the one at which he wants to be called."""
    return tuple(dict.fromkeys(number for number in (call.number, call.number_to_call) if number))
