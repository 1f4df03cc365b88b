"""A customer service: what goes there, and what becomes of all that is no proper answer."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from cti.customers.http_source import LONGEST_ANSWER, HttpCustomers
from cti.customers.ports import SourceUnavailable
from tests.cti.customers.http_crm import SECRET, open_crm
from tests.misbehaving import cut_off, saying, without_end

WANG = "+8613800000001"


async def test_the_question_holds_a_number_or_an_id_and_nothing_else() -> None:
    async with open_crm() as crm:
        source = HttpCustomers(crm.url, SECRET)
        await source.find(WANG, "")
        await source.find("", "31")
        await source.close()
        assert crm.asked == [{"number": WANG}, {"customer": "31"}]


@pytest.mark.parametrize(
    "misbehaviour",
    [
        without_end(b'{"customers": []}'),
        cut_off,
        saying('{"customers": []}', 500),
        saying('{"customers": []}', 201),
        saying('{"customers": []}', 307),
        saying('{"customers": {}}'),
        saying('{"customers": null}'),
        saying('{"customer": []}'),
        saying("[]"),
        saying("hello"),
        saying(""),
        saying("[" * 60_000),
        saying('{"customers": []}' + " " * LONGEST_ANSWER),
    ],
)
async def test_whatever_is_no_proper_answer_is_unavailable_and_asked_once(misbehaviour: object) -> None:
    async with open_crm() as crm:
        crm.misbehaves = misbehaviour  # type: ignore[assignment]
        source = HttpCustomers(crm.url, SECRET)
        with pytest.raises((SourceUnavailable, aiohttp.ClientError)) as refused:
            await source.find(WANG, "")
        await source.close()
        assert len(crm.asked) == 1, "no redirection is followed, nothing is tried again"
        assert SECRET not in str(refused.value)


async def test_a_service_whose_certificate_nobody_vouches_for_is_asked_nothing(tmp_path: Path) -> None:
    async with open_crm(tmp_path) as crm:
        source = HttpCustomers(crm.url, SECRET)
        with pytest.raises(aiohttp.ClientError):
            await source.find(WANG, "")
        await source.close()
        assert crm.asked == []


async def test_a_question_that_is_given_up_leaves_nothing_behind() -> None:
    async with open_crm() as crm:

        async def slowly(_: web.Request) -> web.StreamResponse:
            await asyncio.sleep(30)
            return web.Response()

        crm.misbehaves = slowly
        source = HttpCustomers(crm.url, SECRET)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(source.find(WANG, ""), 0.05)
        crm.misbehaves = None
        assert await source.find(WANG, "") == []
        await source.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example/customers",
        "http://localhost/customers",
        "http://127.0.0.1.example/customers",
        "https://me:hush@crm.example/customers",
        "https://crm.example/customers?key=hush",
        "ftp://127.0.0.1/",
        "",
    ],
)
def test_an_address_in_the_clear_or_with_a_secret_in_it_is_refused(url: str) -> None:
    with pytest.raises(SourceUnavailable) as refused:
        HttpCustomers(url, SECRET)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("secret", ["", "two words", "line\nbreak", "ü", "x" * 1_001])
def test_a_secret_that_fits_no_header_is_refused_without_being_said(secret: str) -> None:
    with pytest.raises(SourceUnavailable, match=r"^secret_file: one line of printable characters"):
        HttpCustomers("https://crm.example/customers", secret)


def test_no_value_says_its_secret() -> None:
    assert SECRET not in repr(HttpCustomers("https://crm.example/customers", SECRET))
