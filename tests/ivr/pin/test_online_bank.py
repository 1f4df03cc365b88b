"""The online bank: what goes there, and what becomes of all that is no proper answer in time."""

import asyncio
import gc
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from acd.core.switch_events import Verdict
from ivr.pin import bank as bank_module
from ivr.pin.bank import LONGEST_ANSWER, OnlineBank
from ivr.pin.digits import Digits
from ivr.pin.ports import Change, PinsUnusable
from tests.ivr.pin.conftest import asking
from tests.ivr.pin.tls_bank import SECRET, TlsBank, certificate
from tests.misbehaving import cut_off, saying, without_end

PIN = "471903"


async def verdict(verifier: OnlineBank) -> Verdict:
    with Digits.of(PIN) as pin:
        return await verifier.verify("10000001", pin)


async def test_the_question_holds_what_the_protocol_says_and_nothing_else(
    tls_bank: TlsBank, certificates: Path
) -> None:
    verifier = asking(tls_bank, certificates)
    await verdict(verifier)
    with Digits.of("8264") as new, Digits.of("48151623") as code:
        assert await verifier.change("10000001", new, None) is Change.CHANGED
        assert await verifier.change("10000001", new, code) is Change.WRONG

    assert tls_bank.asked == [
        {"do": "verify", "customer": "10000001", "pin": PIN},
        {"do": "change", "customer": "10000001", "new": "8264"},
        {"do": "change", "customer": "10000001", "new": "8264", "code": "48151623"},
    ]


async def test_nothing_is_asked_without_digits(tls_bank: TlsBank, certificates: Path) -> None:
    verifier = asking(tls_bank, certificates)
    wiped = Digits.of(PIN)
    wiped.wipe()

    assert await verifier.verify("10000001", wiped) is Verdict.UNAVAILABLE
    assert await verifier.change("10000001", wiped, None) is Change.UNAVAILABLE
    assert await verifier.change("10000001", Digits.of(PIN), wiped) is Change.UNAVAILABLE
    assert tls_bank.asked == []


async def slowly(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


async def by_drops(request: web.Request) -> web.StreamResponse:
    """Never long without a byte, and never done."""
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(1_000):
        await response.write(b" ")
        await asyncio.sleep(0.02)
    return response


@pytest.mark.parametrize(
    "misbehaviour",
    [
        slowly,
        by_drops,
        without_end(b'{"verdict": "verified"}'),
        cut_off,
        saying('{"verdict": "verified"}', 500),
        saying('{"verdict": "verified"}', 201),
        saying('{"verdict": "verified"}', 307),
        saying('{"verdict": "yes"}'),
        saying('{"verdict": true}'),
        saying('{"verdict": ["verified"]}'),
        saying('{"verdict": "not_given"}'),
        saying('["verified"]'),
        saying("verified"),
        saying(""),
        saying("[" * 1_000),
        saying('{"verdict": "verified"}' + " " * LONGEST_ANSWER),
    ],
)
async def test_whatever_is_no_proper_answer_in_time_is_unavailable_and_logged_without_a_word_of_it(
    tls_bank: TlsBank, certificates: Path, misbehaviour: Callable[..., object], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tls_bank.misbehaves = misbehaviour  # type: ignore[assignment]
    with capture_logs() as logs:
        assert await verdict(asking(tls_bank, certificates, within=400)) is Verdict.UNAVAILABLE

    assert len(tls_bank.asked) == 1, "asked once: no redirection is followed, nothing is tried again"
    assert len(logs) == 1
    for secret in (PIN, "10000001", SECRET):
        assert secret not in str(logs)
        assert secret not in caplog.text
    gc.collect()


async def test_a_locked_customer_is_locked_whoever_says_so(tls_bank: TlsBank, certificates: Path) -> None:
    tls_bank.misbehaves = saying('{"verdict": "locked"}')
    assert await verdict(asking(tls_bank, certificates)) is Verdict.LOCKED


async def test_a_bank_whose_certificate_nobody_vouches_for_gets_no_pin(tls_bank: TlsBank) -> None:
    assert await verdict(OnlineBank(tls_bank.url, SECRET, None, 3_000)) is Verdict.UNAVAILABLE
    assert tls_bank.asked == []


async def test_a_bank_of_another_name_gets_no_pin(tls_bank: TlsBank, certificates: Path) -> None:
    url = tls_bank.url.replace("127.0.0.1", "localhost")
    assert await verdict(OnlineBank(url, SECRET, certificate(certificates), 3_000)) is Verdict.UNAVAILABLE
    assert tls_bank.asked == []


async def test_a_bank_that_is_down_is_unavailable_at_once(certificates: Path) -> None:
    verifier = OnlineBank("https://127.0.0.1:9/pin", SECRET, certificate(certificates), 60_000)
    assert await verdict(verifier) is Verdict.UNAVAILABLE


async def test_no_proxy_of_the_environment_ever_sees_a_pin(
    tls_bank: TlsBank, certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    tls_bank.pins["10000001"] = PIN
    assert await verdict(asking(tls_bank, certificates)) is Verdict.VERIFIED


async def test_a_stuck_bank_is_not_asked_any_more(
    tls_bank: TlsBank, certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_module, "MOST_AT_ONCE", 2)
    tls_bank.misbehaves = slowly
    verifier = asking(tls_bank, certificates, within=400)

    assert await asyncio.gather(*(verdict(verifier) for _ in range(5))) == [Verdict.UNAVAILABLE] * 5
    assert len(tls_bank.asked) == 2
    tls_bank.misbehaves = saying('{"verdict": "verified"}')
    assert await verdict(verifier) is Verdict.VERIFIED, "and is asked again later"


@pytest.mark.parametrize(
    ("url", "secret", "told"),
    [
        ("http://bank.example/pin", SECRET, "pin.https.url"),
        ("https:///pin", SECRET, "pin.https.url"),
        ("https://me:pass@bank.example/pin", SECRET, "pin.https.url"),
        ("https://bank.example/pin#x", SECRET, "pin.https.url"),
        ("https://bank.example/pin", "", "pin.https.secret_file"),
        ("https://bank.example/pin", "two words", "pin.https.secret_file"),
        ("https://bank.example/pin", "line\nbreak", "pin.https.secret_file"),
    ],
)
def test_an_address_or_a_secret_that_cannot_be_used_is_told_without_it(url: str, secret: str, told: str) -> None:
    with pytest.raises(PinsUnusable, match=told) as refusal:
        OnlineBank(url, secret, None, 3_000)
    assert not secret or secret not in str(refusal.value)
    assert "pass" not in str(refusal.value)


def test_an_authority_that_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(PinsUnusable, match=r"pin\.https\.ca_file"):
        OnlineBank("https://bank.example/pin", SECRET, tmp_path / "nothing.pem", 3_000)
    (tmp_path / "odd.pem").write_text("no certificate")
    with pytest.raises(PinsUnusable, match=r"pin\.https\.ca_file"):
        OnlineBank("https://bank.example/pin", SECRET, tmp_path / "odd.pem", 3_000)
