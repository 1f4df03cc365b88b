"""What every verifier of PINs does: the store of our own, and the online bank over TLS."""

from acd.core.switch_events import Verdict
from ivr.pin.digits import Digits
from ivr.pin.ports import Change
from tests.ivr.pin.conftest import Known


async def verdict(known: Known, customer: str, pin: str) -> Verdict:
    return await known.verifier.verify(customer, Digits.of(pin))


async def changed(known: Known, customer: str, new: str, code: str | None = None) -> Change:
    return await known.verifier.change(customer, Digits.of(new), None if code is None else Digits.of(code))


async def test_a_pin_is_verified_to_the_last_digit(known: Known) -> None:
    known.learn("1", "4719")

    assert await verdict(known, "1", "4719") is Verdict.VERIFIED
    for wrong in ("4718", "471", "47190", "04719"):
        assert await verdict(known, "1", wrong) is Verdict.WRONG


async def test_a_pin_is_one_customers_and_an_unknown_one_is_wrong(known: Known) -> None:
    known.learn("1", "4719")
    known.learn("2", "8264")

    assert await verdict(known, "2", "4719") is Verdict.WRONG
    assert await verdict(known, "3", "4719") is Verdict.WRONG


async def test_a_verified_customer_changes_his_pin_and_the_old_one_is_void(known: Known) -> None:
    known.learn("1", "4719")

    assert await changed(known, "1", "8264") is Change.CHANGED
    assert await verdict(known, "1", "4719") is Verdict.WRONG
    assert await verdict(known, "1", "8264") is Verdict.VERIFIED


async def test_the_first_pin_takes_a_one_time_code_which_serves_once(known: Known) -> None:
    code = known.give_code("1")

    assert await verdict(known, "1", code) is Verdict.WRONG, "a code is no PIN"
    assert await changed(known, "1", "4719", "00000000") is Change.WRONG
    assert await changed(known, "2", "4719", code) is Change.WRONG
    assert await changed(known, "1", "4719", code) is Change.CHANGED
    assert await changed(known, "1", "8264", code) is Change.WRONG
    assert await verdict(known, "1", "4719") is Verdict.VERIFIED


async def test_the_digits_are_left_for_whoever_holds_them_to_wipe(known: Known) -> None:
    known.learn("1", "4719")
    with Digits.of("4719") as pin:
        assert await known.verifier.verify("1", pin) is Verdict.VERIFIED
        assert bytes(pin.view) == b"4719"
    assert len(pin) == 0
