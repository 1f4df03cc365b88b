"""Verifiers for the tests of PINs: a store of our own, and an online bank over TLS."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from acd.core.instants import Instant
from ivr.pin.bank import OnlineBank
from ivr.pin.digits import Digits
from ivr.pin.local import LocalPins
from ivr.pin.ports import PinVerifier
from tests.ivr.pin.tls_bank import SECRET, TlsBank, certificate, open_bank

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Time:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.time: Instant = 1_795_000_000_000

    def now(self) -> Instant:
        return self.time


@dataclass
class Known:
    """A verifier, and how it comes to know a PIN or to give a one-time code."""

    verifier: PinVerifier
    learn: Callable[[str, str], None]
    give_code: Callable[[str], str]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    certificate(folder)
    return folder


@pytest.fixture
async def tls_bank(certificates: Path) -> AsyncIterator[TlsBank]:
    async with open_bank(certificates) as bank:
        yield bank


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def local(tmp_path: Path, clock: Time) -> Iterator[LocalPins]:
    store = LocalPins(tmp_path / "pins", clock, CHEAP)
    yield store
    store.close()


def asking(bank: TlsBank, certificates: Path, within: int = 3_000) -> OnlineBank:
    return OnlineBank(bank.url, SECRET, certificate(certificates), within)


@pytest.fixture(params=["local", "https"])
def known(request: pytest.FixtureRequest) -> Known:
    if request.param == "local":
        store: LocalPins = request.getfixturevalue("local")

        def learn(customer: str, pin: str) -> None:
            store.change_now(customer, Digits.of(pin), None)

        return Known(store, learn, store.give_code)
    bank: TlsBank = request.getfixturevalue("tls_bank")

    def give_code(customer: str) -> str:
        bank.codes[customer] = "48151623"
        return bank.codes[customer]

    verifier = asking(bank, request.getfixturevalue("certificates"))
    return Known(verifier, bank.pins.__setitem__, give_code)
