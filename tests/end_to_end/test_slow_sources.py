"""A bank's system that hangs, on real calls: the pop is on the screen and the phone rings as if it were not there."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from acd.demo.caller import Caller, placed
from acd.demo.phone import registered
from tests.cti.customers.http_crm import SECRET, open_crm
from tests.end_to_end.people import assert_nothing_is_left, at_desks
from tests.end_to_end.quick_bank import STRAIGHT, write_quick_bank
from tests.house import House, house, until

pytestmark = pytest.mark.real

WITHIN = 2_000
"""Milliseconds for which the system that hangs is waited for: far longer than a phone takes to ring."""
CALLS = 3


async def hangs(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.Response()


@pytest.fixture
async def hotline(tmp_path: Path) -> AsyncIterator[House]:
    async with open_crm() as crm:
        crm.misbehaves = hangs
        (tmp_path / "crm.secret").write_text(SECRET, "utf-8")
        (tmp_path / "more.yaml").write_text('- {number: "13800000001", address: 世纪大道100号}', "utf-8")
        file = {"kind": "file", "path": "more.yaml", "label": {"zh": "网点", "en": "Branches"}}
        slow = {"kind": "http", "url": crm.url, "secret_file": "crm.secret", "label": {"zh": "客户", "en": "CRM"}}

        def change(bank: dict[str, Any]) -> None:
            bank["directory"] = {
                "fields": {"address": {"label": {"zh": "地址", "en": "Address"}}},
                "sources": {"crm": slow | {"within": f"{WITHIN}ms"}, "branches": file},
            }

        async with house(tmp_path, write_quick_bank(tmp_path, change)) as running:
            yield running
        assert len(crm.asked) == CALLS, "what is not available is kept by nobody"


async def test_a_system_that_hangs_delays_neither_the_pop_nor_the_ring(hotline: House) -> None:
    async with (
        registered([hotline.phone("frank", hangs_up_after=WITHIN + 1_000)], hotline.server) as phones,
        at_desks(hotline, "frank") as desks,
    ):
        frank = desks["frank"]
        for count in range(1, CALLS + 1):
            async with placed([Caller("13800000001", STRAIGHT)], hotline.server) as callers:
                invited = await phones.until("frank", "invited", count=count)
                await until(lambda count=count: len(frank.customers) == count, 10, "told of the customer")  # type: ignore[misc]
                await callers.finished()
            popped_at, pop = frank.pops[-1]
            told_at, told = frank.customers[-1]
            assert popped_at <= invited.at, "on the screen before the phone rang"
            assert invited.at < told_at, "which rang while the system was still waited for"
            assert told_at - popped_at >= WITHIN - 100
            assert told["offer"] == pop["offer"]
            assert {each["name"]: each["state"] for each in told["sources"]} == {"crm": "unavailable", "branches": "ok"}
            assert [each["value"] for each in told["fields"]] == ["世纪大道100号"]
            assert "did not show its call in time" not in hotline.core_log()
    assert SECRET not in hotline.core_log()
    assert "13800000001" not in hotline.core_log()
    await assert_nothing_is_left(hotline)
