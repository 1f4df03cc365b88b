"""What is printed of our own values, in a log or by a failed assertion, holds no secret."""

import pytest

from acd.asterisk.ami_link import ManagerAccess
from acd.asterisk.credentials import Credentials
from acd.demo.hotline import Account
from acd.demo.phone import Phone
from cti.mqtt import MqttSettings

SECRET = "correct-horse"


@pytest.mark.parametrize(
    "value",
    [
        Account("anna", "anna", SECRET, SECRET),
        Credentials(SECRET, {"anna": SECRET}, {"anna": SECRET}),
        ManagerAccess("127.0.0.1", 5038, "hotline", SECRET),
        MqttSettings("127.0.0.1", password=SECRET),
        Phone("anna", SECRET),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_value_says_its_secret(value: object) -> None:
    assert SECRET not in repr(value)
