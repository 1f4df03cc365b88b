"""The telephone switch as the engine knows it, carried out by Asterisk's manager interface.

Orders go out as single actions and are never repeated: an offer is one Redirect into the dialplan, whose extension
says which offer, how long and which phone. What becomes of it is told by the dialplan's events, by a refusal here,
or by the next survey. While the link is not ready, orders are dropped: after a loss the core decides afresh from
the survey, so an order that had waited would be about a world that is gone.

Every connection gets a token of its own, which the dialplan puts into each event; events bearing another one, from
an older connection or from a forger, are dropped. It is written again with each survey, so that a reload of the
dialplan that cleared it costs one round. A survey is taken after each connect, then every few seconds, and when the
core asks; those asked for meanwhile become one, and one at most is under way.
"""

import asyncio
import logging
import secrets
from dataclasses import dataclass
from typing import Self, assert_never

from acd.asterisk import diversions
from acd.asterisk.ami_actions import PLANNED, SAYING, ActionRefusedError, Headers
from acd.asterisk.ami_link import LinkLimits, ManagerAccess, PanoramiskLink
from acd.asterisk.callbacks_link import CallbacksLink, not_rung
from acd.asterisk.diversions import DIVERT_CONTEXT, Wording, announcement_alone
from acd.asterisk.framing import Block
from acd.asterisk.link import AmiLink, LinkNotReadyError, LinkState, OutcomeUnknownError, Reply
from acd.asterisk.link_statistics import LinkStatistics
from acd.asterisk.phones import PHONES, PhoneBook
from acd.asterisk.survey import SURVEY, read_survey
from acd.asterisk.talk_orders import TalkOrders
from acd.asterisk.translate import DropReason, translate
from acd.core.names import CallId, OfferId
from acd.core.orders import (
    CallCustomer,
    DivertCaller,
    Order,
    PlanSurvey,
    ReturnCaller,
    RingAgent,
    SayToCaller,
    SurveySwitch,
    TalkOrder,
)
from acd.core.switch_events import OrderFailed, SwitchLost
from acd.engine.clock import wall_seconds
from acd.engine.ports import Clock, SwitchSink

LOG = logging.getLogger(__name__)

OFFER_CONTEXT = "hl-offer"
WAIT_CONTEXT = "hl-wait"


@dataclass(frozen=True, slots=True)
class SwitchLimits:
    """How long the switch is waited for, and how often it is surveyed, in seconds."""

    order: float = 2.0
    survey: float = 4.0
    survey_every: float = 5.0
    survey_pause: float = 0.2
    """At least this long between two surveys, however often the core asks."""
    survey_retry: float = 1.0


