"""One witness for all tests of the scripted parties."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.lab import Lab, lab
from tests.real import obtained


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder: Path = tmp_path_factory.mktemp("lab")
    with lab(obtained(), folder) as running:
        yield running
