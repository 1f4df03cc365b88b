"""Which call an agent may still do something for, and for whom: what was proved last is what counts."""

from acd.core.switch_events import TalkEnded, Verdict
from cti.directory import CustomerDirectory
from cti.held import AFTERWARDS, HeldCalls, Whom
from tests.cti.small_hotline import ANNA, CUSTOMER, SmallHotline

NUMBER = "13912340000"


def test_who_could_not_prove_it_again_is_not_the_customer_any_more_when_the_talk_is_over() -> None:
    hotline = SmallHotline()
    held = HeldCalls(hotline.look, CustomerDirectory())
    hotline.feed.listen(held.hear)
    hotline.becomes_ready(ANNA)
    call = hotline.call("c1", number=NUMBER)
    hotline.answers(call)
    for verdict, customer in ((Verdict.VERIFIED, CUSTOMER), (Verdict.WRONG, "")):
        hotline.is_asked_for_his_pin(call, verdict)
        during = held.of(ANNA)
        assert during is not None
        assert held.whom(during) == Whom(customer, f"+86{NUMBER}")
    hotline.take(TalkEnded(call))
    after = held.of(ANNA)
    assert after is not None
    assert held.whom(after) == Whom("", f"+86{NUMBER}")


def test_a_call_that_was_held_before_a_restart_is_held_after_it() -> None:
    hotline = SmallHotline()
    hotline.becomes_ready(ANNA)
    call = hotline.call("c1", number=NUMBER)
    hotline.answers(call)
    offer = hotline.look.offer_of(ANNA)
    restarted = HeldCalls(hotline.look, CustomerDirectory())
    hotline.feed.listen(restarted.hear)
    hotline.take(TalkEnded(call))
    assert restarted.holds(ANNA, call) is not None, "he talked through the restart"

    again = HeldCalls(hotline.look, CustomerDirectory())
    assert again.holds(ANNA, call) is None
    assert offer is not None
    again.recall(offer)
    assert again.holds(ANNA, call) == offer, "he writes through the restart"
    hotline.sleep(AFTERWARDS + 1)
    assert again.holds(ANNA, call) is None
