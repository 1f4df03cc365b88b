"""The PINs of a hotline: who checks them while the core runs, and `hotline pin` for whoever keeps them.

All files are in the folder `pins` of the home folder, which only its owner may enter. No command ever shows a PIN.
"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from acd.app import console
from acd.app.customers import directory_of
from acd.app.live_settings import InForce
from acd.app.settings import SettingsRefused, used_home
from acd.app.times import moment
from acd.app.typed import NoTerminal, typed
from acd.config import HotlineConfig
from acd.config.caller_side import PinConfig
from acd.core.instants import Instant
from acd.core.switch_events import Verdict
from acd.engine.clock import SystemClock
from acd.engine.ports import Clock
from acd.journal.story import utc_offset_at
from cti.directory import CustomerDirectory
from ivr.pin.attempts import AttemptBook, Rules, counted_as
from ivr.pin.bank import OnlineBank
from ivr.pin.digits import MOST_DIGITS, Digits
from ivr.pin.guard import GuardedPins
from ivr.pin.local import CODE_LASTS, LocalPins
from ivr.pin.ports import Change, PinLimits, PinsUnusable, PinVerifier

FOLDER = "pins"
ATTEMPTS = "attempts.sqlite3"

_log = structlog.get_logger(__name__)


class PinRefused(Exception):
    """A command about a PIN that cannot be carried out; one line says why, and never a PIN."""


class LivePins:
    """The `PinDesk` of a core process, always by the settings in force.

    Files are opened when the first settings with a section `pin` come into force. Settings that cannot be followed, for
    want of a file or because of one that is damaged, end nothing: every PIN is answered UNAVAILABLE, so that people
    verify callers, and that is logged.
    """

    def __init__(self, first: HotlineConfig, home: Path, clock: Clock) -> None:
        self._folder = home / FOLDER
        self._clock = clock
        self._desk: GuardedPins | None = None
        self._local: LocalPins | None = None
        self._settings: PinConfig | None = None
        self._directory: CustomerDirectory | None = None
        self._well = True
        self._go_by(first)

    def follow(self, new: InForce) -> None:
        """Go by these settings from now on.

        Each reload reads the bank's secret and authority again. An emergency switch, which makes no directory anew,
        changes nothing here that works.
        """
        reloaded = new.directory is not self._directory
        self._directory = new.directory
        if reloaded or not self._well or new.config.pin != self._settings:
            self._go_by(new.config)

    @property
    def limits(self) -> PinLimits:
        """See PinDesk."""
        return limits_of(PinConfig()) if self._desk is None else self._desk.limits

    async def check(self, customer: str, call: str, pin: Digits) -> Verdict:
        """See PinDesk."""
        return Verdict.UNAVAILABLE if self._desk is None else await self._desk.check(customer, call, pin)

    async def change(self, customer: str, call: str, new: Digits, code: Digits | None) -> Change:
        """See PinDesk."""
        return Change.UNAVAILABLE if self._desk is None else await self._desk.change(customer, call, new, code)

    def close(self) -> None:
        """Close the files, when nobody asks any more."""
        if self._desk is not None:
            self._desk.close()
        if self._local is not None:
            self._local.close()

    def _go_by(self, config: HotlineConfig) -> None:
        self._settings = config.pin
        try:
            if config.pin is not None:
                self._use(config, config.pin)
            else:
                self._use_none()
        except (PinsUnusable, SettingsRefused) as error:
            self._fail(str(error))
        except Exception as error:  # noqa: BLE001 - nothing that is wrong with PINs may end the core and its callers.
            self._fail(type(error).__name__)
        else:
            self._well = True

    def _fail(self, why: str) -> None:
        self._well = False
        _log.error("PINs cannot be checked; people verify callers until it is mended and reloaded", why=why)
        self._use_none()

    def _use_none(self) -> None:
        if self._desk is not None:
            self._desk.use(None, limits_of(PinConfig()), rules_of(PinConfig()))

    def _use(self, config: HotlineConfig, pin: PinConfig) -> None:
        verifier = self._verifier(config, pin)
        if self._desk is None:
            book = AttemptBook(self._folder / ATTEMPTS)
            self._desk = GuardedPins(book, self._clock, limits_of(pin), rules_of(pin))
        self._desk.use(verifier, limits_of(pin), rules_of(pin))

    def _verifier(self, config: HotlineConfig, pin: PinConfig) -> PinVerifier:
        if pin.verifier == "https":
            return online_bank(config, pin)
        if self._local is None:
            self._local = LocalPins(self._folder, self._clock)
        return self._local


def online_bank(config: HotlineConfig, pin: PinConfig) -> OnlineBank:
    """The bank that the settings name. Raises PinsUnusable and SettingsRefused."""
    https = pin.https
    if https is None:
        raise SettingsRefused("pin.https: the verifier https needs an address")
    path = config.path_of(https.secret_file)
    try:
        secret = path.read_text("utf-8").strip()
    except UnicodeDecodeError:
        raise SettingsRefused(f"pin.https.secret_file: {path}: not UTF-8") from None
    except OSError as error:
        raise SettingsRefused(f"pin.https.secret_file: {path}: {error.strerror}") from None
    ca_file = None if https.ca_file is None else config.path_of(https.ca_file)
    return OnlineBank(https.url, secret, ca_file, https.within)


def limits_of(pin: PinConfig) -> PinLimits:
    """How a PIN is asked for."""
    return PinLimits(pin.at_least, pin.at_most, pin.wait_for, pin.attempts_per_call)


def rules_of(pin: PinConfig) -> Rules:
    """How often may be tried."""
    return Rules(pin.attempts_per_call, pin.attempts_per_customer, pin.locked_for)


def set_pin(config: HotlineConfig, customer: str, *, from_input: bool) -> None:
    """`hotline pin set`: store a PIN that is typed twice without echo, or comes as one line of the standard input."""
    home, pin = used_home(), _local_settings(config)
    _check_customer(config, customer)
    allowed = f"a PIN has {pin.at_least} to {pin.at_most} digits, not all the same and not in a row"
    text = sys.stdin.readline().strip() if from_input else _typed("New PIN: ")
    try:
        new = Digits.of(text)
    except ValueError:
        raise PinRefused(allowed) from None
    with new:
        if not pin.at_least <= len(new) <= pin.at_most or new.plain:
            raise PinRefused(allowed)
        if not from_input and _typed("Once more: ") != text:
            raise PinRefused("the two were not the same; nothing was changed")
        with _store(home) as store:
            store.change_now(customer, new, None)
    with _book(home) as book:
        book.forget(customer)
    console.say(f"the PIN is set in {home}")


def give_code(config: HotlineConfig, customer: str) -> None:
    """`hotline pin code`: print a one-time code with which the customer sets his PIN by telephone."""
    home, pin = used_home(), _local_settings(config)
    _check_customer(config, customer)
    with _store(home) as store:
        code = store.give_code(customer)
    console.say(f"one-time code: {code}")
    console.say(f"It can be used once, within {CODE_LASTS // 86_400_000} days, and is shown only now.")
    with _book(home) as book:
        locked = counted_as(customer) in book.locked(SystemClock().now(), rules_of(pin))
    if locked:
        console.step(f"he is locked, and the code is worth nothing meanwhile; hotline pin unlock {customer}")


def unlock(customer: str) -> None:
    """`hotline pin unlock`: let a customer try again at once."""
    _check_digits(customer)
    with _book(used_home()) as book:
        known = book.forget(customer)
    console.say("the customer may try again" if known else "nothing was held against this customer")


def remove(config: HotlineConfig, customer: str) -> None:
    """`hotline pin remove`: take a customer's PIN and one-time code away; attempts that are held against him stay."""
    home, _ = used_home(), _local_settings(config)
    _check_digits(customer)
    with _store(home) as store:
        gone = store.remove(customer)
    what = []
    if gone is not None and gone.set_at:
        what.append("the PIN")
    if gone is not None and gone.code_until > SystemClock().now():
        what.append("the one-time code")
    if what:
        console.say(f"{' and '.join(what)} {'is' if len(what) == 1 else 'are'} removed from {home}")
    else:
        console.say("the customer had neither a PIN nor a one-time code")


