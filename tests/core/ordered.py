"""What becomes of an order in the model of the switch."""

from acd.core.names import OfferId
from acd.core.orders import (
    AskCaller,
    BringTogether,
    CallCustomer,
    DivertCaller,
    HandOver,
    HangUpAgent,
    JoinAgain,
    LetGo,
    Order,
    PlanSurvey,
    PutOnHold,
    ReturnCaller,
    RingAgent,
    RingColleague,
    SayToCaller,
    SendCaller,
    SurveySwitch,
)
from tests.core.switch_model import Fact, ModelSwitch

REFUSABLE = (
    RingAgent,
    DivertCaller,
    CallCustomer,
    PutOnHold,
    JoinAgain,
    HangUpAgent,
    SendCaller,
    HandOver,
    BringTogether,
    LetGo,
)
"""Orders of which the switch says so when it does not carry them out."""


def carried_out(switch: ModelSwitch, order: Order) -> tuple[Fact, ...]:  # noqa: C901, PLR0911, PLR0912  # One for each order.
    """The order has reached the switch; what the dialplan says of it."""
    match order:
        case RingAgent():
            return switch.ring(order)
        case ReturnCaller(call, offer):
            return switch.return_caller(call, offer)
        case DivertCaller():
            return switch.divert(order)
        case SayToCaller():
            return switch.say(order)
        case CallCustomer():
            return switch.call_customer(order)
        case AskCaller(call):
            return switch.ask_for_pin(call)
        case PutOnHold(call):
            return switch.put_on_hold(call)
        case JoinAgain(call):
            return switch.join_again(call)
        case HangUpAgent(call):
            return switch.hang_up_agent(call)
        case SendCaller():
            return switch.send(order)
        case RingColleague():
            return switch.ring_colleague(order)
        case HandOver():
            return switch.hand_over(order)
        case BringTogether(call):
            return switch.bring_together(call)
        case LetGo():
            return switch.let_go(order)
        case PlanSurvey() | SurveySwitch():
            return ()


def offer_in(order: Order) -> OfferId | None:
    """Of which offer it is said that it failed."""
    match order:
        case RingAgent(offer=offer):
            return offer
        case CallCustomer(offer=RingAgent(offer=offer)):
            return offer
        case _:
            return None
