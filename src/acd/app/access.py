"""Who may use the pages by the operator's settings, and where what they do is kept."""

from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter

from acd.app.settings import SettingsRefused
from acd.config import HotlineConfig
from acd.core.instants import Instant
from cti.accounts import audit, store
from cti.accounts.accounts import Accounts
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


def single_sign_on(config: HotlineConfig, accounts: Accounts, now: Callable[[], Instant]) -> list[APIRouter]:
    """The routes of log-in by the identity provider, if the settings have one. Raises SettingsRefused."""
    if config.oidc is None:
        return []
    try:
        # Here, since they need the extra.
        from cti.accounts.oidc import Oidc, OidcSettings  # noqa: PLC0415
        from cti.api import single_sign_on as routes  # noqa: PLC0415
    except ImportError:
        raise SettingsRefused("oidc: needs the extra: pip install 'hotline-acd[oidc]'") from None
    path = config.path_of(config.oidc.client_secret_file)
    try:
        secret = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRefused(f"oidc.client_secret_file: {path}: {getattr(error, 'strerror', 'not UTF-8')}") from None
    oidc = config.oidc
    settings = OidcSettings(oidc.issuer, oidc.client_id, secret, oidc.back, oidc.claim)
    return [routes.router(Oidc(settings, now), accounts, secure_cookie=config.web.https)]


def lives_of(config: HotlineConfig) -> Lives:
    """How long a log-in holds."""
    return Lives(config.sessions.idle, config.sessions.longest)
