"""The customer directory that the settings name, read when a hotline starts, is checked or changes its settings.

What is odd about it stops nobody: a manager who has left, a tier that no customer has.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from acd.app.customer_sources import source_warnings
from acd.config import Fault, HotlineConfig
from acd.config.advice.subject import Place
from acd.config.differences import Difference, Kind
from acd.config.faults import one_of, suggestion
from acd.config.loading import placed
from acd.config.time_zone import UTC_NAME
from acd.engine.clock import wall_seconds
from cti.directory import CustomerDirectory, read_customers

DIRECTORY = "customer directory"
"""What differences in the customers are about."""


def directory_of(config: HotlineConfig) -> CustomerDirectory:
    """The customers, or nobody when the settings name no file. Raises `DirectoryFault` with the file's first fault.

    A customer's manager is one of the settings' agents, and his until the end of a day where the hotline is.
    """
    if config.customers_file is None:
        return CustomerDirectory()
    # Without asking the machine for UTC, as it may have no table of time zones.
    zone = UTC if config.time_zone == UTC_NAME else ZoneInfo(config.time_zone)

    def today() -> date:
        return datetime.fromtimestamp(wall_seconds(), zone).date()

    return read_customers(config.customers_file, languages=config.languages, agents=config.agents, today=today)


def customer_differences(old: CustomerDirectory, new: CustomerDirectory) -> list[Difference]:
    """How many customers came, went, or are known by something else; whose they are is not said."""
    before, after = dict(old), dict(new)
    both = before.keys() & after.keys()
    found = []
    for kind, many, text in (
        (Kind.ADDED, len(after.keys() - both), "new"),
        (Kind.REMOVED, len(before.keys() - both), "taken away"),
    ):
        if many:
            found.append(Difference(DIRECTORY, "", kind, f"{_customers(many)} {'is' if many == 1 else 'are'} {text}"))
    for key in ("tier", "manager", "language", "id"):
        pairs = [(getattr(before[number], key), getattr(after[number], key)) for number in both]
        many = sum(was != now for was, now in pairs)
        if many:
            none = sum(bool(was) and not now for was, now in pairs)
            rest = f"; {none} of them {'has' if none == 1 else 'have'} none any more" if none else ""
            text = f"{_customers(many)} {'has' if many == 1 else 'have'} another one{rest}"
            found.append(Difference(DIRECTORY, key, Kind.CHANGED, text))
    return found


def _customers(many: int) -> str:
    return f"{many} customer{'' if many == 1 else 's'}"


def customer_warnings(settings: Path, config: HotlineConfig, directory: CustomerDirectory) -> list[Fault]:
    """What is odd between the settings in the file `settings` and their customers, in the order of the files.

    Raises `DirectoryFault` for a faulty file of one of the directory's sources.
    """
    odd = [Fault(each.file, each.line, 1, "customers", each.message) for each in directory.warnings]
    tiers = [] if config.customers_file is None else list(_tiers_of_nobody(config, directory.tiers))
    return [*placed(settings, [*tiers, *source_warnings(config)]), *odd]


def _tiers_of_nobody(config: HotlineConfig, known: tuple[str, ...]) -> Iterator[tuple[Place, str]]:
    """Tiers that the settings count on and no customer has."""
    there = f"the tiers there are {one_of(known)}" if known else "nobody there has a tier"
    named = [(("vip", str(name), "recognised_by", "customer_tier"), vip) for name, vip in config.vip.items()]
    places: list[tuple[Place, str | None]] = [(place, vip.recognised_by.customer_tier) for place, vip in named]
    places += [(("tiers", at), tier) for at, tier in enumerate(config.tiers)]
    for place, tier in places:
        if tier is not None and tier not in known:
            yield place, f"no customer in {config.customers} has the tier {tier}{suggestion(tier, known)}; {there}"
