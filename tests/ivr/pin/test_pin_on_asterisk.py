"""A caller on a real Asterisk keys his PIN: he hears the interference tone meanwhile, and what he keys arrives."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from acd.asterisk.obtain import Asterisk
from acd.engine.clock import SystemClock
from acd.engine.ports import Customer
from ivr.agi_server import AgiServer
from ivr.dialogue import Dialogue, MenuScript
from ivr.pin.attempts import AttemptBook, Rules
from ivr.pin.digits import Digits
from ivr.pin.guard import GuardedPins
from ivr.pin.local import LocalPins
from tests.hearing import HearingTelephone
from tests.ivr.bank_on_asterisk import Bank, running_bank
from tests.ivr.fake_line import MENUS, FakeDirectory, FakeSituation
from tests.ivr.peers import until
from tests.ivr.pin.conftest import CHEAP
from tests.ivr.pin.pin_bank import CUSTOMER, LIMITS
from tests.real import eventually
from tests.sounds import RATE, Sound, heard_keys, level, text_of

pytestmark = pytest.mark.real

PIN = "471903"
STEP = "- {step: pin, say: {zh: 核实。, en: We verify you.}, verified: wealth, otherwise: cards}"


class Everybody(FakeDirectory):
    """Whoever calls is the one customer."""

    def find(self, number: str) -> Customer | None:  # noqa: ARG002
        return Customer("王芳", "gold", "zh", id=CUSTOMER)


@pytest.fixture(scope="module")
def bank(private_asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    before, _, rest = MENUS.partition("menus:\n")
    after = rest[rest.index("announcements:") :]
    before = before.replace(', "4008885555": {menu: short}', "")
    text = f"{before}menus:\n  main:\n    {STEP}\n{after}pin: {{}}\n"
    with running_bank(private_asterisk, tmp_path_factory.mktemp("pins"), text) as running:
        yield running


@asynccontextmanager
async def verifying(bank: Bank, folder: Path) -> AsyncIterator[AgiServer]:
    """The menus, with a desk that knows the customer's PIN; our log must hold no digit of what is keyed."""
    clock = SystemClock()
    store = LocalPins(folder / "pins", clock, CHEAP)
    store.change_now(CUSTOMER, Digits.of(PIN), None)
    rules = Rules(per_call=3, per_customer=5, locked_for=86_400_000)
    pins = GuardedPins(AttemptBook(folder / "pins" / "attempts.sqlite3"), clock, LIMITS, rules)
    pins.use(store, LIMITS, rules)
    dialogue = Dialogue(lambda: bank.config, Everybody(), clock, FakeSituation(), pins)
    with capture_logs() as logs:
        async with AgiServer({"ivr": MenuScript(dialogue, bank.prompts())}, port=bank.hotline.ports.agi) as server:
            yield server
    pins.close()
    store.close()
    assert logs == []


def until_masked(caller: HearingTelephone) -> None:
    """Wait until this caller hears the tones."""
    eventually(lambda: len(heard_keys(caller.heard_sound(caller.now() - 0.5))) > 3, within=20)


def until_still(caller: HearingTelephone) -> None:
    """Wait until he hears them no more."""
    eventually(lambda: not heard_keys(caller.heard_sound(caller.now() - 0.7)), within=20)


def loudest_and_softest(sound: Sound) -> tuple[float, float]:
    """The levels of its frames of 20 ms, in dBFS."""
    frames = [level(sound[at : at + RATE // 50]) for at in range(0, len(sound) - RATE // 50, RATE // 50)]
    return max(frames), min(frames)


async def test_a_pin_is_keyed_under_tones_without_a_pause_and_verified_at_the_second_try(
    bank: Bank, tmp_path: Path
) -> None:
    async with verifying(bank, tmp_path) as server:
        mark = await bank.mark()
        with HearingTelephone(bank.hotline.ports.sip) as caller:
            caller.call("95555")
            await asyncio.to_thread(caller.until_seen, "200 INVITE")
            await asyncio.to_thread(until_masked, caller)
            await asyncio.to_thread(caller.press, "815294")
            await asyncio.to_thread(until_still, caller)
            await asyncio.to_thread(until_masked, caller)
            began = caller.now()
            await asyncio.to_thread(caller.press, PIN)
            # They sound on for some time after the last key.
            await asyncio.to_thread(caller.until_heard, 0.5)
            ended = caller.now()
            waiting = await bank.waiting(mark)
            tones, said = caller.heard_sound(began, ended), caller.said_sound()
            await asyncio.to_thread(until_still, caller)

        assert (waiting["Lane"], waiting["Verified"], waiting["Customer"]) == ("wealth", "1", CUSTOMER)
        await until(lambda: server.statistics.open == 0)
        assert server.statistics.finished == {"done": 1}

    loudest, softest = loudest_and_softest(tones)
    assert -14 < softest <= level(tones) <= loudest < -12, "as loud as a telephone's keys, without a moment of silence"
    decoys = text_of(heard_keys(tones))
    assert len(decoys) > 15 * (ended - began), "most of the twenty tones a second sound like keys"
    assert len(set(decoys)) == 10
    assert heard_keys(said) == [], "what was keyed went as events, not as sound"
