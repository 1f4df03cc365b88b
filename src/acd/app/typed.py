"""A secret that is typed at a terminal, and never shown."""

import getpass
import warnings


class NoTerminal(Exception):
    """There is no terminal that could hide what is typed."""


def typed(prompt: str) -> str:
    """A line that is typed and not shown. Raises NoTerminal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(prompt)
    except (getpass.GetPassWarning, EOFError):
        raise NoTerminal from None
