"""What docs/pin.md says of settings and of the bank's protocol is so."""

import json
import re
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from acd.config import loads
from acd.config.caller_side import PinConfig
from ivr.pin.bank import MOST_AT_ONCE, _body
from ivr.pin.digits import Digits
from ivr.pin.local import CODE_DIGITS, CODE_LASTS, MOST_WAITING
from ivr.pin.tones import AT_LEAST
from tests.config.small import SMALL

PAGE = (Path(__file__).parents[2] / "docs" / "pin.md").read_text("utf-8")


def test_its_settings_are_the_defaults_and_can_be_loaded() -> None:
    block = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]
    written = YAML(typ="safe").load(StringIO(block))["pin"]
    config = loads(SMALL + block.replace("verifier: local", "verifier: https"))

    assert config.pin is not None
    assert config.pin.https is not None
    defaults = PinConfig.model_validate({key: value for key, value in written.items() if key != "https"})
    assert defaults == PinConfig()


def test_its_questions_are_those_that_the_bank_is_asked() -> None:
    questions = re.findall(r'^    (\{"do".*\})$', PAGE, re.MULTILINE)
    pin, new, code = (Digits.of(text) for text in ("471903", "826415", "48151623"))
    asked = [
        _body("verify", "10000001", {"pin": pin}),
        _body("change", "10000001", {"new": new}),
        _body("change", "10000001", {"new": new, "code": code}),
    ]

    assert questions == [body.decode() for body in asked]
    assert all(json.loads(body) for body in asked)


def test_its_figures_are_those_of_the_code() -> None:
    assert "eight digits" in PAGE
    assert CODE_DIGITS == 8
    assert f"within {CODE_LASTS // 86_400_000} days" in PAGE
    assert "more than twenty that wait" in PAGE
    assert MOST_WAITING == 20
    assert f"At most {MOST_AT_ONCE} questions" in PAGE
    assert "for five seconds in all" in PAGE
    assert AT_LEAST == 5_000
