"""An agent opens his desktop a second time while a browser is his telephone: no caller is lost, and it follows him."""

from pathlib import Path

import pytest

from tests.end_to_end.quick_bank import STRAIGHT
from tests.end_to_end.test_talk_between_browsers import (
    PLATINUM,
    STATE,
    agent,
    caller,
    dial,
    hear_each_other,
    hotline,
)
from tests.house import House

pytestmark = pytest.mark.real

__all__ = ["hotline"]


async def test_a_talk_goes_on_in_the_older_window_and_the_next_one_rings_in_the_newer(
    hotline: House, tmp_path: Path
) -> None:
    async with agent(hotline, tmp_path / "older", "anna") as older, caller(hotline, tmp_path / "caller") as customer:
        await dial(customer, STRAIGHT, PLATINUM)
        await older.until("!!deep('#answer')")
        await older.click("#answer")
        await older.until(f"{STATE} === 'talking'")
        async with agent(hotline, tmp_path / "newer", "anna", state="talking") as newer:
            await older.until("!!deep('#over-talk')")
            await hear_each_other(older, customer)
            assert await newer.text("#pop-who") == "王芳"
            await newer.click("#hang-up")
            await newer.until(f"{STATE} === 'wrap_up'")
            await older.until("deep('#over-talk') === null")
            await customer.until("telephone.call === ''")
            await newer.click("#ready, #done")
            await newer.until(f"{STATE} === 'ready'")

            await dial(customer, STRAIGHT, PLATINUM)
            await newer.until("!!deep('#answer')")
            await newer.click("#answer")
            await newer.until(f"{STATE} === 'talking'")
            await hear_each_other(newer, customer)
            assert await newer.ask("deep('#use-browser').disabled"), "one press must not hang up on a caller"
            await customer.click("#end")
            await newer.until(f"{STATE} === 'wrap_up'")


async def test_who_takes_his_desktop_back_takes_his_telephone_back(hotline: House, tmp_path: Path) -> None:
    async with agent(hotline, tmp_path / "older", "anna") as older:
        async with agent(hotline, tmp_path / "newer", "anna"):
            await older.until("!!deep('#over-again')")
            await older.click("#over-again")
            await older.until("deep('#softphone')?.dataset.line === 'on'")
        await older.click("#ready")
        await older.until(f"{STATE} === 'ready'")
        async with caller(hotline, tmp_path / "caller") as customer:
            await dial(customer, STRAIGHT, PLATINUM)
            await older.until("!!deep('#answer')")
            await older.click("#answer")
            await older.until(f"{STATE} === 'talking'")
            await hear_each_other(older, customer)
            await customer.click("#end")
