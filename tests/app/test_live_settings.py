"""What is in force is one object: swapped as a whole, followed by everything that outlives it."""

from acd.app.live_settings import InForce, LiveSettings, LiveTitles
from acd.config import loads
from acd.core.names import AgentId, LaneName
from acd.engine.ports import Customer
from cti.api.people import Role
from cti.directory import CustomerDirectory
from ivr.line import Prompt
from tests.config.small import SMALL, edited

ANNA = AgentId("anna")
STAFF = """\
staff:
  sue: {name: 苏, roles: [supervisor, auditor]}
  anna: {roles: [operator]}
"""


def in_force(text: str = SMALL, name: str = "Li", password: str = "one") -> InForce:
    directory = CustomerDirectory()
    directory.add("+8613800000001", Customer(name, "gold", "zh"))
    return InForce(loads(text), directory, {"anna": password}, {Prompt("zh", "all_busy"): 900})


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


def test_who_may_log_in_and_as_what_are_those_in_force() -> None:
    live = LiveSettings(in_force())
    assert {name: set(person.roles) for name, person in live.now.people.items()} == {
        "anna": {Role.AGENT},
        "ben": {Role.AGENT},
    }

    live.swap(in_force(edited("english: 4}}", "english: 4}, line: second}") + STAFF))

    people = live.now.people
    assert people["anna"].roles == {Role.AGENT, Role.SECOND_LINE, Role.OPERATOR}
    assert (people["anna"].shown, people["anna"].agent) == ("Anna", ANNA)
    assert (people["sue"].shown, people["sue"].agent) == ("苏", None)
    assert people["sue"].roles == {Role.SUPERVISOR, Role.AUDITOR}


def test_neither_a_password_nor_a_customer_is_in_its_representation() -> None:
    shown = repr(in_force(name="Li Na", password="correct-horse"))

    assert "correct-horse" not in shown
    assert "Li Na" not in shown
