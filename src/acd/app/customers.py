"""The customer directory that the settings name, read when a hotline starts or is checked."""

from acd.config import HotlineConfig
from cti.directory import CustomerDirectory, read_customers


def directory_of(config: HotlineConfig) -> CustomerDirectory:
    """The customers, or nobody when the settings name no file. Raises `DirectoryFault` with the file's first fault."""
    if config.customers_file is None:
        return CustomerDirectory()
    return read_customers(config.customers_file, languages=config.languages)