def show(config: HotlineConfig) -> None:
    """`hotline pin list`: who has a PIN or a one-time code, and who is locked."""
    home, pin = used_home(), config.pin or PinConfig()
    offsets = config.policy().utc_offsets
    now = SystemClock().now()

    def clock(at: Instant) -> str:
        return moment(at, utc_offset_at(at, offsets)) if at else "-"

    with _book(home) as book:
        locked = set(book.locked(now, rules_of(pin)))
    stored = {}
    if pin.verifier == "local":
        with _store(home) as store:
            stored = {each.customer: each for each in store.stored()}
    if not stored and not locked:
        console.say("nobody has a PIN, and nobody is locked")
        return
    # Attempts are counted by the id without the zeros before it.
    others = locked - set(map(counted_as, stored))
    rows = []
    for customer in sorted(stored.keys() | others):
        each = stored.get(customer)
        rows.append(
            (
                customer,
                clock(each.set_at if each else 0),
                clock(each.code_until if each and each.code_until > now else 0),
                "locked" if counted_as(customer) in locked else "",
            )
        )
    console.table("PINs, by the hotline's clocks", ("customer", "set", "code until", ""), rows)


def _typed(prompt: str) -> str:
    try:
        return typed(prompt)
    except NoTerminal:
        raise PinRefused("there is no terminal to type a PIN at; use --stdin and give it as one line") from None


def _local_settings(config: HotlineConfig) -> PinConfig:
    pin = config.pin or PinConfig()
    if pin.verifier != "local":
        raise PinRefused("the online bank knows the PINs of this hotline (pin.verifier: https); set them there")
    return pin


def _check_customer(config: HotlineConfig, customer: str) -> None:
    _check_digits(customer)
    if directory_of(config).known_as(customer) is None:
        console.step("the customer directory has nobody with this id; he must key it before his PIN")


def _check_digits(customer: str) -> None:
    if not (customer.isascii() and customer.isdigit() and len(customer) <= MOST_DIGITS):
        raise PinRefused(f"a customer is named by the id that the directory has of him: up to {MOST_DIGITS} digits")


@contextmanager
def _store(home: Path) -> Iterator[LocalPins]:
    store = LocalPins(home / FOLDER, SystemClock())
    try:
        yield store
    except sqlite3.Error as error:
        raise PinRefused(f"the store of PINs cannot be used: {error}") from None
    finally:
        store.close()


@contextmanager
def _book(home: Path) -> Iterator[AttemptBook]:
    book = AttemptBook(home / FOLDER / ATTEMPTS)
    try:
        yield book
    except sqlite3.Error as error:
        raise PinRefused(f"the book of attempts cannot be used: {error}") from None
    finally:
        book.close()
