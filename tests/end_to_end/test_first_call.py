"""The first call: dialled, led through the menu, put through to the right agent, whose screen knew of it first."""

from pathlib import Path

import pytest

from acd.demo.caller import Caller, keys, placed
from acd.demo.phone import registered
from tests.house import house

pytestmark = pytest.mark.real


async def test_a_caller_who_presses_english_and_cards_talks_to_anna_whose_screen_knew_before_her_phone_rang(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as hotline, registered([hotline.phone("anna")], hotline.server) as phones:
        anna = hotline.screen("anna")
        await anna.until_state("paused")
        await anna.ready()
        caller = Caller("13812345678", keys=keys("21"))
        async with placed([caller], hotline.server) as callers:
            answered = await phones.until("anna", "answered")
            await anna.until_state("talking")
            (popped_at, pop) = anna.pops[0]
            assert pop["lane"] == "cards"
            assert pop["language"] == "en"
            assert pop["number"] == "13812345678"
            assert popped_at <= phones.did("anna", "invited")[0].at <= answered.at
            callers.hang_up(0)
            await callers.finished()
        await anna.until_state("wrap_up")
        await hotline.until_empty()
