"""Where Asterisk's templates and the dialplan lie: inside an installed package, or at the top of a checkout."""

from pathlib import Path

import acd


def assets(name: str) -> Path:
    """The folder `name` ("asterisk", "dialplans" or "examples"). Raises FileNotFoundError when the package is torn."""
    package = Path(acd.__file__).parent
    for folder in (package / "assets" / name, package.parent.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the folder {name} is missing beside {package}; install hotline-acd again")
