"""Who may use the pages by the operator's settings, and where what they do is kept."""

from pathlib import Path

from acd.config import HotlineConfig
from cti.accounts import audit, store
from cti.accounts.sessions import Lives
from cti.api.people import Person, Role

PARTS = (store.PART, audit.PART)
"""The tables of accounts and of the audit trail in the desk's file."""


def desk_path(home: Path) -> Path:
    """The desk's file of a home folder."""
    return home / "desk" / "desk.sqlite3"


def people_of(config: HotlineConfig) -> dict[str, Person]:
    """Everybody who may log in, by name. An agent may be something besides, by an entry in `staff` of his name."""
    people = {}
    for name, agent in config.agents.items():
        roles = {Role.AGENT} | ({Role.SECOND_LINE} if agent.line == "second" else set())
        people[str(name)] = Person(str(name), agent.name, frozenset(roles))
    for name, person in config.staff.items():
        known = people.get(str(name), Person(str(name), str(name), frozenset()))
        roles = {*known.roles, *map(Role, person.roles)}
        people[str(name)] = Person(str(name), person.name or known.shown, frozenset(roles))
    return people


def lives_of(config: HotlineConfig) -> Lives:
    """How long a log-in holds."""
    return Lives(config.sessions.idle, config.sessions.longest)
