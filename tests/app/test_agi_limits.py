"""The IVR has room for everybody whom the dialplan lets in."""

import pytest

from acd.app.serve import agi_limits
from acd.asterisk.assets import assets
from acd.config import load
from acd.config.model import Limits


@pytest.mark.parametrize("calls", [1, 200, 10_000])
def test_no_caller_misses_the_menu_because_others_are_in_it(calls: int) -> None:
    bank = load(assets("examples") / "bank" / "hotline.yaml").model_copy(update={"limits": Limits(calls=calls)})
    assert agi_limits(bank).most_open > calls
