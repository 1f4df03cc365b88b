"""What is in force is one object: swapped as a whole, followed by everything that outlives it."""

from acd.app.live_settings import InForce, LiveSettings, LiveTitles
from acd.config import loads
from acd.core.names import AgentId, LaneName
from acd.engine.ports import Customer
from cti.directory import CustomerDirectory
from cti.logins import Logins, Refusal
from ivr.line import Prompt
from tests.config.small import SMALL, edited

ANNA = AgentId("anna")


def in_force(text: str = SMALL, name: str = "Li", password: str = "one") -> InForce:
    directory = CustomerDirectory()
    directory.add("+8613800000001", Customer(name, "gold", "zh"))
    return InForce(loads(text), directory, {ANNA: password}, {Prompt("zh", "all_busy"): 900})


def test_customers_and_titles_are_those_in_force_at_the_moment_of_the_question() -> None:
    live = LiveSettings(in_force())
    titles = LiveTitles(live)

    live.swap(in_force(edited("en: Cards}", "en: Bank cards}"), name="Wang"))

    customer = live.find("+8613800000001")
    assert customer is not None
    assert customer.name == "Wang"
    assert titles[LaneName("cards")]["en"] == "Bank cards"
    assert list(titles) == ["cards", "general"]
    assert len(titles) == 2


def test_who_took_what_was_in_force_keeps_it_to_the_end() -> None:
    live = LiveSettings(in_force())
    visit = live.now

    live.swap(in_force(name="Wang"))

    found = visit.directory.find("+8613800000001")
    assert found is not None
    assert found.name == "Li"
    assert live.now is not visit


def test_a_changed_password_holds_at_once() -> None:
    live = LiveSettings(in_force())
    logins = Logins(live.now.passwords, lambda: 0.0)
    live.listen(lambda new: logins.change_passwords(new.passwords))

    live.swap(in_force(password="two"))

    assert logins.log_in("anna", "one") is Refusal.WRONG
    assert not isinstance(logins.log_in("anna", "two"), Refusal)


def test_neither_a_password_nor_a_customer_is_in_its_representation() -> None:
    shown = repr(in_force(name="Li Na", password="correct-horse"))

    assert "correct-horse" not in shown
    assert "Li Na" not in shown
