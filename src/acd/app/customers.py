"""The customer directory that the settings name, read when a hotline starts, is checked or changes its settings."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from acd.config import HotlineConfig
from acd.config.time_zone import UTC_NAME
from acd.engine.clock import wall_seconds
from cti.directory import CustomerDirectory, read_customers


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
