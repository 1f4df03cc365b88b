"""PINs of a reserved set are keyed on every path, and then looked for at every place where one could have leaked to.

One hotline, with a real Asterisk, a real core and a broker; somebody listens at each of its ends. The last test keys a
PIN where nobody hides it, and the same search finds it.
"""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from tests.hearing import HearingTelephone
from tests.house import until
from tests.pin_proof.canary import (
    AS_SOUND,
    CONTROL,
    CONTROL_NUMBER,
    CUSTOMERS,
    CUT_OFF,
    HANGS_UP,
    IN_MENU,
    LOCKED,
    MENU,
    PINS,
    STRAIGHT,
    WITH_AGENT,
    WRONG,
    Canary,
    WatchedScreen,
    canary,
    keyed_silently,
    until_still,
    until_tones,
)
from tests.pin_proof.sinks import forms_in, in_memory_of, leaks
from tests.sounds import heard_keys, level, multimon_keys, text_of

pytestmark = pytest.mark.real


async def key(caller: HearingTelephone, digits: str) -> None:
    """Key these digits as soon as the tones sound, in whole view of whoever looks."""
    await asyncio.to_thread(until_tones, caller)
    await asyncio.to_thread(caller.press, digits)


async def key_all(caller: HearingTelephone, digits: str) -> None:
    """Key these digits and #, and wait until the line is still again."""
    await key(caller, digits + "#")
    await asyncio.to_thread(until_still, caller)


async def until_verdicts(bank: Canary, verdict: str, many: int = 1) -> None:
    """Wait until so many of these verdicts were given; fails after ten seconds."""
    async with asyncio.timeout(10):
        sample = f'hotline_pin_verdicts_total{{verdict="{verdict}"}}'
        while (await bank.house.metrics()).get(sample, 0) < many:  # noqa: ASYNC110 - metrics can only be asked
            await asyncio.sleep(0.1)


async def asked_by_the_menu(bank: Canary, port: int, number: str, digits: str, verdict: str, many: int = 1) -> None:
    """One entry to its end; then the caller hangs up while he waits for a person, or is asked again."""
    with HearingTelephone(port) as caller:
        caller.call(MENU, caller=number)
        await key_all(caller, digits)
        await until_verdicts(bank, verdict, many)
        await asyncio.to_thread(caller.hang_up)
        assert keyed_silently(caller)


async def asked_by_the_agent(screen: WatchedScreen, anna: HearingTelephone, port: int) -> None:
    """In the middle of a talk; the first answer is wrong. Then they hear each other again."""
    with HearingTelephone(port) as caller:
        caller.call(STRAIGHT, caller=WITH_AGENT)
        await screen.until_state("talking", within=15)
        await screen.say("ask_pin")
        await key_all(caller, PINS["wrong again"])
        await key_all(caller, PINS["keyed for the agent"])
        await until(
            lambda: b"'verdict': 'verified'" in screen.frames, 15, "the verdict that he is verified, on her screen"
        )
        # He hums on until she hears it, far louder than her music: the verdict is there before the two are joined.
        before = anna.now()
        while level(anna.heard_sound(since=anna.now() - 0.2)) < -10:
            assert anna.now() < before + 10, "the two do not hear each other again"
            await asyncio.to_thread(caller.hum)
        await asyncio.to_thread(caller.hang_up)
    assert text_of(heard_keys(anna.heard_sound())) == multimon_keys(anna.heard_sound()) == "", "the agent heard keys"
    assert anna.wired_in == [], "keys reached the agent's phone"


async def asked_on_a_line_of_sounds(bank: Canary, port: int) -> None:
    """Without RFC 4733 the keys are heard by Asterisk, under the tones, and the right PIN is known for right."""
    with HearingTelephone(port, in_band=True) as caller:
        caller.call(MENU, caller=AS_SOUND)
        await asyncio.to_thread(until_tones, caller)
        await asyncio.to_thread(caller.press_in_band, PINS["keyed as sound"] + "#")
        await asyncio.to_thread(until_still, caller)
        await until_verdicts(bank, "verified", 2)
        await asyncio.to_thread(caller.hang_up)