class AsteriskSwitch:
    """acd.engine.ports.Switch on a real Asterisk. Build and run it inside a running event loop.

    Everything the switch saw goes to `sink`. `run` keeps the link up for ever; cancelling it, or `close`, ends it.
    `callbacks` rings customers; without it every one of them fails to be reached at once.
    """

    def __init__(
        self,
        link: AmiLink,
        sink: SwitchSink,
        clock: Clock,
        statistics: LinkStatistics,
        *,
        limits: SwitchLimits | None = None,
        callbacks: CallbacksLink | None = None,
        wording: Wording = announcement_alone,
    ) -> None:
        self.statistics = statistics
        self.callbacks = callbacks
        self._link = link
        self._sink = sink
        self._clock = clock
        self._limits = limits or SwitchLimits()
        self._wording = wording
        self._talk_orders = TalkOrders(link, sink, statistics, self._limits.order)
        self._token = ""
        self._last_beat: int | None = None
        self._surveyed_epoch = 0
        self._survey_wanted = asyncio.Event()
        self._phones = PhoneBook(statistics)

    @classmethod
    def connect(
        cls,
        access: ManagerAccess,
        sink: SwitchSink,
        clock: Clock,
        *,
        statistics: LinkStatistics | None = None,
        link_limits: LinkLimits | None = None,
        limits: SwitchLimits | None = None,
        callbacks: ManagerAccess | None = None,
        wording: Wording = announcement_alone,
    ) -> Self:
        """A switch on its own link to this manager interface; it connects when it is run.

        `callbacks` is as whom customers are rung, on a second link; `wording` are the prompts that say something.
        """
        statistics = statistics or LinkStatistics()
        link = PanoramiskLink(access, statistics=statistics, limits=link_limits)
        limits = limits or SwitchLimits()
        second = None if callbacks is None else CallbacksLink.connect(callbacks, sink, limits.order, limits=link_limits)
        return cls(link, sink, clock, statistics, limits=limits, callbacks=second, wording=wording)

    @property
    def ready(self) -> bool:
        """True while the link is up and a survey has been taken on it: orders are carried out."""
        return self._link.state is LinkState.READY and self._surveyed_epoch == self._link.epoch

    @property
    def trouble(self) -> str:
        """Why the switch is not ready, in words for an operator; empty while it is."""
        if self.ready:
            return ""
        return self._link.trouble or "the switch has not been surveyed yet"

    async def run(self) -> None:
        """Keep the link up and survey the switch, until cancelled or closed."""
        async with asyncio.TaskGroup() as group:
            beside = [group.create_task(self._survey_for_ever(), name="surveyor")]
            if self.callbacks is not None:
                beside.append(group.create_task(self.callbacks.run(), name="callbacks"))
            await self._link.run(self)
            for task in beside:
                task.cancel()

    def close(self) -> None:
        """End the links for good; `run` returns."""
        self._link.close()
        if self.callbacks is not None:
            self.callbacks.close()

    def drop_link(self, reason: str) -> None:
        """Give the present connection up; the next one begins with a survey, which tells more than a late flood."""
        self._link.drop(reason)

    def carry_out(self, order: Order) -> None:
        """Send one order now, or drop it if the switch is not ready; never waits, never raises."""
        match order:
            case RingAgent():
                self._redirect(order.call, order.offer, OFFER_CONTEXT, diversions.offer_extension(order))
            case ReturnCaller():
                self._redirect(order.call, order.offer, WAIT_CONTEXT, "s")
            case DivertCaller():
                self._divert(order)
            case SayToCaller():
                self._say(order)
            case CallCustomer():
                self._call(order)
            case _ if isinstance(order, TalkOrder):
                self._talk_orders.carry_out(order, ready=self.ready)
            case PlanSurvey():
                self._leave(order.call, PLANNED, order.survey)
            case SurveySwitch():
                self._survey_wanted.set()
            case _:
                assert_never(order)

    def heartbeat(self, counter: int) -> None:
        """Write the sign of life where the waiting callers' dialplan sees it.

        Never waits: a slow link must not hold up the loop whose life this shows. While the switch is not ready
        nobody can be served, so no beat is written, and the callers go to the static queue in time.
        """
        self._last_beat = counter
        if not self.ready:
            return
        try:
            self._link.post(_set_global("HL_BEAT", str(counter)), self._limits.order, _unheard)
        except LinkNotReadyError:
            return

    def link_up(self, epoch: int) -> None:  # noqa: ARG002  # LinkListener has it.
        """A new connection: nothing learned on the old one counts."""
        self._token = secrets.token_hex(16)
        self._survey_wanted.set()

    def link_down(self, epoch: int) -> None:  # noqa: ARG002  # LinkListener has it.
        """The connection is gone; what became of the last orders is unknown."""
        self._token = ""
        self._phones.forget()
        self._sink(SwitchLost())

    def received(self, epoch: int, block: Block) -> None:  # noqa: ARG002  # LinkListener has it.
        """An event from the switch: hand on what it means, or count why it means nothing."""
        name = block.headers["Event"]
        if name == "Shutdown":
            self._link.drop("the switch is shutting down")
        elif name == "FullyBooted":
            # Its globals were written while it started, perhaps after ours.
            self._survey_wanted.set()
        elif name == "DeviceStateChange":
            changed = self._phones.changed(block)
            if changed is not None:
                self._sink(changed)
        else:
            event = translate(block, self._token)
            if isinstance(event, DropReason):
                self.statistics.dropped[event] += 1
                return
            self.statistics.note_fact(block.headers, wall_seconds())
            self._sink(event)

    def _divert(self, order: DivertCaller) -> None:
        try:
            extension = diversions.extension_of(order)
        except ValueError:
            LOG.exception("a diversion cannot be said to the switch")
            self._sink(OrderFailed(order.call, None))
        else:
            self._redirect(order.call, None, DIVERT_CONTEXT, extension)

    def _say(self, order: SayToCaller) -> None:
        """Leave what is said on the caller's channel; if it does not come to be there, it is not said at all."""
        words = self._wording(order)
        if not words:
            return
        try:
            saying = diversions.saying_of(words, offer_callback=order.offer_callback)
        except ValueError:
            LOG.exception("an announcement cannot be said to the switch")
        else:
            self._leave(order.call, SAYING, saying)

    def _leave(self, call: CallId, variable: str, value: str) -> None:
        """Write something on a caller's channel that the dialplan comes to later."""
        if not self.ready:
            self.statistics.orders_dropped += 1
            return
        action = (("Action", "Setvar"), ("Channel", call), ("Variable", variable), ("Value", value))
        try:
            self._link.post(action, self._limits.order, _unheard)
        except LinkNotReadyError:
            self.statistics.orders_dropped += 1
        except ActionRefusedError:
            LOG.exception("an order was refused before it was sent")

    def _call(self, order: CallCustomer) -> None:
        # What the dialplan has to say of it would not be believed, or not heard, while this link is down.
        if self.ready and self.callbacks is not None:
            self.callbacks.call(order)
            return
        self.statistics.orders_dropped += 1
        self._sink(not_rung(order))

    def _redirect(self, call: CallId, offer: OfferId | None, context: str, extension: str) -> None:
        if not self.ready:
            self.statistics.orders_dropped += 1
            return

        def on_reply(reply: Reply | OutcomeUnknownError) -> None:
            if isinstance(reply, OutcomeUnknownError):
                self._survey_wanted.set()
            elif not reply.success:
                self._sink(OrderFailed(call, offer))

        action = [
            ("Action", "Redirect"),
            ("Channel", call),
            ("Context", context),
            ("Exten", extension),
            ("Priority", "1"),
        ]
        try:
            self._link.post(action, self._limits.order, on_reply)
        except LinkNotReadyError:
            self.statistics.orders_dropped += 1
        except ActionRefusedError:
            LOG.exception("an order was refused before it was sent")
            self._sink(OrderFailed(call, offer))

    async def _survey_for_ever(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._limits.survey_every):
                    await self._survey_wanted.wait()
            except TimeoutError:
                pass
            self._survey_wanted.clear()
            if self._link.state is not LinkState.READY:
                continue
            epoch = self._link.epoch
            try:
                await self._survey()
                pause = self._limits.survey_pause
            except (LinkNotReadyError, OutcomeUnknownError) as error:
                self.statistics.surveys_failed += 1
                LOG.warning("a survey of the switch failed: %s", error)
                self._survey_wanted.set()
                # A switch that does not play along is left alone for a moment; a new connection is surveyed at once.
                same_link = self._link.state is LinkState.READY and self._link.epoch == epoch
                pause = self._limits.survey_retry if same_link else 0
            await asyncio.sleep(pause)

    async def _survey(self) -> None:
        """Write the token, look at all channels, and tell the core; raises if the switch did not play along."""
        epoch = self._link.epoch
        await self._must(_set_global("HL_TOKEN", self._token), self._limits.order)
        first = epoch != self._surveyed_epoch
        # The phones first: what changes after their list is told by events, so they are as true as the calls are.
        await self._list_phones()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        asked_at = self._clock.now()

        def on_reply(reply: Reply | OutcomeUnknownError) -> None:
            # Told at once and not when the task wakes: events behind the survey must reach the core behind it.
            try:
                if isinstance(reply, Reply) and reply.success:
                    self.statistics.surveys += 1
                    self._surveyed_epoch = epoch
                    self._sink(read_survey(reply.items, asked_at, self.statistics, self._phones.states))
            finally:
                # Whatever went wrong with this one, there must be a next one.
                if not done.cancelled():
                    _settle(done, reply)

        self._link.post(SURVEY, self._limits.survey, on_reply)
        await done
        if first and self._last_beat is not None:
            # A switch that was started anew has forgotten it; the same beat again is no new sign of life.
            self.heartbeat(self._last_beat)

    async def _list_phones(self) -> None:
        """Ask for the state of all phones; where the switch refuses to list them, callers are served all the same."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def on_reply(reply: Reply | OutcomeUnknownError) -> None:
            # Read at once, as the survey is: an event behind the list is newer than the list.
            try:
                if isinstance(reply, Reply) and reply.success:
                    self._phones.listed(reply.items)
                elif isinstance(reply, Reply):
                    self.statistics.dropped["phones_not_listed"] += 1
            finally:
                if not done.cancelled():
                    if isinstance(reply, OutcomeUnknownError):
                        done.set_exception(reply)
                    else:
                        done.set_result(None)

        self._link.post(PHONES, self._limits.survey, on_reply)
        await done

    async def _must(self, action: Headers, within: float) -> None:
        """Send an action whose refusal fails the survey."""
        reply = await self._link.send(action, within)
        if not reply.success:
            raise _refused(action[0][1])


def _settle(done: asyncio.Future[None], reply: Reply | OutcomeUnknownError) -> None:
    if isinstance(reply, OutcomeUnknownError):
        done.set_exception(reply)
    elif reply.success:
        done.set_result(None)
    else:
        done.set_exception(_refused("Status"))


def _refused(action: str) -> OutcomeUnknownError:
    return OutcomeUnknownError(f"the switch refused {action}; check the rights of the manager user")


def _set_global(variable: str, value: str) -> Headers:
    return (("Action", "Setvar"), ("Variable", variable), ("Value", value))


def _unheard(_reply: Reply | OutcomeUnknownError) -> None:
    """For a reply that changes nothing; the link has counted it."""