async def hung_up_in_the_middle(port: int) -> None:
    with HearingTelephone(port) as caller:
        caller.call(MENU, caller=HANGS_UP)
        await key(caller, PINS["keyed before hanging up"])
        await asyncio.to_thread(caller.hang_up)


async def killed_in_the_middle(bank: Canary, port: int) -> None:
    """The core dies while the PIN is keyed; the caller waits for a person, and the tone ends."""
    with HearingTelephone(port) as caller:
        caller.call(MENU, caller=CUT_OFF)
        await key(caller, PINS["keyed before the core was killed"])
        await bank.house.kill_core()
        await asyncio.to_thread(until_still, caller)
        await bank.house.start_core()
        await asyncio.to_thread(caller.hang_up)


async def the_control(bank: Canary, port: int) -> None:
    """The same keys, where Asterisk's own Read() takes them, or where they are sound."""
    with HearingTelephone(port) as caller:
        caller.call(CONTROL_NUMBER)
        await asyncio.to_thread(caller.until_seen, "200 INVITE")
        await asyncio.to_thread(caller.press, CONTROL)
        await asyncio.to_thread(caller.until_seen, "BYE")
        assert keyed_silently(caller)
        await asyncio.to_thread(caller.press_in_band, CONTROL)
        said = caller.said_sound()
        assert text_of(heard_keys(said)) == multimon_keys(said) == CONTROL


async def test_no_pin_is_anywhere_and_the_search_finds_one_that_leaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Any
) -> None:
    async with canary(tmp_path, monkeypatch) as bank:
        port = bank.house.prepared.ports.sip
        secret = bank.house.account("anna")["sip_secret"]
        with HearingTelephone(port) as anna:
            await asyncio.to_thread(anna.register, "anna", secret)
            screen = await bank.watch("anna")
            await screen.ready()
            async with asyncio.TaskGroup() as calls:
                calls.create_task(asked_by_the_agent(screen, anna, port))
                calls.create_task(asked_by_the_menu(bank, port, IN_MENU, PINS["keyed in the menu"], "verified", 2))
                calls.create_task(asked_by_the_menu(bank, port, WRONG, PINS["wrong"], "wrong"))
                calls.create_task(asked_by_the_menu(bank, port, LOCKED, PINS["keyed when locked"], "locked"))
                calls.create_task(asked_on_a_line_of_sounds(bank, port))
                calls.create_task(hung_up_in_the_middle(port))
        await until_verdicts(bank, "verified", 3)
        await bank.note_metrics()
        core = bank.house.core
        assert core is not None
        searched = PINS | {"a customer's id, for comparison": CUSTOMERS[WITH_AGENT]}
        counts = await asyncio.to_thread(in_memory_of, core.pid, searched)
        record_property("PINs in the core's memory", counts)
        print(f"PINs in the core's memory, best effort: {counts}")  # noqa: T201 - shown when it fails
        await killed_in_the_middle(bank, port)
        await bank.note_metrics()
        await bank.house.until_empty()

        sinks = bank.sinks()
        assert leaks(sinks, PINS) == []
        assert b"Event: DTMF" not in sinks["the manager interface"], "whoever may read all hears keys one by one"
        assert (
            min(len(sinks[name]) for name in ("the manager interface", "MQTT", "the metrics", "the agent's screen"))
            > 100
        )
        assert any(name.endswith("-wal") for name in sinks), "the journal's newest lines were not searched"
        full = next(name for name in sinks if name.endswith("full.log"))
        assert b"AGI" in sinks[full], "Asterisk said nothing of what it did"
        assert re.findall(rb"DTMF (?:begin|end|Frame)", sinks[full]) == [], "Asterisk's log tells of single keys"

        await the_control(bank, port)
        found = [name for name, data in bank.sinks().items() if forms_in(data, CONTROL)]
        assert full in found, "the search does not find what leaks"
